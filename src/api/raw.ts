/** The way out: any route of the server, with the same keys, retries and errors. */
import { invalid } from "../shared/validation-error.ts"
import { unsendable, toHeaders } from "../http/auth.ts"
import { type CallOptions, toCallSettings } from "../http/request-options.ts"
import { exchangeOrThrow } from "../http/request.ts"
import { type QueryValue, withQuery } from "../http/query.ts"
import type { Transport } from "../http/transport.ts"
import type { Route } from "../protocol/usual-routes.ts"
import type { JsonValue } from "../shared/json-value.ts"
import { writeBody } from "./ask.ts"

export interface RawRequestOptions extends CallOptions {
  /** Lists repeat their name; `undefined` members are left out. */
  query?: Readonly<Record<string, QueryValue>> | undefined
  /** Written as JSON. */
  body?: unknown
  headers?: Readonly<Record<string, string>> | undefined
}

/**
 * Ask any route: `request("GET", "/v2/runs", { query: { limit: 5 } })`.
 *
 * GET, PUT and DELETE are retried; POST only when no byte was sent. `/e/…` goes to the event host, all else to the API host.
 *
 * @returns the whole body, parsed (numbers are doubles); its text when it is not JSON; `undefined` when it is empty.
 */
export type RawRequest = (
  method: Route["method"],
  path: string,
  options?: RawRequestOptions,
) => Promise<JsonValue | undefined>

export function createRawRequest(transport: Transport): RawRequest {
  return async (method, path, { query, body: given, headers: own = {}, ...options } = {}) => {
    if (!path.startsWith("/")) throw invalid("path", `"${path}" does not begin with a slash`)
    const body = await writeBody(given)
    const headers = toHeaders(own)
    if (headers === undefined) throw invalid("headers", unsendable)
    const route = routeFor(method, path)
    const { value } = await exchangeOrThrow(transport, route, {
      path: withQuery(path, query),
      body,
      headers,
      ...(await toCallSettings(options)),
    })
    return value
  }
}

/** By the path alone: the table of routes would double the size of a client, and knows no route of tomorrow. */
function routeFor(method: Route["method"], path: string): Route {
  const isEvent = path.startsWith("/e/")
  return {
    name: "request",
    method,
    path,
    host: isEvent ? "event" : "api",
    auth: isEvent ? "event-key" : path.startsWith("/v1/workflows") ? "event-or-signing" : "signing-key",
    retry: method === "POST" ? "unsent" : "safe",
  }
}
