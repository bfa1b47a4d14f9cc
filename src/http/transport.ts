/**
 * Requests to an Inngest server: keys, retries, timeouts, typed errors. The straight line between `attempt.ts` (once), `retry.ts` (when
 * again) and `fault.ts` (which error).
 *
 * I1  Each attempt has a timeout of its own.
 * I2  Every attempt sends the same bytes.
 * I3  The caller's signal also ends a wait between attempts.
 * I4  No key leaves in anything that is thrown.
 */
import type { ApiError } from "../errors.ts"
import type { Route } from "../protocol/usual-routes.ts"
import { InngestKitError } from "../shared/error.ts"
import { type Clock, systemClock, wait } from "../shared/clock.ts"
import { type Random, systemRandom } from "../shared/random.ts"
import { type AttemptOnce, createAttempt } from "./attempt.ts"
import { type AuthOptions, createAuth } from "./auth.ts"
import type { Exchange, Sent } from "./exchange.ts"
import { type RetryPolicy, defaultRetry, retryDelayMs } from "./retry.ts"

export type { Exchange } from "./exchange.ts"
export type { RetryPolicy } from "./retry.ts"

/** Time for one attempt, from the first byte sent to the last byte read, in ms. */
export const defaultTimeoutMs = 30_000

export interface TransportOptions extends AuthOptions {
  /** Absolute, checked (see base-url.ts); a path prefix is kept, slashes at the end don't matter. */
  eventURL: string
  apiURL: string
  /** Instead of `globalThis.fetch`, which is looked up at each request, so that a later replacement is seen. */
  fetch?: typeof globalThis.fetch | undefined
  /** @default 4 attempts, 250 ms to 8 s apart */
  retry?: { readonly [Name in keyof RetryPolicy]?: RetryPolicy[Name] | undefined } | undefined
  /** For each attempt. @default 30 000 */
  timeoutMs?: number | undefined
  clock?: Clock | undefined
  random?: Random | undefined
}

export interface ExchangeRequest {
  /** Built and encoded, without base URL. May be left out for `POST /e/:key`, whose key is filled in here. */
  path?: string | undefined
  /** Added to the path. Lists repeat their name; `undefined` members are left out. */
  query?: Readonly<Record<string, QueryValue>> | undefined
  /** JSON text. */
  body?: string | undefined
  headers?: Readonly<Record<string, string>> | undefined
  signal?: AbortSignal | undefined
  /** For each attempt of this call. */
  timeoutMs?: number | undefined
}

export type QueryValue = string | number | boolean | readonly string[] | undefined

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
  const { clock = systemClock, random = systemRandom, retry = {}, timeoutMs: ownTimeoutMs = defaultTimeoutMs } = options
  const { attempts: maxAttempts, minDelayMs, maxDelayMs } = defaultRetry
  const policy: RetryPolicy = {
    attempts: retry.attempts ?? maxAttempts,
    minDelayMs: retry.minDelayMs ?? minDelayMs,
    maxDelayMs: retry.maxDelayMs ?? maxDelayMs,
  }
  const auth = createAuth(options)
  const keys = [options.eventKey, options.signingKey, options.signingKeyFallback]
  const urls = { event: options.eventURL.replace(/\/+$/, ""), api: options.apiURL.replace(/\/+$/, "") }
  const attempt = wrap(createAttempt(clock, options.fetch))
  return { urls, exchange, fault }

  async function exchange(route: Route, asked: ExchangeRequest): Promise<ExchangeResult> {
    const { body, signal, timeoutMs = ownTimeoutMs } = asked
    const { method } = route
    const base = urls[route.host]
    const path = withQuery(asked.path ?? route.path.replace(":key", auth.eventKeySegment), asked.query)
    const headers = auth.headersFor(route.auth, asked.headers)
    const sent: Sent = { method, base, path, keys, headers: [options.headers, asked.headers] }
    for (let attempts = 1; ; attempts++) {
      signal?.throwIfAborted()
      const outcome = await attempt({ url: base + path, method, headers, body, signal, timeoutMs })
      const delayMs = retryDelayMs(outcome, attempts, route.retry, policy, random)
      if (delayMs !== undefined) await wait(clock, delayMs, signal)
      else if (outcome.kind === "status") return { ...outcome.answer, attempts, sent }
      else {
        const retryable = route.retry !== "unsent" || (outcome.kind === "connection" && outcome.unsent)
        // A page that lost its network can't load the part that words this.
        const { thrownFault } = await import("./thrown.ts").catch(() => ({ thrownFault: undefined }))
        if (thrownFault !== undefined) throw thrownFault(outcome, sent, { retryable, attempts, timeoutMs })
        const request = { method, url: base }
        throw new InngestKitError(outcome.kind, `[${method}] "${base}": no response`, { retryable }, { request })
      }
    }
  }

  async function fault(route: Route, answer: ExchangeResult): Promise<ApiError | undefined> {
    const { faultOf } = await import("./fault.ts")
    return faultOf(route, answer, answer.sent, clock.now())
  }
}

function withQuery(path: string, query: ExchangeRequest["query"]): string {
  if (query === undefined) return path
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    for (const each of [value].flat()) if (each !== undefined) params.append(name, String(each))
  const text = params.toString()
  return text === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${text}`
}
