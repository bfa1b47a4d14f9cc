/** Where a page ends: JSON in base64, as the server gives it. */
import { decodeBase64, encodeBase64 } from "../../src/shared/base64.ts"
import { type JsonObject, isJsonObject, parseJson } from "../../src/shared/json.ts"

export function writeCursor(place: object): string {
  return encodeBase64(new TextEncoder().encode(JSON.stringify(place)))
}

/** `undefined` = no cursor. */
export function readCursor(cursor: string): JsonObject | undefined {
  const bytes = decodeBase64(cursor)
  const parsed = bytes === undefined ? undefined : parseJson(new TextDecoder().decode(bytes))
  return parsed?.ok === true && isJsonObject(parsed.value) ? parsed.value : undefined
}

/** The row that a cursor of v2 names. */
export function idOfCursor(cursor: string): string | undefined {
  const id = readCursor(cursor)?.id
  return typeof id === "string" ? id : undefined
}
