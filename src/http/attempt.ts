/**
 * One request and its whole answer.
 *
 * I1  The timeout covers the body.
 * I2  The caller's signal ends it at once; its reason is thrown as it is.
 * I3  When it ends, no timer and no listener of it is left.
 */
import { retryAfterHeader } from "../protocol/headers.ts"
import type { Route } from "../protocol/usual-routes.ts"
import { type Clock, within } from "../shared/clock.ts"
import { pageURL } from "../shared/runtime.ts"
import { type Exchange, isSuccess } from "./exchange.ts"
import type { Fetcher } from "./fetcher.ts"
import { isUnsent, parseRetryAfterMs } from "./retry.ts"

export interface Attempt {
  url: string
  method: Route["method"]
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body: string | undefined
  signal: AbortSignal | undefined
  timeoutMs: number
}

/** An answer counts as a failure of its status; whether it is one is for retry.ts to say. */
export type Outcome =
  | { kind: "status"; status: number; retryAfterMs: number | undefined; answer: Exchange }
  | { kind: "timeout" }
  /** `thrown` by `fetch`; see `isUnsent`. */
  | { kind: "connection"; thrown: unknown; unsent: boolean }

/** Rejects with nothing but the reason of the caller's signal. */
export type AttemptOnce = (attempt: Attempt) => Promise<Outcome>

export function createAttempt(clock: Clock, givenFetch?: typeof globalThis.fetch): AttemptOnce {
  let fetcher: Fetcher | undefined
  return async ({ url, signal, timeoutMs, ...init }) => {
    const controller = new AbortController()
    const start = (): Promise<Outcome> =>
      ask().catch((thrown: unknown) => ({ kind: "connection", thrown, unsent: isUnsent(thrown) }))
    return (await within(clock, timeoutMs, signal, start, () => controller.abort())) ?? { kind: "timeout" }

    async function ask(): Promise<Outcome> {
      fetcher ??= (await import("./fetcher.ts")).createFetcher(givenFetch)
      // Elsewhere there is no HTTP cache, and the workers of some clouds refuse the option.
      const cache = pageURL() !== undefined && { cache: "no-store" }
      const answer = await fetcher(url, { ...init, ...cache, signal: controller.signal } as RequestInit)
      const { status, headers } = answer
      const retryAfterMs = isSuccess(answer) ? undefined : parseRetryAfterMs(headers.get(retryAfterHeader), clock.now())
      return { kind: "status", status, retryAfterMs, answer }
    }
  }
}
