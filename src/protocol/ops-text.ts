/** JSON texts that hold ops, read quickly: nanoseconds, which are beyond 2^53, are rounded; all else is exact. */
import { type JsonResult, type JsonValue, isJsonObject, parseJson } from "../shared/json.ts"

/** A list of ops, or one of them. */
export function parseOps(text: string): JsonResult<JsonValue> {
  return parse(text, (value) => (Array.isArray(value) ? value : [value]).every(isExactOp))
}

/** The body of a checkpoint: all that counts in it are its ops. */
export function parseCheckpoint(text: string): JsonResult<JsonValue> {
  return parse(text, (value) => {
    const ops = isJsonObject(value) ? value.steps : undefined
    return Array.isArray(ops) ? ops.every(isExactOp) : true
  })
}

/** A platform's JSON.parse takes a fraction of the time of one that is told how each number was written. */
function parse(text: string, isRead: (value: JsonValue) => boolean): JsonResult<JsonValue> {
  try {
    const value = JSON.parse(text) as JsonValue
    if (isRead(value)) return { ok: true, value }
  } catch {
    // No JSON, or deeper than the stack: it is said below.
  }
  return parseJson(text)
}

/** Whether nothing was lost of an op, but of its timing: whole milliseconds survive (see `ranOf` in step.ts). */
function isExactOp(op: JsonValue): boolean {
  if (!isJsonObject(op)) return isExact(op)
  for (const name in op) if (name !== "timing" && !isExact(op[name])) return false
  return true
}

function isExact(value: JsonValue | undefined): boolean {
  if (typeof value === "number") return !Number.isInteger(value) ? Number.isFinite(value) : Number.isSafeInteger(value)
  if (typeof value !== "object" || value === null) return true
  if (Array.isArray(value)) return value.every(isExact)
  for (const name in value) if (!isExact(value[name])) return false
  return true
}
