/**
 * The one error tree. Each error answers three questions: what failed (class and `code`), may I retry (`retryable`), when (`retryAfterMs`).
 *
 * Identity is a brand, not `instanceof`: two copies of this package, or two realms, know each other's errors. Use the guards (`isApiError`, ...).
 * The classes lie in `shared` by who throws them, so that a client loads none that it does not throw.
 */
import type {
  TransportError,
  ConnectionError,
  TimeoutError,
  ApiError,
  BadRequestError,
  AuthenticationError,
  PermissionError,
  NotFoundError,
  ConflictError,
  PayloadTooLargeError,
  RateLimitError,
  ServerError,
} from "./shared/call-errors.ts"
import { type Duration, parseDuration } from "./shared/duration.ts"
import {
  type ConfigError,
  type ErrorCode,
  InngestKitError,
  type InngestKitErrorOptions,
  type StoreError,
  hasCode,
} from "./shared/error.ts"
import type { PartialSendError } from "./shared/partial-send-error.ts"
import type { ProtocolError } from "./shared/protocol-error.ts"
import type { RevisionConflictError, UnsupportedError } from "./shared/store-errors.ts"
import { type ValidationError, invalid } from "./shared/validation-error.ts"

export { ConfigError, InngestKitError, StoreError, isInngestKitError } from "./shared/error.ts"
export type { ErrorCode, InngestKitErrorOptions, RequestSummary } from "./shared/error.ts"
export {
  TransportError,
  ConnectionError,
  TimeoutError,
  ApiError,
  BadRequestError,
  AuthenticationError,
  PermissionError,
  NotFoundError,
  ConflictError,
  PayloadTooLargeError,
  RateLimitError,
  ServerError,
} from "./shared/call-errors.ts"
export type { ApiErrorFields } from "./shared/call-errors.ts"
export { PartialSendError } from "./shared/partial-send-error.ts"
export { ProtocolError } from "./shared/protocol-error.ts"
export { RevisionConflictError, UnsupportedError } from "./shared/store-errors.ts"
export { ValidationError, invalid } from "./shared/validation-error.ts"
export type { ValidationIssue } from "./shared/validation-error.ts"

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
