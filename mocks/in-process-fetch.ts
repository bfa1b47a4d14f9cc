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
    return orAborted(handle(request), request.signal)
  }
}

/** As fetch: an abort ends the call, whatever the server still does. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener("abort", onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort))
  })
}
