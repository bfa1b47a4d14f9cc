/** The routes as MSW handlers: one per route and origin, so that `server.use()` overrides one and `listHandlers()` reads like the route table. */
import { type HttpHandler, HttpResponse, http } from "msw"
import { type Route, routes } from "../src/protocol/routes.ts"
import { routeOf } from "./handlers/request-route.ts"
import { unanswered } from "./unanswered.ts"

/** Where the mock answers. */
export interface MockOrigins {
  /** Take `POST /e/{key}`. */
  event: readonly string[]
  /** Take all other routes. */
  api: readonly string[]
}

/** @returns `undefined`: the connection ends without an answer. */
type Answer = (request: Request) => Promise<Response | undefined>

const register = { GET: http.get, POST: http.post, PUT: http.put, PATCH: http.patch, DELETE: http.delete } as const

/** @param origins base URLs without a slash at the end. */
export function createMswHandlers({ event, api }: MockOrigins, answer: Answer): HttpHandler[] {
  const resolve = async ({ request }: { request: Request }): Promise<Response> => {
    try {
      return (await answer(request)) ?? HttpResponse.error()
    } catch (error) {
      // Served functions that could not be read, or a fault of ours.
      throw unanswered(`inngest-kit: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const targetOf = createTargets([...new Set([...event, ...api])])
  // MSW asks one handler after the other: the route that is met most comes first.
  return routes.flatMap((route) =>
    (route.host === "event" ? event : api).map((origin) => {
      const handler = register[route.method](({ request }) => {
        const target = targetOf(request)
        return target.route === route && target.origin === origin
      }, resolve)
      // What `listHandlers()` and msw's log show; it would be "[custom predicate]".
      handler.info.header = `${route.method} ${origin}${route.path}`
      return handler
    }),
  )
}

interface Target {
  readonly route: Route | undefined
  readonly origin: string | undefined
}

/**
 * What a request is for, found once for all handlers.
 *
 * Not by msw's own patterns: `:id` misses the workflow id `a/b`, msw 2 throws for `%FF` when it decodes what it has matched, and each of the
 * handlers would parse its pattern for each request.
 */
function createTargets(origins: readonly string[]): (request: Request) => Target {
  // One that lies below another must be asked first.
  const longestFirst = origins.toSorted((left, right) => right.length - left.length)
  const known = new WeakMap<Request, Target>()
  return (request) => {
    let target = known.get(request)
    if (target === undefined) {
      const { method, url } = request
      const origin = longestFirst.find((each) => url.startsWith(each) && /^[/?#]|^$/.test(url.slice(each.length)))
      const route = origin === undefined ? undefined : routeOf({ method, url: `http://_${url.slice(origin.length)}` })
      known.set(request, (target = { route, origin }))
    }
    return target
  }
}
