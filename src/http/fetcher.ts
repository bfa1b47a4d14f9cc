/**
 * ofetch, as it is used here. Loaded with the first request: it asks for `globalThis.fetch` when it is imported, which makes Node load all of
 * undici, and on Node it brings `node:https` along.
 */
import { FetchError, createFetch } from "ofetch"
import type { Exchange } from "./exchange.ts"

/** One request and its whole answer. Rejects with what `fetch` threw. */
export type Fetcher = (url: string, init: RequestInit) => Promise<Exchange>

/** @param givenFetch instead of the global one, which is looked up each time. */
export function createFetcher(givenFetch?: typeof globalThis.fetch): Fetcher {
  const $fetch = createFetch({ fetch: (input, init) => (givenFetch ?? globalThis.fetch)(input, init) })
  return async (url, init) => {
    try {
      const response = await $fetch.raw<ArrayBuffer, "arrayBuffer">(url, {
        ...(init as object),
        // Not followed: a 301 turns a PUT into a GET that "succeeds", and keys would travel on.
        redirect: "manual",
        retry: false,
        ignoreResponseError: true,
        responseType: "arrayBuffer",
      })
      const { status, statusText, headers, _data: data = new ArrayBuffer() } = response
      return { status, statusText, headers, bytes: new Uint8Array(data) }
    } catch (error) {
      // ofetch's own error shows the URL and holds the headers.
      throw error instanceof FetchError ? error.cause : error
    }
  }
}
