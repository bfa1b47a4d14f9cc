/** Answers in the server's shapes. Bodies are written by hand where the order of members and the escapes are part of the wire. */
import { writeGoString } from "./go-json.ts"
import { formatTime, formatTimeV2 } from "./time-text.ts"

const plainText = "text/plain; charset=utf-8"
const json = "application/json"

/** The event API labels its JSON as text. */
export function textJson(status: number, body: string): Response {
  return new Response(`${body}\n`, { status, headers: { "content-type": plainText } })
}

export function jsonV1(body: string, headers: Record<string, string> = {}): Response {
  return new Response(`${body}\n`, { status: 200, headers: { "content-type": json, ...headers } })
}

/** `{ data, metadata }`. @param cachedForMs how long the server would answer with a copy; told, but not done here. */
export function dataV1(data: string, nowMs: number, cachedForMs?: number): Response {
  const fetched = `"fetched_at":"${formatTime(nowMs)}"`
  if (cachedForMs === undefined) return jsonV1(`{"data":${data},"metadata":{${fetched}}}`)
  const cached = `"cached_until":"${formatTime(nowMs + cachedForMs)}"`
  return jsonV1(`{"data":${data},"metadata":{${fetched},${cached}}}`, {
    "cache-control": `private, max-age=${cachedForMs / 1000}`,
  })
}

/** The error envelope of `/v1` and of what is older. */
export function errorV1(status: number, message: string, httpStatus: number = status): Response {
  return new Response(`{"error":${writeGoString(message)},"data":null,"status":${status}}\n`, {
    status: httpStatus,
    headers: { "content-type": json },
  })
}

/** An error on `GET /v1/…`: HTTP says 200, and the body alone tells the truth. */
export function hiddenErrorV1(status: number, message: string): Response {
  return errorV1(status, message, 200)
}

export function dataV2(data: string, nowMs: number): Response {
  return new Response(`{"data":${data},"metadata":{"fetchedAt":"${formatTimeV2(nowMs)}"}}`, {
    headers: { "content-type": json },
  })
}

/** @param isFromGateway the layer before the API itself ends its bodies with a newline. */
export function errorV2(status: number, code: string, message: string, isFromGateway = false): Response {
  const body = `{"errors":[{"code":"${code}","message":${writeGoString(message)}}]}${isFromGateway ? "\n" : ""}`
  return new Response(body, { status, headers: { "content-type": json } })
}

export function notFoundPage(): Response {
  return new Response("404 page not found\n", {
    status: 404,
    headers: { "content-type": plainText, "x-content-type-options": "nosniff" },
  })
}

export function methodNotAllowed(allow: readonly string[]): Response {
  return new Response(null, { status: 405, headers: { allow: allow.join(", ") } })
}
