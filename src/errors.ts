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
export {
  FunctionError,
  NonRetriableError,
  RetryAfterError,
  StepError,
  isFunctionError,
  isNonRetriableError,
  isRetryAfterError,
  isStepError,
} from "./shared/function-errors.ts"
export { PartialSendError } from "./shared/partial-send-error.ts"
export { ProtocolError } from "./shared/protocol-error.ts"
export { RevisionConflictError, UnsupportedError } from "./shared/store-errors.ts"
export { ValidationError, invalid, isValidationError } from "./shared/validation-error.ts"
export type { ValidationIssue } from "./shared/validation-error.ts"

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
export const isInvariantError: (error: unknown) => error is InvariantError = /* @__PURE__ */ guard("invariant")
