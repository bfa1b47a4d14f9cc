/** What `/v1/workflows` says beyond the documents themselves; the handler writes it, the HTTP driver reads it. */
import type { JsonValue } from "../shared/json-value.ts"
import { isJsonObject } from "../shared/json-value.ts"
import type { Revision, StoreFlags } from "./store.ts"
import type { WireFlags } from "./wire-headers.ts"

export { flagsHeader, parseETag, parseFlags } from "./wire-headers.ts"
export type { WireFlags } from "./wire-headers.ts"

export function formatFlags({ list, revision }: StoreFlags): string {
  return `list=${list}, revision=${revision}`
}

/**
 * Flags of the answer to `GET /v1/workflows`: `{ "data": […], "page": {…}, "flags": { "list": "all", "revision": true } }`; `undefined` when
 * it is no list of workflows.
 */
export function flagsOfList(body: JsonValue | undefined): WireFlags | undefined {
  if (!isJsonObject(body) || !Array.isArray(body.data) || !isJsonObject(body.page)) return undefined
  const { list, revision } = isJsonObject(body.flags) ? body.flags : {}
  return { list: list === undefined || list === "all" ? "all" : "own-saves", revision: revision === true }
}

export function formatETag(revision: Revision): string {
  return `"${revision}"`
}

/** The revisions of an `If-Match` or `If-None-Match`; `"*"` stands for whatever is stored. */
export function parseETags(header: string): Revision[] | "*" {
  if (header.trim() === "*") return "*"
  return [...header.matchAll(/(?:W\/)?"([^"]*)"|[^\s,]+/g)].map(([bare, quoted]) => quoted ?? bare)
}

/** Whether text can be a revision, which travels between quotes. */
export function isRevision(text: string): boolean {
  return /^[\x21\x23-\x7e]*$/.test(text)
}
