import type { Position } from "./grammar/ast.ts"

/** What went wrong, for scripts: the `kind` of an error document. Each has one exit code (failure.ts). */
export type CommandErrorKind =
  | "usage"
  | "config"
  | "confirmation-required"
  | "read-only"
  | "authentication"
  | "declined"
  | "not-found"
  | "unsupported"
  | "conflict"
  | "unreachable"
  | "partial"
  | "timeout"
  | "interrupted"
  | "failed"

export interface CommandErrorFields {
  /** One sentence: what to do now. */
  readonly hint?: string | undefined
  readonly at?: Position | undefined
  /** The text that is wrong, when it is not the line itself: a payload, a file. It is shown with a caret under `at`. */
  readonly excerpt?: string | undefined
  /** More members of the error document: `plan`, `apply`. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  readonly cause?: unknown
}

/** An error that the shell itself makes: what was typed, what was not confirmed, what can't be reached. Never shows a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError"
  readonly kind: CommandErrorKind
  readonly hint: string | undefined
  readonly at: Position | undefined
  readonly excerpt: string | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(kind: CommandErrorKind, message: string, fields: CommandErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause })
    this.kind = kind
    this.hint = fields.hint
    this.at = fields.at
    this.excerpt = fields.excerpt
    this.details = fields.details
  }
}

/** What was typed is not understood: exit 2, nothing was done. */
export function usageError(message: string, fields: CommandErrorFields = {}): CommandError {
  return new CommandError("usage", message, fields)
}
