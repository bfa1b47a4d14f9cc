/** What `/v1/workflows` says beyond the documents themselves; the handler writes it, the HTTP driver reads it. */
import type { JsonValue } from "../shared/json-value.ts"
import { isJsonObject } from "../shared/json-value.ts"
import type { Revision, StoreFlags } from "./store.ts"

/** Sent with every answer of the handler, so that a client need not ask what the store can do: `list=all, revision=true`. */
export const flagsHeader = "x-inngest-workflow-store"

/** The flags that a client of the handler gets. */
export type WireFlags = Pick<StoreFlags, "list" | "revision">

export function formatFlags({ list, revision }: StoreFlags): string {
  return `list=${list}, revision=${revision}`
}

/** `undefined` when it is no header of ours. */
export function parseFlags(header: string | null): WireFlags | undefined {
  const match = /^list=([\w-]+), revision=(\w+)$/.exec(header ?? "")
  return match === null ? undefined : { list: match[1] === "all" ? "all" : "own-saves", revision: match[2] === "true" }
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

/** The revision in an `ETag`. Weak ones count: proxies that compress make strong ones weak. */
export function parseETag(header: string | null): Revision | null {
  return /^(?:W\/)?"([^"]*)"$/.exec(header?.trim() ?? "")?.[1] ?? null
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
