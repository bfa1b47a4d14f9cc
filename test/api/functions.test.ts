import { describe, expect, test } from "vitest"
import { type InngestClient, createClient } from "../../src/index.ts"
import { type FakeFetch, type Reply, createFakeFetch, json, reset } from "../support/fake-fetch.ts"
import { answerOf, vector } from "../support/inngest-vectors.ts"
import { createManualClock } from "../support/manual-clock.ts"

const clock = createManualClock()
const recorded = (name: string): Response => answerOf(vector(name))

function functionsOf(
  { fetch }: FakeFetch,
  options: { appId?: string; attempts?: number } = {},
): InngestClient["functions"] {
  const { appId, attempts = 1 } = options
  return createClient({ baseURL: "http://kit.test", fetch, clock, appId, retry: { attempts, minDelay: 1 } }).functions
}

/** By method and path, the query aside; what is not there is unknown to the gateway of v2. */
function serverWith(replies: Record<string, () => Reply>): FakeFetch {
  return createFakeFetch(
    ({ method, path }) => replies[`${method} ${path.replace(/\?.*/, "")}`]?.() ?? recorded("v2-unknown"),
  )
}
const asked = ({ requests }: FakeFetch): string[] =>
  requests.map(({ method, path }) => `${method} ${path.replace(/\?.*/, "")}`)

describe("a list of functions", () => {
  test("of an app has their ids within it and in full", async () => {
    const server = serverWith({ "GET /v2/apps/demo-app/functions": () => recorded("v2-app-functions") })
    const { data } = await functionsOf(server).list({ appId: "demo-app" })
    expect(data.map(({ id }) => id)).toEqual(["sleep", "wait", "ok", "signal", "steps", "fail"])
    expect(data[2]).toEqual({
      id: "ok",
      appId: "demo-app",
      slug: "demo-app-ok",
      name: "Fn ok",
      triggers: [{ type: "event", value: "demo/ok" }],
      configuration: expect.objectContaining({ retries: { isDefault: false, value: 1 } }),
    })
  })

  test("without an app has those of all, and can be iterated", async () => {
    const server = createFakeFetch(({ path }) => {
      if (path.startsWith("/v2/apps?")) return json({ data: [{ id: "a" }, { id: "b/c" }], page: { limit: 100 } })
      const app = decodeURIComponent(path.split("/")[3] ?? "")
      return json({
        data: [{ id: "x", app: { id: app }, triggers: [{ type: "CRON", value: "* * * * *", condition: "" }] }],
      })
    })
    const seen = []
    for await (const fn of functionsOf(server).list()) seen.push([fn.slug, fn.triggers[0]?.type, fn.name])
    expect(seen).toEqual([
      ["a-x", "cron", "x"],
      ["b/c-x", "cron", "x"],
    ])
    expect(asked(server)).toEqual(["GET /v2/apps", "GET /v2/apps/a/functions", "GET /v2/apps/b%2Fc/functions"])
  })

  test("comes from REST v1, a bare array, where the server has only that", async () => {
    const server = serverWith({
      "GET /v2/apps/demo-app/functions": () => recorded("workflow-get"),
      "GET /v1/apps/demo-app/functions": () => recorded("app-functions"),
      "GET /v1/apps/nope/functions": () => recorded("app-functions-unknown"),
    })
    const { list } = functionsOf(server)
    const { data } = await list({ appId: "demo-app" })
    expect(data.find(({ id }) => id === "ok")).toMatchObject({
      appId: "demo-app",
      slug: "demo-app-ok",
      name: "Fn ok",
      triggers: [{ type: "event", value: "demo/ok" }],
    })
    await expect(list({ appId: "nope" })).resolves.toEqual({ data: [] })
  })

  test("names the place of what can't be read", async () => {
    const server = createFakeFetch([json({ data: [{ id: "a", app: {} }] })])
    await expect(functionsOf(server).list({ appId: "a" })).rejects.toMatchObject({
      code: "protocol",
      message: "functions.list: data[0].app.id should be a string, not missing",
    })
  })
})

describe("invoking", () => {
  const ok = (): Response => recorded("v2-invoke")
  const unknown = (): Response => recorded("v2-invoke-unknown")
  const apps = (): Response => json({ data: [{ id: "core" }, { id: "core-ship" }, { id: "shop" }], page: {} })

  test("sends the data under a key of its own, and gives the run", async () => {
    const server = createFakeFetch([ok()])
    const { invoke } = functionsOf(server)
    await expect(invoke("ok", { appId: "demo-app", data: { a: 1 } })).resolves.toEqual({
      runId: "01M80QVQQSZJ5WGK4BNHR1SX0Q",
    })
    await invoke("ok", { appId: "demo-app" })
    await invoke("ok", { appId: "demo-app", idempotencyKey: "mine" })
    const bodies = server.requests.map(
      ({ body }) => JSON.parse(body ?? "") as { data: unknown; idempotencyKey: string },
    )
    expect(bodies.map(({ data }) => data)).toEqual([{ a: 1 }, {}, {}])
    expect(new Set(bodies.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3)
    expect(bodies[2]?.idempotencyKey).toBe("mine")
    expect(asked(server)[0]).toBe("POST /v2/apps/demo-app/functions/ok/invoke")
  })

  test("after a lost answer is the same run: the same key, whose 409 carries the run", async () => {
    const server = createFakeFetch([reset(), recorded("v2-invoke-idempotency-repeat")])
    const invoked = functionsOf(server, { attempts: 2 }).invoke("ok", { appId: "demo-app" })
    await expect(clock.runUntilSettled(invoked)).resolves.toEqual({ runId: "01M80RFPE8FXEX9C3MTTV6WNP4" })
    expect(server.requests[1]?.body).toBe(server.requests[0]?.body)
  })

  test("with a conflict that is no run is an error", async () => {
    const server = createFakeFetch([json({ errors: [{ code: "other", message: "no" }] }, { status: 409 })])
    await expect(functionsOf(server).invoke("ok", { appId: "a" })).rejects.toMatchObject({ status: 409 })
  })

  test("tries the client's own app first, and asks for no list", async () => {
    const server = serverWith({ "POST /v2/apps/core/functions/core-ship-order/invoke": ok })
    await expect(functionsOf(server, { appId: "core" }).invoke("core-ship-order")).resolves.toHaveProperty("runId")
    expect(server.requests).toHaveLength(1)
  })

  test("an id in full finds its app, though it can be cut in more than one place", async () => {
    const server = serverWith({
      "GET /v2/apps": apps,
      "POST /v2/apps/core/functions/core-ship-order/invoke": unknown,
      "POST /v2/apps/core-ship/functions/core-ship-order/invoke": ok,
    })
    await expect(functionsOf(server, { appId: "shop" }).invoke("core-ship-order")).resolves.toHaveProperty("runId")
    expect(asked(server)).toEqual([
      "POST /v2/apps/shop/functions/core-ship-order/invoke",
      "GET /v2/apps",
      "POST /v2/apps/core/functions/core-ship-order/invoke",
      "POST /v2/apps/core-ship/functions/core-ship-order/invoke",
    ])
  })

  test("does not try the client's own app twice", async () => {
    const server = serverWith({ "GET /v2/apps": apps, "POST /v2/apps/shop/functions/shop-x/invoke": unknown })
    await expect(functionsOf(server, { appId: "shop" }).invoke("shop-x")).rejects.toMatchObject({
      name: "NotFoundError",
    })
    expect(asked(server)).toEqual(["POST /v2/apps/shop/functions/shop-x/invoke", "GET /v2/apps"])
  })

  test("what no app has is a NotFoundError; what none can have is a ValidationError", async () => {
    const server = serverWith({ "GET /v2/apps": apps, "POST /v2/apps/shop/functions/shop-x/invoke": unknown })
    await expect(functionsOf(server).invoke("shop-x")).rejects.toMatchObject({
      name: "NotFoundError",
      message: expect.stringContaining("Function not found"),
    })
    await expect(functionsOf(server).invoke("elsewhere")).rejects.toMatchObject({
      code: "validation",
      message: 'function: "elsewhere" is of no app known here',
    })
  })

  test("does not send data that is no JSON", async () => {
    const server = createFakeFetch([ok()])
    await expect(functionsOf(server).invoke("ok", { appId: "a", data: { n: NaN } })).rejects.toMatchObject({
      code: "validation",
      issues: [{ path: "data.n" }],
    })
    expect(server.requests).toEqual([])
  })

  test("shows what the server refuses", async () => {
    await expect(
      functionsOf(createFakeFetch([recorded("v2-invoke-no-data-key")])).invoke("ok", { appId: "a" }),
    ).rejects.toMatchObject({
      status: 400,
      serverCode: "missing_field",
    })
  })
})
