/** Which permission opens which route, and what of a request goes on: the whole table, so that a route without a decision does not compile. */
import type * as table from "../protocol/routes.ts"
import type { PermissionName } from "./permissions.ts"

/** Names of all routes: each exported constant of the route table. */
export type RouteName = NameOf<(typeof table)[keyof typeof table]>

type NameOf<Export> = Export extends table.Route ? Export["name"] : never

/** An open route. What it does not name is refused, not dropped: a filter that is lost gives more than was asked for. */
export interface OpenRoute {
  readonly permission: PermissionName
  /** Query parameters that go on. */
  readonly query?: readonly string[]
  /** Members of the JSON body that go on. */
  readonly body?: readonly string[]
}

/** `closed` is never served, whatever is allowed. */
export type RouteAccess = OpenRoute | "closed"

/** Sent by the client to get past the server's own cache. */
const fresh = "_"

const runFilters = [
  "limit",
  "cursor",
  "status",
  "appId",
  "functionId",
  "from",
  "until",
  "timeField",
  "order",
  "includeOutput",
] as const

const routeAccess = {
  "events.send": { permission: "events.send" },
  // Its answer to a lost answer would be a second event: it knows no seed.
  "events.sendOne": "closed",
  "events.list": {
    permission: "events.read",
    query: ["name", "limit", "cursor", "received_after", "received_before", fresh],
  },
  "events.get": { permission: "events.read", query: [fresh] },
  "events.runs": { permission: "runs.read", query: [fresh] },
  "events.runsV2": { permission: "runs.read", query: ["includeOutput", "limit", "cursor"] },

  "workflows.list": { permission: "workflows.list", query: ["status", "limit", "cursor", "order"] },
  "workflows.load": { permission: "workflows.load" },
  "workflows.save": { permission: "workflows.save" },
  "workflows.delete": { permission: "workflows.delete" },

  health: { permission: "server.read" },
  dev: { permission: "server.read" },

  "runs.get": { permission: "runs.read", query: [fresh] },
  "runs.jobs": { permission: "runs.read", query: [fresh] },
  "runs.cancel": { permission: "runs.cancel" },
  // Measured: it makes an ended run unreadable.
  "runs.setMetadata": "closed",
  "runs.listV2": { permission: "runs.read", query: runFilters },
  "runs.getV2": { permission: "runs.read", query: ["includeOutput"] },
  "runs.trace": { permission: "runs.read", query: ["includeOutput"] },
  "runs.cancelV2": { permission: "runs.cancel", body: [] },
  "runs.rerun": { permission: "runs.rerun", body: [] },

  "signals.send": { permission: "signals.send", body: ["signal", "data"] },
  "cancellations.create": {
    permission: "cancellations.create",
    body: ["app_id", "function_id", "started_before", "started_after", "if"],
  },
  "cancellations.list": { permission: "cancellations.read" },
  "cancellations.delete": { permission: "cancellations.delete" },

  "functions.listV1": { permission: "functions.read", query: [fresh] },
  "functions.list": { permission: "functions.read", query: ["limit", "cursor"] },
  "functions.get": { permission: "functions.read" },
  "functions.runs": { permission: "runs.read", query: runFilters },
  "functions.invoke": { permission: "functions.invoke", body: ["data", "idempotencyKey"] },
  // Needs no key, and says yes to functions that don't exist.
  "functions.invokeBySlug": "closed",
  "apps.list": { permission: "apps.read", query: ["limit", "cursor"] },
  "apps.get": { permission: "apps.read" },

  // About the account and its keys.
  "v2.health": "closed",
  "v2.account": "closed",
  "v2.envs": "closed",
  "v2.eventKeys": "closed",
  "v2.signingKeys": "closed",
  "v2.operations": "closed",
  "v2.createEnv": "closed",
  "v2.updateEnv": "closed",
  "v2.partnerAccounts": "closed",
  "v2.createPartnerAccount": "closed",
  "v2.webhooks": "closed",
  "v2.createWebhook": "closed",
  "v2.syncApp": "closed",
  // For apps, workers and agents, not for pages.
  "functions.register": "closed",
  "functions.remove": "closed",
  "checkpoint.create": "closed",
  "checkpoint.steps": "closed",
  "checkpoint.async": "closed",
  "checkpoint.output": "closed",
  "runs.createHttp": "closed",
  "traces.userland": "closed",
  "realtime.token": "closed",
  "realtime.sse": "closed",
  "realtime.connect": "closed",
  "realtime.publish": "closed",
  prom: "closed",
  metrics: "closed",
  mcp: "closed",
  // One route for everything that the server can do.
  gql: "closed",
  "v0.cancelRun": "closed",
  "v0.runBatch": "closed",
  "v0.runActions": "closed",
  "connect.start": "closed",
  "connect.connections": "closed",
} satisfies Record<RouteName, RouteAccess>

/** @param name of a route of the table; one that has no row is closed. */
export function accessOf(name: string): RouteAccess {
  return Object.hasOwn(routeAccess, name) ? routeAccess[name as RouteName] : "closed"
}
