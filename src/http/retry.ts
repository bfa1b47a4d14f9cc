/**
 * Which failure is tried again, how often, and how long to wait. Pure; the retry of ofetch is not used.
 */
import { backoffDelayMs } from "../shared/backoff.ts"
import type { Random } from "../shared/random.ts"

/** By default about two seconds of waiting in all: a restart or a short overload is bridged, a person still gets an answer. */
export interface RetryPolicy {
  /** Requests in all, the first included; 1 = no retry. @default 4 */
  attempts?: number | undefined
  /** @default 250 */
  minDelayMs?: number | undefined
  /** @default 8 000 */
  maxDelayMs?: number | undefined
}

/** A server that asks for a longer pause gets no retry: the caller learns at once, from `retryAfterMs`, when to come back. */
export const maxRetryAfterMs = 60_000

export type Failure =
  | { kind: "connection" | "timeout" }
  | { kind: "status"; status: number; retryAfterMs?: number | undefined }

/**
 * Milliseconds to wait before the next attempt at what may be repeated, or `undefined` to give up.
 *
 * @param attempt the one that failed, 1-based.
 */
export function retryDelayMs(
  failure: Failure,
  attempt: number,
  { attempts = 4, minDelayMs = 250, maxDelayMs = 8_000 }: RetryPolicy = {},
  random: Random,
): number | undefined {
  const isStatus = failure.kind === "status"
  const askedMs = (isStatus && failure.retryAfterMs) || 0
  return (!isStatus || isRetryableStatus(failure.status)) && attempt < attempts && askedMs <= maxRetryAfterMs
    ? Math.max(askedMs, backoffDelayMs(attempt, { minDelayMs, maxDelayMs }, random))
    : undefined
}

/** 408, 425, 429 and 5xx say "not this time". 501 says "never". */
export function isRetryableStatus(status: number): boolean {
  return status >= 500 ? status !== 501 : status === 408 || status === 425 || status === 429
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
