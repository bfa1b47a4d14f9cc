/** The root of the error tree, and those of its classes that every program loads. All others, and the guards, are in errors.ts. */

const brand: symbol = Symbol.for("inngest-kit.error")

export type ErrorCode =
  | "config"
  | "validation"
  | "connection"
  | "timeout"
  | "api"
  | "bad-request"
  | "authentication"
  | "permission"
  | "not-found"
  | "conflict"
  | "payload-too-large"
  | "rate-limit"
  | "server"
  | "protocol"
  | "partial-send"
  | "store"
  | "revision-conflict"
  | "unsupported"
  | "function"
  | "non-retriable"
  | "retry-after"
  | "step"
  | "invariant"

export interface InngestKitErrorOptions {
  cause?: unknown
  /** One sentence: what to do now. */
  hint?: string | undefined
  retryable?: boolean | undefined
}

/** The request an error is about, without secrets: keys in `url` are masked. */
export interface RequestSummary {
  method: string
  url: string
}

/** Base of all errors of this package. */
export class InngestKitError extends Error {
  declare readonly name: string
  /** Stable, for switches and logs. */
  declare readonly code: ErrorCode
  /** Whether the same call may succeed when made again, unchanged. */
  declare readonly retryable: boolean
  declare readonly hint: string | undefined

  /** @param fields become members; the classes below only declare them. */
  constructor(
    code: ErrorCode,
    message: string,
    { cause, hint, retryable = false }: InngestKitErrorOptions = {},
    fields?: object,
  ) {
    super(message, cause === undefined ? undefined : { cause })
    Object.assign(this, { name: nameOf(code), code, retryable, hint }, fields)
    Object.defineProperty(this, brand, { value: true })
  }

  /** Everything but the stack and the cause. Safe to log: it carries no secret. */
  toJSON(): Record<string, unknown> {
    const { name, code, message } = this
    return Object.assign<Record<string, unknown>, this>({ name, code, message }, this)
  }
}

/** `rate-limit` is `RateLimitError`. Not the name of the class itself, which minifiers change. */
function nameOf(code: ErrorCode): string {
  return `${code.replace(/(?:^|-)./g, (start) => start.slice(-1).toUpperCase())}Error`
}

/** An option or variable is wrong. Thrown at construction, never later. */
export class ConfigError extends InngestKitError {
  declare readonly name: "ConfigError"
  declare readonly option: string | undefined
  declare readonly envVar: string | undefined

  constructor(message: string, fields?: { option?: string; envVar?: string }, options?: InngestKitErrorOptions) {
    super("config", message, options, fields)
  }
}

/**
 * @param setting the option's name, or the variable's.
 * @throws ConfigError
 */
export function refuse(setting: string, why: string): never {
  throw new ConfigError(`${setting}: ${why}`, { [setting.startsWith("INNGEST_") ? "envVar" : "option"]: setting })
}

/** A workflow store could not do it. Messages of the HTTP driver are the Go store's: `inngest/save: status 500`. */
export class StoreError extends InngestKitError {
  declare readonly name: string
  declare readonly workflowId: string
  declare readonly status: number | undefined

  constructor(
    message: string,
    fields: { workflowId: string; status?: number | undefined },
    { code = "store", ...options }: InngestKitErrorOptions & { code?: ErrorCode } = {},
  ) {
    super(code, message, options, fields)
  }
}

/** Whether it is an error of this package, from whatever copy or realm. */
export const isInngestKitError = (error: unknown): error is InngestKitError =>
  typeof error === "object" && error !== null && (error as { [key: symbol]: unknown })[brand] === true

/** By code, since minifiers rename classes. */
export function hasCode<E extends InngestKitError>(error: unknown, ...codes: ErrorCode[]): error is E {
  return isInngestKitError(error) && codes.includes(error.code)
}
