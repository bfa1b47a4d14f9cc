/**
 * Requests to an Inngest server: keys, retries, timeouts, typed errors. The straight line between `attempt.ts` (once), `retry.ts` (when
 * again) and `fault.ts` (which error).
 *
 * I1  Each attempt has a timeout of its own.
 * I2  Every attempt sends the same bytes.
 * I3  The caller's signal also ends a wait between attempts.
 * I4  No key leaves in anything that is thrown.
 */
import type { ApiError } from "../shared/call-errors.ts"
import type { Route } from "../protocol/usual-routes.ts"
import { InngestKitError } from "../shared/error.ts"
import { type Clock, systemClock, wait } from "../shared/clock.ts"
import { type Random, systemRandom } from "../shared/random.ts"
import { type AttemptOnce, createAttempt } from "./attempt.ts"
import { type AuthOptions, createAuth } from "./auth.ts"
import type { Exchange, Fetch, Sent } from "./exchange.ts"
import { type RetryPolicy, retryDelayMs } from "./retry.ts"

export type { Exchange } from "./exchange.ts"
export type { RetryPolicy } from "./retry.ts"

/** Time for one attempt, from the first byte sent to the last byte read, in ms. */
export const defaultTimeoutMs = 30_000

export interface TransportOptions extends AuthOptions {
  /** Absolute, checked (see base-url.ts), without a slash at the end; a path prefix is kept. */
  eventURL: string
  apiURL: string
  /** Instead of `globalThis.fetch`, which is looked up at each request, so that a later replacement is seen. */
  fetch?: Fetch | undefined
  retry?: RetryPolicy | undefined
  /** For each attempt. @default 30 000 */
  timeoutMs?: number | undefined
  clock?: Clock | undefined
  random?: Random | undefined
}

export interface ExchangeRequest {
  /** Built and encoded, without base URL. May be left out for `POST /e/:key`, whose key is filled in here; see query.ts for one with a query. */
  path?: string | undefined
  /** JSON text. */
  body?: string | undefined
  headers?: Readonly<Record<string, string>> | undefined
  signal?: AbortSignal | undefined
  /** For each attempt of this call. */
  timeoutMs?: number | undefined
}

export interface ExchangeResult extends Exchange {
  /** How many requests were made; above 1, an earlier one may have been carried out without its answer getting here. */
  attempts: number
  /** For the texts of errors; never shown as it is. */
  sent: Sent
}

export interface Transport {
  readonly urls: { readonly event: string; readonly api: string }
  /**
   * Send, and send again as the route allows, and give the last answer whatever its status (redirects are not followed).
   *
   * @throws ConnectionError, TimeoutError, or the reason of the caller's signal.
   */
  exchange(route: Route, request: ExchangeRequest): Promise<ExchangeResult>
  /** The typed error of an answer, with the errors that the server hides in a 200; `undefined` for a success. */
  fault(route: Route, answer: ExchangeResult): Promise<ApiError | undefined>
}

/**
 * @param wrap around each attempt: what fallback-key.ts makes.
 * @throws ConfigError for keys that can't be used; see auth.ts.
 */
export function createTransport(
  options: TransportOptions,
  wrap: (attempt: AttemptOnce) => AttemptOnce = (attempt) => attempt,
): Transport {
  const { clock = systemClock, random = systemRandom, retry, timeoutMs: ownTimeoutMs = defaultTimeoutMs } = options
  const auth = createAuth(options)
  const urls = { event: options.eventURL, api: options.apiURL }
  const attempt = wrap(createAttempt(clock, options.fetch))
  return { urls, exchange, fault }

  async function exchange(route: Route, asked: ExchangeRequest): Promise<ExchangeResult> {
    const { path = auth.eventPath, body, signal, timeoutMs = ownTimeoutMs } = asked
    const { method } = route
    const base = urls[route.host]
    const headers = { ...(body && json), ...auth.headersFor(route.auth), ...asked.headers }
    const sent: Sent = { method, base, path, options, headers: asked.headers }
    for (let attempts = 1; ; attempts++) {
      signal?.throwIfAborted()
      const outcome = await attempt({ url: base + path, method, headers, body, signal, timeoutMs })
      const isRepeatable =
        route.retry !== "unsent" || (outcome.kind === "connection" && (await hasNotLeft(outcome.thrown)))
      const delayMs = isRepeatable ? retryDelayMs(outcome, attempts, retry, random) : undefined
      if (delayMs !== undefined) await wait(clock, delayMs, signal)
      else if (outcome.kind === "status") {
        const { answer } = outcome
        // By name: a copy by `...` with more members takes ten times as long.
        return {
          status: answer.status,
          statusText: answer.statusText,
          headers: answer.headers,
          bytes: answer.bytes,
          attempts,
          sent,
        }
      } else
        throw await import("./thrown.ts").then(
          ({ thrownFault }) => thrownFault(outcome, sent, { retryable: isRepeatable, attempts, timeoutMs }),
          // A page that lost its network can't load the part that words this.
          () => {
            const request = { method, url: base }
            const message = `[${method}] "${base}": no response`
            return new InngestKitError(outcome.kind, message, { retryable: isRepeatable }, { request })
          },
        )
    }
  }

  async function fault(route: Route, answer: ExchangeResult): Promise<ApiError | undefined> {
    return (await import("./fault.ts")).faultOf(route, answer, answer.sent, clock.now())
  }
}

const json = { accept: "application/json", "content-type": "application/json" }

/** Where the part that knows can't be loaded, it is a page, whose errors never say. */
async function hasNotLeft(thrown: unknown): Promise<boolean> {
  const { isUnsent } = await import("./unsent.ts").catch(() => ({ isUnsent: undefined }))
  return isUnsent?.(thrown) === true
}
