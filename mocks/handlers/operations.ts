/**
 * The catalogue of the v2 API: what this server answers there, for tools that make commands of it.
 *
 * @source measured, vectors `v2-operations`: the first five in full; of the others the names, places and members that the API has, in our words
 */
import type { Reply } from "./reply.ts"

interface Property {
  readonly additionalProperties?: false
  readonly description: string
  readonly type: string
  readonly format?: string
  readonly items?: { readonly type?: string }
  readonly properties?: Readonly<Record<string, Property>>
  readonly required?: readonly string[]
}

interface Operation {
  readonly id: string
  readonly summary: string
  readonly description: string
  readonly method: "GET" | "POST"
  readonly path: string
  readonly command: string
  /** What agents call it. */
  readonly tool: string
  readonly properties?: Readonly<Record<string, Property>>
  readonly required?: readonly string[]
}

const named = (name: string, type: string): Property => ({ description: name, type })
const texts = (description: string): Property => ({ description, items: { type: "string" }, type: "array" })
const moment = (description: string): Property => ({ description, format: "date-time", type: "string" })

const includeOutput = named("includeOutput", "boolean")
const cursor: Property = { description: "Pagination cursor from previous response", type: "string" }
const limitOf = (what: string, max: number): Property => ({
  description: `Number of ${what} to return per page (min: 1, max: ${max})`,
  type: "integer",
})

const isDeferred: Property = {
  description: "Whether to include only deferred or non-deferred runs",
  type: "boolean",
}
const from = moment("Inclusive start of the run time range")
const until = moment("Inclusive end of the run time range")
const order: Property = { description: "Sort direction. Accepts ASC or DESC.", type: "string" }
const status = texts(
  "Statuses to include, using response status values such as COMPLETED, FAILED, RUNNING, QUEUED, or CANCELLED",
)
const timeField: Property = {
  description:
    "Run timestamp field used for filtering and ordering. Accepts queuedAt, startedAt, or endedAt. Snake case aliases such as QUEUED_AT, STARTED_AT, and ENDED_AT are also accepted.",
  type: "string",
}
const runId = named("runId", "string")
const appId = named("appId", "string")
const functionId = named("functionId", "string")
const data: Property = { description: "Input of the function", type: "object" }
const fromStep: Property = {
  additionalProperties: false,
  description: "Step rerun options. stepId is the step to run from; input is what its code gets instead",
  properties: {
    input: { description: "Arguments of the step", items: {}, type: "array" },
    stepId: named("stepId", "string"),
  },
  required: ["stepId"],
  type: "object",
}
const limitOfRuns = limitOf("runs", 100)

const operations: readonly Operation[] = [
  {
    id: "Health",
    summary: "Health check",
    description: "Returns the health status of the API service",
    method: "GET",
    path: "/health",
    command: "health",
    tool: "health",
  },
  {
    id: "GetFunctionRun",
    summary: "Get function run",
    description: "Fetches the canonical run summary for a single function run",
    method: "GET",
    path: "/runs/{run_id}",
    command: "get-function-run",
    tool: "get_run",
    properties: { includeOutput, runId },
    required: ["runId"],
  },
  {
    id: "ListRuns",
    summary: "List runs",
    description: "Lists runs in the authenticated environment, optionally filtered by app and function IDs",
    method: "GET",
    path: "/runs",
    command: "get-function-runs",
    tool: "list_runs",
    properties: {
      appId: texts("App IDs to include"),
      cursor,
      from,
      functionId: texts("Function IDs to include"),
      includeOutput,
      isDeferred,
      limit: limitOfRuns,
      order,
      status,
      timeField,
      until,
    },
  },
  {
    id: "ListFunctionRuns",
    summary: "List runs for a function",
    description: "Lists runs for one function in the authenticated environment",
    method: "GET",
    path: "/apps/{app_id}/functions/{function_id}/runs",
    command: "get-function-runs",
    tool: "list_function_runs",
    properties: {
      appId,
      cursor,
      from,
      functionId,
      includeOutput,
      isDeferred,
      limit: limitOfRuns,
      order,
      status,
      timeField,
      until,
    },
    required: ["appId", "functionId"],
  },
  {
    id: "GetEventRuns",
    summary: "Get event runs",
    description: "Lists function runs triggered by a specific event",
    method: "GET",
    path: "/events/{event_id}/runs",
    command: "get-event-runs",
    tool: "get_event_runs",
    properties: { cursor, eventId: named("eventId", "string"), includeOutput, limit: limitOf("runs", 40) },
    required: ["eventId"],
  },
  {
    id: "Rerun",
    summary: "Rerun function run",
    description: "Creates a new run using the original run's triggering event data",
    method: "POST",
    path: "/runs/{run_id}/rerun",
    command: "rerun",
    tool: "rerun",
    properties: { fromStep, runId },
    required: ["runId"],
  },
  {
    id: "CancelRun",
    summary: "Cancel run",
    description: "Cancels a run that has not ended",
    method: "POST",
    path: "/runs/{run_id}/cancel",
    command: "cancel-run",
    tool: "cancel_run",
    properties: { reason: { description: "Why, kept with the run", type: "string" }, runId },
    required: ["runId"],
  },
  {
    id: "GetFunctionTrace",
    summary: "Get run trace",
    description: "Fetches the spans of a run",
    method: "GET",
    path: "/runs/{run_id}/trace",
    command: "get-function-trace",
    tool: "get_run_trace",
    properties: { includeOutput, runId },
    required: ["runId"],
  },
  {
    id: "SendEvent",
    summary: "Send event",
    description: "Sends one event",
    method: "POST",
    path: "/events",
    command: "send-event",
    tool: "send_event",
    properties: {
      data: { description: "Data of the event", type: "object" },
      id: named("id", "string"),
      name: named("name", "string"),
      ts: { description: "Milliseconds since the epoch", type: "integer" },
    },
    required: ["name"],
  },
  {
    id: "InvokeFunction",
    summary: "Invoke function",
    description: "Starts a run of a function",
    method: "POST",
    path: "/apps/{app_id}/functions/{function_id}/invoke",
    command: "invoke",
    tool: "invoke_function",
    properties: { appId, data, functionId, idempotencyKey: named("idempotencyKey", "string") },
    required: ["appId", "functionId", "data"],
  },
  {
    id: "ListApps",
    summary: "List apps",
    description: "Lists the apps of the authenticated environment",
    method: "GET",
    path: "/apps",
    command: "get-apps",
    tool: "get_apps",
    properties: { cursor, limit: limitOf("apps", 100) },
  },
  {
    id: "GetApp",
    summary: "Get app",
    description: "Fetches one app",
    method: "GET",
    path: "/apps/{app_id}",
    command: "get-app",
    tool: "get_app",
    properties: { appId },
    required: ["appId"],
  },
  {
    id: "ListFunctions",
    summary: "List functions",
    description: "Lists the functions of an app",
    method: "GET",
    path: "/apps/{app_id}/functions",
    command: "get-functions",
    tool: "get_functions",
    properties: { appId, cursor, limit: limitOf("functions", 100) },
    required: ["appId"],
  },
  {
    id: "GetFunction",
    summary: "Get function",
    description: "Fetches one function",
    method: "GET",
    path: "/apps/{app_id}/functions/{function_id}",
    command: "get-function",
    tool: "get_function",
    properties: { appId, functionId },
    required: ["appId", "functionId"],
  },
  {
    id: "FetchAccount",
    summary: "Get account",
    description: "Fetches the account that is asked by",
    method: "GET",
    path: "/account",
    command: "get-account",
    tool: "get_account",
  },
  {
    id: "FetchAccountEnvs",
    summary: "List environments",
    description: "Lists the environments of the account",
    method: "GET",
    path: "/envs",
    command: "get-envs",
    tool: "get_envs",
    properties: { cursor, limit: limitOf("environments", 250) },
  },
]

const readHints = { destructiveHint: false, idempotentHint: true, openWorldHint: false, readOnlyHint: true }
const writeHints = { destructiveHint: true, openWorldHint: false }

let catalogue: string | undefined

/** For everybody's tools, and for a while. */
export function listOperations(): Reply {
  catalogue ??= JSON.stringify({ data: { operations: operations.map(describe) } })
  return {
    status: 200,
    headers: {
      "access-control-allow-origin": "*",
      "cache-control": "public, max-age=300, stale-while-revalidate=3600",
      "content-type": "application/json",
    },
    body: catalogue,
  }
}

function describe(operation: Operation): object {
  const { id, summary, description, method, path, command, tool, properties = {}, required = [] } = operation
  return {
    id,
    summary,
    description,
    http: { method, path },
    cli: { command },
    mcp: {
      annotations: method === "GET" ? readHints : writeHints,
      description,
      inputSchema: { additionalProperties: false, properties, required, type: "object" },
      name: tool,
      title: summary,
    },
  }
}
