/** Errors on the wire between SDK and server: in `StepError` and `StepFailed`, in 400 and 500 answers, in memoised steps. */
import { isFunctionError } from "../shared/function-errors.ts"
import { type JsonValue, isJsonObject } from "../shared/json.ts"
import { toJsonValue } from "../shared/loose-json.ts"

/** An error as data. The server keeps name, message, stack, cause, data and noRetry, and drops all else (measured). */
export interface SerializedError {
  name: string
  message: string
  stack?: string | undefined
  cause?: SerializedError | JsonValue | undefined
  /** Only where a server or another SDK added it. */
  data?: JsonValue | undefined
  noRetry?: boolean | undefined
}

/** An error as an SDK writes it. */
export type EncodedError = {
  name: string
  message: string
  stack: string
  code?: JsonValue
  cause?: JsonValue
  __serialized: true
}

/** Causes of causes that are written. */
const maxCauses = 16

/**
 * Whatever was thrown, as the wire has it. Members of the error's own stay here, but for `code`: they may hold what nobody else should see,
 * such as the headers of a request that failed. `code` of this package's errors for functions is their name once more, and left out.
 *
 * A thrown text is its message; another value its JSON.
 *
 * @source measured: `code` of the user's own in `step-error-caught`, no member of its own in `retry-after-error`; names `Error` in
 * `undefined-data`
 */
export function encodeError(thrown: unknown, depth = 0): EncodedError {
  const given: ErrorLike = isErrorLike(thrown) ? thrown : { name: "Error", message: textOf(thrown) }
  const { name, message, stack, cause } = given
  const code = isFunctionError(given) ? undefined : toJsonValue(given.code)
  return {
    name: name || "Error",
    message,
    stack: stack || `${name}: ${message}`,
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined || depth >= maxCauses
      ? {}
      : { cause: isErrorLike(cause) ? encodeError(cause, depth + 1) : (toJsonValue(cause) ?? String(cause)) }),
    __serialized: true,
  }
}

interface ErrorLike {
  name: string
  message: string
  stack?: string
  cause?: unknown
  code?: unknown
}

function isErrorLike(value: unknown): value is ErrorLike {
  // An error of another realm is no `instanceof Error`.
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]"
}

/** Of what is no error. */
function textOf(value: unknown): string {
  const json = toJsonValue(value)
  return typeof value === "string" || json === undefined ? String(value) : JSON.stringify(json)
}

/** Any JSON as an error; what is no error object becomes the message. */
export function decodeError(value: JsonValue | undefined): SerializedError {
  if (!isJsonObject(value)) return { name: "Error", message: textOf(value) }
  const { name, message, stack, cause, data, noRetry } = value
  return {
    name: textOr(name, "Error"),
    message: textOr(message, ""),
    stack: textOr(stack, undefined),
    cause: isJsonObject(cause) && "message" in cause ? decodeError(cause) : (cause ?? undefined),
    data,
    noRetry: typeof noRetry === "boolean" ? noRetry : undefined,
  }
}

function textOr<T>(value: JsonValue | undefined, otherwise: T): string | T {
  return typeof value === "string" && value !== "" ? value : otherwise
}
