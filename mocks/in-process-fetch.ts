import { orAborted } from "../src/shared/abort.ts"
import type { FetchHandler } from "./handlers/index.ts"

/**
 * A handler as a fetch function.
 *
 * @param baseURL what a path alone (`/v1/events`) is relative to.
 */
export function toFetch(handle: FetchHandler, baseURL: string): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(typeof input === "string" && input.startsWith("/") ? `${baseURL}${input}` : input, init)
    request.signal.throwIfAborted()
    const answer = await orAborted(handle(request), request.signal)
    // A port leaves the body of an answer to HEAD out by itself.
    const { status, statusText, headers } = answer
    return request.method === "HEAD" ? new Response(null, { status, statusText, headers }) : answer
  }
}
