/** What a call of a server ends with: no answer, or one that is an error. */
import { type ErrorCode, InngestKitError, type InngestKitErrorOptions, type RequestSummary } from "./error.ts"
import type { JsonValue } from "./json-value.ts"

/** No response arrived. */
export class TransportError extends InngestKitError {
  declare readonly name: string
  declare readonly request: RequestSummary

  constructor(
    code: "connection" | "timeout",
    message: string,
    fields: { request: RequestSummary },
    options?: InngestKitErrorOptions,
  ) {
    super(code, message, { retryable: true, ...options }, fields)
  }
}

/** Refused, reset, or no such host. After a reset the request may or may not have been carried out. */
export class ConnectionError extends TransportError {
  declare readonly name: "ConnectionError"

  constructor(message: string, request: RequestSummary, options?: InngestKitErrorOptions) {
    super("connection", message, { request }, options)
  }
}

/** An attempt took longer than allowed. The request may or may not have been carried out. */
export class TimeoutError extends TransportError {
  declare readonly name: "TimeoutError"
  declare readonly timeoutMs: number

  constructor(message: string, request: RequestSummary, timeoutMs: number, options?: InngestKitErrorOptions) {
    const fields = { request, timeoutMs }
    super("timeout", message, fields, options)
  }
}

export interface ApiErrorFields {
  request: RequestSummary
  /** HTTP status; of an error that the server hides in a 200 (`GET /v1/*`), the one in its body. */
  status: number
  /** The body, parsed where it is JSON. */
  body?: JsonValue | undefined
  requestId?: string | undefined
  /** The server's own code (`not_found`, ...), where it sends one. */
  serverCode?: string | undefined
  /** What `Retry-After` asked for, in ms. */
  retryAfterMs?: number | undefined
}

/** The server answered with an error. */
export class ApiError extends InngestKitError {
  declare readonly name: string
  declare readonly request: RequestSummary
  declare readonly status: number
  declare readonly body: JsonValue | undefined
  declare readonly requestId: string | undefined
  declare readonly serverCode: string | undefined
  /** When to try again, as the server asked by `Retry-After`, in ms. */
  declare readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, fields: ApiErrorFields, options?: InngestKitErrorOptions) {
    super(code, message, options, fields)
  }
}

/** 400, 422: the server does not accept the request. */
export class BadRequestError extends ApiError {
  declare readonly name: "BadRequestError"
}

/** 401: no key, or one that the server does not know. */
export class AuthenticationError extends ApiError {
  declare readonly name: "AuthenticationError"
}

/** 403: the key is known and may not do this. */
export class PermissionError extends ApiError {
  declare readonly name: "PermissionError"
}

/** 404, 410. */
export class NotFoundError extends ApiError {
  declare readonly name: "NotFoundError"
}

/** 409, 412. */
export class ConflictError extends ApiError {
  declare readonly name: "ConflictError"
}

/** 413. */
export class PayloadTooLargeError extends ApiError {
  declare readonly name: "PayloadTooLargeError"
}

/** 429; `retryAfterMs` says when. */
export class RateLimitError extends ApiError {
  declare readonly name: "RateLimitError"
}

/** 5xx, and 408 and 425: the server could not, this time. 501 is final. */
export class ServerError extends ApiError {
  declare readonly name: "ServerError"
}
