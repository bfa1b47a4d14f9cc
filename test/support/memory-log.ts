// A log in memory that outlives its engine, as a file would.
import type { EngineInput } from "../../mocks/engine/inputs.ts"
import type { EngineLog } from "../../mocks/engine/log.ts"
import { decodeRecord, encodeRecord } from "../../mocks/engine/record.ts"
import type { SnapshotRow } from "../../mocks/engine/snapshot.ts"

export interface MemoryLog extends EngineLog {
  /** Rows, as a file would hold them. */
  readonly records: string[]
  readonly rows: SnapshotRow[]
}

export function createLastingLog(): MemoryLog {
  const records: string[] = []
  const rows: SnapshotRow[] = []
  return {
    records,
    rows,
    snapshot: () => [...rows],
    read: () => records.map((record): EngineInput => decodeRecord(record)),
    append: (input) => void records.push(encodeRecord(input)),
    compact(taken) {
      rows.splice(0, rows.length, ...taken)
      records.length = 0
    },
    flush: () => {},
    close: () => {},
  }
}
