/**
 * Every route of the Inngest server, and the workflow-state routes that this package adds, in one table.
 * The client builds its requests from it, the embedded server and the mocks match by it (what they lack answers 501 by name).
 * One constant each, so that a bundle holds only the routes it calls.
 */
import {
  type Route,
  eventsGet,
  eventsList,
  eventsRuns,
  eventsRunsV2,
  runsCancel,
  runsCancelV2,
  runsGet,
  runsGetV2,
  runsListV2,
  sendEvents,
  workflowsDelete,
  workflowsList,
  workflowsLoad,
  workflowsSave,
} from "./usual-routes.ts"

export {
  buildPath,
  eventsGet,
  eventsList,
  eventsRuns,
  eventsRunsV2,
  runsCancel,
  runsCancelV2,
  runsGet,
  runsGetV2,
  runsListV2,
  sendEvents,
  workflowsDelete,
  workflowsList,
  workflowsLoad,
  workflowsSave,
} from "./usual-routes.ts"
export type { PathParams, Route, RouteAuth, RouteHost, RouteRetry } from "./usual-routes.ts"

export const eventsSendOne = {
  name: "events.sendOne",
  method: "POST",
  path: "/v2/events",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const getHealth = {
  name: "health",
  method: "GET",
  path: "/health",
  host: "api",
  auth: "none",
  retry: "safe",
} as const
export const getDevInfo = {
  name: "dev",
  method: "GET",
  path: "/dev",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const runsJobs = {
  name: "runs.jobs",
  method: "GET",
  path: "/v1/runs/:id/jobs",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const runsSetMetadata = {
  name: "runs.setMetadata",
  method: "POST",
  path: "/v1/runs/:id/metadata",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const runsTrace = {
  name: "runs.trace",
  method: "GET",
  path: "/v2/runs/:id/trace",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const runsRerun = {
  name: "runs.rerun",
  method: "POST",
  path: "/v2/runs/:id/rerun",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const signalsSend = {
  name: "signals.send",
  method: "POST",
  path: "/v1/signals",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const cancellationsCreate = {
  name: "cancellations.create",
  method: "POST",
  path: "/v1/cancellations",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const cancellationsList = {
  name: "cancellations.list",
  method: "GET",
  path: "/v1/cancellations",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const cancellationsDelete = {
  name: "cancellations.delete",
  method: "DELETE",
  path: "/v1/cancellations/:id",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const functionsListV1 = {
  name: "functions.listV1",
  method: "GET",
  path: "/v1/apps/:app/functions",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const functionsList = {
  name: "functions.list",
  method: "GET",
  path: "/v2/apps/:app/functions",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const functionsGet = {
  name: "functions.get",
  method: "GET",
  path: "/v2/apps/:app/functions/:fn",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const functionsRuns = {
  name: "functions.runs",
  method: "GET",
  path: "/v2/apps/:app/functions/:fn/runs",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const functionsInvoke = {
  name: "functions.invoke",
  method: "POST",
  path: "/v2/apps/:app/functions/:fn/invoke",
  host: "api",
  auth: "signing-key",
  retry: "seeded",
} as const
export const functionsInvokeBySlug = {
  name: "functions.invokeBySlug",
  method: "POST",
  path: "/invoke/:slug",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const appsList = {
  name: "apps.list",
  method: "GET",
  path: "/v2/apps",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const appsGet = {
  name: "apps.get",
  method: "GET",
  path: "/v2/apps/:app",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const v2Health = {
  name: "v2.health",
  method: "GET",
  path: "/v2/health",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const v2Account = {
  name: "v2.account",
  method: "GET",
  path: "/v2/account",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const v2Envs = {
  name: "v2.envs",
  method: "GET",
  path: "/v2/envs",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const v2EventKeys = {
  name: "v2.eventKeys",
  method: "GET",
  path: "/v2/keys/events",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const v2SigningKeys = {
  name: "v2.signingKeys",
  method: "GET",
  path: "/v2/keys/signing",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const v2Operations = {
  name: "v2.operations",
  method: "GET",
  path: "/v2/operations",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const v2CreateEnv = {
  name: "v2.createEnv",
  method: "POST",
  path: "/v2/envs",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const v2UpdateEnv = {
  name: "v2.updateEnv",
  method: "PATCH",
  path: "/v2/envs/:id",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const v2PartnerAccounts = {
  name: "v2.partnerAccounts",
  method: "GET",
  path: "/v2/partner/accounts",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const v2CreatePartnerAccount = {
  name: "v2.createPartnerAccount",
  method: "POST",
  path: "/v2/partner/accounts",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const v2Webhooks = {
  name: "v2.webhooks",
  method: "GET",
  path: "/v2/env/webhooks",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const v2CreateWebhook = {
  name: "v2.createWebhook",
  method: "POST",
  path: "/v2/env/webhooks",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const v2SyncApp = {
  name: "v2.syncApp",
  method: "POST",
  path: "/v2/apps/:app/syncs",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const functionsRegister = {
  name: "functions.register",
  method: "POST",
  path: "/fn/register",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const functionsRemove = {
  name: "functions.remove",
  method: "DELETE",
  path: "/fn/remove",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const checkpointCreate = {
  name: "checkpoint.create",
  method: "POST",
  path: "/v1/checkpoint",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const checkpointSteps = {
  name: "checkpoint.steps",
  method: "POST",
  path: "/v1/checkpoint/:run/steps",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const checkpointAsync = {
  name: "checkpoint.async",
  method: "POST",
  path: "/v1/checkpoint/:run/async",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const checkpointOutput = {
  name: "checkpoint.output",
  method: "GET",
  path: "/v1/checkpoint/:run/output",
  host: "api",
  auth: "none",
  retry: "safe",
} as const
export const runsCreateHttp = {
  name: "runs.createHttp",
  method: "POST",
  path: "/v1/http/runs",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const tracesUserland = {
  name: "traces.userland",
  method: "POST",
  path: "/v1/traces/userland",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const realtimeToken = {
  name: "realtime.token",
  method: "POST",
  path: "/v1/realtime/token",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const realtimeSse = {
  name: "realtime.sse",
  method: "GET",
  path: "/v1/realtime/sse",
  host: "api",
  auth: "none",
  retry: "safe",
} as const
export const realtimeConnect = {
  name: "realtime.connect",
  method: "GET",
  path: "/v1/realtime/connect",
  host: "api",
  auth: "none",
  retry: "safe",
} as const
export const realtimePublish = {
  name: "realtime.publish",
  method: "POST",
  path: "/v1/realtime/publish",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const prom = {
  name: "prom",
  method: "GET",
  path: "/v1/prom/:env",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const metrics = {
  name: "metrics",
  method: "GET",
  path: "/metrics",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const mcp = {
  name: "mcp",
  method: "POST",
  path: "/mcp",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const gql = {
  name: "gql",
  method: "POST",
  path: "/v0/gql",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const v0CancelRun = {
  name: "v0.cancelRun",
  method: "DELETE",
  path: "/v0/runs/:id",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const v0RunBatch = {
  name: "v0.runBatch",
  method: "GET",
  path: "/v0/runs/:id/batch",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const v0RunActions = {
  name: "v0.runActions",
  method: "GET",
  path: "/v0/runs/:id/actions",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const
export const connectStart = {
  name: "connect.start",
  method: "POST",
  path: "/v0/connect/start",
  host: "api",
  auth: "signing-key",
  retry: "unsent",
} as const
export const connectConnections = {
  name: "connect.connections",
  method: "GET",
  path: "/v0/connect/envs/:env/conns",
  host: "api",
  auth: "signing-key",
  retry: "safe",
} as const

/** The whole table, in the order in which routes are matched. */
export const routes: readonly Route[] = [
  sendEvents,
  eventsSendOne,
  eventsList,
  eventsGet,
  eventsRuns,
  eventsRunsV2,
  workflowsList,
  workflowsLoad,
  workflowsSave,
  workflowsDelete,
  getHealth,
  getDevInfo,
  runsGet,
  runsJobs,
  runsCancel,
  runsSetMetadata,
  runsListV2,
  runsGetV2,
  runsTrace,
  runsCancelV2,
  runsRerun,
  signalsSend,
  cancellationsCreate,
  cancellationsList,
  cancellationsDelete,
  functionsListV1,
  functionsList,
  functionsGet,
  functionsRuns,
  functionsInvoke,
  functionsInvokeBySlug,
  appsList,
  appsGet,
  v2Health,
  v2Account,
  v2Envs,
  v2EventKeys,
  v2SigningKeys,
  v2Operations,
  v2CreateEnv,
  v2UpdateEnv,
  v2PartnerAccounts,
  v2CreatePartnerAccount,
  v2Webhooks,
  v2CreateWebhook,
  v2SyncApp,
  functionsRegister,
  functionsRemove,
  checkpointCreate,
  checkpointSteps,
  checkpointAsync,
  checkpointOutput,
  runsCreateHttp,
  tracesUserland,
  realtimeToken,
  realtimeSse,
  realtimeConnect,
  realtimePublish,
  prom,
  metrics,
  mcp,
  gql,
  v0CancelRun,
  v0RunBatch,
  v0RunActions,
  connectStart,
  connectConnections,
]

/** What each route is for, by its name: for help texts and the README. Apart from the routes, so that no client carries it. */
export const routeSummaries: Readonly<Record<string, string>> = {
  "events.send": "send events",
  "events.sendOne": "send one event (v2)",
  "events.list": "received events, newest first",
  "events.get": "one event by its internal id",
  "events.runs": "runs that an event started",
  "events.runsV2": "runs that an event started (v2)",
  "workflows.list": "workflow states, newest first",
  "workflows.load": "one workflow state",
  "workflows.save": "write a workflow state",
  "workflows.delete": "delete a workflow state",
  health: "whether the server is up",
  dev: "facts about a dev server; 401 or 404 elsewhere",
  "runs.get": "one run",
  "runs.jobs": "queued work of a run",
  "runs.cancel": "cancel a run",
  "runs.setMetadata": "write a run's metadata",
  "runs.listV2": "runs, with filters (v2)",
  "runs.getV2": "one run (v2)",
  "runs.trace": "spans of a run (v2)",
  "runs.cancelV2": "cancel a run (v2)",
  "runs.rerun": "run again (v2)",
  "signals.send": "send a signal to a waiting run",
  "cancellations.create": "cancel runs in bulk",
  "cancellations.list": "bulk cancellations",
  "cancellations.delete": "end a bulk cancellation",
  "functions.listV1": "functions of an app",
  "functions.list": "functions of an app (v2)",
  "functions.get": "one function (v2)",
  "functions.runs": "runs of a function (v2)",
  "functions.invoke": "run a function now (v2)",
  "functions.invokeBySlug": "run a function now",
  "apps.list": "apps (v2)",
  "apps.get": "one app (v2)",
  "v2.health": "whether the server is up (v2)",
  "v2.account": "the account (v2)",
  "v2.envs": "environments (v2)",
  "v2.eventKeys": "event keys (v2)",
  "v2.signingKeys": "signing keys (v2)",
  "v2.operations": "catalogue of operations (v2)",
  "v2.createEnv": "make an environment (v2; the cloud only)",
  "v2.updateEnv": "change an environment (v2; the cloud only)",
  "v2.partnerAccounts": "accounts of a partner (v2; the cloud only)",
  "v2.createPartnerAccount": "make an account of a partner (v2; the cloud only)",
  "v2.webhooks": "webhooks (v2; the cloud only)",
  "v2.createWebhook": "make a webhook (v2; the cloud only)",
  "v2.syncApp": "have the server sync an app (v2; the cloud only)",
  "functions.register": "an app announces its functions",
  "functions.remove": "forget an app",
  "checkpoint.create": "start a run from its own process",
  "checkpoint.steps": "report steps",
  "checkpoint.async": "hand a run over",
  "checkpoint.output": "output of a run, by token",
  "runs.createHttp": "start a run from its own process",
  "traces.userland": "spans of an app",
  "realtime.token": "a token to subscribe",
  "realtime.sse": "subscribe",
  "realtime.connect": "subscribe by websocket",
  "realtime.publish": "publish",
  prom: "metrics of an environment",
  metrics: "metrics of the server",
  mcp: "tools for agents",
  gql: "the dashboard's GraphQL",
  "v0.cancelRun": "cancel a run (v0)",
  "v0.runBatch": "events of a run (v0)",
  "v0.runActions": "steps of a run (v0)",
  "connect.start": "a worker connects",
  "connect.connections": "connected workers",
}
