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
    // A request has a signal of its own; only a caller's can abort.
    const isAbortable = (init?.signal ?? null) !== null || input instanceof Request
    const answer = await orAborted(answerTo(request), isAbortable ? request.signal : undefined)
    if (answer === undefined) {
      // As Node's own fetch says it.
      const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })
      throw new TypeError("fetch failed", { cause })
    }
    if (request.method !== "HEAD") return answer
    // A port leaves the body of such an answer out by itself.
    const { status, statusText, headers } = answer
    return new Response(null, { status, statusText, headers })
  }
}
