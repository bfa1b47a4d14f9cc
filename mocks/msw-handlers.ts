/** The routes as MSW handlers: one per route and origin, so that `server.use()` overrides one and `listHandlers()` reads like the route table. */
import { type HttpHandler, http } from "msw"
import { type Route, routes } from "../src/protocol/routes.ts"
import { isWorkflowRoute } from "./handlers/route-table.ts"

/** Where the mock answers. */
export interface MockOrigins {
  /** Take `POST /e/{key}`. */
  event: readonly string[]
  /** Take all other routes. */
  api: readonly string[]
}

type Answer = (request: Request) => Promise<Response>

const register = { GET: http.get, POST: http.post, PUT: http.put, DELETE: http.delete } as const

/** @param origins base URLs without a slash at the end. */
export function createMswHandlers({ event, api }: MockOrigins, answer: Answer): HttpHandler[] {
  const resolve = ({ request }: { request: Request }): Promise<Response> => answer(request)
  // MSW asks one handler after the other: the route that is met most comes first.
  return routes.flatMap((route) =>
    (route.host === "event" ? event : api).flatMap((origin) =>
      pathsOf(route, origin).map((path) => register[route.method](path, resolve)),
    ),
  )
}

function pathsOf(route: Route, origin: string): (string | RegExp)[] {
  // `:id` would miss `a/b`, and msw 2 throws for `%FF` when it decodes what it has matched. Go doubles the slash of a base URL that ends in one.
  if (isWorkflowRoute(route)) {
    const rest = route.path.endsWith("+") ? "/" : "(?:\\?|$)"
    return [new RegExp(`^${origin.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}/+v1/workflows${rest}`)]
  }
  const path = `${origin}${route.path}`
  return route.path.startsWith("/v2/") ? [path, `${origin}/api${route.path}`] : [path]
}
