/**
 * Which failure is tried again, how often, and how long to wait. Pure; ofetch runs with its own retry off.
 */
import type { RouteRetry } from "../protocol/usual-routes.ts"
import { type BackoffPolicy, backoffDelayMs } from "../shared/backoff.ts"
import type { Random } from "../shared/random.ts"

export interface RetryPolicy extends BackoffPolicy {
  /** Requests in all, the first included; 1 = no retry. */
  attempts: number
}

/** About two seconds of waiting in all: a restart or a short overload is bridged, a person still gets an answer. */
export const defaultRetry: RetryPolicy = { attempts: 4, minDelayMs: 250, maxDelayMs: 8_000 }

/** A server that asks for a longer pause gets no retry: the caller learns at once, from `retryAfterMs`, when to come back. */
export const maxRetryAfterMs = 60_000

export type Failure =
  /** `unsent`: it is certain that no byte of the request reached the server. */
  | { kind: "connection"; unsent: boolean }
  | { kind: "timeout" }
  | { kind: "status"; status: number; retryAfterMs?: number | undefined }

/**
 * Milliseconds to wait before the next attempt, or `undefined` to give up.
 *
 * @param attempt the one that failed, 1-based.
 * @param retry what the route allows, see `Route`.
 */
export function retryDelayMs(
  failure: Failure,
  attempt: number,
  retry: RouteRetry,
  policy: RetryPolicy,
  random: Random,
): number | undefined {
  const { kind } = failure
  const askedMs = (kind === "status" && failure.retryAfterMs) || 0
  const isRetried =
    retry === "unsent"
      ? kind === "connection" && failure.unsent
      : kind !== "status" || isRetryableStatus(failure.status)
  return isRetried && attempt < policy.attempts && askedMs <= maxRetryAfterMs
    ? Math.max(askedMs, backoffDelayMs(attempt, policy, random))
    : undefined
}

/** 408, 425, 429 and 5xx say "not this time". 501 says "never". */
export function isRetryableStatus(status: number): boolean {
  return [408, 425, 429].includes(status) || (status >= 500 && status !== 501)
}

/**
 * Milliseconds that a `Retry-After` asks for: seconds or an HTTP date; `undefined` when absent or neither.
 *
 * @source RFC 9110, 10.2.3
 */
export function parseRetryAfterMs(text: string | null, nowMs: number): number | undefined {
  if (text === null) return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return Math.round(Number(text) * 1_000)
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs)
}

/** No connection was made: Node's and Bun's codes; Deno has none (`client error (Connect): tcp connect error: …`). */
const unsentCause =
  /^((ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused) |.*client error \(Connect\))/s

/**
 * Whether a thrown error of `fetch` proves that nothing was sent. Browsers say "Failed to fetch" for everything, so there it never does.
 */
export function isUnsent(thrown: unknown, depth = 0): boolean {
  const { code, message, cause } = (thrown ?? {}) as { code?: unknown; message?: unknown; cause?: unknown }
  return unsentCause.test(`${code} ${message}`) || (cause !== undefined && depth < 4 && isUnsent(cause, depth + 1))
}
