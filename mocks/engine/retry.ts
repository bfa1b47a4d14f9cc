/** When a failed call is made again. */
import type { Random } from "../../src/shared/random.ts"

const second = 1_000
const minute = 60_000

/** Before retry 1, 2, …; the last one repeats. @source read in the server, and measured: 15–45 s before the first */
const delaysMs = [15 * second, 30 * second, ...[1, 2, 5, 10, 20, 40, 60, 120].map((minutes) => minutes * minute)]

const maxJitterMs = 30_000

/** Milliseconds before retry `retry` (1-based). @param jitterMs from `retryJitterMs`. */
export function retryDelayMs(retry: number, jitterMs: number): number {
  return (delaysMs[Math.min(retry, delaysMs.length) - 1] ?? 0) + jitterMs
}

/** Up to 30 s, so that those that failed together don't come back together. */
export function retryJitterMs(random: Random): number {
  return Math.floor(random.next() * maxJitterMs)
}
