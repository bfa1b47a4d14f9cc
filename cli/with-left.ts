import { CommandError, type CommandErrorFields } from "./command-error.ts"

/** The error of a command that was ended while it waited, with what it has done by then: `details` for scripts, `hint` for people. */
export function withLeft(error: unknown, { aborted, reason }: AbortSignal, fields: CommandErrorFields): unknown {
  if (!aborted || !(reason instanceof CommandError)) return error
  return new CommandError(reason.kind, reason.message, { ...fields, cause: reason })
}
