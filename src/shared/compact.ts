import type { JsonObject, JsonValue } from "./json.ts"

/** Without the members that are `undefined`. */
export function compact<T extends { readonly [Name in keyof T]: JsonValue | undefined }>(object: T): JsonObject {
  const json: JsonObject = {}
  for (const [name, value] of Object.entries<JsonValue | undefined>(object)) if (value !== undefined) json[name] = value
  return json
}
