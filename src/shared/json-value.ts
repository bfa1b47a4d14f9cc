/** What every reader and writer of JSON shares: the values, their names in error texts, and the fast path for those without surprises. */

/**
 * JSON without loss: integers beyond 2^53 are bigint, negative zero stays, nothing is rounded or dropped silently.
 *
 * Decimal fractions are IEEE doubles, as in Go and in every JSON library that writes the shortest digits that read back the same.
 */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | { [member: string]: JsonValue }

export type JsonObject = { [member: string]: JsonValue }

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** What a value is called in an error text. */
export function describeJson(value: unknown): string {
  if (value === null) return "null"
  if (Array.isArray(value)) return "an array"
  if (value === undefined) return "missing"
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}

const encoder = /* @__PURE__ */ new TextEncoder()

/** Bytes of a text in UTF-8. */
export function sizeBytes(text: string): number {
  return encoder.encode(text).length
}

/** Numbers that a plain JSON.parse could change: 16 digits or more in a row, or an exponent of three digits. */
export const riskyNumber: RegExp = /\d{16}|[eE]\+?\d{3}/

/** The value of JSON text that JSON.parse reads without loss; `undefined` for all others, which `parseJson` of json.ts reads or refuses. */
export function readPlain(text: string): JsonValue | undefined {
  try {
    return riskyNumber.test(text) ? undefined : (JSON.parse(text) as JsonValue)
  } catch {
    return undefined
  }
}

/** Whether JSON.stringify writes a value as it is. Others (bigint, -0, what is lost or refused) are for `stringifyJson` of json.ts. */
export function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0)
  if (value === null || typeof value === "string" || typeof value === "boolean") return true
  // A cycle ends by its depth.
  if (typeof value !== "object" || depth > 500) return false
  if ("toJSON" in value) return value instanceof Date && Number.isFinite(+value)
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item !== "string" && !isPlain(item, depth + 1)) return false
    return true
  }
  if (Object.getPrototypeOf(value) !== Object.prototype && !/t Obj/.test(Object.prototype.toString.call(value)))
    return false
  // What is inherited is looked at, too: no harm, and twice as fast as a list of members.
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name]
    // Most are texts, and a call takes longer than to see that.
    if (typeof member !== "string" && member !== undefined && !isPlain(member, depth + 1)) return false
  }
  return true
}
