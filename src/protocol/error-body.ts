import { type JsonValue, isJsonObject } from "../shared/json-value.ts"

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
