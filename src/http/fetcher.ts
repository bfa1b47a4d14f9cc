/**
 * ofetch, as it is used here. Loaded with the first request: it asks for `globalThis.fetch` when it is imported, which makes Node load all of
 * undici, and on Node it brings `node:https` along.
 */
import { createFetch } from "ofetch"
import type { Exchange } from "./exchange.ts"

/** One request and its whole answer. Rejects with what `fetch` threw. */
export type Fetcher = (
  url: string,
  init: { method: string; headers: Readonly<Record<string, string>>; body: string | null; signal: AbortSignal },
) => Promise<Exchange>

/**
 * @param isPage tells pages; given, since this file is loaded late and must import nothing that always is.
 * @param givenFetch instead of the global one, which is looked up each time.
 */
export function createFetcher(isPage: () => boolean, givenFetch?: typeof globalThis.fetch): Fetcher {
  // Its `raw` copies options and headers twice, for hooks and retries that are not used here.
  const { native } = createFetch({ fetch: (input, init) => (givenFetch ?? globalThis.fetch)(input, init) })
  return async (url, { method, headers, body, signal }) => {
    // Not followed: a 301 turns a PUT into a GET that "succeeds", and keys would travel on.
    const init: RequestInit = { method, headers, signal, redirect: "manual" }
    if (body !== null) {
      init.body = body
      init.headers = { accept: "application/json", "content-type": "application/json", ...headers }
    }
    // Elsewhere there is no HTTP cache, and the workers of some clouds refuse the option.
    if (isPage()) init.cache = "no-store"
    const response = await native(url, init)
    const bytes = new Uint8Array(await response.arrayBuffer())
    return { status: response.status, statusText: response.statusText, headers: response.headers, bytes }
  }
}
