/** An error of any origin → what the shell says of it and the code it exits with. The only place that decides either. */
import type { ErrorCode, InngestKitError, RevisionConflictError } from "../src/index.ts"
import type { CommandErrorKind } from "./command-error.ts"
import type { Position } from "./grammar/ast.ts"
import { missingServer } from "./unreachable.ts"

export type FailureKind = CommandErrorKind | ErrorCode | "bug"

export interface Failure {
  readonly kind: FailureKind
  readonly message: string
  readonly hint?: string | undefined
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  /** Of what was typed; of a script the line is always known. */
  readonly at?: (Pick<Position, "line"> & Partial<Position>) | undefined
  readonly excerpt?: string | undefined
  readonly details?: Readonly<Record<string, unknown>> | undefined
  /** Only of a bug: where it happened. */
  readonly stack?: string | undefined
}

/**
 * 0 ok · 1 failed · 2 usage · 3 confirmation required or declined · 4 refused · 5 not found · 6 conflict · 7 unreachable · 8 partly done ·
 * 9 the awaited run failed · 124 timed out · 130 interrupted.
 */
const exitCodes: Readonly<Record<FailureKind, number>> = {
  usage: 2,
  config: 2,
  validation: 2,
  "bad-request": 2,
  "payload-too-large": 2,
  "confirmation-required": 3,
  declined: 3,
  "read-only": 4,
  authentication: 4,
  permission: 4,
  "not-found": 5,
  unsupported: 5,
  conflict: 6,
  "revision-conflict": 6,
  unreachable: 7,
  connection: 7,
  partial: 8,
  "partial-send": 8,
  timeout: 124,
  interrupted: 130,
  failed: 1,
  api: 1,
  "rate-limit": 1,
  server: 1,
  protocol: 1,
  store: 1,
  function: 1,
  "non-retriable": 1,
  "retry-after": 1,
  step: 1,
  invariant: 1,
  bug: 1,
}

export function exitCodeOf({ kind }: Failure): number {
  return exitCodes[kind]
}

export function toFailure(error: unknown): Failure {
  // By name and shape: to load the classes only to compare with them would cost a usage error the whole client.
  if (isCommandError(error)) {
    const { kind, message, hint, at, excerpt, details } = error
    return { kind, message, hint, at, excerpt, details }
  }
  if (isKitError(error)) return ofKitError(error)
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return {
    kind: "bug",
    message: `${message}. This is a bug in inngest-kit; please report it`,
    stack: stack?.split("\n").slice(1).join("\n"),
  }
}

interface CommandErrorLike extends Pick<Failure, "message" | "hint" | "at" | "excerpt" | "details"> {
  kind: CommandErrorKind
}

function isCommandError(error: unknown): error is CommandErrorLike {
  return error instanceof Error && error.name === "CommandError"
}

function isKitError(error: unknown): error is InngestKitError {
  return error instanceof Error && (error as { [brand]?: unknown })[brand] === true
}

/** What src/errors.ts marks its errors with, in any copy of the package. */
const brand: unique symbol = Symbol.for("inngest-kit.error") as never

function ofKitError(error: InngestKitError): Failure {
  // The store's own text is the Go store's, a word and a status; what the server answered, or why it did not, says more.
  if (error.code === "store" && isKitError(error.cause)) return ofKitError(error.cause)
  const { status, requestId } = error as { status?: number; requestId?: string }
  const { issues, ids } = error as { issues?: readonly { path: string; message: string }[]; ids?: readonly string[] }
  // Of the library it is one of several stores; here it is what the profile has instead of one.
  if (error.code === "unsupported" && error.message.includes("keeps no workflow state"))
    return {
      kind: error.code,
      message: wordsOf(error),
      hint: "Give it a store:  --store sqlite:states.db   or for good  profile add <name> --url <url> --store …",
    }
  return {
    ...(isStoreAway(error)
      ? { kind: "unreachable", hint: "Nothing answers where the store is: start it, or name another by --store" }
      : { kind: error.code, hint: error.hint ?? hintFor(error.code) }),
    message: error.code === "revision-conflict" ? conflictOf(error) : wordsOf(error),
    status,
    requestId,
    details: issues === undefined ? (ids === undefined ? undefined : { eventIds: ids }) : { issues },
  }
}

/** Without the Go store's name for the call, which is no command here, where more follows than a status. */
function wordsOf({ message }: InngestKitError): string {
  return message.replace(/^inngest\/(?:save|load|list|delete): (?!status \d)/, "")
}

function conflictOf(error: InngestKitError): string {
  const { workflowId, expected, actual } = error as Partial<RevisionConflictError>
  if (workflowId === undefined || expected === undefined) return wordsOf(error)
  if (expected === null) return `workflow ${workflowId} exists already`
  const now = actual === null ? ": there is no such state" : actual === undefined ? "" : `, but at ${actual}`
  return `workflow ${workflowId} is not at revision ${expected}${now}`
}

/** @source ioredis says of a server that is not there only how often it has tried */
function isStoreAway({ code, cause }: InngestKitError): boolean {
  if (code !== "store") return false
  return missingServer(cause) !== undefined || (cause instanceof Error && cause.name === "MaxRetriesPerRequestError")
}

function hintFor(code: ErrorCode): string | undefined {
  switch (code) {
    case "authentication":
      return "Keys come from INNGEST_EVENT_KEY (to send) and INNGEST_SIGNING_KEY (to read)."
    case "revision-conflict":
      return "Somebody saved in between: load it again."
    default:
      return undefined
  }
}
