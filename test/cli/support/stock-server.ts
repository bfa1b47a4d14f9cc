// A stock Inngest server as the recordings show it: events, runs, functions and apps, and no route for workflow state. Answers are recorded
// ones, but for ids that the test has to know; what is changed (a cancellation, an event) is seen in later answers.
import { onTestFinished } from "vitest"
import { answerOf, vector } from "../../support/inngest-vectors.ts"
import { startDouble } from "./servers.ts"

interface WireRun {
  id: string
  status: string
  queuedAt: string
  startedAt?: string
  endedAt?: string
  durationMs?: string
  output?: unknown
  app: { id: string }
  function: { id: string; name?: string }
  trigger: { eventIds: string[] }
}

export interface StockServer {
  readonly url: string
  /** `POST /v2/runs/…/cancel`, in the order they came; reads are not in it. */
  readonly changes: string[]
  /** Each request's `authorization`, or the key in its path. */
  readonly keys: string[]
  readonly runs: WireRun[]
}

export interface StockOptions {
  /** Runs of `ok` that go on, besides the recorded ones. */
  readonly running?: number
  /** Answers nothing without it, but for `/health`. */
  readonly signingKey?: string
  /** How each run ends that an event or a call starts. */
  readonly outcome?: "COMPLETED" | "FAILED"
}

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/** Different at both ends. */
function idOf(index: number): string {
  const tail = [3, 2, 1, 0].map((place) => alphabet.charAt(Math.floor(index / 32 ** place) % 32)).join("")
  return `01M9${tail}000000000000${tail}ZZ`
}

function body<T>(name: string): T {
  return JSON.parse(vector(name).response.body ?? "") as T
}

export async function startStockInngest(options: StockOptions = {}): Promise<StockServer> {
  const { running = 0, signingKey, outcome = "COMPLETED" } = options
  const recorded = ["v2-run", "v2-run-failed"].map((name) => body<{ data: WireRun }>(name).data)
  const [sample] = recorded
  if (sample === undefined) throw new Error("no run was recorded")
  let made = 0
  const newRun = (fields: Partial<WireRun>): WireRun => {
    const { output: _, endedAt: __, durationMs: ___, ...rest } = sample
    const queuedAt = new Date(Date.now() - 60_000 + made * 1_000).toISOString()
    return {
      ...rest,
      function: { id: "ok", name: "Fn ok" },
      id: idOf(++made),
      queuedAt,
      startedAt: queuedAt,
      ...fields,
    }
  }
  const runs = [...Array.from({ length: running }, () => newRun({ status: "RUNNING" })).toReversed(), ...recorded]
  const events: Record<string, unknown>[] = []
  const changes: string[] = []
  const keys: string[] = []

  const url = await startDouble(async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    const path = pathname.replace(/^\/api\/v2/, "/v2")
    const key = /^\/e\/([^/]+)/.exec(path)?.[1] ?? request.headers.get("authorization")
    if (key !== undefined && key !== null) keys.push(key)
    if (request.method !== "GET") changes.push(`${request.method} ${path}`)
    const answer = await route(request, path, searchParams)
    answer.headers.set("x-inngest-server-kind", signingKey === undefined ? "dev" : "cloud")
    return answer
  })
  onTestFinished(() => void (runs.length = 0))
  return { url, changes, keys, runs }

  async function route(request: Request, path: string, query: URLSearchParams): Promise<Response> {
    const { method } = request
    if (path === "/health") return Response.json({ status: 200, message: "OK" })
    if (signingKey !== undefined && !path.startsWith("/e/")) {
      const isRight = request.headers.get("authorization") === `Bearer ${signingKey}`
      if (!isRight) return new Response("Authentication failed", { status: 401 })
    }
    if (path === "/dev") return signingKey === undefined ? answerOf(vector("dev-info")) : text404()
    if (path === "/v2/runs") return list(query)
    if (path === "/v2/apps") return answerOf(vector("v2-apps"))
    if (path === "/v1/signals") {
      const { signal } = (await request.json()) as { signal: string }
      return answerOf(vector(signal === "approve" ? "signal-send" : "signal-unknown"))
    }
    if (path.startsWith("/e/") && method === "POST") return take((await request.json()) as Record<string, unknown>[])
    if (path === "/v1/events") {
      const found = events.filter(({ name }) => query.get("name") === null || query.get("name") === name)
      return Response.json({ data: found.toReversed().slice(0, Number(query.get("limit") ?? 50)) })
    }
    const [, eventId] = /^\/v1\/events\/([^/]+)$/.exec(path) ?? []
    if (eventId !== undefined) {
      const event = events.find(({ internal_id: id }) => id === eventId)
      return event === undefined ? answerOf(vector("event-get-unknown")) : Response.json({ data: event })
    }
    const [, cause] = /^\/v2\/events\/([^/]+)\/runs$/.exec(path) ?? []
    if (cause !== undefined) {
      const data = runs.filter(({ trigger }) => trigger.eventIds.includes(cause))
      return Response.json({ ...(data.length === 0 ? {} : { data }), metadata: {}, page: { limit: 40 } })
    }
    const [, app] = /^\/v2\/apps\/([^/]+)\/functions$/.exec(path) ?? []
    if (app !== undefined)
      return app === "demo-app" ? answerOf(vector("v2-app-functions")) : Response.json({ page: { limit: 20 } })
    const [, fn] = /^\/v2\/apps\/demo-app\/functions\/(?:demo-app-)?([^/]+)\/invoke$/.exec(path) ?? []
    if (fn !== undefined) {
      if (!/^(?:ok|steps|fail)$/.test(fn)) return answerOf(vector("v2-invoke-unknown"))
      const run = newRun({ status: outcome, endedAt: new Date().toISOString(), function: { id: fn }, ...output() })
      runs.unshift(run)
      return Response.json({ data: { runId: run.id }, metadata: {} })
    }
    const [, id, verb] = /^\/v2\/runs\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? []
    if (id !== undefined) return ofRun(id, verb)
    return text404()
  }

  function output(): Partial<WireRun> {
    return { output: outcome === "FAILED" ? { name: "Error", message: "SMTP 421 try later" } : { sent: true } }
  }

  function list(query: URLSearchParams): Response {
    const statuses = query.getAll("status")
    const [fns, from] = [query.getAll("functionId"), query.get("from")]
    const all = runs.filter(
      (run) =>
        (statuses.length === 0 || statuses.includes(run.status)) &&
        (fns.length === 0 || fns.includes(run.function.id)) &&
        (from === null || Date.parse(run.queuedAt) >= Date.parse(from)),
    )
    const start = Number(query.get("cursor") ?? 0)
    const limit = Number(query.get("limit") ?? 20)
    const data = all.slice(start, start + limit)
    const hasMore = start + limit < all.length
    return Response.json({
      data,
      metadata: {},
      page: { limit, hasMore, ...(hasMore ? { cursor: String(start + limit) } : {}) },
    })
  }

  function ofRun(id: string, verb: string | undefined): Response {
    const run = runs.find((each) => each.id === id)
    if (run === undefined) return answerOf(vector(verb === "trace" ? "v2-run-trace-unknown" : "v2-run-unknown"))
    switch (verb) {
      case undefined:
        return Response.json({ data: run, metadata: {} })
      case "trace": {
        const trace = body<{ data: { runId: string } }>("v2-run-trace")
        return Response.json({ ...trace, data: { ...trace.data, runId: id } })
      }
      case "cancel": {
        const hasEnded = run.endedAt !== undefined
        const code = run.status === "CANCELLED" ? "run_already_cancelled" : "run_already_ended"
        if (hasEnded) return Response.json({ errors: [{ code, message: "Run has ended" }] }, { status: 409 })
        Object.assign(run, { status: "CANCELLED", endedAt: new Date().toISOString() })
        return Response.json({ data: { runId: id }, metadata: {} })
      }
      case "rerun": {
        const again = newRun({ status: "QUEUED", trigger: run.trigger, function: run.function })
        runs.unshift(again)
        return Response.json({ data: { runId: again.id }, metadata: {} })
      }
      default:
        return text404()
    }
  }

  function take(given: Record<string, unknown>[] | Record<string, unknown>): Response {
    const taken = Array.isArray(given) ? given : [given]
    const ids = taken.map((event) => {
      const id = String(event.id ?? idOf(++made))
      events.push({
        internal_id: id,
        id,
        name: event.name,
        data: event.data,
        ts: Date.now(),
        received_at: new Date().toISOString(),
      })
      const fn = /^demo\/(ok|steps|fail)$/.exec(String(event.name))?.[1]
      if (fn !== undefined)
        runs.unshift(
          newRun({
            status: outcome,
            endedAt: new Date().toISOString(),
            function: { id: fn },
            trigger: { eventIds: [id] },
            ...output(),
          }),
        )
      return id
    })
    return Response.json({ ids, status: 200 })
  }
}

function text404(): Response {
  return new Response("404 page not found\n", { status: 404, headers: { "content-type": "text/plain; charset=utf-8" } })
}
