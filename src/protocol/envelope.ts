/** What wraps an answer: both REST generations, and the error bodies of every surface. */
import { type JsonObject, type JsonValue, isJsonObject } from "../shared/json.ts"

/** What an error body says, whatever its shape. */
export interface ErrorBody {
  message: string | undefined
  /** The server's own code, v2 only. */
  serverCode: string | undefined
}

/**
 * Message and code of an error body. Shapes: `{error, data: null, status}` (v1, event API), `{errors: [{code, message}]}` (v2),
 * `{message}`, or plain text (401, unknown routes).
 */
export function decodeErrorBody(body: JsonValue | undefined): ErrorBody {
  if (typeof body === "string") return { message: body.trim() || undefined, serverCode: undefined }
  if (!isJsonObject(body)) return { message: undefined, serverCode: undefined }
  const first = Array.isArray(body.errors) ? body.errors[0] : undefined
  if (isJsonObject(first)) return { message: text(first.message), serverCode: text(first.code) }
  return { message: text(body.error) ?? text(body.message), serverCode: text(body.code) }
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined
}

/**
 * The true status of an answer that came as HTTP 200: the caching layer of `GET /v1/*` drops the status of an error and leaves it in the body.
 *
 * @returns the status in the body, or `undefined` for a real success.
 * @source measured: 200 with a numeric `status` of 400 or more and a string `error`, and no `metadata`
 */
export function hiddenErrorStatus(body: JsonValue | undefined): number | undefined {
  if (!isJsonObject(body) || typeof body.error !== "string" || body.metadata !== undefined) return undefined
  return typeof body.status === "number" && body.status >= 400 ? body.status : undefined
}

/** Page information of a v2 list. */
export interface PageInfo {
  /** Where the next page begins; absent on the last page. */
  cursor?: string
  hasMore: boolean
}

/** `data` of an envelope of either generation. v2 leaves empty lists out: an absent `data` is `undefined` here. */
export function unwrapData(body: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(body) ? body.data : undefined
}

export function decodePageInfo(body: JsonValue | undefined): PageInfo {
  const page: JsonObject = isJsonObject(body) && isJsonObject(body.page) ? body.page : {}
  const cursor = text(page.cursor)
  const hasMore = page.hasMore === true
  return cursor !== undefined && hasMore ? { cursor, hasMore } : { hasMore: false }
}
