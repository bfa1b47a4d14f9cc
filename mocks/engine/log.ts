/**
 * Role: the port behind which the truth lies, an append-only sequence of inputs.
 * Boundary: `engine.ts` is the only caller. In memory here; in SQLite in `persistence.ts`.
 *
 * I1. `read` gives every input that was ever acknowledged, in the order of `append`.
 * I2. A promise of `append` resolves after the input is durable; it rejects when that can't be known. After a rejection nothing is
 *     appended any more: a log with a hole is no truth.
 */
import type { EngineInput } from "./inputs.ts"

export interface EngineLog {
  /** What was recorded so far, oldest first. Asked once, before the first append. */
  read(): Iterable<EngineInput>
  /** Take an input. `undefined`: it is durable already. */
  append(input: EngineInput): Promise<void> | undefined
  /** Make durable what was taken, now. @throws when it can't. */
  flush(): void
  /** Flush, and let go of files. Idempotent. */
  close(): void
}

/** A log that lasts as long as its process. */
export function createMemoryLog(): EngineLog {
  // Nobody reads it back: the state in the same process is its fold.
  return { read: () => [], append: () => undefined, flush: () => {}, close: () => {} }
}
