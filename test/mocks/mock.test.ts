import { describe, expect, test } from "vitest"
import { createInngestMock } from "../../mocks/index.ts"
import { isConfigError, isValidationError } from "../../src/errors.ts"
import { createClient } from "../../src/index.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { createManualClock } from "../support/manual-clock.ts"

const send = (body: unknown, url = "http://kit.test/e/secret-key"): [string, RequestInit] => [
  url,
  { method: "POST", body: JSON.stringify(body) },
]

describe("createInngestMock", () => {
  test("tells what was sent, in order, and by name", async () => {
    const inngest = createInngestMock()
    await inngest.fetch(...send([{ name: "shop/order.paid", data: { id: 7 } }, { name: "shop/order.shipped" }]))
    await inngest.fetch(
      ...send({ name: "shop/order.paid", data: { id: 8 }, id: "mine", ts: 1_700_000_000_000, v: "2" }),
    )
    expect(inngest.sent()).toHaveLength(3)
    expect(inngest.sent("shop/order.paid")).toEqual([
      expect.objectContaining({ data: { id: 7 } }),
      {
        internalId: expect.any(String),
        id: "mine",
        name: "shop/order.paid",
        data: { id: 8 },
        ts: 1_700_000_000_000,
        v: "2",
        receivedAt: expect.any(String),
      },
    ])
    expect(inngest.sent("shop/*")).toEqual([])
  })

  test("tells what was requested, without keys", async () => {
    const inngest = createInngestMock()
    await inngest.fetch(...send({ name: "a" }))
    await inngest.fetch("http://kit.test/v1/events?name=a", { headers: { authorization: "Bearer secret-key" } })
    await inngest.fetch("http://kit.test/v1/workflows/a%2Fb", { method: "PUT", body: '{"Status":"running"}' })
    await inngest.fetch("http://kit.test/nope")
    const text = { "content-type": "text/plain;charset=UTF-8" }
    const post = { method: "POST", url: "http://kit.test/e/***", route: "events.send" }
    const list = { method: "GET", url: "http://kit.test/v1/events?name=a", route: "events.list" }
    const save = { method: "PUT", url: "http://kit.test/v1/workflows/a%2Fb", route: "workflows.save" }
    expect(inngest.requests).toEqual([
      { ...post, headers: text, body: '{"name":"a"}', status: 200 },
      { ...list, headers: { authorization: "Bearer ***" }, body: "", status: 200 },
      { ...save, headers: text, body: '{"Status":"running"}', status: 204 },
      { method: "GET", url: "http://kit.test/nope", route: undefined, headers: {}, body: "", status: 404 },
    ])
    expect(JSON.stringify(inngest.requests)).not.toContain("secret-key")
  })

  test("what it gives out is the caller's to change", async () => {
    const inngest = createInngestMock()
    await inngest.fetch(...send({ name: "a", data: { list: [1] } }))
    for (const { data } of inngest.sent()) (data as { list: number[] }).list.push(2)
    inngest.requests.pop()
    expect(inngest.sent()[0]?.data).toEqual({ list: [1] })
    expect(inngest.requests).toHaveLength(1)
  })

  test("begins with its seed, which counts as neither sent nor requested, and goes back to it", async () => {
    const inngest = createInngestMock({
      seed: {
        events: [{ name: "seed/one", data: { n: 1 } }, { name: "seed/two" }],
        workflows: [
          { workflowId: "order-7", status: "running" },
          { workflowId: "order-8", status: "failed" },
        ],
      },
    })
    const client = createClient({ baseURL: "http://kit.test", fetch: inngest.fetch })
    const names = async () => (await client.events.list()).data.map(({ name }) => name)
    expect(await names()).toEqual(["seed/two", "seed/one"])
    expect(inngest.sent()).toEqual([])
    inngest.seed({ events: [{ name: "seed/three" }], workflows: [{ workflowId: "order-9" }] })
    await client.send({ name: "a" })
    await client.workflows.save({ workflowId: "order-7", status: "completed" })
    expect(inngest.sent().map(({ name }) => name)).toEqual(["a"])
    expect(await names()).toEqual(["a", "seed/three", "seed/two", "seed/one"])
    expect(inngest.workflows.list().map(({ workflowId }) => workflowId)).toEqual(["order-7", "order-9", "order-8"])

    inngest.reset()
    expect(inngest.requests).toEqual([])
    expect(inngest.sent()).toEqual([])
    expect(inngest.workflows.get("order-7")?.status).toBe("running")
    expect(inngest.workflows.get("order-9")).toBeNull()
    expect(await names()).toEqual(["seed/two", "seed/one"])
  })

  test("shows stored workflow states, of one status when one is given", async () => {
    const inngest = createInngestMock()
    const client = createClient({ baseURL: "http://kit.test", fetch: inngest.fetch })
    await client.workflows.save({ workflowId: "a/b", status: "running", input: { total: 12n ** 20n } })
    await client.workflows.save({ workflowId: "c", status: "failed" })
    expect(inngest.workflows.get("a/b")).toMatchObject({
      workflowId: "a/b",
      status: "running",
      input: { total: 12n ** 20n },
    })
    expect(inngest.workflows.list("failed").map(({ workflowId }) => workflowId)).toEqual(["c"])
    expect(inngest.workflows.list("Failed")).toEqual([])
  })

  test("two mocks share nothing", async () => {
    const [one, other] = [createInngestMock(), createInngestMock()]
    await one.fetch(...send({ name: "a" }))
    expect(one.sent()).toHaveLength(1)
    expect(other.sent()).toEqual([])
  })

  test("with the same clock, random numbers and requests gives the same ids", async () => {
    const idsOf = async () => {
      const inngest = createInngestMock({ clock: createManualClock(), random: seededRandom(7) })
      await inngest.fetch(...send([{ name: "a" }, { name: "b" }]))
      return inngest.sent().map(({ internalId }) => internalId)
    }
    expect(await idsOf()).toEqual(await idsOf())
  })

  test("a request that is under way when it is reset belongs to what was before", async () => {
    const inngest = createInngestMock()
    const sending = inngest.fetch(...send({ name: "a" }))
    inngest.reset()
    expect((await sending).status).toBe(200)
    expect(inngest.sent()).toEqual([])
    expect(inngest.requests).toEqual([])
  })

  test.each([
    [{ events: [{ name: "" }] }, "events[0].name"],
    [{ events: [{ name: "ok" }, { name: "inngest/mine" }] }, "events[1].name"],
    [{ workflows: [{ workflowId: "a", status: 7 as unknown as string }] }, "status"],
    [{ workflows: [{ workflowId: "a" }, { workflowId: "" }] }, "workflows[1].workflowId"],
    [{ workflows: [{ workflowId: "a" }, {} as never] }, "workflows[1].workflowId"],
    [{ workflows: [{ workflowId: "." }] }, "workflows[0].workflowId"],
    [{ workflows: [{ workflowId: "half \ud800" }] }, "workflows[0].workflowId"],
  ])("refuses the seed %j with the path, and plants nothing of it", (seed, path) => {
    const inngest = createInngestMock()
    let refusal: unknown
    try {
      inngest.seed(seed)
    } catch (error) {
      refusal = error
    }
    expect(isValidationError(refusal) && refusal.issues[0]?.path).toBe(path)
    expect(inngest.workflows.list()).toEqual([])
    expect(() => createInngestMock({ seed })).toThrow(path)
  })

  test.each(["events", "workflows"])("refuses %s that are no list", (part) => {
    const seed = { [part]: {} } as never
    expect(() => createInngestMock({ seed })).toThrow(`seed: ${part}: must be a list`)
    expect(() => createInngestMock().seed(seed)).toThrow(`seed: ${part}: must be a list`)
  })

  test.each([
    { baseURL: "kit.test" },
    { origins: ["/api"] },
    { origins: "http://kit.test" as never },
    { baseUrl: "http://kit.test" },
    { baseURL: "ftp://kit.test" },
  ])("refuses %j as where it should answer", (options) => {
    expect(() => createInngestMock(options)).toThrow(/base(URL|Url)|origins/)
    try {
      createInngestMock(options)
    } catch (error) {
      expect(isConfigError(error)).toBe(true)
    }
  })
})

describe("its fetch", () => {
  test("takes strings, URLs and requests, of any host, and paths alone", async () => {
    const inngest = createInngestMock()
    expect((await inngest.fetch("https://inn.gs/health")).status).toBe(200)
    expect((await inngest.fetch(new URL("http://anything.test/health"))).status).toBe(200)
    expect((await inngest.fetch(new Request("http://localhost:8288/health"))).status).toBe(200)
    expect((await inngest.fetch("/health")).status).toBe(200)
  })

  test("answers HEAD as GET, without the body", async () => {
    const inngest = createInngestMock({ seed: { workflows: [{ workflowId: "w" }] } })
    for (const [path, status] of [
      ["/nowhere", 404],
      ["/v1/workflows/w", 200],
      ["/v1/workflows/never", 404],
    ] as const) {
      const [head, get] = [await inngest.fetch(path, { method: "HEAD" }), await inngest.fetch(path)]
      expect([path, head.status, head.body]).toEqual([path, status, null])
      expect([...head.headers], path).toEqual([...get.headers])
    }
  })

  test("answers below the path of its base URL", async () => {
    const inngest = createInngestMock({ baseURL: "http://kit.test/api/inngest/" })
    expect((await inngest.fetch(...send({ name: "a" }, "http://kit.test/api/inngest/e/key"))).status).toBe(200)
    expect((await inngest.fetch("http://kit.test/api/inngest/v1/workflows/never")).status).toBe(404)
    expect((await inngest.fetch("/health")).status).toBe(200)
    expect(inngest.requests.map(({ route }) => route)).toEqual(["events.send", "workflows.load", "health"])
  })

  test("ends with the caller's reason when its signal does", async () => {
    const inngest = createInngestMock()
    const reason = new Error("changed my mind")
    await expect(inngest.fetch("http://kit.test/health", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(inngest.requests).toEqual([])
    const controller = new AbortController()
    const asking = inngest.fetch("http://kit.test/v1/events", { signal: controller.signal })
    controller.abort(reason)
    await expect(asking).rejects.toBe(reason)
  })
})
