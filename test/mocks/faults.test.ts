// What a mock does besides answering: planned failures, delays, waiting, quirks, and refusals of what makes no sense.
import { describe, expect, test, vi } from "vitest"
import { EventWaitError, type FailurePlan, type InngestMock, createInngestMock } from "../../mocks/index.ts"
import { isConfigError, isConnectionError, isServerError, isTimeoutError } from "../../src/errors.ts"
import { createClient } from "../../src/index.ts"
import { createManualClock } from "../support/manual-clock.ts"

const baseURL = "http://kit.test"
const once = { attempts: 1 }

function clientOf(
  inngest: InngestMock,
  options: { retry?: { attempts: number; minDelay?: number }; timeout?: number } = {},
) {
  return createClient({ baseURL, eventKey: "secret-key", fetch: inngest.fetch, retry: once, ...options })
}

const names = (inngest: InngestMock) => inngest.sent().map(({ name }) => name)

async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("should have been rejected")
    },
    (error: unknown) => error,
  )
}

describe("a planned failure", () => {
  test("with a status answers so instead of doing it, as often as it says, and then lets through", async () => {
    const inngest = createInngestMock()
    inngest.fail("send", { status: 503, times: 2 })
    const client = clientOf(inngest, { retry: { attempts: 3, minDelay: 0 } })
    await client.send({ name: "a" })
    expect(inngest.requests.map(({ status, failure }) => [status, failure])).toEqual([
      [503, "status"],
      [503, "status"],
      [200, undefined],
    ])
    expect(names(inngest)).toEqual(["a"])
  })

  test("is answered in the shape of the route, and says that it was planned", async () => {
    const inngest = createInngestMock()
    inngest.fail("*", { status: 429, headers: { "retry-after": "2" } })
    const bodies = await Promise.all(
      [
        ["POST", "/e/key"],
        ["GET", "/v1/events"],
        ["GET", "/v2/runs"],
      ].map(async ([method = "", path = ""]) => {
        const response = await inngest.fetch(`${baseURL}${path}`, { method })
        expect([response.status, response.headers.get("retry-after")]).toEqual([429, "2"])
        return response.json() as Promise<unknown>
      }),
    )
    expect(bodies).toEqual([
      { ids: [""], status: 429, error: "planned failure (429)" },
      { error: "planned failure (429)", data: null, status: 429 },
      { errors: [{ code: "api_error", message: "planned failure (429)" }] },
    ])
  })

  test("carries the body that it was given, text as text and the rest as JSON", async () => {
    const inngest = createInngestMock()
    inngest.fail("health", { status: 502, body: "bad gateway", times: 1 })
    inngest.fail("health", { status: 200, body: { status: 200, message: "so so" }, times: 1 })
    inngest.fail("health", { status: 204 })
    expect(await (await inngest.fetch("/health")).text()).toBe("bad gateway")
    expect(await (await inngest.fetch("/health")).json()).toEqual({ status: 200, message: "so so" })
    expect((await inngest.fetch("/health")).body).toBeNull()
  })

  test("by reset does nothing; after the deed loses the answer alone", async () => {
    const inngest = createInngestMock()
    const takeBack = inngest.fail("send", { reset: true })
    expect(isConnectionError(await rejection(clientOf(inngest).send({ name: "before" })))).toBe(true)
    takeBack()
    inngest.fail("send", { reset: "after" })
    expect(isConnectionError(await rejection(clientOf(inngest).send({ name: "after" })))).toBe(true)
    expect(names(inngest)).toEqual(["after"])
    expect(inngest.requests.map(({ status, failure }) => [status, failure])).toEqual([
      [undefined, "reset"],
      [undefined, "reset"],
    ])
  })

  test("after the deed lets a client that retries send the same event, not a second one", async () => {
    const inngest = createInngestMock()
    inngest.fail("send", { reset: "after", times: 1 })
    await clientOf(inngest, { retry: { attempts: 2, minDelay: 0 } }).send({ name: "a" })
    expect(inngest.requests).toHaveLength(2)
    expect(names(inngest)).toEqual(["a"])
  })

  test("by silence lasts until the caller gives up", async () => {
    const inngest = createInngestMock()
    inngest.fail("send", { timeout: true })
    expect(isTimeoutError(await rejection(clientOf(inngest, { timeout: 5 }).send({ name: "a" })))).toBe(true)
    expect(names(inngest)).toEqual([])
    expect(inngest.requests).toMatchObject([{ route: "events.send", status: undefined, failure: "timeout" }])
  })

  test("by silence, and a delay that nobody waits out, end with the mock's reset", async () => {
    const inngest = createInngestMock({ clock: createManualClock() })
    inngest.fail("events.list", { timeout: "after" })
    inngest.delay("health", "1h")
    const open = ["/v1/events", "/health"].map((path) => rejection(inngest.fetch(path)))
    await vi.waitFor(() => expect(inngest.requests).toHaveLength(1))
    inngest.reset()
    expect(await Promise.all(open)).toEqual([expect.any(TypeError), expect.any(TypeError)])
    expect(inngest.requests).toEqual([])
  })

  test("by truncation does it, and breaks off in the answer's body", async () => {
    const inngest = createInngestMock()
    inngest.fail("send", { truncated: true })
    const response = await inngest.fetch(`${baseURL}/e/key`, { method: "POST", body: '{"name":"a"}' })
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow(TypeError)
    expect(names(inngest)).toEqual(["a"])
    const client = clientOf(inngest, { retry: { attempts: 2, minDelay: 0 } })
    expect(isConnectionError(await rejection(client.send({ name: "b" })))).toBe(true)
  })

  test("begins after as many as it says", async () => {
    const inngest = createInngestMock()
    inngest.fail("health", { status: 500, after: 2, times: 1 })
    const statuses: number[] = []
    for (let request = 0; request < 4; request++) statuses.push((await inngest.fetch("/health")).status)
    expect(statuses).toEqual([200, 200, 500, 200])
  })

  test("meets only what matches: an event, a part of the URL or body, headers", async () => {
    const inngest = createInngestMock()
    inngest.fail("send", { status: 500, match: { event: "shop/order.paid" } })
    inngest.fail("workflows.*", { status: 501, match: { url: "/v1/workflows/order-7" } })
    inngest.fail("workflows.save", { status: 502, match: { body: "poison" } })
    inngest.fail("health", { status: 503, match: { headers: { "x-inngest-env": "staging" } } })
    const statusOf = async (path: string, init?: RequestInit) => (await inngest.fetch(path, init)).status
    const post = (body: unknown) => statusOf("/e/key", { method: "POST", body: JSON.stringify(body) })
    expect(await post({ name: "shop/order.paid" })).toBe(500)
    expect(await post([{ name: "other" }, { name: "shop/order.paid" }])).toBe(500)
    expect(await post({ name: "other", data: { name: "shop/order.paid" } })).toBe(200)
    expect(await statusOf("/v1/workflows/order-7")).toBe(501)
    expect(await statusOf("/v1/workflows/order-8")).toBe(404)
    expect(await statusOf("/v1/workflows/order-8", { method: "PUT", body: '{"Status":"poison"}' })).toBe(502)
    expect(await statusOf("/health")).toBe(200)
    expect(await statusOf("/health", { headers: { "x-inngest-env": "staging" } })).toBe(503)
  })

  test("of a share of requests is the same in every run with the same seed", async () => {
    const run = async (seed?: number) => {
      const inngest = createInngestMock()
      inngest.fail("health", { status: 500, rate: 0.3, ...(seed === undefined ? {} : { seed }) })
      const statuses: number[] = []
      for (let request = 0; request < 200; request++) statuses.push((await inngest.fetch("/health")).status)
      return statuses
    }
    const [first, again, other] = [await run(7), await run(7), await run(8)]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
    expect(await run()).toEqual(await run())
    const failed = first.filter((status) => status === 500).length
    expect(failed).toBeGreaterThan(40)
    expect(failed).toBeLessThan(80)
  })

  test("plans follow one another in the order of their making", async () => {
    const inngest = createInngestMock()
    inngest.fail({ route: "health", status: 500, times: 1 })
    inngest.fail({ route: "health", status: 502, times: 1 })
    const statuses: number[] = []
    for (let request = 0; request < 3; request++) statuses.push((await inngest.fetch("/health")).status)
    expect(statuses).toEqual([500, 502, 200])
  })

  test("names a call of the client in whatever generation of the API it uses", async () => {
    const inngest = createInngestMock()
    inngest.fail("runs.get", { status: 418 })
    inngest.fail("functions.list", { status: 418 })
    for (const path of ["/v1/runs/x", "/v2/runs/x", "/v1/apps/x/functions", "/v2/apps/x/functions"])
      expect((await inngest.fetch(path)).status, path).toBe(418)
    expect((await inngest.fetch("/v1/runs/x/jobs")).status).not.toBe(418)
  })

  test.each([
    [{ route: "sned", status: 500 }, /"sned" is no route/],
    [{ route: "send" }, /one of status, reset, timeout, truncated, not none/],
    [{ route: "send", status: 500, reset: true }, /not status and reset/],
    [{ route: "send", status: 99 }, /from 200 to 599, not 99/],
    [{ route: "send", status: 500, tmies: 2 }, /there is no option tmies/],
    [{ route: "send", status: 500, times: 1.5 }, /times: must be a whole number/],
    [{ route: "send", status: 500, rate: 30 }, /rate: must be from 0 to 1/],
    [{ route: "send", reset: "before" }, /reset: must be true or "after"/],
    [{ route: "send", reset: true, body: "x" }, /reset: has no answer/],
    [{ route: "send", status: 500, match: { name: "a" } }, /match: there is no option name/],
    [{ route: "send", status: 500, match: 5 }, /match: must be an object/],
    [{ route: "send", status: 500, match: { url: 5 } }, /match.url: must be a text/],
    [{ route: "send", status: 500, match: { headers: { "a b": "x" } } }, /match.headers: must be an object of names/],
    [{ route: "send", status: 500, headers: "x" }, /fail: headers: must be an object of names/],
    [{ route: "send", status: 500, headers: { "a b": "x" } }, /fail: headers: must be an object of names/],
  ])("%j is refused", (plan, message) => {
    const inngest = createInngestMock()
    try {
      inngest.fail(plan as unknown as FailurePlan)
      expect.unreachable()
    } catch (error) {
      expect(isConfigError(error)).toBe(true)
      expect(String(error)).toMatch(message)
    }
  })
})

describe("a delay and an outage", () => {
  test("let answers come later, by the mock's clock, until taken back", async () => {
    const clock = createManualClock()
    const inngest = createInngestMock({ clock })
    const takeBack = inngest.delay("events.*", "500ms")
    const asking = inngest.fetch("/v1/events")
    const seen: string[] = []
    void asking.then(() => seen.push("answered"))
    await clock.advance(499)
    expect(seen).toEqual([])
    await clock.advance(1)
    expect(seen).toEqual(["answered"])
    takeBack()
    expect((await inngest.fetch("/v1/events")).status).toBe(200)
    expect(clock.pending).toBe(0)
  })

  test("offline, nobody is there for any request; online again, all is as before", async () => {
    const inngest = createInngestMock()
    const client = clientOf(inngest)
    await client.send({ name: "a" })
    const goOnline = inngest.offline()
    expect(isConnectionError(await rejection(client.send({ name: "b" })))).toBe(true)
    expect(isConnectionError(await rejection(Promise.resolve(client.workflows.load("x"))))).toBe(false)
    await expect(inngest.fetch("/anything")).rejects.toThrow(TypeError)
    goOnline()
    await client.send({ name: "c" })
    expect(names(inngest)).toEqual(["a", "c"])
    expect(inngest.requests.filter(({ failure }) => failure === "offline").length).toBeGreaterThanOrEqual(3)
  })

  test("a reset ends failures, delays and outages", async () => {
    const inngest = createInngestMock({ clock: createManualClock() })
    inngest.fail("*", { status: 500 })
    inngest.delay("*", "1h")
    inngest.offline()
    inngest.reset()
    expect((await inngest.fetch("/health")).status).toBe(200)
    expect(() => inngest.delay("*", "soon")).toThrow(/delay: must be a duration/)
  })
})

describe("waitFor", () => {
  test("gives the event that is there, or that comes", async () => {
    const inngest = createInngestMock({ seed: { events: [{ name: "a" }] } })
    const client = clientOf(inngest)
    const waiting = inngest.waitFor("a", { match: ({ data }) => data?.["id"] === 7 })
    await client.send([{ name: "b" }, { name: "a", data: { id: 6 } }, { name: "a", data: { id: 7 } }])
    expect(await waiting).toMatchObject({ name: "a", data: { id: 7 } })
    expect(await inngest.waitFor("a")).toMatchObject({ data: { id: 6 } })
  })

  test("says what arrived instead when the time is over", async () => {
    const inngest = createInngestMock()
    inngest.fail("send", { status: 503, match: { event: "shop/order.lost" } })
    const client = clientOf(inngest)
    await client.send([{ name: "shop/order.payed" }, { name: "shop/order.payed" }, { name: "x" }])
    expect(isServerError(await rejection(client.send({ name: "shop/order.lost" })))).toBe(true)
    await inngest.fetch("/nope")
    const error = await rejection(inngest.waitFor("shop/order.paid", { timeout: 1 }))
    expect(error).toBeInstanceOf(EventWaitError)
    expect(error).toMatchObject({
      name: "EventWaitError",
      event: "shop/order.paid",
      timeoutMs: 1,
      received: ["shop/order.payed", "shop/order.payed", "x"],
      message:
        'no event "shop/order.paid" within 1 ms. What arrived: shop/order.payed (2 times), x. ' +
        'POST http://kit.test/e/*** met the planned failure "status". GET http://localhost:8288/nope got 404, which is no route.',
    })
  })

  test("says so when nothing arrived at all, and when only the condition failed", async () => {
    const inngest = createInngestMock()
    expect(String(await rejection(inngest.waitFor("a", { timeout: 0 })))).toContain("No request reached the mock")
    await clientOf(inngest).send({ name: "a" })
    const error = await rejection(inngest.waitFor("a", { timeout: 0, match: () => false }))
    expect(String(error)).toContain('no event "a" that matches within 0 ms. What arrived: a.')
  })

  test("fails with what its condition throws, now or later", async () => {
    const inngest = createInngestMock()
    const match = () => {
      throw new Error("no such field")
    }
    const waiting = rejection(inngest.waitFor("a", { match }))
    await clientOf(inngest).send({ name: "a" })
    expect(String(await waiting)).toBe("Error: no such field")
    expect(String(await rejection(inngest.waitFor("a", { match })))).toBe("Error: no such field")
  })

  test("ends with the mock's reset, and refuses options that it does not have", async () => {
    const inngest = createInngestMock()
    const waiting = rejection(inngest.waitFor("a"))
    inngest.reset()
    expect(String(await waiting)).toContain("the mock was reset")
    await expect(inngest.waitFor("a", { timeuot: 1 } as object)).rejects.toThrow(/there is no option timeuot/)
    await expect(inngest.waitFor("a", { timeout: "soon" })).rejects.toThrow(/timeout: must be a duration/)
    await expect(inngest.waitFor("a", { match: { data: 1 } as never })).rejects.toThrow(/match: must be a function/)
  })
})

describe("onEvent", () => {
  test("is told of each event that is sent from then on, of all names or one", async () => {
    const inngest = createInngestMock()
    const client = clientOf(inngest)
    await client.send({ name: "before" })
    const seen: string[] = []
    const stop = inngest.onEvent(({ name }) => seen.push(`all:${name}`))
    inngest.onEvent("b", ({ data }) => seen.push(`b:${JSON.stringify(data)}`))
    inngest.seed({ events: [{ name: "seeded" }] })
    await client.send([{ name: "a" }, { name: "b", data: { id: 1 } }])
    stop()
    await client.send({ name: "b", data: { id: 2 } })
    expect(seen).toEqual(["all:a", "all:b", 'b:{"id":1}', 'b:{"id":2}'])
    inngest.reset()
    await client.send({ name: "b" })
    expect(seen).toHaveLength(4)
  })
})

describe("quirks of the real server", () => {
  test("copies of GETs: the same answer as text until its time is over, and another query asks anew", async () => {
    const clock = createManualClock()
    const inngest = createInngestMock({ clock, quirks: { cachedGets: true } })
    const { ids } = await clientOf(inngest).send({ name: "a" })
    const path = `/v1/events/${ids[0]}`
    const first = await inngest.fetch(path)
    expect(first.headers.get("cache-control")).toBe("private, max-age=5")
    const body = await first.text()
    await clock.advance(4_999)
    const copy = await inngest.fetch(path)
    expect([copy.headers.get("content-type"), copy.headers.get("cache-control"), await copy.text()]).toEqual([
      "text/plain; charset=utf-8",
      null,
      body,
    ])
    expect((await inngest.fetch(`${path}?_=1`)).headers.get("content-type")).toBe("application/json")
    await clock.advance(1)
    expect(await (await inngest.fetch(path)).text()).not.toBe(body)
  })

  test("no copies of what is large, of errors and of lists", async () => {
    const inngest = createInngestMock({ clock: createManualClock(), quirks: { cachedGets: true } })
    const { ids } = await clientOf(inngest).send({ name: "a", data: { text: "x".repeat(1_100) } })
    for (const path of [`/v1/events/${ids[0]}`, "/v1/events", "/v1/events/nope"]) {
      await inngest.fetch(path)
      expect((await inngest.fetch(path)).headers.get("content-type"), path).toBe("application/json")
    }
  })

  test("events that are seen only after a while, which this package's client hides from none of its callers", async () => {
    const clock = createManualClock()
    const inngest = createInngestMock({ clock, quirks: { visibleAfterMs: 250 } })
    const client = clientOf(inngest)
    const { ids } = await client.send({ name: "a" })
    const seen = async () => [
      (await client.events.list()).data.length,
      (await client.events.get(ids[0] ?? "")) !== null,
    ]
    await clock.advance(249)
    expect(await seen()).toEqual([0, false])
    expect(names(inngest)).toEqual(["a"])
    await clock.advance(1)
    expect(await seen()).toEqual([1, true])
  })

  test("a stock Inngest has no routes for workflow state, and is no embedded server", async () => {
    const inngest = createInngestMock({ quirks: { noWorkflowState: true } })
    const client = clientOf(inngest)
    expect(await client.serverInfo()).toMatchObject({ kind: "dev", workflowState: false })
    expect(await rejection(client.workflows.save({ workflowId: "a" }))).toMatchObject({ code: "unsupported" })
    expect((await inngest.fetch("/v1/workflows/a")).status).toBe(404)
  })
})

describe("unknown options", () => {
  test.each([
    [{ baseUrl: baseURL }, /baseUrl/],
    [{ sede: {} }, /there is no option sede/],
    [{ quirks: { cachedGETs: true } }, /cachedGETs: the option is called cachedGets/],
    [{ quirks: { visibleAfterMs: -1 } }, /visibleAfterMs: must be milliseconds/],
    [{ seed: { event: [] } }, /seed: there is no option event/],
  ])("%j is refused by name", (options, message) => {
    try {
      createInngestMock(options as object)
      expect.unreachable()
    } catch (error) {
      expect(isConfigError(error)).toBe(true)
      expect(String(error)).toMatch(message)
    }
  })
})
