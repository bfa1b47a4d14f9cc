/** Which handler answers which route of `protocol/routes.ts`, and what the rest of the server's paths get. */
import { addRoute, createRouter, findRoute } from "rou3"
import * as route from "../../src/protocol/routes.ts"
import { type Route, routes } from "../../src/protocol/routes.ts"
import * as account from "./account.ts"
import * as apps from "./apps.ts"
import * as cancellations from "./cancellations.ts"
import * as events from "./events.ts"
import type { Exchange } from "./exchange.ts"
import { checkpointSteps } from "./function-answers/checkpoint.ts"
import { type Reply, errorV1, errorV2, methodNotAllowed, notFoundPage, notServed, textErrorV1 } from "./reply.ts"
import * as runs from "./runs.ts"
import * as facts from "./server-facts.ts"
import { sendSignal } from "./signals.ts"

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
  [route.sendEvents, events.sendEvents],
  [route.eventsSendOne, events.sendOneEvent],
  [route.eventsList, events.listEvents],
  [route.eventsGet, events.getEvent],
  [route.eventsRuns, runs.listRunsOfEvent],
  [route.eventsRunsV2, runs.listRunsOfEventV2],
  [route.getHealth, facts.health],
  [route.getDevInfo, facts.devServerInfo],
  [route.runsGet, runs.getRun],
  [route.runsJobs, runs.listJobs],
  [route.runsCancel, runs.cancelRun],
  [route.runsSetMetadata, runs.setRunMetadata],
  [route.runsListV2, runs.listRuns],
  [route.runsGetV2, runs.getRunV2],
  [route.runsTrace, runs.traceRun],
  [route.runsCancelV2, runs.cancelRunV2],
  [route.runsRerun, runs.rerun],
  [route.signalsSend, sendSignal],
  [route.cancellationsCreate, cancellations.createCancellation],
  [route.cancellationsList, cancellations.listCancellations],
  [route.cancellationsDelete, cancellations.deleteCancellation],
  [route.functionsListV1, apps.listFunctionsV1],
  [route.functionsList, apps.listFunctions],
  [route.functionsGet, apps.getFunction],
  [route.functionsRuns, runs.listRunsOfFunction],
  [route.functionsInvoke, apps.invoke],
  [route.functionsInvokeBySlug, apps.invokeBySlug],
  [route.functionsRegister, apps.register],
  [route.functionsRemove, apps.remove],
  [route.appsList, apps.listApps],
  [route.appsGet, apps.getApp],
  [route.v2Health, facts.healthV2],
  [route.v2Account, account.getAccount],
  [route.v2Envs, account.listEnvs],
  [route.v2EventKeys, account.listEventKeys],
  [route.v2SigningKeys, account.listSigningKeys],
  // Asked for by tools alone, and large.
  [route.v2Operations, async () => (await import("./operations.ts")).listOperations()],
  [route.v2CreateEnv, account.cloudOnly("Environments")],
  [route.v2UpdateEnv, account.cloudOnly("Environments")],
  [route.v2PartnerAccounts, account.cloudOnly("Accounts")],
  [route.v2CreatePartnerAccount, account.cloudOnly("Accounts")],
  [route.v2Webhooks, account.cloudOnly("Webhooks")],
  [route.v2CreateWebhook, account.cloudOnly("Webhooks")],
  [route.v2SyncApp, account.cloudOnly("App sync")],
  [route.checkpointAsync, checkpointSteps],
  // The library behind it is large, and few ask.
  [route.gql, async (exchange) => (await import("./graphql/index.ts")).answerGraphql(exchange)],
  [route.v0CancelRun, runs.cancelRunV0],
  [route.v0RunBatch, runs.listBatch],
  [route.v0RunActions, runs.listActions],
  // No token was ever given out here.
  [route.realtimeSse, () => errorV1(401, "Not authenticated")],
  [route.realtimeConnect, () => errorV1(401, "Not authenticated")],
  [route.checkpointOutput, () => textErrorV1(401, "Unable to find run with auth token")],
])

/** Whether requests for it get more than 501. */
export function isAnswered(each: Route): boolean {
  return isWorkflowRoute(each) || handlers.has(each)
}

const router = createRouter<Route>()
for (const each of routes) if (!isWorkflowRoute(each)) addRoute(router, each.method, each.path, each)

const methods = [...new Set(routes.map(({ method }) => method))]

/** @param path as sent, percent-encoded; not one of `/v1/workflows`. */
export function matchRoute(method: string, path: string): RouteMatch {
  // One generation of the API, two prefixes.
  const known = path.replace(/^\/api\/v2(?=\/|$)/, "/v2")
  const found = find(method, known)
  if (found !== undefined) {
    const { route: met, params } = found
    return { kind: "route", route: met, params, handle: handlers.get(met) ?? (() => notServed(met)) }
  }
  const allowed = methods.filter((each) => find(each, known) !== undefined)
  return { kind: "none", answer: () => noRoute(known, allowed) }
}

interface Found {
  readonly route: Route
  readonly params: Record<string, string>
}

/** The last question and its answer: one request asks more than once, and senders ask for the same path again and again. */
let last: { method: string; path: string; found: Found | undefined } = { method: "", path: "", found: undefined }

function find(method: string, path: string): Found | undefined {
  if (method !== last.method || path !== last.path) last = { method, path, found: search(method, path) }
  return last.found
}

function search(method: string, path: string): Found | undefined {
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
