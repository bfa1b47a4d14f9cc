/** Where the next page of a list begins: past the last document seen, whether or not that one is still there. */
import { decodeBase64, encodeBase64Url } from "../shared/base64.ts"
import { parseJson } from "../shared/json.ts"
import { type ListQuery, refused } from "./list-options.ts"

/** The last document seen; without one, the beginning. Two documents can have one receipt only where the store has no counter of its own. */
export type Place =
  | { readonly order: "receipt"; readonly last?: { readonly receipt: number; readonly id: string } }
  | { readonly order: "id"; readonly last?: { readonly id: string } }

/** @throws ValidationError for a cursor that is none, or of a list in another order. */
export function placeOf({ cursor, order }: Pick<ListQuery, "cursor" | "order">): Place {
  if (cursor === undefined) return { order: order ?? "receipt" }
  const place = decodeCursor(cursor)
  if (order !== undefined && order !== place.order)
    throw refused("cursor", `belongs to a list in "${place.order}" order`)
  return place
}

/** The cursor of the page that follows this document. Base64 of JSON: what somebody has cut or joined is no cursor. */
export function cursorAfter(order: Place["order"], { receipt, id }: { receipt: number; id: string }): string {
  return encodeBase64Url(new TextEncoder().encode(JSON.stringify(order === "receipt" ? [receipt, id] : id)))
}

function decodeCursor(text: string): Place {
  const bytes = /^[\w-]*$/.test(text) ? decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/")) : undefined
  const parsed = parseJson(new TextDecoder().decode(bytes))
  const value = parsed.ok ? parsed.value : undefined
  if (typeof value === "string") return { order: "id", last: { id: value } }
  if (Array.isArray(value) && value.length === 2) {
    const [receipt, id] = value
    if (typeof receipt === "number" && typeof id === "string") return { order: "receipt", last: { receipt, id } }
  }
  throw refused("cursor", "is not one of this store")
}
