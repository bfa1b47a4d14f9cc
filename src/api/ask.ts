/** What the resources have in common: one request of the route table, and the questions that follow from its answer. */
import type { NotFoundError, ServerError } from "../shared/call-errors.ts"
import { hasCode, isInngestKitError } from "../shared/error.ts"
import { ValidationError, invalid } from "../shared/validation-error.ts"
import type { ProtocolError } from "../shared/protocol-error.ts"
import { type CallOptions, toCallSettings } from "../http/request-options.ts"
import { request } from "../http/request.ts"
import { type QueryValue, withQuery } from "../http/query.ts"
import type { Transport } from "../http/transport.ts"
import { type PathParams, type Route, buildPath } from "../protocol/usual-routes.ts"
import { encodeSegment } from "../protocol/segment.ts"
import type { Clock } from "../shared/clock.ts"
import { type JsonValue, isJsonObject, isPlain } from "../shared/json-value.ts"
import { createFreshQuery } from "./fresh.ts"

export interface Asked {
  query?: Readonly<Record<string, QueryValue>>
  /** Written as JSON. */
  body?: unknown
  /** Those of the caller; members that are not the call's don't matter. */
  options?: CallOptions | undefined
}

/**
 * Ask a route, and get its whole body.
 *
 * @throws ValidationError for a parameter that no URL carries and for a body that is no JSON, and what `request` throws.
 */
export type Ask = <Path extends string>(
  route: Route & { readonly path: Path },
  params: Record<PathParams<Path>, string>,
  asked?: Asked,
) => Promise<JsonValue | undefined>

export function createAsk(transport: Transport, clock: Clock): Ask {
  const fresh = createFreshQuery(clock)
  return async (route, params, { query, body, options = {} } = {}) => {
    for (const [name, value] of Object.entries<string>(params))
      if (encodeSegment(value) === undefined) throw invalid(name, `"${value}" is none`)
    // One thing, or what belongs to it; lists are always fresh.
    const isCached = route.method === "GET" && /^\/v1.*:/.test(route.path)
    const answer = await request(transport, route, {
      path: withQuery(buildPath(route.path, params), isCached ? { ...query, ...fresh() } : query),
      body: await writeBody(body),
      ...(await toCallSettings(options)),
    })
    return answer.body
  }
}

/** As JSON. @throws ValidationError for what is none. */
export async function writeBody(body: unknown): Promise<string | undefined> {
  if (body === undefined || isPlain(body)) return JSON.stringify(body)
  const written = (await import("../shared/json.ts")).stringifyJson(body)
  if (written.ok) return written.value
  throw new ValidationError("body", [{ path: written.path, message: written.message }])
}

/** `null` where the server says that there is no such thing. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (hasCode<NotFoundError>(error, "not-found") && !isRouteMissing(error)) return null
    throw error
  }
}

/** As text, or by the gateway of v2: no such route, or another server. */
export function isRouteMissing(error: NotFoundError): boolean {
  return !isJsonObject(error.body) || error.serverCode === "api_error"
}

/**
 * REST v2 where the server has it, else v1. The first answer that tells settles it for this client, be it an error of v2's own, so that a
 * proxy's hiccup later on does not turn one kind of answer into the other.
 */
export type Either = <T>(v2: () => Promise<T>, v1: () => Promise<T>) => Promise<T>

export function createEither(): Either {
  let settled: "v1" | "v2" | undefined
  return async (v2, v1) => {
    if (settled === "v1") return v1()
    try {
      const result = await v2()
      settled ??= "v2"
      return result
    } catch (error) {
      // A server older than v2 has a page under every path it does not know.
      const isMissing = hasCode<NotFoundError>(error, "not-found")
        ? isRouteMissing(error)
        : hasCode<ProtocolError>(error, "protocol")
          ? error.path === ""
          : hasCode<ServerError>(error, "server") && error.status === 501
      // Errors with a code are v2's own; a 401, a 502 or none at all may come from what stands before any server.
      if (!isMissing && isInngestKitError(error) && "serverCode" in error && error.serverCode) settled ??= "v2"
      if (settled === "v2" || !isMissing) throw error
      settled = "v1"
      return v1()
    }
  }
}
