/** Which handler answers which route of `protocol/routes.ts`, and what the rest of the server's paths get. */
import { addRoute, createRouter, findRoute } from "rou3"
import {
  type Route,
  eventsGet,
  eventsList,
  eventsSendOne,
  getDevInfo,
  getHealth,
  routes,
  sendEvents,
  v2Health,
} from "../../src/protocol/routes.ts"
import * as events from "./events.ts"
import type { Exchange } from "./exchange.ts"
import { type Reply, errorV1, errorV2, methodNotAllowed, notFoundPage } from "./reply.ts"
import * as facts from "./server-facts.ts"

export type RouteHandler = (exchange: Exchange) => Reply | Promise<Reply>

/** A route that a request meets, or why there is none. */
export type RouteMatch =
  | { kind: "route"; route: Route; handle: RouteHandler; params: Record<string, string> }
  | { kind: "none"; answer: () => Reply }

/** The workflow routes are matched apart from these: their ids may hold anything. */
export function isWorkflowRoute({ path }: Route): boolean {
  return path.startsWith("/v1/workflows")
}

const handlers: ReadonlyMap<Route, RouteHandler> = new Map<Route, RouteHandler>([
  [sendEvents, events.sendEvents],
  [eventsSendOne, events.sendOneEvent],
  [eventsList, events.listEvents],
  [eventsGet, events.getEvent],
  [getHealth, facts.health],
  [v2Health, facts.healthV2],
  [getDevInfo, facts.devServerInfo],
])

const router = createRouter<Route>()
for (const route of routes) if (!isWorkflowRoute(route)) addRoute(router, route.method, route.path, route)

const methods = [...new Set(routes.map(({ method }) => method))]

/** @param path as sent, percent-encoded; not one of `/v1/workflows`. */
export function matchRoute(method: string, path: string): RouteMatch {
  // One generation of the API, two prefixes.
  const known = path.replace(/^\/api\/v2(?=\/|$)/, "/v2")
  const found = find(method, known)
  if (found !== undefined) {
    const { route, params } = found
    return { kind: "route", route, params, handle: handlers.get(route) ?? (() => notServed(route)) }
  }
  const allowed = methods.filter((each) => find(each, known) !== undefined)
  return { kind: "none", answer: () => noRoute(known, allowed) }
}

function find(method: string, path: string): { route: Route; params: Record<string, string> } | undefined {
  // The router does not mind a slash at the end or in a row; the server does.
  if (path.endsWith("/") || path.includes("//")) return undefined
  const found = findRoute(router, method, path)
  if (found === undefined) return undefined
  const params = Object.entries(found.params ?? {}).map(([name, value]) => [name, decodeSegment(value)])
  return { route: found.data, params: Object.fromEntries(params) as Record<string, string> }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function isV2(path: string): boolean {
  return path === "/v2" || path.startsWith("/v2/")
}

/** 404 for what the server does not know either. Its own would answer many of these with the dashboard's page: see `differences.ts`. */
function noRoute(path: string, allowed: readonly string[]): Reply {
  if (isV2(path)) {
    return allowed.length > 0 ? errorV2(501, "api_error", "Method Not Allowed") : errorV2(404, "api_error", "Not Found")
  }
  return allowed.length > 0 ? methodNotAllowed(allowed) : notFoundPage()
}

function notServed({ name, method, path }: Route): Reply {
  const message = `${name}: this server does not answer ${method} ${path} yet`
  return isV2(path) ? errorV2(501, "not_implemented", message) : errorV1(501, message)
}
