/**
 * One request and its whole answer, on ofetch.
 *
 * I1  The timeout covers the body.
 * I2  The caller's signal ends it at once; its reason is thrown as it is.
 * I3  When it ends, no timer and no listener of it is left.
 */
import { FetchError, createFetch } from "ofetch"
import type { Route } from "../protocol/routes.ts"
import type { Clock } from "../shared/clock.ts"
import { pageURL } from "../shared/runtime.ts"
import type { Exchange } from "./exchange.ts"

export interface Attempt {
  url: string
  method: Route["method"]
  headers: Headers
  body: string | undefined
  signal: AbortSignal | undefined
  timeoutMs: number
}

export type Outcome =
  | { kind: "answer"; answer: Exchange }
  | { kind: "timeout" }
  /** `thrown` by `fetch`. */
  | { kind: "connection"; thrown: unknown }

/** @returns a function that throws nothing but the reason of the caller's signal. */
export function createAttempt(
  clock: Clock,
  givenFetch?: typeof globalThis.fetch,
): (attempt: Attempt) => Promise<Outcome> {
  const $fetch = createFetch({ fetch: (input, init) => (givenFetch ?? globalThis.fetch)(input, init) })
  return async ({ url, method, headers, body, signal, timeoutMs }) => {
    const controller = new AbortController()
    let end: (reason: "aborted" | "timeout") => void = () => {}
    // A given fetch may not listen to its signal, so it is raced as well as aborted.
    const ended = new Promise<"aborted" | "timeout">((resolve) => {
      end = (reason) => {
        resolve(reason)
        controller.abort()
      }
    })
    const onAbort = (): void => end("aborted")
    signal?.addEventListener("abort", onAbort)
    const cancelTimer = clock.setTimer(clock.now() + timeoutMs, () => end("timeout"))
    try {
      const response = await Promise.race([
        ended,
        $fetch.raw<ArrayBuffer, "arrayBuffer">(url, {
          method,
          headers,
          body: body ?? null,
          signal: controller.signal,
          // Not followed: a 301 turns a PUT into a GET that "succeeds", and keys would travel on.
          redirect: "manual",
          // Elsewhere there is no HTTP cache, and the workers of some clouds refuse the option.
          ...(pageURL() === undefined ? {} : { cache: "no-store" as const }),
          retry: false,
          ignoreResponseError: true,
          responseType: "arrayBuffer",
        }),
      ])
      if (response === "aborted") throw signal?.reason
      if (response === "timeout") return { kind: "timeout" }
      const { status, statusText, headers: answered, _data: data = new ArrayBuffer() } = response
      return { kind: "answer", answer: { status, statusText, headers: answered, bytes: new Uint8Array(data) } }
    } catch (thrown) {
      if (signal?.aborted) throw signal.reason
      // ofetch's own error shows the URL and holds the headers.
      return { kind: "connection", thrown: thrown instanceof FetchError ? thrown.cause : thrown }
    } finally {
      cancelTimer()
      signal?.removeEventListener("abort", onAbort)
    }
  }
}
