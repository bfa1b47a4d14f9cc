import { CommandError, type CommandErrorFields } from "./command-error.ts"

/** The error of a command that was ended while it waited, with what it has done by then: `details` for scripts, `hint` for people. */
export function withLeft(error: unknown, { aborted, reason }: AbortSignal, fields: CommandErrorFields): unknown {
  if (!aborted || !(reason instanceof CommandError)) return error
  return new CommandError(reason.kind, reason.message, { ...fields, cause: reason })
}

/** What was done of many before it went wrong. */
export interface Part {
  /** `events were sent` */
  readonly what: string
  /** What `ids` are called in documents: `eventIds`. */
  readonly key: string
  /** Of those that were done: the first ones. */
  readonly ids: readonly string[]
  readonly total: number
}

/** The error of what is done one after the other, with what was done by then; the error itself where that is nothing. */
export function partly(error: unknown, signal: AbortSignal, { what, key, ids, total }: Part): unknown {
  const [first] = ids
  if (first === undefined) return error
  const done = `${ids.length} of ${total} ${what}`
  const details = { [key]: ids }
  if (signal.aborted) return withLeft(error, signal, { details, hint: `${done}, the first is ${first}` })
  const message = error instanceof Error ? error.message : String(error)
  return new CommandError("partial", `${done}, then: ${message}`, {
    details,
    hint: `Go on with number ${ids.length + 1}`,
    cause: error,
  })
}
