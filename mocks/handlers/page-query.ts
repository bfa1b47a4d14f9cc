/** `limit` and `cursor` of the v2 lists, judged in the server's order and with its words. @source measured, vectors `v2-runs-*` */
import { readCursor } from "./cursor.ts"
import type { PageQuery } from "./exchange.ts"
import { type Reply, errorV2 } from "./reply.ts"

const defaultLimit = 20

export function readPageQuery(
  query: URLSearchParams,
  maxLimit: number,
): { ok: true; query: PageQuery } | { ok: false; refusal: Reply } {
  const text = query.get("limit")
  const number = text === null ? defaultLimit : readInt32(text)
  if (typeof number === "string") {
    const message = `parsing field "limit": strconv.ParseInt: parsing ${JSON.stringify(text)}: ${number}`
    return { ok: false, refusal: errorV2(400, "api_error", message) }
  }
  const refuse = (message: string) => ({ ok: false, refusal: errorV2(400, "invalid_field_format", message) }) as const
  if (number < 1) return refuse("Limit must be at least 1")
  if (number > maxLimit) return refuse(`Limit cannot exceed ${maxLimit}`)
  const cursor = query.get("cursor") || undefined
  if (cursor !== undefined && !isCursor(cursor)) return refuse("Cursor is invalid")
  return { ok: true, query: { limit: number, cursor } }
}

/** The number, or what the server says why it is none. */
function readInt32(text: string): number | string {
  if (!/^[+-]?\d+$/.test(text)) return "invalid syntax"
  const number = Number(text)
  return number >= -(2 ** 31) && number < 2 ** 31 ? number : "value out of range"
}

/** It names the last row. */
function isCursor(text: string): boolean {
  return Object.hasOwn(readCursor(text) ?? {}, "id")
}
