/** Errors on the wire between SDK and server: in `StepError` and `StepFailed`, in 400 and 500 answers, in memoised steps. */
import { type JsonObject, type JsonValue, isJsonObject } from "../shared/json.ts"

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
  const serialized: JsonObject = { name: "Error", message: "", stack: "", __serialized: true }
  if (!isErrorLike(thrown)) {
    const message = typeof thrown === "string" ? thrown : (jsonOf(thrown) ?? String(thrown))
    return { ...serialized, message, stack: `Error: ${message}` }
  }
  for (const [member, value] of Object.entries(thrown)) {
    const json = member === "cause" ? undefined : jsonOf(value)
    if (json !== undefined) serialized[member] = JSON.parse(json) as JsonValue
  }
  const { name, message, stack, cause } = thrown
  serialized.name = name || "Error"
  serialized.message = message
  serialized.stack = typeof stack === "string" ? stack : `${serialized.name}: ${message}`
  if (cause !== undefined && depth < maxCauses)
    serialized.cause = isErrorLike(cause) ? encodeError(cause, depth + 1) : (readJson(jsonOf(cause)) ?? String(cause))
  return serialized
}

interface ErrorLike {
  name: string
  message: string
  stack?: unknown
  cause?: unknown
}

function isErrorLike(value: unknown): value is ErrorLike {
  // An error of another realm is no `instanceof Error`.
  return (
    value instanceof Error ||
    (typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Error]")
  )
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function readJson(text: string | undefined): JsonValue | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as JsonValue)
}

/** Any JSON as an error; what is no error object becomes the message. */
export function decodeError(value: JsonValue | undefined): SerializedError {
  if (!isJsonObject(value))
    return { name: "Error", message: typeof value === "string" ? value : (jsonOf(value) ?? "no error was given") }
  const { name, message, error, stack, cause, data, noRetry } = value
  return {
    name: textOr(name, "Error"),
    // A failed invoke carries both, `message` the shorter.
    message: textOr(message, textOr(error, "")),
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
