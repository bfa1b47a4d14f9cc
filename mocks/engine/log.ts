/**
 * Role: the port behind which the truth lies, an append-only sequence of inputs, with an archive of what is over.
 * Boundary: `engine.ts` is the only caller. In memory here; in SQLite in `persistence.ts`.
 *
 * I1. The archive, the snapshot and what `read` gives are every input that was ever acknowledged, in the order of `append`.
 * I2. A promise of `append` resolves after the input is durable; it rejects when that can't be known. After a rejection nothing is
 *     appended any more: a log with a hole is no truth.
 */
import type { Archive, ArchiveReads, Forgotten, Leaving } from "./archive.ts"
import type { EngineInput } from "./inputs.ts"
import { createMemoryArchive } from "./memory-archive.ts"
import type { SnapshotRow } from "./snapshot.ts"

export interface EngineLog {
  /** The last snapshot; nothing when there is none. Asked once, before `read`. */
  snapshot(): Iterable<SnapshotRow>
  /** What was recorded since, oldest first. Asked once, before the first append. */
  read(): Iterable<EngineInput>
  /** What is over. */
  readonly archive: ArchiveReads & Pick<Archive, "hasBefore">
  /**
   * Take a snapshot of what stays, and to the archive what leaves, instead of all that was appended so far. Durable when it returns.
   *
   * @returns what the archive forgot.
   * @throws when it can't be written.
   */
  compact(rows: Iterable<SnapshotRow>, leaving: Leaving): Forgotten
  /** Take an input. `undefined`: it is durable already. */
  append(input: EngineInput): Promise<void> | undefined
  /** Resolves when others had their turn. */
  pause(): Promise<void>
  /** Make durable what was taken, now. @throws when it can't. */
  flush(): void
  /** Flush, and let go of files. Idempotent. */
  close(): void
}

/** A log that lasts as long as its process. */
export function createMemoryLog(): EngineLog {
  const archive = createMemoryArchive()
  // Nobody reads the inputs back: the state in the same process is their fold.
  return {
    archive,
    snapshot: () => [],
    read: () => [],
    compact: (_rows, leaving) => archive.take(leaving),
    append: () => undefined,
    pause: () => Promise.resolve(),
    flush: () => {},
    close: () => {},
  }
}
