/** The routes that the usual calls of a client take, and what a route is. All others, and the table of all, are in routes.ts. */

/** Which host answers: events go to the event host, all else to the API host (one and the same on dev and self-hosted servers). */
export type RouteHost = "event" | "api"

/**
 * Which key a keyed server wants. `event-or-signing`: either, as bearer. `none`: for everybody, or for those who have a token of their own. The
 * real server asks for no key at some of these (`/v0/gql`, `/invoke`, `/mcp`, `/metrics`, the catalogue); ours does, and it does no harm there.
 */
export type RouteAuth = "none" | "event-key" | "signing-key" | "event-or-signing"

/**
 * What a client may do after a failure. `safe`: repeat it. `seeded`: repeat it with the same seed header, ids or key. `unsent`: repeat it only
 * when no byte was sent, since it may have happened.
 */
export type RouteRetry = "safe" | "seeded" | "unsent"

export interface Route {
  /** `noun.verb`: what failure plans, `--curl` and error texts call it. */
  readonly name: string
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  /** `:name` is one encoded segment, `:name+` the rest of the path. */
  readonly path: string
  readonly host: RouteHost
  readonly auth: RouteAuth
  readonly retry: RouteRetry
}

export const sendEvents = {
  name: "events.send",
  method: "POST",
  path: "/e/:key",
  host: "event",
  auth: "event-key",
  retry: "seeded",
} as const
export const eventsList = {
  name: "events.list",
  method: "GET",
  path: "/v1/events",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const eventsGet = {
  name: "events.get",
  method: "GET",
  path: "/v1/events/:id",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const eventsRuns = {
  name: "events.runs",
  method: "GET",
  path: "/v1/events/:id/runs",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const eventsRunsV2 = {
  name: "events.runsV2",
  method: "GET",
  path: "/v2/events/:id/runs",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const workflowsList = {
  name: "workflows.list",
  method: "GET",
  path: "/v1/workflows",
  host: "api",
  auth: "event-or-signing",
  retry: "safe",
} as const
export const workflowsLoad = {
  name: "workflows.load",
  method: "GET",
  path: "/v1/workflows/:id+",
  host: "api",
  auth: "event-or-signing",
  retry: "safe",
} as const
export const workflowsSave = {
  name: "workflows.save",
  method: "PUT",
  path: "/v1/workflows/:id+",
  host: "api",
  auth: "event-or-signing",
  retry: "safe",
} as const
export const workflowsDelete = {
  name: "workflows.delete",
  method: "DELETE",
  path: "/v1/workflows/:id+",
  host: "api",
  auth: "event-or-signing",
  retry: "safe",
} as const
export const runsGet = {
  name: "runs.get",
  method: "GET",
  path: "/v1/runs/:id",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const runsListV2 = {
  name: "runs.listV2",
  method: "GET",
  path: "/v2/runs",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const runsGetV2 = {
  name: "runs.getV2",
  method: "GET",
  path: "/v2/runs/:id",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const runsCancel = {
  name: "runs.cancel",
  method: "DELETE",
  path: "/v1/runs/:id",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const runsCancelV2 = {
  name: "runs.cancelV2",
  method: "POST",
  path: "/v2/runs/:id/cancel",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const

/** Names of the `:params` of a path pattern. */
export type PathParams<Path extends string> = Path extends `${infer Head}/${infer Rest}`
  ? PathParams<Head> | PathParams<Rest>
  : Path extends `:${infer Name}+`
    ? Name
    : Path extends `:${infer Name}`
      ? Name
      : never

/** Path of a route with its parameters filled in, each encoded as one segment. */
export function buildPath<Path extends string>(path: Path, params: Record<PathParams<Path>, string>): string {
  const given = params as Record<string, string>
  return path.replace(/:(\w+)\+?/g, (_, param: string) => encodeURIComponent(given[param] ?? ""))
}
