/** An answer → typed error. The only status switch. Loaded with the first answer that is one. */
import {
  ApiError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  NotFoundError,
  PayloadTooLargeError,
  PermissionError,
  RateLimitError,
  ServerError,
} from "../shared/call-errors.ts"
import { type ErrorCode } from "../shared/error.ts"
import { ProtocolError } from "../shared/protocol-error.ts"
import { hiddenErrorStatus } from "../protocol/envelope.ts"
import { decodeErrorBody } from "../protocol/error-body.ts"
import { requestIdHeader, retryAfterHeader } from "../protocol/headers.ts"
import type { Route } from "../protocol/usual-routes.ts"
import type { JsonValue } from "../shared/json-value.ts"
import { type Exchange, type Sent, bodyOf } from "./exchange.ts"
import { maskPath, masked } from "./mask.ts"
import { isRetryableStatus, parseRetryAfterMs } from "./retry.ts"
import { summarize } from "./thrown.ts"

/** What a status is. Not listed: from 500 on ServerError, else ApiError. */
const classes: Readonly<Record<number, readonly [typeof ApiError, ErrorCode]>> = {
  400: [BadRequestError, "bad-request"],
  401: [AuthenticationError, "authentication"],
  403: [PermissionError, "permission"],
  404: [NotFoundError, "not-found"],
  408: [ServerError, "server"],
  409: [ConflictError, "conflict"],
  410: [NotFoundError, "not-found"],
  412: [ConflictError, "conflict"],
  413: [PayloadTooLargeError, "payload-too-large"],
  422: [BadRequestError, "bad-request"],
  425: [ServerError, "server"],
  429: [RateLimitError, "rate-limit"],
}

/** The typed error of an answer; `undefined` for a success. */
export function faultOf(route: Route, answer: Exchange, sent: Sent, nowMs: number): ApiError | undefined {
  const { request, mask } = masked(sent)
  const { value } = bodyOf(answer)
  const hidden = answer.status === 200 && route.method === "GET" ? hiddenErrorStatus(value) : undefined
  const status = hidden ?? answer.status
  if (status >= 200 && status < 300) return undefined
  const header = (name: string): string | null => answer.headers.get(name)
  const body = maskJson(value, mask)
  const { message: said, serverCode } = decodeErrorBody(body)
  const retryAfterMs = parseRetryAfterMs(header(retryAfterHeader), nowMs)
  const requestId = header(requestIdHeader) ?? undefined
  const location = header("location")
  const reason = status === 0 ? "redirect" : hidden === undefined && mask(answer.statusText)
  const message = [
    `${summarize(request)}: ${status}`,
    reason && ` ${reason}`,
    location && ` to ${maskPath(mask(location))}`,
    retryAfterMs !== undefined && ` (retry in ${retryAfterMs} ms)`,
    said && `: ${said.length > 500 ? `${said.slice(0, 500)}…` : said}`,
  ]
  const [Class, code] = classes[status] ?? (status >= 500 ? classes[408] : undefined) ?? [ApiError, "api"]
  // 425 and 429 refuse before anything is done.
  const retryable = isRetryableStatus(status) && (route.retry !== "unsent" || status === 425 || status === 429)
  const fields = { request, status, body, serverCode, retryAfterMs, requestId }
  return new Class(code, message.filter(Boolean).join(""), fields, { retryable })
}

function maskJson(value: JsonValue | undefined, mask: (text: string) => string): JsonValue | undefined {
  if (typeof value === "string") return mask(value)
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map((item) => maskJson(item, mask) as JsonValue)
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [mask(name), maskJson(member, mask) as JsonValue]),
  )
}

/** The error of a success that is not JSON. */
export function notJson(route: Route, { status, bytes, sent }: Exchange & { sent: Sent }): ProtocolError {
  const { request, mask } = masked(sent)
  const received = mask(new TextDecoder().decode(bytes)).slice(0, 80)
  return new ProtocolError(`${summarize(request)}: ${status} with a body that is not JSON`, {
    route: route.name,
    received,
  })
}
