import { orAborted } from "../src/shared/abort.ts"

/** @returns `undefined`: the connection ends without an answer. */
type Answer = (request: Request) => Promise<Response | undefined>

/**
 * A handler as a fetch function.
 *
 * @param baseURL what a path alone (`/v1/events`) is relative to.
 */
export function toFetch(answerTo: Answer, baseURL: string): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(typeof input === "string" && input.startsWith("/") ? `${baseURL}${input}` : input, init)
    request.signal.throwIfAborted()
    const answer = await orAborted(answerTo(request), request.signal)
    if (answer === undefined) {
      // As Node's own fetch says it.
      const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })
      throw new TypeError("fetch failed", { cause })
    }
    // A port leaves the body of an answer to HEAD out by itself.
    const { status, statusText, headers } = answer
    return request.method === "HEAD" ? new Response(null, { status, statusText, headers }) : answer
  }
}
