/** Values as JSON text that loses nothing: bigint as digits, `-0` as it is. */

/** Not in TypeScript's library yet. @source https://tc39.es/proposal-json-parse-with-source/ */
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): object }

/** @param indent spaces for each level; one line without. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, replacer, indent) ?? "null"
}

function replacer(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return rawJSON(value.toString())
  return Object.is(value, -0) ? rawJSON("-0") : value
}
