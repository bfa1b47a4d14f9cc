/**
 * Role: the mock's controls over HTTP, under `/__mock/`, so that a test in any language can seed, assert, break and reset a server on a port.
 * Boundary: `server.ts` puts it before a port when it was asked for; nobody else reaches the controls from outside of the process.
 *
 * I1. Answers are `{"data": …}`, or `{"error": "…", "data": null, "status": …}` with that HTTP status.
 * I2. Control requests are neither recorded nor met by planned failures.
 */
import type { ServerRequest } from "srvx"
import { isConfigError, isValidationError } from "../src/errors.ts"
import { encodeState } from "../src/protocol/workflow.ts"
import { type JsonObject, type JsonValue, isJsonObject, parseJson } from "../src/shared/json.ts"
import { type MockControls, type MockCore, type MockCoreOptions, createMockCore } from "./core.ts"
import type { FailurePlan } from "./failures.ts"
import { type OriginPolicy, answerPreflight, corsHeaders, isPreflight } from "./handlers/cors.ts"
import type { Gate } from "./handlers/gate.ts"
import type { FetchHandler } from "./handlers/index.ts"
import { type Reply, errorV1 } from "./handlers/reply.ts"
import { refuseUnknown } from "./options.ts"
import type { RoutePattern } from "./route-names.ts"
import type { MockSeed } from "./seed.ts"
import { EventWaitError } from "./wait.ts"

export const controlPrefix = "/__mock"

export interface ControlledMock {
  readonly core: MockCore
  /** The mock and its controls. @returns `undefined`: the connection ends without an answer. */
  answer(request: Request): Promise<Response | undefined>
  /** The same for a port. */
  readonly handle: FetchHandler
}

interface ControlOptions {
  /** Of a server with keys: then the controls are for whoever has the signing key. */
  readonly gate?: Gate | undefined
  /** Whose pages may read the answers. */
  readonly isAllowedOrigin: OriginPolicy
}

export function createControlledMock(
  options: MockCoreOptions,
  { gate, isAllowedOrigin }: ControlOptions,
): ControlledMock {
  const core = createMockCore(options)
  const answerControl = createControl(core.controls)
  const control = async (request: Request): Promise<Response> => {
    if (isPreflight(request)) return toResponse(answerPreflight(request, isAllowedOrigin))
    const refused = gate?.refusal(request, "signing-key")
    const response = refused === undefined ? await answerControl(request) : toResponse(refused)
    for (const [name, value] of Object.entries(corsHeaders(request, isAllowedOrigin))) response.headers.set(name, value)
    return response
  }
  const answer = (request: Request): Promise<Response | undefined> => {
    const { pathname } = new URL(request.url)
    const isControl = pathname === controlPrefix || pathname.startsWith(`${controlPrefix}/`)
    return isControl ? control(request) : core.answer(request)
  }
  return { core, answer, handle: async (request) => (await answer(request)) ?? dropConnection(request) }
}

/** One control request. */
interface Call {
  readonly controls: MockControls
  readonly query: URLSearchParams
  /** What follows the route's own path: `/plans/3` → `"3"`; absent where nothing does. */
  readonly rest: string | undefined
  body(): Promise<JsonValue>
  /** Plans that were made over HTTP and can be taken back by their ids. */
  readonly plans: Map<string, () => void>
}

/** JSON text of the answer's `data`. */
type Data = string | Promise<string>

interface ControlRoute {
  readonly method: "GET" | "POST" | "DELETE"
  readonly path: string
  readonly summary: string
  readonly run: (call: Call) => Data
}

const table: readonly ControlRoute[] = [
  { method: "GET", path: "", summary: "these routes", run: () => JSON.stringify(table.map(describeRoute)) },
  {
    method: "GET",
    path: "/sent",
    summary: "events that were sent, in order; ?name= of one name",
    run: ({ controls, query }) => JSON.stringify(controls.sent(query.get("name") ?? undefined)),
  },
  {
    method: "GET",
    path: "/wait",
    summary: "the first event of ?name=, as soon as it comes; 408 after ?timeout= (1s)",
    run: async ({ controls, query }) =>
      JSON.stringify(
        await controls.waitFor(required(query.get("name"), "name"), { timeout: query.get("timeout") ?? "1s" }),
      ),
  },
  {
    method: "GET",
    path: "/requests",
    summary: "requests, in order",
    run: ({ controls }) => JSON.stringify(controls.requests),
  },
  {
    method: "GET",
    path: "/workflows",
    summary: "stored workflow states, last saved first; ?status= of one status",
    run: ({ controls, query }) =>
      `[${controls.workflows
        .list(query.get("status") ?? undefined)
        .map((state) => encodeState(state))
        .join(",")}]`,
  },
  {
    method: "POST",
    path: "/seed",
    summary: 'add {"events": […], "workflows": […]}',
    run: async ({ controls, body }) => {
      controls.seed((await objectOf(body, "seed")) as MockSeed)
      return "null"
    },
  },
  {
    method: "POST",
    path: "/fail",
    summary: 'let requests fail: {"route": "send", "status": 503, "times": 2}, or a list of such plans',
    run: async ({ controls, body, plans }) => {
      const given = [await body()].flat() as unknown as FailurePlan[]
      const undo: (() => void)[] = []
      const takeBackAll = (): void => undo.forEach((takeBack) => takeBack())
      try {
        for (const plan of given) undo.push(controls.fail(plan))
      } catch (error) {
        // All or none: the caller gets no id by which it could take back the others.
        takeBackAll()
        throw error
      }
      return keep(plans, takeBackAll)
    },
  },
  {
    method: "POST",
    path: "/delay",
    summary: 'let answers come later: {"route": "events.list", "duration": "500ms"}',
    run: async ({ controls, body, plans }) => {
      const given = await objectOf(body, "delay")
      refuseUnknown(given, ["route", "duration"], "delay")
      return keep(plans, controls.delay(String(given["route"]) as RoutePattern, given["duration"] as string | number))
    },
  },
  {
    method: "POST",
    path: "/offline",
    summary: "let every request find nobody there",
    run: ({ controls, plans }) => keep(plans, controls.offline()),
  },
  {
    method: "DELETE",
    path: "/plans",
    summary: "take back all failures, delays and outages made here; /plans/{id} one of them",
    run: ({ plans, rest }) => {
      const ids = rest === undefined ? [...plans.keys()] : [rest]
      for (const id of ids) {
        const takeBack = plans.get(id)
        if (takeBack === undefined) throw new ControlError(404, `there is no plan ${id}`)
        takeBack()
        plans.delete(id)
      }
      return "null"
    },
  },
  {
    method: "POST",
    path: "/reset",
    summary: "back to how it was started",
    run: ({ controls, plans }) => {
      controls.reset()
      plans.clear()
      return "null"
    },
  },
]

class ControlError extends Error {
  override readonly name = "ControlError"
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

function createControl(controls: MockControls): FetchHandler {
  const plans = new Map<string, () => void>()
  return async (request) => {
    const { pathname, searchParams: query } = new URL(request.url)
    const [, path = "", rest] = /^(\/[^/]+)?(?:\/([^/]+))?$/.exec(pathname.slice(controlPrefix.length)) ?? [
      pathname,
      pathname,
    ]
    const there = table.filter((route) => route.path === path && (rest === undefined || path === "/plans"))
    const route = there.find(({ method }) => method === request.method)
    const body = async (): Promise<JsonValue> => {
      const parsed = parseJson(await request.text())
      if (!parsed.ok) throw new ControlError(400, "the body is no JSON")
      return parsed.value
    }
    try {
      if (there.length === 0)
        throw new ControlError(404, `${pathname}: there is only ${table.map(describeRoute).join("; ")}`)
      if (route === undefined)
        throw new ControlError(405, `${pathname} takes ${there.map(({ method }) => method).join(", ")}`)
      const data = await route.run({ controls, query, rest, body, plans })
      return toResponse({ status: 200, headers: { "content-type": "application/json" }, body: `{"data":${data}}\n` })
    } catch (error) {
      return toResponse(errorV1(statusOf(error), error instanceof Error ? error.message : String(error)))
    }
  }
}

function statusOf(error: unknown): number {
  if (error instanceof ControlError) return error.status
  if (error instanceof EventWaitError) return 408
  return isConfigError(error) || isValidationError(error) ? 400 : 500
}

function toResponse({ status, headers, body }: Reply): Response {
  return new Response(body, { status, headers })
}

function describeRoute({ method, path, summary }: ControlRoute): string {
  return `${method} ${controlPrefix}${path} (${summary})`
}

function required(value: string | null, name: string): string {
  if (value === null) throw new ControlError(400, `?${name}= is missing`)
  return value
}

async function objectOf(body: () => Promise<JsonValue>, what: string): Promise<JsonObject> {
  const value = await body()
  if (!isJsonObject(value)) throw new ControlError(400, `${what}: the body must be an object`)
  return value
}

/** @returns `{"id":"3"}`, by which it can be taken back. */
function keep(plans: Map<string, () => void>, takeBack: () => void): string {
  const id = String(Math.max(0, ...[...plans.keys()].map(Number)) + 1)
  plans.set(id, takeBack)
  return JSON.stringify({ id })
}

/** End a request without an answer. */
function dropConnection(request: Request): Response {
  const incoming = (request as ServerRequest).runtime?.node?.req
  incoming?.socket.resetAndDestroy()
  // Bun and Deno show no socket: there the connection ends after the head of this answer, before its body.
  const broken = new ReadableStream({ start: (controller) => controller.error(new Error("planned failure")) })
  return new Response(incoming === undefined ? broken : null, { status: 502 })
}
