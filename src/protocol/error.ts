/** Errors on the wire between SDK and server: in `StepError` and `StepFailed`, in 400 and 500 answers, in memoised steps. */
import { type JsonObject, type JsonValue, isJsonObject } from "../shared/json.ts"
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

/** Causes of causes that are written. */
const maxCauses = 16

/**
 * Whatever was thrown, as the wire has it: `{ name, message, stack, cause?, __serialized: true }` and the own enumerable members of the error.
 *
 * A thrown text is its message; another value its JSON (measured: name `Error` in both).
 */
export function encodeError(thrown: unknown, depth = 0): JsonObject {
  const given = isErrorLike(thrown)
    ? thrown
    : { name: "Error", message: typeof thrown === "string" ? thrown : (textOf(thrown) ?? String(thrown)) }
  const { name, message, stack, cause } = given
  const serialized: JsonObject = {}
  for (const [member, value] of Object.entries(given)) {
    const json = member === "cause" ? undefined : toJsonValue(value)
    if (json !== undefined) serialized[member] = json
  }
  if (cause !== undefined && depth < maxCauses)
    serialized.cause = isErrorLike(cause) ? encodeError(cause, depth + 1) : (toJsonValue(cause) ?? String(cause))
  return Object.assign(serialized, {
    name: name || "Error",
    message,
    stack: stack || `${name}: ${message}`,
    __serialized: true,
  })
}

interface ErrorLike {
  name: string
  message: string
  stack?: string
  cause?: unknown
}

function isErrorLike(value: unknown): value is ErrorLike {
  // An error of another realm is no `instanceof Error`.
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]"
}

function textOf(value: unknown): string | undefined {
  const json = toJsonValue(value)
  return json === undefined ? undefined : JSON.stringify(json)
}

/** Any JSON as an error; what is no error object becomes the message. */
export function decodeError(value: JsonValue | undefined): SerializedError {
  if (!isJsonObject(value))
    return { name: "Error", message: typeof value === "string" ? value : (textOf(value) ?? "no error was given") }
  const { name, message, stack, cause, data, noRetry } = value
  return {
    name: textOr(name, "Error"),
    message: textOr(message, ""),
    ...(typeof stack === "string" && stack !== "" ? { stack } : {}),
    ...(cause === undefined || cause === null
      ? {}
      : { cause: isJsonObject(cause) && "message" in cause ? decodeError(cause) : cause }),
    ...(data === undefined ? {} : { data }),
    ...(typeof noRetry === "boolean" ? { noRetry } : {}),
  }
}

function textOr(value: JsonValue | undefined, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise
}
