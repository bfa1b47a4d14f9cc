/** An answer or a thrown value → typed error. The only status switch. */
import {
  ApiError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  ConnectionError,
  type ErrorCode,
  NotFoundError,
  PayloadTooLargeError,
  PermissionError,
  RateLimitError,
  type RequestSummary,
  ServerError,
  TimeoutError,
} from "../errors.ts"
import { decodeErrorBody, hiddenErrorStatus } from "../protocol/envelope.ts"
import { headers as names } from "../protocol/headers.ts"
import type { Route } from "../protocol/routes.ts"
import type { JsonValue } from "../shared/json.ts"
import { maskPath } from "./auth.ts"
import { type Exchange, looseBody } from "./exchange.ts"
import { isRetryableStatus, isUnsent, parseRetryAfterMs } from "./retry.ts"

export interface FaultContext {
  request: RequestSummary
  /** See `Auth.mask`. */
  mask: (text: string) => string
  nowMs: number
}

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
export function faultOf(route: Route, exchange: Exchange, context: FaultContext): ApiError | undefined {
  const hidden = exchange.status === 200 && route.method === "GET" ? hiddenErrorStatus(looseBody(exchange)) : undefined
  const status = hidden ?? exchange.status
  if (status >= 200 && status < 300) return undefined
  const { request, mask, nowMs } = context
  const body = maskJson(looseBody(exchange), mask)
  const { message: said, serverCode } = decodeErrorBody(body)
  const retryAfterMs = parseRetryAfterMs(exchange.headers.get(names.retryAfter), nowMs)
  const requestId = exchange.headers.get(names.requestId) ?? undefined
  const location = exchange.headers.get("location")
  const reason = status === 0 ? "redirect" : hidden === undefined ? mask(exchange.statusText) : ""
  const message = [
    `${summarize(request)}: ${status}`,
    reason && ` ${reason}`,
    location && ` to ${maskPath(mask(location))}`,
    retryAfterMs === undefined ? "" : ` (retry in ${retryAfterMs} ms)`,
    said && `: ${said.length > 500 ? `${said.slice(0, 500)}…` : said}`,
  ].join("")
  const [Class, code] = classes[status] ?? (status >= 500 ? [ServerError, "server"] : [ApiError, "api"])
  // Refused before anything was done.
  const isRefusal = status === 425 || status === 429
  const retryable = isRetryableStatus(status) && (route.retry !== "unsent" || isRefusal)
  return new Class(code, message, { request, status, body, serverCode, retryAfterMs, requestId }, { retryable })
}

/** The error of an attempt that got no answer. */
export function thrownFault(
  failed: { kind: "timeout" } | { kind: "connection"; thrown: unknown },
  route: Route,
  { request, mask, attempts, timeoutMs }: Omit<FaultContext, "nowMs"> & { attempts: number; timeoutMs: number },
): ConnectionError | TimeoutError {
  const unsure = route.retry === "unsent" && !(failed.kind === "connection" && isUnsent(failed.thrown))
  const retryable = !unsure
  const ending = `${attempts > 1 ? ` after ${attempts} attempts` : ""}${unsure ? "; it may have been carried out" : ""}`
  if (failed.kind === "timeout") {
    const message = `${summarize(request)}: no response within ${timeoutMs} ms${ending}`
    return new TimeoutError(message, request, timeoutMs, { retryable })
  }
  const cause = maskedCause(failed.thrown, mask)
  return new ConnectionError(`${summarize(request)}: no response (${rootText(cause)})${ending}`, request, {
    cause,
    retryable,
  })
}

export function summarize(request: RequestSummary): string {
  return `[${request.method}] ${JSON.stringify(request.url)}`
}

function maskJson(value: JsonValue | undefined, mask: (text: string) => string): JsonValue | undefined {
  if (typeof value === "string") return mask(value)
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map((item) => maskJson(item, mask) as JsonValue)
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [mask(name), maskJson(member, mask) as JsonValue]),
  )
}

/**
 * What `fetch` threw, as an error that holds nothing but masked texts: runtimes put the URL into messages, and libraries hang the whole
 * request, headers included, on the error.
 */
function maskedCause(thrown: unknown, mask: (text: string) => string, depth = 0): Error {
  const given = (
    typeof thrown === "object" && thrown !== null ? thrown : { message: String(thrown) }
  ) as Partial<Error> & {
    code?: unknown
  }
  const inner = given.cause === undefined || depth === 4 ? undefined : maskedCause(given.cause, mask, depth + 1)
  const copy = new Error(mask(String(given.message ?? "")), inner && { cause: inner })
  copy.name = mask(String(given.name ?? "Error"))
  const { code } = given
  if (typeof code === "string") Object.assign(copy, { code: mask(code) })
  Object.defineProperty(copy, "stack", {
    value: mask(given.stack ?? `${copy.name}: ${copy.message}`),
    configurable: true,
    writable: true,
  })
  return copy
}

/** The innermost cause in short: `connect ECONNREFUSED 127.0.0.1:8288`. */
function rootText(error: Error): string {
  let root = error
  while (root.cause instanceof Error) root = root.cause
  return root.message || (root as { code?: string }).code || root.name
}
