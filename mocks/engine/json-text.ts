/** JSON values as text. */
import { stringifyJson } from "../../src/shared/json.ts"

/** The text of a value that came as JSON. `undefined` is `null`. */
export function textOf(value: unknown): string {
  if (value === undefined) return "null"
  try {
    return JSON.stringify(value)
  } catch {
    // An integer beyond 2^53.
    const written = stringifyJson(value)
    return written.ok ? written.value : "null"
  }
}
