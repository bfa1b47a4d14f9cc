/** What a handler was shown of one request. */
export interface Seen {
  readonly method: string
  /** `request.url`, exactly. */
  readonly url: string
  /** The path of `new URL(request.url)`. */
  readonly pathname: string
  /** The request target off the wire, one character per byte; `null` where the runtime hides it. */
  readonly target: string | null
}

/** Describe a request in the one way that all servers and mocks of the matrix use. */
export function describeRequest(request: Request, target: string | null = null): Seen {
  return { method: request.method, url: request.url, pathname: new URL(request.url).pathname, target }
}

/** The verbs of the Go store, in the order of its recorded steps. */
export const METHODS = ["PUT", "GET", "DELETE"] as const
