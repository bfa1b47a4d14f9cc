// A log in memory that outlives its engine, as a file would.
import type { EngineInput } from "../../mocks/engine/inputs.ts"
import { leave } from "../../mocks/engine/leaving.ts"
import type { EngineLog } from "../../mocks/engine/log.ts"
import { createMemoryArchive } from "../../mocks/engine/memory-archive.ts"
import { decodeRecord, encodeRecord } from "../../mocks/engine/record.ts"
import { type SnapshotRow, loadSnapshot } from "../../mocks/engine/snapshot.ts"
import { emptyState } from "../../mocks/engine/state.ts"
import { transition } from "../../mocks/engine/transition/index.ts"

export interface MemoryLog extends EngineLog {
  /** Rows, as a file would hold them. */
  readonly records: string[]
  readonly rows: SnapshotRow[]
}

/** What an engine does now and then, by another one that reads the log. */
export function compactLog(log: MemoryLog, atMs: number): void {
  let state = log.rows.length === 0 ? emptyState(log.archive) : loadSnapshot(log.rows, log.archive)
  for (const input of log.read()) state = transition(state, input).state
  leave(state, log, { atMs })
}

export function createLastingLog(): MemoryLog {
  const records: string[] = []
  const rows: SnapshotRow[] = []
  const archive = createMemoryArchive()
  return {
    archive,
    records,
    rows,
    snapshot: () => [...rows],
    read: () => records.map((record): EngineInput => decodeRecord(record)),
    append: (input) => void records.push(encodeRecord(input)),
    compact(taken, leaving) {
      rows.splice(0, rows.length, ...taken)
      records.length = 0
      return archive.take(leaving)
    },
    pause: () => Promise.resolve(),
    flush: () => {},
    close: () => {},
  }
}
