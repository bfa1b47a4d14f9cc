import type { Random } from "./random.ts"

/** How long to wait between attempts: exponential, with full jitter on the upper half. */
export interface BackoffPolicy {
  minDelayMs: number
  maxDelayMs: number
}

/**
 * Milliseconds to wait after failed attempt `attempt` (1-based): between half and the whole of `minDelayMs * 2^(attempt-1)`, at most `maxDelayMs`.
 * Jitter keeps callers that failed together from coming back together.
 */
export function backoffDelayMs(attempt: number, policy: BackoffPolicy, random: Pick<Random, "next">): number {
  const fullMs = Math.min(policy.maxDelayMs, policy.minDelayMs * 2 ** (attempt - 1))
  return Math.round(fullMs / 2 + (fullMs / 2) * random.next())
}
