/** What a mock keeps of each request. Only what costs nothing is done at once; texts and routes are made when somebody looks. */
import type { FailureKind } from "./failures.ts"
import { routeOf } from "./handlers/request-route.ts"
import type { RouteName } from "./route-names.ts"

/** A request that reached the mock, and what it got. */
export interface MockedRequest {
  method: string
  /** With event keys masked: `http://localhost:8288/e/***`. */
  url: string
  /** Name in the route table (`events.send`, `workflows.save`, …); `undefined` when no route is meant. */
  route: RouteName | undefined
  /** Names in lower case; the key in `authorization` is masked. */
  headers: Record<string, string>
  /** As text; `""` when there is none. */
  body: string
  /** `undefined` when no answer was given: the connection was reset, or stays silent. */
  status: number | undefined
  /** Which planned failure it met; absent for the others. */
  failure?: FailureKind | "offline"
}

/** Not the Request itself: with its streams it would be most of what a test's process holds. */
export interface RecordedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly bytes: Uint8Array
  readonly status: number | undefined
  readonly failure: MockedRequest["failure"]
}

const decoder = new TextDecoder()

export function toMockedRequest(recorded: RecordedRequest): MockedRequest {
  const { method, url, bytes, status, failure } = recorded
  const headers = Object.fromEntries(recorded.headers)
  if (headers["authorization"] !== undefined)
    headers["authorization"] = headers["authorization"].replace(/(?<=^\S+\s).+|^\S+$/, "***")
  return {
    method,
    url: maskKey(url),
    route: routeOf({ method, url })?.name as RouteName | undefined,
    headers,
    body: decoder.decode(bytes),
    status,
    ...(failure === undefined ? {} : { failure }),
  }
}

/** An event key is in the path. */
export function maskKey(url: string): string {
  return url.replace(/(\/e\/)[^/?#]+/, "$1***")
}
