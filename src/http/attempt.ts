/**
 * One request and its whole answer, on ofetch.
 *
 * I1  The timeout covers the body.
 * I2  The caller's signal ends it at once; its reason is thrown as it is.
 * I3  When it ends, no timer and no listener of it is left.
 */
import { FetchError, createFetch } from "ofetch"
import { headers as names } from "../protocol/headers.ts"
import type { Route } from "../protocol/routes.ts"
import { orAborted } from "../shared/abort.ts"
import type { Clock } from "../shared/clock.ts"
import { pageURL } from "../shared/runtime.ts"
import type { Exchange } from "./exchange.ts"
import { isUnsent, parseRetryAfterMs } from "./retry.ts"

export interface Attempt {
  url: string
  method: Route["method"]
  headers: Headers
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

/** @returns a function that throws nothing but the reason of the caller's signal. */
export function createAttempt(
  clock: Clock,
  givenFetch?: typeof globalThis.fetch,
): (attempt: Attempt) => Promise<Outcome> {
  const $fetch = createFetch({ fetch: (input, init) => (givenFetch ?? globalThis.fetch)(input, init) })
  return async ({ url, signal, timeoutMs, body = null, ...init }) => {
    const controller = new AbortController()
    const end = (): void => controller.abort()
    signal?.addEventListener("abort", end)
    const cancelTimer = clock.setTimer(clock.now() + timeoutMs, end)
    try {
      // Raced, since a given fetch may not listen to its signal.
      const response = await orAborted(
        $fetch.raw<ArrayBuffer, "arrayBuffer">(url, {
          ...init,
          body,
          signal: controller.signal,
          // Not followed: a 301 turns a PUT into a GET that "succeeds", and keys would travel on.
          redirect: "manual",
          // Elsewhere there is no HTTP cache, and the workers of some clouds refuse the option.
          ...(pageURL() !== undefined && { cache: "no-store" }),
          retry: false,
          ignoreResponseError: true,
          responseType: "arrayBuffer",
        }),
        controller.signal,
      )
      const { status, statusText, headers, _data: data = new ArrayBuffer() } = response
      const answer = { status, statusText, headers, bytes: new Uint8Array(data) }
      return {
        kind: "status",
        status,
        retryAfterMs: parseRetryAfterMs(headers.get(names.retryAfter), clock.now()),
        answer,
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (controller.signal.aborted) return { kind: "timeout" }
      // ofetch's own error shows the URL and holds the headers.
      const thrown: unknown = error instanceof FetchError ? error.cause : error
      return { kind: "connection", thrown, unsent: isUnsent(thrown) }
    } finally {
      cancelTimer()
      signal?.removeEventListener("abort", end)
    }
  }
}
