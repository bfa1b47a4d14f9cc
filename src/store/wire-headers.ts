/** Headers with which every answer of `/v1/workflows` says more than its document does. */
import type { Revision, StoreFlags } from "./store.ts"

/** Sent with every answer of the handler, so that a client need not ask what the store can do: `list=all, revision=true`. */
export const flagsHeader = "x-inngest-workflow-store"

/** The flags that a client of the handler gets. */
export type WireFlags = Pick<StoreFlags, "list" | "revision">

export function parseFlags(header: string): WireFlags {
  return { list: header.includes("=all") ? "all" : "own-saves", revision: header.includes("=true") }
}

/** The revision in an `ETag`. Weak ones count: proxies that compress make strong ones weak. */
export function parseETag(header: string | null): Revision | null {
  return /^(?:W\/)?"([^"]*)"$/.exec(header?.trim() ?? "")?.[1] ?? null
}
