import type { JsonValue } from "../../src/index.ts"

/** JSON text → its value, with integers that a double can't hold as bigint; `undefined` for what is no JSON. */
export function parseStrict(text: string): { value: JsonValue } | undefined {
  try {
    return { value: JSON.parse(text, keepDigits) as JsonValue }
  } catch {
    return undefined
  }
}

/** TypeScript does not know the third argument yet. */
const keepDigits = ((_name: string, value: unknown, { source }: { source?: string }) =>
  typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? "")
    ? BigInt(source ?? "")
    : value) as (name: string, value: unknown) => unknown
