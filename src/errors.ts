/**
 * The one error tree. Each error answers three questions: what failed (class and `code`), may I retry (`retryable`), when (`retryAfterMs`).
 *
 * Identity is a brand, not `instanceof`: two copies of this package, or two realms, know each other's errors. Use the guards (`isApiError`, ...).
 */
import { type Duration, parseDuration } from "./shared/duration.ts"
import {
  type ConfigError,
  type ErrorCode,
  InngestKitError,
  type InngestKitErrorOptions,
  type RequestSummary,
  StoreError,
  hasCode,
} from "./shared/error.ts"
import type { JsonValue } from "./shared/json-value.ts"
import type { ProtocolError } from "./shared/protocol-error.ts"

export { ConfigError, InngestKitError, StoreError, isInngestKitError } from "./shared/error.ts"
export { ProtocolError } from "./shared/protocol-error.ts"
export type { ErrorCode, InngestKitErrorOptions, RequestSummary } from "./shared/error.ts"

export interface ValidationIssue {
  /** Where in the caller's value: `data.items[0].sku`; `""` is the value itself. */
  path: string
  message: string
}

/** The caller's value is refused; nothing was sent. */
export class ValidationError extends InngestKitError {
  declare readonly name: "ValidationError"
  declare readonly issues: readonly ValidationIssue[]

  /** @param subject what was refused, in a word or two: `event`, `workflow state`. */
  constructor(subject: string, issues: readonly ValidationIssue[], options?: InngestKitErrorOptions) {
    const [{ path, message } = { path: "", message: "not valid" }, ...more] = issues
    const count = more.length === 0 ? "" : ` (and ${more.length} more)`
    const where = path === "" || path === subject ? "" : `${path}: `
    super("validation", `${subject}: ${where}${message}${count}`, options, { issues })
  }
}

/** Of one option: `limit: must be a whole number from 1`. */
export function invalid(option: string, message: string): ValidationError {
  return new ValidationError(option, [{ path: option, message }])
}

/** Some events of a `send` were taken and some were not. */
export class PartialSendError extends InngestKitError {
  declare readonly name: "PartialSendError"
  /** Internal ids of the events that were taken: the first `ids.length` events of the call, in order. */
  declare readonly ids: readonly string[]
  /** How many events of the call, from `ids.length` on, were not taken or are not known to be. */
  declare readonly remaining: number
  /**
   * Those events, each with the `id` it was or would have been sent under. Pass them to `send` again: what did get through the first time
   * starts no function twice. Not enumerable, since logs have no use for the data.
   */
  declare readonly rest: readonly {
    id: string
    name: string
    data?: object | null
    ts?: number
    v?: string
    user?: object
  }[]

  constructor(
    message: string,
    { rest = [], ...fields }: { ids: readonly string[]; remaining: number; rest?: PartialSendError["rest"] },
    options?: InngestKitErrorOptions,
  ) {
    super("partial-send", message, options, fields)
    Object.defineProperty(this, "rest", { value: rest })
  }
}

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

/** Somebody saved in between: load again, merge, save with the new revision. */
export class RevisionConflictError extends StoreError {
  declare readonly name: "RevisionConflictError"
  /** The revision the caller gave; `null` = must not exist. */
  declare readonly expected: string | null
  /** The stored revision; `null` = absent, `undefined` = the store did not say. */
  declare readonly actual: string | null | undefined

  constructor(
    message: string,
    fields: {
      workflowId: string
      expected: string | null
      actual?: string | null | undefined
      status?: number | undefined
    },
    options?: InngestKitErrorOptions,
  ) {
    super(message, fields, { ...options, code: "revision-conflict" })
  }
}

/** This driver or server has no such capability; see `store.flags`. */
export class UnsupportedError extends StoreError {
  declare readonly name: "UnsupportedError"
  declare readonly driver: string
  /** The missing capability: `list`, `revision`, `watch`, `workflows`. */
  declare readonly flag: string

  constructor(
    message: string,
    fields: { driver: string; flag: string; workflowId?: string; status?: number | undefined },
    options?: InngestKitErrorOptions,
  ) {
    super(message, { workflowId: "", ...fields }, { ...options, code: "unsupported" })
  }
}

/** A durable function, or a step of one, failed. Its subclasses are what functions throw and catch. */
export class FunctionError extends InngestKitError {
  declare readonly name: string

  constructor(
    message: string,
    { code = "function", ...options }: InngestKitErrorOptions & { code?: ErrorCode } = {},
    fields?: object,
  ) {
    super(code, message, options, fields)
  }
}

/** Thrown by a function or a step: it failed for good, whatever retries are left. */
export class NonRetriableError extends FunctionError {
  declare readonly name: "NonRetriableError"

  constructor(message: string, options?: InngestKitErrorOptions) {
    super(message, { ...options, code: "non-retriable" })
  }
}

/** Thrown by a function or a step: try again, then. Counts as an attempt; the server keeps the wait between 1 s and 24 h. */
export class RetryAfterError extends FunctionError {
  declare readonly name: "RetryAfterError"
  /** How long to wait; `undefined` where a time was given. */
  declare readonly retryAfterMs: number | undefined
  /** When to try again; `undefined` where a duration was given. */
  declare readonly retryAt: Date | undefined

  /**
   * @param retryAfter a duration (`"30s"`, or ms), or a time.
   * @throws ValidationError when it is neither.
   */
  constructor(message: string, retryAfter: Duration | Date, options?: InngestKitErrorOptions) {
    const retryAt = retryAfter instanceof Date ? retryAfter : undefined
    const retryAfterMs = retryAfter instanceof Date ? undefined : parseDuration(retryAfter)
    if (Number.isNaN(retryAt?.getTime() ?? retryAfterMs ?? Number.NaN))
      throw invalid("retryAfter", "is neither a duration nor a time")
    super(message, { retryable: true, ...options, code: "retry-after" }, { retryAfterMs, retryAt })
  }
}

/**
 * A step failed for good. It has the name, the message and the cause of what the step threw, so that `error.name` tells failures apart, in the
 * first run as in every replay; know it by `isStepError`. Uncaught, it fails the run without further attempts.
 */
export class StepError extends FunctionError {
  declare readonly name: string
  /** The step's id, as the function gave it. */
  declare readonly stepId: string

  constructor(message: string, fields: { name?: string; stepId: string }, options?: InngestKitErrorOptions) {
    super(message, { ...options, code: "step" }, fields)
  }
}

/** Our bug. */
export class InvariantError extends InngestKitError {
  declare readonly name: "InvariantError"

  constructor(message: string, options?: InngestKitErrorOptions) {
    super("invariant", `${message}. This is a bug in inngest-kit; please report it`, options)
  }
}

/** By code, since minifiers rename classes. */
function guard<E extends InngestKitError>(...codes: ErrorCode[]): (error: unknown) => error is E {
  return (error): error is E => hasCode(error, ...codes)
}

// True for the class itself and its subclasses, from any copy of this package or realm. False for look-alikes, and for an error that went
// through JSON: it is data then; read its `code`.
export const isConfigError: (error: unknown) => error is ConfigError = /* @__PURE__ */ guard("config")
export const isValidationError: (error: unknown) => error is ValidationError = /* @__PURE__ */ guard("validation")
export const isTransportError: (error: unknown) => error is TransportError = /* @__PURE__ */ guard(
  "connection",
  "timeout",
)
export const isConnectionError: (error: unknown) => error is ConnectionError = /* @__PURE__ */ guard("connection")
export const isTimeoutError: (error: unknown) => error is TimeoutError = /* @__PURE__ */ guard("timeout")
export const isApiError: (error: unknown) => error is ApiError = /* @__PURE__ */ guard(
  "api",
  "bad-request",
  "authentication",
  "permission",
  "not-found",
  "conflict",
  "payload-too-large",
  "rate-limit",
  "server",
)
export const isBadRequestError: (error: unknown) => error is BadRequestError = /* @__PURE__ */ guard("bad-request")
export const isAuthenticationError: (error: unknown) => error is AuthenticationError =
  /* @__PURE__ */ guard("authentication")
export const isPermissionError: (error: unknown) => error is PermissionError = /* @__PURE__ */ guard("permission")
export const isNotFoundError: (error: unknown) => error is NotFoundError = /* @__PURE__ */ guard("not-found")
export const isConflictError: (error: unknown) => error is ConflictError = /* @__PURE__ */ guard("conflict")
export const isPayloadTooLargeError: (error: unknown) => error is PayloadTooLargeError =
  /* @__PURE__ */ guard("payload-too-large")
export const isRateLimitError: (error: unknown) => error is RateLimitError = /* @__PURE__ */ guard("rate-limit")
export const isServerError: (error: unknown) => error is ServerError = /* @__PURE__ */ guard("server")
export const isProtocolError: (error: unknown) => error is ProtocolError = /* @__PURE__ */ guard("protocol")
export const isPartialSendError: (error: unknown) => error is PartialSendError = /* @__PURE__ */ guard("partial-send")
export const isStoreError: (error: unknown) => error is StoreError = /* @__PURE__ */ guard(
  "store",
  "revision-conflict",
  "unsupported",
)
export const isRevisionConflictError: (error: unknown) => error is RevisionConflictError =
  /* @__PURE__ */ guard("revision-conflict")
export const isUnsupportedError: (error: unknown) => error is UnsupportedError = /* @__PURE__ */ guard("unsupported")
export const isFunctionError: (error: unknown) => error is FunctionError = /* @__PURE__ */ guard(
  "function",
  "non-retriable",
  "retry-after",
  "step",
)
export const isNonRetriableError: (error: unknown) => error is NonRetriableError =
  /* @__PURE__ */ guard("non-retriable")
export const isRetryAfterError: (error: unknown) => error is RetryAfterError = /* @__PURE__ */ guard("retry-after")
export const isStepError: (error: unknown) => error is StepError = /* @__PURE__ */ guard("step")
export const isInvariantError: (error: unknown) => error is InvariantError = /* @__PURE__ */ guard("invariant")
