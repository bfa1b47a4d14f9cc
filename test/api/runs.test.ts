import { describe, expect, test } from "vitest"
import { type InngestClient, createClient } from "../../src/index.ts"
import { seededRandom } from "../../src/shared/random.ts"
import {
  type FakeFetch,
  type Reply,
  createFakeFetch,
  countListeners,
  json,
  refused,
  reset,
} from "../support/fake-fetch.ts"
import { answerOf, serverOf, vector } from "../support/inngest-vectors.ts"
import { type ManualClock, createManualClock } from "../support/manual-clock.ts"

const id = "01M80QR36FSGKGH6EVV6RF87ZY"
const absent = "01ARZ3NDEKTSV4RRFFQ69G5FAV"

interface ClientSettings {
  clock?: ManualClock
  attempts?: number
}

function clientOf({ fetch }: Pick<FakeFetch, "fetch">, options: ClientSettings = {}): InngestClient {
  const { clock = createManualClock(), attempts = 1 } = options
  const retry = { attempts, minDelay: 1 }
  return createClient({ baseURL: "http://kit.test", fetch, clock, random: seededRandom(1), retry })
}

function runsOf(server: Pick<FakeFetch, "fetch">, options?: ClientSettings): InngestClient["runs"] {
  return clientOf(server, options).runs
}

/** A server without REST v2: its answers there are what `/v1/workflows` gets, `404 page not found` as text. */
function v1Server(reply: (path: string, index: number) => Reply): FakeFetch {
  return createFakeFetch(({ path }, index) =>
    path.startsWith("/v2/") ? answerOf(vector("workflow-get")) : reply(path, index),
  )
}

const recorded = (name: string): Response => answerOf(vector(name))
const queries = ({ requests }: FakeFetch): Record<string, string[]>[] =>
  requests.map(({ url }) => {
    const { searchParams } = new URL(url)
    return Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]))
  })

/** `count` runs, 20 unless asked, 100 at most; more is an error, as measured. */
function createListServer(count: number): FakeFetch {
  return createFakeFetch(({ url }) => {
    const query = new URL(url).searchParams
    const limit = Number(query.get("limit") ?? 20)
    if (limit > 100) return recorded("v2-runs-limit-1000")
    const start = Number(query.get("cursor") ?? 0)
    const end = Math.min(start + limit, count)
    const data = Array.from({ length: end - start }, (_run, index) => ({
      id: String(start + index),
      status: "COMPLETED",
      function: { id: "ok" },
    }))
    const page = end < count ? { cursor: String(end), hasMore: true, limit } : { limit }
    return json(data.length === 0 ? { page } : { data, page })
  })
}
const upTo = (count: number): string[] => Array.from({ length: count }, (_item, index) => String(index))

describe("a list of runs", () => {
  test("has the recorded runs, with 64-bit numbers that arrive as text as numbers, and lower-case statuses", async () => {
    const { data, cursor } = await runsOf(serverOf(vector("v2-runs"))).list({ limit: 2 })
    expect(data[0]).toEqual({
      id: "01M80QVQKP77KCNRW15QS83X6D",
      status: "completed",
      appId: "demo-app",
      functionId: "ok",
      functionName: "Fn ok",
      eventIds: ["01M80QR33VZSEDNDYXQQKPGSGR"],
      queuedAt: "2026-11-22T04:22:35.894Z",
      startedAt: "2026-11-22T04:22:35.895162538Z",
      endedAt: "2026-11-22T04:22:35.930589097Z",
      durationMs: 35,
    })
    expect(cursor).toMatch(/^eyJ/)
  })

  test("without runs is empty: REST v2 leaves empty arrays out", async () => {
    await expect(runsOf(createFakeFetch([json({ page: { limit: 20 } })])).list()).resolves.toEqual({ data: [] })
  })

  test("asks nothing before it is awaited or iterated", () => {
    const server = createListServer(1)
    runsOf(server).list()
    expect(server.requests).toEqual([])
  })

  test("of more than the server's 100 is gathered, and its cursor goes on after it", async () => {
    const server = createListServer(400)
    const { data, cursor } = await runsOf(server).list({ limit: 250 })
    expect(data.map((run) => run.id)).toEqual(upTo(250))
    expect(queries(server).map(({ limit }) => limit)).toEqual([["100"], ["100"], ["50"]])
    const next = await runsOf(server).list({ limit: 250, cursor })
    expect(next.data.map((run) => run.id)).toEqual(upTo(400).slice(250))
    expect(next).not.toHaveProperty("cursor")
  })

  test("iterated is everything, in pages of 100 or of the limit", async () => {
    const server = createListServer(230)
    const seen = []
    for await (const run of runsOf(server).list()) seen.push(run.id)
    expect(seen).toEqual(upTo(230))
    expect(queries(server).map(({ limit }) => limit)).toEqual([["100"], ["100"], ["100"]])
    const small = createListServer(5)
    const few = []
    for await (const run of runsOf(small).list({ limit: 2, cursor: "1" })) few.push(run.id)
    expect(few).toEqual(["1", "2", "3", "4"])
  })

  test("goes on over an empty page that has a cursor", async () => {
    const run = { id: "a", status: "FAILED", function: { id: "ok" } }
    const pages = [json({ page: { cursor: "c", hasMore: true } }), json({ data: [run], page: {} })]
    await expect(runsOf(createFakeFetch(pages)).list()).resolves.toMatchObject({ data: [{ id: "a" }] })
  })

  test("ends where the server says that no more follow, whatever cursor it gives", async () => {
    const server = createFakeFetch([json({ data: [], page: { cursor: "c" } })])
    await expect(runsOf(server).list()).resolves.toEqual({ data: [] })
    expect(server.requests).toHaveLength(1)
  })

  test("filters by what the server filters by, in its spelling", async () => {
    const server = createListServer(0)
    await runsOf(server).list({
      status: ["failed", "canceled", "cancelled", "running"],
      since: "2h",
      until: new Date(Date.UTC(2026, 0, 31, 11)),
      appId: "core",
      limit: 5,
      includeOutput: true,
    })
    expect(queries(server)).toEqual([
      {
        status: ["FAILED", "CANCELLED", "CANCELLED", "RUNNING"],
        from: ["2026-01-31T10:00:00.000Z"],
        until: ["2026-01-31T11:00:00.000Z"],
        appId: ["core"],
        limit: ["5"],
        includeOutput: ["true"],
      },
    ])
  })

  test.each([
    [{ status: ["fail"] }, 'status: "fail" is not one of queued, running, completed, failed, cancelled, skipped'],
    [{ since: "yesterday" }, 'since: "yesterday" is neither a duration'],
    [{ limit: 0 }, "limit: must be a whole number from 1"],
    [{ limit: 1.5 }, "limit: "],
  ])("refuses %j without asking", async (options, message) => {
    const server = createListServer(1)
    const list = runsOf(server).list(options as { limit?: number })
    await expect(list).rejects.toMatchObject({ code: "validation", message: expect.stringContaining(message) })
    expect(server.requests).toEqual([])
  })

  describe("by function", () => {
    const run = (app: string, fn: string): object => ({
      id: `${app}/${fn}`,
      status: "FAILED",
      app: { id: app },
      function: { id: fn },
    })
    /** As read in the server's source: a function only with an app, each compared with the lists given. */
    function createFunctionServer(...apps: string[]): FakeFetch {
      const rows = [
        run("core", "ship-order"),
        run("core-ship", "order"),
        run("shop", "ship-order"),
        run("shop", "order"),
      ]
      return createFakeFetch(({ url }) => {
        const { pathname, searchParams } = new URL(url)
        if (pathname === "/v2/apps") return json({ data: apps.map((app) => ({ id: app })), page: {} })
        if (!searchParams.has("appId"))
          return json({ errors: [{ code: "invalid_field_format", message: "appId is required" }] }, { status: 400 })
        const data = rows.filter((row) => {
          const [app = "", fn = ""] = (row as { id: string }).id.split("/")
          return searchParams.getAll("appId").includes(app) && searchParams.getAll("functionId").includes(fn)
        })
        return json({ data })
      })
    }
    const ids = async (server: FakeFetch, filters: object): Promise<string[]> =>
      (await runsOf(server).list(filters)).data.map((each) => each.id)

    test("finds the app that the server wants with it, for an id in full and for one within its app", async () => {
      const server = createFunctionServer("core", "core-ship", "shop")
      await expect(ids(server, { functionId: "core-ship-order" })).resolves.toEqual([
        "core/ship-order",
        "core-ship/order",
      ])
      await expect(ids(server, { functionId: "ship-order" })).resolves.toEqual(["core/ship-order", "shop/ship-order"])
      await expect(ids(server, { functionId: "shop-order" })).resolves.toEqual(["shop/order"])
    })

    test("asks for no app where it is given, in either form", async () => {
      const server = createFunctionServer()
      await expect(ids(server, { functionId: "ship-order", appId: "core" })).resolves.toEqual(["core/ship-order"])
      await expect(ids(server, { functionId: "core-ship-order", appId: "core" })).resolves.toEqual(["core/ship-order"])
      expect(server.requests.map(({ path }) => path.split("?")[0])).toEqual(["/v2/runs", "/v2/runs"])
    })

    test("of a server without apps has none", async () => {
      await expect(ids(createFunctionServer(), { functionId: "x" })).resolves.toEqual([])
    })
  })

  test.each([
    [{ data: {} }, "runs.listV2: data should be an array, not an object"],
    [{ data: [5] }, "runs.listV2: data[0] should be an object, not a number"],
    [{ data: [{ id: "a" }] }, "runs.listV2: data[0].status should be a string, not missing"],
    [
      { data: [{ id: "a", status: "FAILED", function: { id: "b" }, durationMs: "soon" }] },
      "runs.listV2: data[0].durationMs should be a number, not a string",
    ],
    [
      { data: [{ id: "a", status: "FAILED", function: { id: "b" }, trigger: { eventIds: [1] } }] },
      "runs.listV2: data[0].trigger.eventIds[0] should be a string, not a number",
    ],
  ])("of %j is a ProtocolError", async (body, message) => {
    await expect(runsOf(createFakeFetch([json(body)])).list()).rejects.toMatchObject({ code: "protocol", message })
  })
})

describe("one run", () => {
  test("has its output", async () => {
    const server = serverOf(vector("v2-run-failed"))
    await expect(runsOf(server).get(id)).resolves.toMatchObject({
      status: "failed",
      functionId: "fail",
      output: { message: "boom", name: "Error", stack: "Error: boom" },
    })
    expect(server.requests[0]?.path).toBe(`/v2/runs/${id}?includeOutput=true`)
  })

  test("that the server does not have is null, of either generation: v1 hides a 500 in a 200", async () => {
    await expect(runsOf(serverOf(vector("v2-run-unknown"))).get(absent)).resolves.toBeNull()
    await expect(runsOf(v1Server(() => recorded("run-get-unknown"))).get(absent)).resolves.toBeNull()
  })

  test.each([
    ["v2", serverOf(vector("v2-run-bad-id"))],
    ["v1, inside HTTP 200", v1Server(() => recorded("run-get-bad-id"))],
  ])("with an id that is none is a BadRequestError (%s)", async (_generation, server) => {
    await expect(runsOf(server).get("zz")).rejects.toMatchObject({ name: "BadRequestError", status: 400 })
  })

  test.each([
    ["run-get-ok", "completed", { hello: "world", n: 1 }],
    ["run-get-sleep", "running", undefined],
    ["run-get-cancelled", "cancelled", {}],
  ])("comes from REST v1 where the server has only that: %s", async (name, status, output) => {
    const run = await runsOf(v1Server(() => recorded(name))).get(id)
    expect(run).toMatchObject({
      status,
      functionId: expect.stringMatching(/^[\da-f-]{36}$/),
      eventIds: [expect.any(String)],
    })
    expect(run?.output).toEqual(output)
    expect(run?.queuedAt).toMatch(/^2026-11-22T04:20:36/)
  })

  test("is read from JSON that is labelled text/plain", async () => {
    const labelled = recorded("run-get-right-after-cancel")
    expect(labelled.headers.get("content-type")).toMatch("text/plain")
    await expect(runsOf(v1Server(() => labelled)).get(id)).resolves.toMatchObject({ status: "running" })
  })

  test("is asked past the server's cache, each time with another query, on REST v1, which caches for 3 s", async () => {
    const server = v1Server(() => recorded("run-get-ok"))
    const { get } = runsOf(server)
    await get(id)
    await get(id)
    await get(id)
    const paths = server.requests.map(({ path }) => path).slice(1)
    expect(paths.every((path) => path.startsWith(`/v1/runs/${id}?_=`))).toBe(true)
    expect(new Set(paths).size).toBe(3)
  })

  test("of a function that is gone, which v2 has no words for, comes from v1", async () => {
    const gone = json({ errors: [{ code: "not_found", message: "Function not found" }] }, { status: 404 })
    const server = createFakeFetch(({ path }) => (path.startsWith("/v2/") ? gone : recorded("run-get-ok")))
    await expect(runsOf(server).get(id)).resolves.toMatchObject({ status: "completed" })
  })

  test.each([
    ["a function's 7", 7, 7],
    ["a list", [1, 2], [1, 2]],
    ["a function's own { data: 7 }", 7, { data: 7 }],
    ["nothing", null, null],
  ])("has its output as it was returned, which v2 wraps and v1 does not: %s", async (_what, data, output) => {
    const server = createFakeFetch(({ path }) =>
      path.startsWith("/v2/")
        ? json({ data: { id, status: "COMPLETED", function: { id: "ok" }, app: { id: "core" }, output: { data } } })
        : json({ data: { run_id: id, status: "Completed", function_id: "f", event_id: absent, output } }),
    )
    const run = await runsOf(server).get(id)
    expect(run).toMatchObject({ status: "completed", functionId: "ok", appId: "core" })
    expect(run?.output).toEqual(output)
  })

  test.each([
    ["a function's 7", 7, 7],
    ["a list", [1, 2], [1, 2]],
    ["a function's own { data: 7 }", 7, { data: 7 }],
    ["nothing", null, null],
  ])("has its output as it was returned in lists, too: %s", async (_what, data, output) => {
    const v2 = { id, status: "COMPLETED", function: { id: "ok" }, output: { data } }
    const server = createFakeFetch(({ path }) =>
      path.startsWith("/v2/")
        ? json({ data: [v2, { ...v2, id: absent, output: { ok: true } }], page: {} })
        : json({ data: { run_id: id, status: "Completed", function_id: "f", event_id: absent, output } }),
    )
    const { runs, events } = clientOf(server)
    for (const { data: listed } of [await runs.list({ includeOutput: true }), await events.runs(absent)])
      expect(listed.map((run) => run.output)).toEqual([output, { ok: true }])
    // One request more, for the one that v2 does not tell apart.
    expect(server.requests).toHaveLength(4)
  })

  test("that is gone meanwhile is listed as v2 wrote it", async () => {
    const server = createFakeFetch(({ path }) =>
      path.startsWith("/v2/")
        ? json({ data: [{ id, status: "COMPLETED", function: { id: "ok" }, output: { data: 7 } }], page: {} })
        : recorded("run-get-unknown"),
    )
    await expect(runsOf(server).list({ includeOutput: true })).resolves.toMatchObject({
      data: [{ output: { data: 7 } }],
    })
  })

  test("with an object as its output asks v2 alone", async () => {
    const output = { data: { id: 7 } }
    const server = createFakeFetch([json({ data: { id, status: "COMPLETED", function: { id: "ok" }, output } })])
    await expect(runsOf(server).get(id)).resolves.toMatchObject({ output })
    expect(server.requests).toHaveLength(1)
  })

  test.each([
    ["Scheduled", "queued"],
    ["QUEUED", "queued"],
    ["PAUSED", "running"],
    ["Overflowed", "failed"],
    ["Canceled", "cancelled"],
    ["Skipped", "skipped"],
    ["Brand_New", "brand_new"],
  ])("that the server calls %s is %s", async (status, expected) => {
    const body = { data: { id, status, function: { id: "ok" } } }
    await expect(runsOf(createFakeFetch([json(body)])).get(id)).resolves.toMatchObject({ status: expected })
  })

  test.each(["", ".", "..", "\ud800"])("is not asked for where no URL carries its id: %j", async (bad) => {
    const server = serverOf(vector("v2-run"))
    await expect(runsOf(server).get(bad)).rejects.toMatchObject({ code: "validation" })
    expect(server.requests).toEqual([])
  })

  test("behind a plain-text 401 is an AuthenticationError, and settles nothing", async () => {
    let isKeyRight = false
    const server = createFakeFetch(() => (isKeyRight ? recorded("v2-run") : recorded("auth-v2-runs-no-auth")))
    const { get } = runsOf(server)
    await expect(get(id)).rejects.toMatchObject({
      name: "AuthenticationError",
      message: expect.stringContaining("Authentication failed"),
    })
    isKeyRight = true
    await expect(get(id)).resolves.toMatchObject({ status: "completed" })
  })
})

describe("the REST generation", () => {
  test("is settled by the first answer, not asked for by each call", async () => {
    const server = v1Server((path) => recorded(path.includes("/events/") ? "event-runs-fail" : "run-get-ok"))
    const inngest = createClient({ baseURL: "http://kit.test", fetch: server.fetch })
    await inngest.runs.get(id)
    await inngest.events.runs(id)
    await inngest.runs.cancel(id).catch(() => {})
    expect(server.requests.map(({ path }) => path.slice(1, 3))).toEqual(["v2", "v1", "v1", "v1"])
  })

  test("once v2 stays v2, whatever a proxy answers later", async () => {
    let isBroken = false
    const server = createFakeFetch(() => (isBroken ? recorded("workflow-get") : recorded("v2-run")))
    const { get } = runsOf(server)
    await get(id)
    isBroken = true
    await expect(get(id)).rejects.toMatchObject({ status: 404 })
    expect(server.requests.every(({ path }) => path.startsWith("/v2/"))).toBe(true)
  })

  test.each<[string, () => Response]>([
    ["a text 404", () => recorded("workflow-get")],
    ["the 404 of the gateway of v2", () => recorded("v2-unknown")],
    ["a page, which older servers have under any path", () => new Response("<!DOCTYPE html>")],
    ["a 501", () => json({ errors: [{ code: "api_error", message: "Method Not Allowed" }] }, { status: 501 })],
  ])("is v1 after %s", async (_what, missing) => {
    const server = createFakeFetch(({ path }) => (path.startsWith("/v2/") ? missing() : recorded("run-get-ok")))
    await expect(runsOf(server).get(id)).resolves.toMatchObject({ status: "completed" })
  })

  test("is v2 from the first error of v2's own on, whatever a proxy answers later", async () => {
    const server = createFakeFetch((_request, index) =>
      index === 0 ? recorded("v2-run-bad-id") : recorded("workflow-get"),
    )
    const { get } = runsOf(server)
    await expect(get("zz")).rejects.toThrow("Run ID must be a valid ULID")
    await expect(get(id)).rejects.toMatchObject({ status: 404 })
    expect(server.requests.every(({ path }) => path.startsWith("/v2/"))).toBe(true)
  })

  test.each([502, 401, 403])("is left open by a %d that is not v2's own", async (status) => {
    const server = createFakeFetch((_request, index) =>
      index === 0 ? new Response("no", { status }) : index === 1 ? recorded("workflow-get") : recorded("run-get-ok"),
    )
    const { get } = runsOf(server)
    await expect(get(id)).rejects.toMatchObject({ status })
    await expect(get(id)).resolves.toMatchObject({ status: "completed" })
    await get(id)
    expect(server.requests.map(({ path }) => path.slice(1, 3))).toEqual(["v2", "v2", "v1", "v1"])
  })

  test("is not v1 after an error of v2's own", async () => {
    const server = serverOf(vector("v2-run-bad-id"))
    await expect(runsOf(server).get("zz")).rejects.toThrow("Run ID must be a valid ULID")
    expect(server.requests).toHaveLength(1)
  })
})

describe("a trace", () => {
  test("is a tree of spans with their times in numbers", async () => {
    const trace = await runsOf(serverOf(vector("v2-run-trace"))).trace(id)
    expect(trace).toMatchObject({
      runId: "01M80QR36JT16SN50Z4RGN2G19",
      rootSpan: { name: "Run", status: "completed", durationMs: 149, output: { a: { data: { v: 42 } } } },
    })
    const [first] = trace?.rootSpan.children ?? []
    expect(first).toMatchObject({
      name: "first",
      stepId: "a1",
      stepOp: "run",
      durationMs: 27,
      output: { v: 42 },
      children: [],
    })
    expect(first?.metadata[0]).toMatchObject({ kind: "inngest.http.timing", values: { total_ms: "18" } })
  })

  test("has inputs and outputs that are no objects as they are", async () => {
    const span = (output: unknown) => ({ id: "s", status: "COMPLETED", output })
    const children = [span({ data: 7 }), span({ data: [1] }), span({ data: { v: 1 } }), span({ data: 1, more: 2 })]
    const rootSpan = { ...span({ data: null }), input: { data: [{ name: "a" }] }, children }
    const trace = await runsOf(createFakeFetch([json({ data: { runId: id, rootSpan } })])).trace(id)
    expect(trace?.rootSpan).toMatchObject({ input: [{ name: "a" }], output: null })
    const outputs = trace?.rootSpan.children.map(({ output }) => output)
    expect(outputs).toEqual([7, [1], { data: { v: 1 } }, { data: 1, more: 2 }])
  })

  test("of a run that the server does not have is null", async () => {
    await expect(runsOf(serverOf(vector("v2-run-trace-unknown"))).trace(absent)).resolves.toBeNull()
  })

  test("names the place of what can't be read", async () => {
    const body = { data: { runId: "a", rootSpan: { id: "b", status: "RUNNING", children: [{ id: 5 }] } } }
    await expect(runsOf(createFakeFetch([json(body)])).trace(id)).rejects.toMatchObject({
      code: "protocol",
      path: "data.rootSpan.children[0].id",
    })
  })
})

describe("jobs", () => {
  test("are what is queued of a run", async () => {
    const server = serverOf(vector("run-jobs-sleep"))
    await expect(runsOf(server).jobs(id)).resolves.toEqual([
      { id: "3kzc5330szg2f", at: "2026-11-22T04:30:36.85Z", kind: "sleep", attempt: 0, position: 0 },
    ])
    expect(server.requests[0]?.path).toMatch(/\/v1\/runs\/.*\/jobs\?_=/)
    await expect(runsOf(serverOf(vector("run-jobs-completed"))).jobs(id)).resolves.toEqual([])
  })

  test("of a run that the server does not have are a NotFoundError, though it says 500 inside HTTP 200", async () => {
    await expect(runsOf(serverOf(vector("run-jobs-unknown"))).jobs(absent)).rejects.toMatchObject({
      name: "NotFoundError",
      status: 404,
    })
  })
})

describe("cancelling", () => {
  const conflict = (code: string): Response => json({ errors: [{ code, message: "no" }] }, { status: 409 })

  test("asks once, and tells that the run had not ended", async () => {
    const server = serverOf(vector("v2-cancel"))
    await expect(runsOf(server).cancel(id)).resolves.toEqual({ hadEnded: false })
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([`POST /v2/runs/${id}/cancel`])
  })

  test.each(["run_already_ended", "run_already_cancelled"])("what answers %s is no error", async (code) => {
    await expect(runsOf(createFakeFetch([conflict(code)])).cancel(id)).resolves.toEqual({ hadEnded: true })
  })

  test("after a lost answer is asked again, and the conflict that follows is no error", async () => {
    const server = createFakeFetch([reset(), conflict("run_already_cancelled")])
    const clock = createManualClock()
    await expect(clock.runUntilSettled(runsOf(server, { clock, attempts: 2 }).cancel(id))).resolves.toEqual({
      hadEnded: true,
    })
  })

  test("with any other conflict is one", async () => {
    await expect(runsOf(createFakeFetch([conflict("other")])).cancel(id)).rejects.toMatchObject({ status: 409 })
  })

  test.each(["run-cancel-sleeping", "run-cancel-again", "run-cancel-completed"])(
    "by REST v1 is done: %s",
    async (name) => {
      const server = v1Server(() => recorded(name))
      await expect(runsOf(server).cancel(id)).resolves.toEqual({})
      expect(server.requests[1]).toMatchObject({ method: "DELETE", path: `/v1/runs/${id}` })
    },
  )

  test.each([
    ["v2", createFakeFetch([json({ errors: [{ code: "not_found", message: "Run not found" }] }, { status: 404 })])],
    ["v1", v1Server(() => recorded("run-cancel-unknown"))],
  ])("what the server does not have is a NotFoundError (%s)", async (_generation, server) => {
    await expect(runsOf(server).cancel(absent)).rejects.toMatchObject({ name: "NotFoundError" })
  })
})

describe("running again", () => {
  test("gives the new run", async () => {
    const server = serverOf(vector("v2-rerun"))
    await expect(runsOf(server).rerun(id)).resolves.toEqual({ runId: "01M80QVQR22DXBA36KD54TCAN9" })
    expect(server.requests[0]).toMatchObject({ method: "POST", path: `/v2/runs/${id}/rerun` })
  })

  test("of what the server does not have is a NotFoundError", async () => {
    await expect(runsOf(serverOf(vector("v2-rerun-unknown"))).rerun(absent)).rejects.toMatchObject({
      name: "NotFoundError",
    })
  })

  test("is not asked twice once bytes were sent: the error says that it may have happened", async () => {
    for (const reply of [reset(), new Response("", { status: 503 })]) {
      const server = createFakeFetch([reply])
      const error: unknown = await runsOf(server, { attempts: 4 })
        .rerun(id)
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ retryable: false })
      if (reply instanceof Error)
        expect(error).toMatchObject({ message: expect.stringContaining("may have been carried out") })
      expect(server.requests).toHaveLength(1)
    }
  })

  test("is asked again when no byte was sent", async () => {
    const server = createFakeFetch([refused(), recorded("v2-rerun")])
    const clock = createManualClock()
    await expect(clock.runUntilSettled(runsOf(server, { clock, attempts: 2 }).rerun(id))).resolves.toHaveProperty(
      "runId",
    )
  })
})

describe("waiting", () => {
  const body = (status: string, endedAt?: string): object => ({ data: { id, status, endedAt, function: { id: "ok" } } })
  const running = (): Response => json(body("RUNNING"))

  test.each(["COMPLETED", "FAILED", "CANCELLED", "SKIPPED"])("ends with a run that is %s", async (status) => {
    const clock = createManualClock()
    const server = createFakeFetch((_request, index) => (index < 4 ? running() : json(body(status))))
    const run = await clock.runUntilSettled(runsOf(server, { clock }).wait(id))
    expect(run.status).toBe(status.toLowerCase())
    expect(clock.pending).toBe(0)
  })

  test("ends with a status that nobody knows yet, once there is an end", async () => {
    const server = createFakeFetch([json(body("BRAND_NEW", "2026-11-22T04:20:45Z"))])
    await expect(runsOf(server).wait(id)).resolves.toMatchObject({ status: "brand_new" })
  })

  test("asks less and less often, at least every 5 s", async () => {
    const clock = createManualClock()
    const times: number[] = []
    const startMs = clock.now()
    const server = createFakeFetch((_request, index) => {
      times.push(clock.now() - startMs)
      return index < 20 ? running() : json(body("COMPLETED"))
    })
    await clock.runUntilSettled(runsOf(server, { clock }).wait(id))
    const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(steps[0]).toBeGreaterThanOrEqual(100)
    expect(steps[0]).toBeLessThanOrEqual(200)
    expect(Math.max(...steps)).toBeLessThanOrEqual(5_000)
    expect(Math.min(...steps.slice(6))).toBeGreaterThanOrEqual(2_500)
  })

  test("ends with a TimeoutError that says where the run is, also while an answer is due", async () => {
    for (const second of [running, () => "hang" as const]) {
      const clock = createManualClock()
      const server = createFakeFetch((_request, index) => (index === 0 ? running() : second()))
      const waited = runsOf(server, { clock }).wait(id, { timeout: "10s" })
      await expect(clock.runUntilSettled(waited)).rejects.toMatchObject({
        name: "TimeoutError",
        timeoutMs: 10_000,
        message: `run ${id} is running after 10000 ms`,
      })
      expect(clock.now() - Date.UTC(2026, 0, 31, 12)).toBe(10_000)
      expect(clock.pending).toBe(0)
    }
  })

  test("ends with its signal, whose reason is thrown as it is, and leaves no listener", async () => {
    for (const reply of [running, () => "hang" as const]) {
      const clock = createManualClock()
      const controller = new AbortController()
      const listeners = countListeners(controller.signal)
      const waited = runsOf(
        createFakeFetch(() => reply()),
        { clock },
      ).wait(id, { signal: controller.signal, timeout: "1m" })
      const outcome = waited.catch((error: unknown) => error)
      await clock.advance(10)
      const reason = new Error("enough")
      controller.abort(reason)
      await expect(outcome).resolves.toBe(reason)
      expect(listeners.count).toBe(0)
      expect(clock.pending).toBe(0)
    }
    const aborted = AbortSignal.abort("early")
    const server = createFakeFetch([running()])
    await expect(runsOf(server).wait(id, { signal: aborted })).rejects.toBe("early")
    expect(server.requests).toEqual([])
  })

  test("knows that a new run is not there yet, and gives up on one that never comes", async () => {
    const clock = createManualClock()
    const late = createFakeFetch((_request, index) =>
      index < 3 ? recorded("v2-run-unknown") : json(body("COMPLETED")),
    )
    await expect(clock.runUntilSettled(runsOf(late, { clock }).wait(id))).resolves.toMatchObject({
      status: "completed",
    })
    const never = serverOf(vector("v2-run-unknown"))
    const startMs = clock.now()
    await expect(clock.runUntilSettled(runsOf(never, { clock }).wait(absent))).rejects.toMatchObject({
      name: "NotFoundError",
    })
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(15_000)
    expect(clock.now() - startMs).toBeLessThan(20_000)
  })

  test("ends at once with any other error, and with a server that has no runs at all", async () => {
    await expect(runsOf(serverOf(vector("v2-run-bad-id"))).wait("zz")).rejects.toMatchObject({ status: 400 })
    await expect(runsOf(serverOf(vector("workflow-get"))).wait(id)).rejects.toMatchObject({ status: 404 })
  })

  test("refuses a timeout that is none", async () => {
    await expect(runsOf(serverOf(vector("v2-run"))).wait(id, { timeout: "soon" })).rejects.toMatchObject({
      code: "validation",
      message: expect.stringContaining('"soon" is no duration'),
    })
  })

  test("works past the cached copies of REST v1, too", async () => {
    const clock = createManualClock()
    const server = v1Server((_path, index) => recorded(index < 3 ? "run-get-sleep" : "run-get-cancelled"))
    await expect(clock.runUntilSettled(runsOf(server, { clock }).wait(id))).resolves.toMatchObject({
      status: "cancelled",
    })
    expect(new Set(server.requests.map(({ path }) => path)).size).toBe(server.requests.length)
  })
})
