import { type Duration, parseDuration } from "./duration.ts"
import { type ErrorCode, InngestKitError, type InngestKitErrorOptions, hasCode } from "./error.ts"
import { invalid } from "./validation-error.ts"

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

// As those of errors.ts.
export const isFunctionError = (error: unknown): error is FunctionError =>
  hasCode(error, "function", "non-retriable", "retry-after", "step")
export const isNonRetriableError = (error: unknown): error is NonRetriableError => hasCode(error, "non-retriable")
export const isRetryAfterError = (error: unknown): error is RetryAfterError => hasCode(error, "retry-after")
export const isStepError = (error: unknown): error is StepError => hasCode(error, "step")
