/** What wraps an answer: both REST generations, and the error bodies of every surface. */
import { type JsonObject, type JsonValue, isJsonObject } from "../shared/json-value.ts"
import type { Page } from "../shared/page.ts"
import type { Route } from "./usual-routes.ts"
import { type Decode, list } from "./shape.ts"

/**
 * The true status of an answer that came as HTTP 200: the caching layer of `GET /v1/*` drops the status of an error and leaves it in the body.
 *
 * @returns the status in the body, or `undefined` for a real success.
 * @source measured: 200 with a numeric `status` of 400 or more and a string `error`, and no `metadata`; an unknown run is a 500 there
 */
export function hiddenErrorStatus(body: JsonValue | undefined): number | undefined {
  if (!isJsonObject(body) || typeof body.error !== "string" || body.metadata !== undefined) return undefined
  if (body.error.startsWith("Unable to load function run")) return 404
  return typeof body.status === "number" && body.status >= 400 ? body.status : undefined
}

/** `data` of an envelope of either generation. v2 leaves empty lists out: an absent `data` is `undefined` here. */
export function unwrapData(body: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(body) ? body.data : undefined
}

/** What the answer is about, decoded. @throws ProtocolError */
export function decodeData<T>(body: JsonValue | undefined, decode: Decode<T>, route: Route): T {
  return decode(unwrapData(body), route.name, "data")
}

/** A page of a v2 list, with the cursor of the next one where more follow. */
export function decodePage<T>(body: JsonValue | undefined, decode: Decode<T>, route: Route): Page<T> {
  const data = decodeData(body, list(decode), route)
  const page: JsonObject = isJsonObject(body) && isJsonObject(body.page) ? body.page : {}
  const cursor = page.hasMore === true && page.cursor
  return typeof cursor === "string" && cursor !== "" ? { data, cursor } : { data }
}
