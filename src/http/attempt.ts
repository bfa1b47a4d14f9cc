/**
 * One request and its whole answer.
 *
 * I1  The timeout covers the body.
 * I2  The caller's signal ends it at once; its reason is thrown as it is.
 * I3  When it ends, no timer and no listener of it is left.
 */
import { createFetch } from "ofetch"
import { retryAfterHeader } from "../protocol/headers.ts"
import type { Route } from "../protocol/usual-routes.ts"
import { type Clock, within } from "../shared/clock.ts"
import { pageURL } from "../shared/runtime.ts"
import type { Exchange, Fetch } from "./exchange.ts"
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

/** Of which `native` alone is used: `raw` copies options and headers twice, for hooks and retries that nobody has here. */
const ofetch = /* @__PURE__ */ createFetch({ fetch: (...asked) => globalThis.fetch(...asked) })

/** @param fetch instead of the global one, which is looked up each time. */
export function createAttempt(clock: Clock, fetch: Fetch = ofetch.native): AttemptOnce {
  return (asked) => {
    const controller = new AbortController()
    return within<Outcome>(
      clock,
      asked.timeoutMs,
      asked.signal,
      { kind: "timeout" },
      () => ask(asked, controller.signal),
      () => controller.abort(),
    )
  }

  async function ask({ url, method, headers, body }: Attempt, signal: AbortSignal): Promise<Outcome> {
    try {
      const init: RequestInit = {
        method,
        // A copy, so that no `fetch` changes what the next attempt sends.
        headers: { ...headers },
        body: body ?? null,
        signal,
        // Not followed: a 301 turns a PUT into a GET that "succeeds", and keys would travel on.
        redirect: "manual",
      }
      // Elsewhere there is no HTTP cache, and the workers of some clouds refuse the option.
      if (pageURL() !== undefined) init.cache = "no-store"
      const response = await fetch(url, init)
      const bytes = new Uint8Array(await response.arrayBuffer())
      const { status, statusText, headers: received } = response
      const retryAfterMs = status < 300 ? undefined : parseRetryAfterMs(received.get(retryAfterHeader), clock.now())
      return { kind: "status", status, retryAfterMs, answer: { status, statusText, headers: received, bytes } }
    } catch (thrown) {
      return { kind: "connection", thrown }
    }
  }
}
