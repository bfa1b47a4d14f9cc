/** The client of a page, unchanged: what it gets through the gateway is what it gets from the server itself. */
import { describe, expect, test } from "vitest"
import { createInngestMock } from "../../mocks/index.ts"
import {
  type ClientOptions,
  type InngestClient,
  createClient,
  isApiError,
  isInngestKitError,
  isPartialSendError,
  isUnsupportedError,
} from "../../src/index.ts"
import { createFunction, eventTrigger } from "../../src/functions/index.ts"
import { bodyOf } from "../../src/http/exchange.ts"
import { live } from "../../src/live/index.ts"
import { decodeErrorBody } from "../../src/protocol/error-body.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { knownCodes, knownTexts } from "../../src/gateway/texts.ts"
import { type FakeFetch, type Reply, createFakeFetch, json, refused } from "../support/fake-fetch.ts"
import { createEventServer } from "../support/event-server.ts"
import { type VectorGroup, answerOf, vector, vectors } from "../support/inngest-vectors.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { type PageOptions, openPage } from "./page.ts"

const id = "01M80QR36FSGKGH6EVV6RF87ZY"
const absent = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
const recorded = (name: string): Response => answerOf(vector(name))

/** By method and path, the query aside; a name is that of a recorded answer. What is not there is unknown to the server. */
const serverWith = (replies: Record<string, string | (() => Reply)>): FakeFetch =>
  createFakeFetch(({ method, path }) => {
    const reply = replies[`${method} ${path.replace(/\?.*/, "")}`]
    if (typeof reply === "function") return reply()
    return recorded(reply ?? (path.startsWith("/v2/") ? "v2-unknown" : "run-list-missing-route"))
  })

const oldServer = (replies: Record<string, string | (() => Reply)>): FakeFetch =>
  createFakeFetch(({ method, path }) => {
    if (path.startsWith("/v2/")) return new Response("<!doctype html><title>Inngest</title>", { status: 200 })
    const reply = replies[`${method} ${path.replace(/\?.*/, "")}`]
    return typeof reply === "function" ? reply() : recorded(reply ?? "run-list-missing-route")
  })

/** What a call came to: its value, or what a caller can tell of its error. The words are the gateway's own. */
async function outcomeOf(call: (client: InngestClient) => PromiseLike<unknown>, client: InngestClient) {
  try {
    return { value: await call(client) }
  } catch (error) {
    if (!isInngestKitError(error)) throw error
    const { name, code, retryable } = error
    return isApiError(error)
      ? { name, code, retryable, status: error.status, serverCode: error.serverCode }
      : { name, code, retryable }
  }
}

async function compare(server: () => FakeFetch, call: (client: InngestClient) => PromiseLike<unknown>) {
  const settings = (): ClientOptions => ({
    clock: createManualClock(),
    random: seededRandom(1),
    retry: { attempts: 1 },
  })
  const [alone, behind] = [server(), server()]
  const direct = await outcomeOf(
    call,
    createClient({ baseURL: "http://inngest.internal", ...settings(), fetch: alone.fetch }),
  )
  const page = openPage({ upstream: behind.fetch, inPage: settings() })
  const through = await outcomeOf(call, page.client)
  const asked = ({ requests }: FakeFetch) =>
    requests.map(({ method, path }) => `${method} ${path.replace(/^\/e\/.*/, "/e")}`)
  const bodies = ({ requests }: FakeFetch) =>
    requests.map(({ body }) => (body === undefined ? undefined : (JSON.parse(body) as unknown)))
  return { direct, through, asked: [asked(alone), asked(behind)], bodies: [bodies(alone), bodies(behind)] }
}

describe("gives the same as the server itself, by the same requests", () => {
  const runs = serverWith
  const cases: [string, () => FakeFetch, (client: InngestClient) => PromiseLike<unknown>][] = [
    [
      "events.list",
      () => runs({ "GET /v1/events": "events-page-1" }),
      (c) => c.events.list({ name: "demo/ok", limit: 1, since: "2h" }),
    ],
    ["events.list that is empty", () => runs({ "GET /v1/events": "events-list-name-unknown" }), (c) => c.events.list()],
    [
      "events.list with a bad cursor",
      () => runs({ "GET /v1/events": "events-list-cursor-bad" }),
      (c) => c.events.list({ cursor: "zzz" }),
    ],
    ["events.get", () => runs({ [`GET /v1/events/${id}`]: "event-get-by-internal-id" }), (c) => c.events.get(id)],
    [
      "events.get of an absent one",
      () => runs({ [`GET /v1/events/${absent}`]: "event-get-unknown" }),
      (c) => c.events.get(absent),
    ],
    [
      "events.get with a bad id",
      () => runs({ "GET /v1/events/my-id-1": "event-get-bad-id" }),
      (c) => c.events.get("my-id-1"),
    ],
    ["events.runs", () => runs({ [`GET /v2/events/${id}/runs`]: "v2-event-runs" }), (c) => c.events.runs(id)],
    [
      "events.runs of an old server",
      () => oldServer({ [`GET /v1/events/${id}/runs`]: "event-runs-fail" }),
      (c) => c.events.runs(id),
    ],
    [
      "runs.list",
      () => runs({ "GET /v2/runs": "v2-runs-page-1" }),
      (c) => c.runs.list({ limit: 1, status: ["failed", "completed"], since: "3h", until: "1h", includeOutput: true }),
    ],
    [
      "runs.list with a bad cursor",
      () => runs({ "GET /v2/runs": "v2-runs-bad-cursor" }),
      (c) => c.runs.list({ cursor: "zz" }),
    ],
    [
      "runs.list of a function",
      () => runs({ "GET /v2/apps": "v2-apps", "GET /v2/runs": "v2-runs" }),
      (c) => c.runs.list({ functionId: "demo-app-ok" }),
    ],
    ["runs.get", () => runs({ [`GET /v2/runs/${id}`]: "v2-run" }), (c) => c.runs.get(id)],
    [
      "runs.get of an absent one",
      () => runs({ [`GET /v2/runs/${absent}`]: "v2-run-unknown" }),
      (c) => c.runs.get(absent),
    ],
    ["runs.get with a bad id", () => runs({ "GET /v2/runs/zz": "v2-run-bad-id" }), (c) => c.runs.get("zz")],
    ["runs.get of an old server", () => oldServer({ [`GET /v1/runs/${id}`]: "run-get-steps" }), (c) => c.runs.get(id)],
    [
      "runs.get of an absent one, of a server without v2",
      () => runs({ [`GET /v1/runs/${absent}`]: "run-get-unknown" }),
      (c) => c.runs.get(absent),
    ],
    [
      "runs.get of a function that is gone",
      () => runs({ [`GET /v2/runs/${id}`]: "v2-function-unknown", [`GET /v1/runs/${id}`]: "run-get-ok" }),
      (c) => c.runs.get(id),
    ],
    ["runs.wait", () => runs({ [`GET /v2/runs/${id}`]: "v2-run-failed" }), (c) => c.runs.wait(id)],
    ["runs.trace", () => runs({ [`GET /v2/runs/${id}/trace`]: "v2-run-trace" }), (c) => c.runs.trace(id)],
    [
      "runs.trace of an absent one",
      () => runs({ [`GET /v2/runs/${absent}/trace`]: "v2-run-trace-unknown" }),
      (c) => c.runs.trace(absent),
    ],
    ["runs.jobs", () => runs({ [`GET /v1/runs/${id}/jobs`]: "run-jobs-sleep" }), (c) => c.runs.jobs(id)],
    ["runs.cancel", () => runs({ [`POST /v2/runs/${id}/cancel`]: "v2-cancel" }), (c) => c.runs.cancel(id)],
    [
      "runs.cancel of an ended one",
      () =>
        runs({
          [`POST /v2/runs/${id}/cancel`]: () =>
            json({ errors: [{ code: "run_already_ended", message: "x" }] }, { status: 409 }),
        }),
      (c) => c.runs.cancel(id),
    ],
    [
      "runs.cancel of a server without v2",
      () => runs({ [`DELETE /v1/runs/${id}`]: "run-cancel-sleeping" }),
      (c) => c.runs.cancel(id),
    ],
    [
      "runs.cancel of an absent one",
      () => runs({ [`DELETE /v1/runs/${absent}`]: "run-cancel-unknown" }),
      (c) => c.runs.cancel(absent),
    ],
    ["runs.rerun", () => runs({ [`POST /v2/runs/${id}/rerun`]: "v2-rerun" }), (c) => c.runs.rerun(id)],
    [
      "runs.rerun of an absent one",
      () => runs({ [`POST /v2/runs/${absent}/rerun`]: "v2-rerun-unknown" }),
      (c) => c.runs.rerun(absent),
    ],
    [
      "functions.list",
      () => runs({ "GET /v2/apps/demo-app/functions": "v2-app-functions" }),
      (c) => c.functions.list({ appId: "demo-app" }),
    ],
    [
      "functions.list of a server without v2",
      () => runs({ "GET /v1/apps/demo-app/functions": "app-functions" }),
      (c) => c.functions.list({ appId: "demo-app" }),
    ],
    [
      "functions.invoke",
      () => runs({ "POST /v2/apps/demo-app/functions/ok/invoke": "v2-invoke" }),
      (c) => c.functions.invoke("ok", { appId: "demo-app", data: { a: 1 } }),
    ],
    [
      "functions.invoke by its id in full",
      () => runs({ "GET /v2/apps": "v2-apps", "POST /v2/apps/demo-app/functions/demo-app-ok/invoke": "v2-invoke" }),
      (c) => c.functions.invoke("demo-app-ok"),
    ],
    [
      "functions.invoke with a key that is known",
      () => runs({ "POST /v2/apps/demo-app/functions/ok/invoke": "v2-invoke-idempotency-repeat" }),
      (c) => c.functions.invoke("ok", { appId: "demo-app", idempotencyKey: "k1" }),
    ],
    [
      "functions.invoke of an unknown one",
      () => runs({ "POST /v2/apps/demo-app/functions/zz/invoke": "v2-invoke-unknown" }),
      (c) => c.functions.invoke("zz", { appId: "demo-app" }),
    ],
    ["apps.list", () => runs({ "GET /v2/apps": "v2-apps" }), (c) => c.apps.list()],
    [
      "signals.send",
      () => runs({ "POST /v1/signals": "signal-send" }),
      (c) => c.signals.send("approval/7", { ok: true }),
    ],
    [
      "signals.send that nobody waits for",
      () => runs({ "POST /v1/signals": "signal-unknown" }),
      (c) => c.signals.send("approval/7"),
    ],
    [
      "cancellations.create",
      () =>
        runs({
          "POST /v1/cancellations": () =>
            json({
              data: { id, environment_id: absent, function_id: "demo-app-ok", started_before: "2026-01-01T00:00:00Z" },
            }),
        }),
      (c) =>
        c.cancellations.create({
          appId: "demo-app",
          functionId: "ok",
          startedBefore: "5m",
          startedAfter: "1h",
          if: "event.data.id == '7'",
        }),
    ],
    [
      "cancellations.create that is refused",
      () => runs({ "POST /v1/cancellations": "cancellations-create-future" }),
      (c) => c.cancellations.create({ appId: "a", functionId: "b", startedBefore: "5m" }),
    ],
    [
      "cancellations.list",
      () => runs({ "GET /v1/cancellations": () => json({ data: [] }) }),
      (c) => c.cancellations.list(),
    ],
    [
      "cancellations.delete",
      () => runs({ [`DELETE /v1/cancellations/${id}`]: () => new Response(null, { status: 204 }) }),
      (c) => c.cancellations.delete(id),
    ],
    [
      "cancellations.delete with a bad id",
      () => runs({ "DELETE /v1/cancellations/zz": "cancellations-delete-bad-id" }),
      (c) => c.cancellations.delete("zz"),
    ],
    [
      "queries.runs.list",
      () => runs({ "GET /v2/runs": "v2-runs" }),
      (c) => c.queries.runs.list({ limit: 2 }).queryFn(),
    ],
    ["queries.runs.get", () => runs({ [`GET /v2/runs/${id}`]: "v2-run" }), (c) => c.queries.runs.get(id).queryFn()],
    [
      "request",
      () => runs({ "GET /v2/runs": "v2-runs" }),
      (c) => c.request("GET", "/v2/runs", { query: { limit: 5 } }),
    ],
    [
      "send of one",
      () => createEventServer(),
      (c) =>
        c.send({
          name: "shop/paid",
          data: { total: 12n, text: "ä\u2028" },
          id: "own",
          ts: Date.UTC(2026, 0, 1),
          v: "1",
          user: { id: 1 },
        }),
    ],
    [
      "send of many",
      () => createEventServer(),
      (c) => c.send(Array.from({ length: 50 }, (_, index) => ({ name: "shop/paid", data: { index } }))),
    ],
    [
      "a server that is too busy",
      () => createFakeFetch(() => json({}, { status: 429, headers: { "retry-after": "7" } })),
      (c) => c.runs.get(id),
    ],
    [
      "a server that is away for a while",
      () => createFakeFetch(() => json({}, { status: 503, headers: { "retry-after": "7" } })),
      (c) => c.events.list(),
    ],
    ["a server that can't do it", () => runs({ "GET /v2/runs": "v2-sync-app" }), (c) => c.runs.list()],
  ]

  test.each(cases)("%s", async (_, server, call) => {
    const { direct, through, asked, bodies } = await compare(server, call)
    expect(through).toEqual(direct)
    expect(asked[1]).toEqual(asked[0])
    expect(bodies[1]).toEqual(bodies[0])
  })
})

describe("is told", () => {
  test("when to come back, by a header that is made anew", async () => {
    const upstream = createFakeFetch(() => json({}, { status: 503, headers: { "retry-after": "7" } }))
    const page = openPage({ upstream: upstream.fetch })
    const answer = await page.request("GET", "/v1/events")
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "7"])
  })

  test("of a key that the server does not take by 502, since the page's own session is fine", async () => {
    for (const [path, name] of [
      ["/v1/events", "auth-v1-bad-auth"] as const,
      ["/v2/runs", "auth-v2-runs-no-auth"] as const,
    ]) {
      const page = openPage({ upstream: createFakeFetch(() => recorded(name)).fetch })
      const answer = await page.request("GET", path)
      expect([answer.status, await answer.json()]).toMatchObject([502, { error: /does not take the gateway's key/ }])
      expect(page.errors).toMatchObject([{ name: "AuthenticationError", status: 401 }])
    }
  })

  test("which events were taken before one was refused, and keeps their ids", async () => {
    const page = openPage({ upstream: createFakeFetch([recorded("event-missing-name-in-array-second")]).fetch })
    const events = [{ name: "a" }, { name: "b" }, { name: "c" }]
    const thrown: unknown = await page.client.send(events).catch((error: unknown) => error)
    if (!isPartialSendError(thrown)) throw thrown
    expect([thrown.ids, thrown.rest.map(({ name }) => name)]).toEqual([["01M80QNCS72VJTB5VQ94WG5FJP"], ["b", "c"]])
    expect(thrown.message).toContain("event name is empty")
  })

  test("that a stock server keeps no workflow state, where the gateway has no store", async () => {
    const page = openPage({ upstream: createInngestMock().fetch, store: undefined, allow: ["runs.read"] })
    const calls = [
      page.client.workflows.load("a"),
      page.client.workflows.save({ workflowId: "a" }),
      page.client.workflows.delete("a"),
      Promise.resolve(page.client.workflows.list()),
    ]
    for (const call of calls) expect(isUnsupportedError(await call.catch((error: unknown) => error))).toBe(true)
  })
})

describe("sends the same events when it sends again", () => {
  test("the seed and the ids of a request are those of its first attempt", async () => {
    const server = createEventServer((index) =>
      index === 0 ? "lost" : index === 1 ? json({}, { status: 503 }) : undefined,
    )
    const page = openPage({ upstream: server.fetch, inPage: { retry: { attempts: 4, minDelay: 1 } } })
    const { ids } = await page.client.send([{ name: "shop/a" }, { name: "shop/b" }])
    expect(server.requests).toHaveLength(3)
    const seeds = server.requests.map(({ headers }) => headers["x-inngest-event-id-seed"])
    expect(new Set(seeds).size).toBe(1)
    expect(new Set(server.requests.map(({ body }) => body)).size).toBe(1)
    expect(server.taken.map(({ internalId }) => internalId)).toEqual([...ids, ...ids])
    expect(server.taken.map((event) => event.id)).toEqual([...ids, ...ids])
  })

  test("an invoke that is tried again has the same key", async () => {
    const server = createFakeFetch((_, index) => (index === 0 ? json({}, { status: 503 }) : recorded("v2-invoke")))
    const page = openPage({ upstream: server.fetch, inPage: { retry: { attempts: 2, minDelay: 1 } } })
    await page.client.functions.invoke("ok", { appId: "demo-app" })
    const keys = server.requests.map(
      ({ body }) => (JSON.parse(body ?? "") as { idempotencyKey: string }).idempotencyKey,
    )
    expect([keys.length, new Set(keys).size, keys[0]?.length]).toEqual([2, 1, 24])
  })

  test("a server that is just starting is waited for by the gateway, since nothing reached it", async () => {
    const server = createFakeFetch((_, index) => (index < 2 ? refused() : recorded("v2-rerun")))
    const page = openPage({ upstream: server.fetch, behind: { retry: { minDelay: 1 } } })
    expect(await page.client.runs.rerun(id)).toEqual({ runId: "01M80QVQR22DXBA36KD54TCAN9" })
    expect(server.requests).toHaveLength(3)
  })

  test("the page's branch environment, cookies and other headers stay with the gateway", async () => {
    const server = createFakeFetch([recorded("events-page-1")])
    const inPage = {
      env: "other-branch",
      headers: { authorization: "Bearer page", cookie: "session=1", "x-forwarded-for": "1.2.3.4" },
    }
    const page = openPage({ upstream: server.fetch, inPage, behind: { env: "branch" } })
    await page.client.events.list()
    expect(server.requests[0]?.headers).toEqual({
      authorization: expect.stringMatching(/^Bearer signkey-prod-/),
      "x-inngest-env": "branch",
    })
  })
})

describe("on the embedded server", () => {
  const through = (options: Partial<PageOptions> = {}) => openPage({ upstream: createInngestMock().fetch, ...options })

  test("sends, lists, reads and keeps state", async () => {
    const { client, errors } = through()
    const { ids } = await client.send([{ name: "shop/paid", data: { id: 7 } }, { name: "shop/shipped" }])
    expect((await client.events.list()).data.map(({ internalId }) => internalId)).toEqual(ids.toReversed())
    expect((await client.events.get(ids[0] ?? ""))?.data).toEqual({ id: 7 })
    await client.workflows.save({ workflowId: "order-7", status: "running" })
    expect((await client.workflows.list()).data.map(({ workflowId }) => workflowId)).toEqual(["order-7"])
    expect(errors).toEqual([])
  })

  test("coalesced sends share a request; a name that is not allowed fails it as a whole", async () => {
    const server = createEventServer()
    const page = openPage({ upstream: server.fetch, inPage: { coalesce: true }, allow: ["events.send:shop/*"] })
    await Promise.all([page.client.send({ name: "shop/a" }), page.client.send({ name: "shop/b" })])
    expect(server.requests).toHaveLength(1)
    const mixed = await Promise.allSettled([
      page.client.send({ name: "shop/a" }),
      page.client.send({ name: "admin/b" }),
    ])
    expect(mixed.map(({ status }) => status)).toEqual(["rejected", "rejected"])
    expect(server.requests).toHaveLength(1)
  })

  test("says what is behind", async () => {
    expect(await through().client.serverInfo()).toEqual({
      kind: "embedded",
      version: expect.stringMatching(/^\d/),
      workflowState: true,
    })
    expect(await through({ store: undefined, allow: ["server.read"] }).client.serverInfo()).toMatchObject({
      kind: "embedded",
      workflowState: false,
    })
    const dev = openPage({ upstream: serverWith({ "GET /dev": "dev-info" }).fetch })
    expect(await dev.client.serverInfo()).toEqual({ kind: "dev", version: "dev-", workflowState: true })
    const keyed = openPage({ upstream: serverWith({ "GET /dev": "auth-dev", "GET /health": "auth-health" }).fetch })
    expect(await keyed.client.serverInfo()).toEqual({ kind: "self-hosted", workflowState: true })
    const cloud = openPage({ upstream: serverWith({}).fetch, behind: { baseURL: "https://api.inngest.com" } })
    expect(await cloud.client.serverInfo()).toEqual({ kind: "cloud", workflowState: true })
  })

  test("tells of /dev nothing but kind and version", async () => {
    const page = openPage({ upstream: serverWith({ "GET /dev": "dev-info" }).fetch })
    expect(await (await page.request("GET", "/dev")).json()).toEqual({ kind: "dev", version: "dev-" })
  })

  test("polls live data", async () => {
    const page = openPage({ upstream: serverWith({ "GET /v2/runs": "v2-runs" }).fetch })
    const runs = live(page.client).runs({}, { every: "2s" })
    const arrived = Promise.withResolvers<void>()
    const stop = runs.subscribe(() => runs.getSnapshot().data.length > 0 && arrived.resolve())
    await arrived.promise
    expect(runs.getSnapshot().data).toEqual((await page.client.runs.list()).data)
    stop()
  })
})

describe("on the embedded server, with functions", () => {
  const ship = createFunction({ id: "ship-order" }, eventTrigger("shop/paid"), ({ step }) => step.run("pack", () => 7))
  const wait = createFunction({ id: "wait" }, eventTrigger("shop/wait"), ({ step }) =>
    step.waitForSignal("approval", { signal: "approval/7", timeout: "1h" }),
  )

  test("runs are started, read, waited for, signalled, run again and cancelled", async () => {
    const mock = createInngestMock()
    mock.serve([ship, wait])
    const { client, errors } = openPage({ upstream: mock.fetch })
    const direct = createClient({ baseURL: "http://inngest.internal", fetch: mock.fetch })
    const [app] = (await client.apps.list()).data

    const { ids } = await client.send({ name: "shop/paid" })
    await mock.drain()
    const [run] = (await client.events.runs(ids[0] ?? "")).data
    if (run === undefined || app === undefined) throw new Error("there is no run")
    expect(await client.runs.get(run.id)).toMatchObject({ status: "completed", functionId: "ship-order" })
    for (const call of [
      (of: InngestClient) => of.apps.list(),
      (of: InngestClient) => of.functions.list(),
      (of: InngestClient) => of.runs.list({ functionId: "ship-order", includeOutput: true }),
      (of: InngestClient) => of.runs.trace(run.id),
      (of: InngestClient) => of.runs.jobs(run.id),
      (of: InngestClient) => of.runs.cancel(run.id),
      (of: InngestClient) => of.runs.get(absent),
    ])
      expect(await call(client)).toEqual(await call(direct))

    await client.send({ name: "shop/wait" })
    await mock.clock.advance("1s")
    expect(await client.signals.send("approval/8")).toBeNull()
    expect((await client.signals.send("approval/7", { ok: true }))?.runId).toHaveLength(26)
    const { runId } = await client.functions.invoke(`${app.id}-ship-order`, { data: { by: "hand" } })
    const again = await client.runs.rerun(run.id)
    await mock.drain()
    expect((await client.runs.wait(runId)).status).toBe("completed")
    expect((await client.runs.wait(again.runId)).status).toBe("completed")

    await client.send({ name: "shop/wait" })
    await mock.clock.advance("1s")
    const [waiting] = (await client.runs.list({ status: ["running"] })).data
    expect(await client.runs.cancel(waiting?.id ?? "")).toEqual({ hadEnded: false })
    expect((await client.runs.get(waiting?.id ?? ""))?.status).toBe("cancelled")
    const { id: bulk } = await client.cancellations.create({ appId: app.id, functionId: "wait", startedBefore: "1m" })
    expect(await client.cancellations.list()).toEqual(await direct.cancellations.list())
    await client.cancellations.delete(bulk)
    // That a run has ended or is not there is nothing for a log.
    expect(errors).toEqual([])
  })
})

describe("the words of the server that get through", () => {
  const groups: VectorGroup[] = ["event", "events", "run", "signal", "cancellations", "v2", "invoke"]
  const bodies = groups.flatMap(vectors).map(({ response }) => response.body ?? "")
  const messages = groups.flatMap(vectors).map((each) => {
    const bytes = new TextEncoder().encode(each.response.body ?? "")
    return decodeErrorBody(bodyOf({ bytes }).value).message
  })

  test.each(knownTexts)("%s was measured", (text) => {
    expect(messages.filter((message) => new RegExp(`^(?:${text})$`).test(message ?? ""))).not.toEqual([])
  })

  test.each(knownCodes.filter((code) => !code.startsWith("run_already")))("%s was measured", (code) => {
    expect(bodies.some((body) => body.includes(`"code":"${code}"`))).toBe(true)
  })
})
