/** What MSW does with requests that no handler takes: an error that says what to change, in msw 2 and 3. */
import { isCommonAssetRequest } from "msw"
import type { Route } from "../src/protocol/routes.ts"
import { routeOf } from "./handlers/request-route.ts"
import type { MockOrigins } from "./msw-handlers.ts"
import { maskKey } from "./recorded-request.ts"
import { unanswered } from "./unanswered.ts"

/** For `server.listen()` and `worker.start()`. Each major of msw reads its own name and ignores the other's. */
export interface StrictOptions {
  readonly onUnhandledRequest: (request: Request) => void
  readonly onUnhandledFrame: (unhandled: { frame: { data: unknown } }) => void
}

export function strictOptions(origins: MockOrigins): StrictOptions {
  const refuse = (request: Request): void => {
    // As with msw's own "error": a page gets its styles and scripts from where they are.
    if (isCommonAssetRequest(request)) return
    throw unanswered(explain(request, origins))
  }
  return {
    onUnhandledRequest: refuse,
    onUnhandledFrame({ frame: { data } }) {
      // The other frames are WebSockets; events and state don't travel by them.
      if (typeof data === "object" && data !== null && "request" in data && data.request instanceof Request)
        refuse(data.request)
    },
  }
}

function explain(request: Request, origins: MockOrigins): string {
  const asked = `inngest-kit: ${request.method} ${maskKey(request.url)}`
  const found = findRoute(request)
  if (found === undefined)
    return `${asked} is no route of an Inngest server, and no handler takes it. Add one of your own for it: setupServer(...inngest.handlers, http.${request.method.toLowerCase()}(…)).`
  const { route, base } = found
  const known = route.host === "event" ? origins.event : origins.api
  return `${asked} (${route.name}) was sent to an origin at which this mock does not answer. It answers at ${known.join(", ")}. Add it: createInngestMock({ origins: [${JSON.stringify(base)}] }).`
}

/** The route that is meant, and the base URL that would lead to it: an API may lie below a path. */
function findRoute({ method, url }: Request): { route: Route; base: string } | undefined {
  const { origin, pathname } = new URL(url)
  for (let at = 0; at !== -1; at = pathname.indexOf("/", at + 1)) {
    const route = routeOf({ method, url: `${origin}${pathname.slice(at)}` })
    if (route !== undefined) return { route, base: `${origin}${pathname.slice(0, at)}` }
  }
  return undefined
}
