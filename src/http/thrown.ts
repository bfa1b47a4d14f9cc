/** No answer → typed error, with every key taken out of it. Loaded with the first of them. */
import { ConnectionError, TimeoutError } from "../shared/call-errors.ts"
import { type RequestSummary } from "../shared/error.ts"
import type { Outcome } from "./attempt.ts"
import type { Sent } from "./exchange.ts"
import { masked } from "./mask.ts"

/** The error of an attempt that got no answer. */
export function thrownFault(
  failed: Exclude<Outcome, { kind: "status" }>,
  sent: Sent,
  { retryable, attempts, timeoutMs }: { retryable: boolean; attempts: number; timeoutMs: number },
): ConnectionError | TimeoutError {
  const { request, mask } = masked(sent)
  const isTimeout = failed.kind === "timeout"
  const cause = isTimeout ? undefined : maskedCause(failed.thrown, mask)
  const message =
    `${summarize(request)}: no response ${cause ? `(${rootText(cause)})` : `within ${timeoutMs} ms`}` +
    (attempts > 1 ? ` after ${attempts} attempts` : "") +
    (retryable ? "" : "; it may have been carried out")
  return isTimeout
    ? new TimeoutError(message, request, timeoutMs, { retryable })
    : new ConnectionError(message, request, { cause, retryable })
}

/** `[POST] "http://localhost:8288/e/***"` */
export function summarize({ method, url }: RequestSummary): string {
  return `[${method}] ${JSON.stringify(url)}`
}

/** As much of an error as is read from one that `fetch` threw, which may be anything. */
interface Thrown {
  name?: unknown
  message?: unknown
  code?: unknown
  cause?: unknown
}

/**
 * What `fetch` threw, as an error that holds nothing but masked texts: runtimes put the URL into messages, and libraries hang the whole
 * request, headers included, on the error. Its stack is the one of this copy.
 */
function maskedCause(thrown: unknown, mask: (text: string) => string, depth = 0): Error {
  const given: Thrown = typeof thrown === "object" && thrown !== null ? thrown : { message: String(thrown) }
  const { name = "Error", message = "", code, cause } = given
  const copy = new Error(
    mask(String(message)),
    cause === undefined || depth === 4 ? {} : { cause: maskedCause(cause, mask, depth + 1) },
  )
  return Object.assign(copy, { name: mask(String(name)) }, typeof code === "string" && { code: mask(code) })
}

/** The innermost cause in short: `connect ECONNREFUSED 127.0.0.1:8288`. */
function rootText(error: Error & { code?: string }): string {
  return error.cause instanceof Error ? rootText(error.cause) : error.message || error.code || error.name
}
