/**
 * Answers in the server's shapes. Bodies are written by hand where the order of members and the escapes are part of the wire.
 *
 * They are data; what makes a Response of one is the door's choice, since the platform's own is slow on a port.
 */
import type { Route } from "../../src/protocol/routes.ts"
import { writeGoString } from "./go-json.ts"
import { formatTime, formatTimeV2 } from "./time-text.ts"

export interface Reply {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  body: string | null
}

const plainText = "text/plain; charset=utf-8"
const json = "application/json"

/** The event API labels its JSON as text. */
export function textJson(status: number, body: string): Reply {
  return { status, headers: { "content-type": plainText }, body: `${body}\n` }
}

export function jsonV1(body: string, headers: Record<string, string> = {}): Reply {
  return { status: 200, headers: { "content-type": json, ...headers }, body: `${body}\n` }
}

/** `{ data, metadata }`. @param cachedForMs how long the server would answer with a copy; told, but not done here. */
export function dataV1(data: string, nowMs: number, cachedForMs?: number): Reply {
  const fetched = `"fetched_at":"${formatTime(nowMs)}"`
  if (cachedForMs === undefined) return jsonV1(`{"data":${data},"metadata":{${fetched}}}`)
  const cached = `"cached_until":"${formatTime(nowMs + cachedForMs)}"`
  return jsonV1(`{"data":${data},"metadata":{${fetched},${cached}}}`, {
    "cache-control": `private, max-age=${cachedForMs / 1000}`,
  })
}

/** The error envelope of `/v1` and of what is older. */
export function errorV1(status: number, message: string, httpStatus: number = status): Reply {
  const body = `{"error":${writeGoString(message)},"data":null,"status":${status}}\n`
  return { status: httpStatus, headers: { "content-type": json }, body }
}

/** An error on `GET /v1/…`: HTTP says 200, and the body alone tells the truth. */
export function hiddenErrorV1(status: number, message: string): Reply {
  return errorV1(status, message, 200)
}

/** The same labelled as text: of routes that are no part of `/v1`. @param code a word for programs, where there is one. */
export function textErrorV1(status: number, message: string, code?: string): Reply {
  const members = code === undefined ? "" : `,"code":"${code}"`
  const body = `{"error":${writeGoString(message)},"data":null,"status":${status}${members}}\n`
  return { status, headers: { "content-type": plainText }, body }
}

export function dataV2(data: string, nowMs: number): Reply {
  const body = `{"data":${data},"metadata":{"fetchedAt":"${formatTimeV2(nowMs)}"}}`
  return { status: 200, headers: { "content-type": json }, body }
}

/**
 * A list of v2. What is empty, zero or false is left out.
 *
 * @param items each as JSON.
 * @param page what stands in `page`, as JSON.
 */
export function pageV2(items: readonly string[], nowMs: number, page = "{}"): Reply {
  const data = items.length === 0 ? "" : `"data":[${items.join(",")}],`
  const body = `{${data}"metadata":{"fetchedAt":"${formatTimeV2(nowMs)}"},"page":${page}}`
  return { status: 200, headers: { "content-type": json }, body }
}

export function emptyPageV2(nowMs: number, limit: number): Reply {
  return pageV2([], nowMs, `{"limit":${limit}}`)
}

/** @param isFromGateway the layer before the API itself ends its bodies with a newline. */
export function errorV2(status: number, code: string, message: string, isFromGateway = false): Reply {
  const body = `{"errors":[{"code":"${code}","message":${writeGoString(message)}}]}${isFromGateway ? "\n" : ""}`
  return { status, headers: { "content-type": json }, body }
}

/** A refusal in words, as Go's own server makes it. */
export function plainError(status: number, message: string): Reply {
  return {
    status,
    headers: { "content-type": plainText, "x-content-type-options": "nosniff" },
    body: `${message}\n`,
  }
}

export function notFoundPage(): Reply {
  return plainError(404, "404 page not found")
}

export function methodNotAllowed(allow: readonly string[]): Reply {
  return { status: 405, headers: { allow: allow.join(", ") }, body: null }
}

/** For a route that the real server answers and this one does not: by name, so that nobody takes it for a 404. */
export function notServed({ name, method, path }: Route): Reply {
  const message = `${name}: this server does not answer ${method} ${path} yet`
  return path.startsWith("/v2/") ? errorV2(501, "not_implemented", message) : errorV1(501, message)
}
