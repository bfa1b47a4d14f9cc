/**
 * The way to the server behind the gateway: with the keys of the client that was given, but otherwise as a proxy needs it.
 *
 * I1  A request of the page is one request to the server. Only what certainly never left is sent again: the page's client does the rest, and two
 *     loops would multiply.
 * I2  An answer is read up to a bound.
 * I3  Nothing of the page's request goes on but what the caller of `exchange` passes: no header, no cookie, no path.
 */
import { ConfigError, isConnectionError } from "../errors.ts"
import { settingsOf } from "../http/client-settings.ts"
import type { FetchAnswer } from "../http/exchange.ts"
import { tryFallbackKey } from "../http/fallback-key.ts"
import { type Transport, createTransport } from "../http/transport.ts"
import type { Route } from "../protocol/routes.ts"
import { TooLarge, boundedStream } from "./too-large.ts"
import { createMask } from "./secrets.ts"

export interface UpstreamOptions {
  /** @default the client's */
  timeoutMs: number | undefined
  maxResponseBytes: number
}

export interface Upstream {
  readonly transport: Transport
  /** Takes the client's keys out of a text; see secrets.ts. */
  readonly mask: (text: string) => Promise<string>
}

/** @throws ConfigError for what is not a client. */
export function createUpstream(client: unknown, { timeoutMs, maxResponseBytes }: UpstreamOptions): Upstream {
  const settings = settingsOf(client)
  if (settings === undefined) throw new ConfigError("client: must be one that createClient made", { option: "client" })
  const { fetch } = settings
  const options = {
    ...settings,
    timeoutMs: timeoutMs ?? settings.timeoutMs,
    fetch: async (url: string, init: RequestInit) =>
      bounded(await (fetch ?? globalThis.fetch)(url, init), maxResponseBytes),
  }
  const transport = createTransport(options, tryFallbackKey(options))
  return {
    transport: {
      ...transport,
      exchange: (route, request) => transport.exchange(once(route), request),
    },
    mask: createMask(settings),
  }
}

/** I1 */
function once(route: Route): Route {
  return { ...route, retry: "unsent" }
}

/** I2 */
function bounded(answer: FetchAnswer, maxBytes: number): FetchAnswer {
  const { body, status, statusText, headers } = answer
  if (body === null) return answer
  if (Number(headers.get("content-length") ?? 0) > maxBytes) {
    void body?.cancel().catch(() => {})
    throw new TooLarge(`more than ${maxBytes} bytes`)
  }
  return {
    status,
    statusText,
    headers,
    async arrayBuffer() {
      if (body) return new Response(boundedStream(body, maxBytes)).arrayBuffer()
      const bytes = await answer.arrayBuffer()
      if (bytes.byteLength > maxBytes) throw new TooLarge(`more than ${maxBytes} bytes`)
      return bytes
    },
  }
}

/** Whether it was an answer above the bound that ended an exchange. By name, since errors of `fetch` are copied. */
export function isTooLarge(error: unknown): boolean {
  const isNamed = (cause: unknown): boolean =>
    cause instanceof Error && (cause.name === TooLarge.name || isNamed(cause.cause))
  return isConnectionError(error) && isNamed(error.cause)
}
