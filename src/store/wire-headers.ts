/** Headers with which every answer of `/v1/workflows` says more than its document does. */
import type { Revision, StoreFlags } from "./store.ts"

/** Sent with every answer of the handler, so that a client need not ask what the store can do: `list=all, revision=true`. */
export const flagsHeader = "x-inngest-workflow-store"

/** The flags that a client of the handler gets. */
export type WireFlags = Pick<StoreFlags, "list" | "revision">

/** `undefined` when it is no header of ours. */
export function parseFlags(header: string | null): WireFlags | undefined {
  return header?.startsWith("list=")
    ? { list: header.includes("=all") ? "all" : "own-saves", revision: header.includes("=true") }
    : undefined
}

/** The revision in an `ETag`. Weak ones count: proxies that compress make strong ones weak. */
export function parseETag(header: string | null): Revision | null {
  return /^(?:W\/)?"([^"]*)"$/.exec(header?.trim() ?? "")?.[1] ?? null
}
