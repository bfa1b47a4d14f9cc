/**
 * What a URL means: below which path the gateway is mounted, which routes its path names, with which parameters.
 *
 * The path is read as it was sent and never goes on: the request to the server is built anew from the route and its decoded parameters. So two
 * readings of one path can't differ. A path that a URL parser would lead elsewhere (raw or escaped dot segments, `\`, blanks, controls) names
 * nothing.
 */
import { type Route, routes } from "../protocol/routes.ts"
import { matchWorkflowPath } from "../protocol/workflow-path.ts"

export type Target =
  | { kind: "workflows"; id: string | undefined; search: URLSearchParams }
  | { kind: "routes"; byMethod: ReadonlyMap<string, RouteMatch>; search: URLSearchParams }
  /** A parameter that no id of the server is. */
  | { kind: "bad-parameter"; name: string }
  | { kind: "none" }

export interface RouteMatch {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

const patterns = routes
  .filter(({ path }) => !path.startsWith("/v1/workflows"))
  .map((route) => ({ route, segments: route.path.slice(1).split("/") }))

/**
 * @param url `request.url`.
 * @param basePath where the gateway is mounted; `undefined`: below whatever stands before the first path of a route.
 */
export function readTarget(url: string, basePath: string | undefined): Target {
  const [, path = "", query = ""] = /^[a-z][a-z0-9+.-]*:\/\/[^/\\?#]*([^?#]*)\??([^#]*)/i.exec(url) ?? []
  if (isRewrittenByParsers(path)) return { kind: "none" }
  const search = new URLSearchParams(query)
  if (basePath !== undefined)
    return path.startsWith(`${basePath}/`) ? readPath(path.slice(basePath.length), search) : { kind: "none" }
  for (const start of possibleStarts(path)) {
    const target = readPath(path.slice(start), search)
    if (target.kind !== "none") return target
  }
  return { kind: "none" }
}

const maxSegments = Math.max(...patterns.map(({ segments }) => segments.length))

/** Where the path of a route could begin, from the left: few places, however many slashes there are. */
function possibleStarts(path: string): number[] {
  const starts: number[] = []
  for (let slash = path.lastIndexOf("/"); slash !== -1 && starts.length < maxSegments;) {
    starts.unshift(slash)
    slash = slash === 0 ? -1 : path.lastIndexOf("/", slash - 1)
  }
  const workflows = path.search(/\/v1\/workflows(?:\/|$)/)
  return workflows === -1 || workflows >= (starts[0] ?? 0) ? starts : [workflows, ...starts]
}

/** Slashes in front don't matter: Go's clients send `//v1/…` for a base URL that ends in one. */
function readPath(path: string, search: URLSearchParams): Target {
  const workflow = matchWorkflowPath(path)
  if (workflow.kind === "list") return { kind: "workflows", id: undefined, search }
  if (workflow.kind === "workflow") return { kind: "workflows", id: workflow.id, search }
  const segments = path.replace(/^\/+/, "").split("/")
  const byMethod = new Map<string, RouteMatch>()
  for (const { route, segments: pattern } of patterns) {
    if (byMethod.has(route.method) || pattern.length !== segments.length) continue
    const params = readParams(pattern, segments)
    if (params === undefined) continue
    const bad = Object.keys(params).find((name) => route.path !== "/e/:key" && !isParameter(params[name]))
    if (bad !== undefined) return { kind: "bad-parameter", name: bad }
    byMethod.set(route.method, { route, params: params as Record<string, string> })
  }
  return byMethod.size === 0 ? { kind: "none" } : { kind: "routes", byMethod, search }
}

/** Each parameter decoded, `undefined` where it can't be; nothing when the path is another one. */
function readParams(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string | undefined> | undefined {
  const params: Record<string, string | undefined> = {}
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? ""
    if (!expected.startsWith(":")) {
      if (segment !== expected) return undefined
    } else if (segment === "") return undefined
    else params[expected.slice(1)] = decode(segment)
  }
  return params
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** No id of the server holds what a proxy on the way to it could read as a path, a query, or an escape. */
function isParameter(value: string | undefined): boolean {
  return value !== undefined && !/^\.{0,2}$|[/\\?#%;]|[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)
}

function isRewrittenByParsers(path: string): boolean {
  return /[\0-\x20\x7f\\]/.test(path) || /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path)
}
