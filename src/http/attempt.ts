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
import { parseRetryAfterMs } from "./retry.ts"

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
  /** `thrown` by `fetch`. */
  | { kind: "connection"; thrown: unknown }

/** Rejects with nothing but the reason of the caller's signal. */
export type AttemptOnce = (attempt: Attempt) => Promise<Outcome>

export function createAttempt(clock: Clock, givenFetch?: typeof globalThis.fetch): AttemptOnce {
  let fetcher: Fetcher | undefined
  return ({ url, method, headers, body, signal, timeoutMs }) => {
    const controller = new AbortController()
    return within<Outcome>(clock, timeoutMs, signal, { kind: "timeout" }, ask, () => controller.abort())

    async function ask(): Promise<Outcome> {
      try {
        fetcher ??= (await import("./fetcher.ts")).createFetcher(() => pageURL() !== undefined, givenFetch)
        const answer = await fetcher(url, { method, headers, body: body ?? null, signal: controller.signal })
        const retryAfterMs = isSuccess(answer)
          ? undefined
          : parseRetryAfterMs(answer.headers.get(retryAfterHeader), clock.now())
        return { kind: "status", status: answer.status, retryAfterMs, answer }
      } catch (thrown) {
        return { kind: "connection", thrown }
      }
    }
  }
}
