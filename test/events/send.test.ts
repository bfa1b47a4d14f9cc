import { describe, expect, test } from "vitest"
import { type PartialSendError, ValidationError } from "../../src/errors.ts"
import { eventType } from "../../src/events/event-type.ts"
import { type EventSender, createEventSender } from "../../src/events/index.ts"
import type { ClientOptions } from "../../src/options.ts"
import { maxEventSizeBytes } from "../../src/protocol/event.ts"
import { isUlid } from "../../src/shared/id.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { createEventServer } from "../support/event-server.ts"
import { type FakeFetch, createFakeFetch, json, reset } from "../support/fake-fetch.ts"
import { type ManualClock, createManualClock } from "../support/manual-clock.ts"

interface Setup {
  clock: ManualClock
  /** With time passing as needed. */
  send: EventSender["send"]
}

function setup({ fetch }: FakeFetch, options: ClientOptions = {}): Setup {
  const clock = createManualClock()
  const sender = createEventSender({ baseURL: "http://kit.test", fetch, clock, random: seededRandom(7), ...options })
  return { clock, send: (events, callOptions) => clock.runUntilSettled(sender.send(events, callOptions)) }
}

const many = (count: number, data: object = {}): { name: string; data: object }[] =>
  Array.from({ length: count }, (_item, index) => ({ name: "bulk/x", data: { index, ...data } }))

describe("sending", () => {
  test("one event is a request with a seed, whose ids the server gives back", async () => {
    const server = createEventServer()
    const { ids } = await setup(server, { eventKey: "key-1234567" }).send({ name: "shop/order.paid", data: { id: 7 } })
    expect(ids).toEqual([server.taken[0]?.internalId])
    expect(server.requests).toMatchObject([{ method: "POST", url: "http://kit.test/e/key-1234567" }])
    expect(server.requests[0]?.headers["x-inngest-event-id-seed"]).toMatch(/^\d{13},[\w+/]{14}==$/)
  })

  test("many events keep their order and get their ids in order", async () => {
    const server = createEventServer()
    const { ids } = await setup(server).send(many(20))
    expect(server.taken.map(({ data }) => data)).toEqual(many(20).map(({ data }) => data))
    expect(ids).toEqual(server.taken.map(({ internalId }) => internalId))
    expect(ids).toEqual(ids.toSorted())
  })

  test("no events is no request", async () => {
    const server = createEventServer()
    await expect(setup(server).send([])).resolves.toEqual({ ids: [] })
    expect(server.requests).toEqual([])
  })

  test("an event without an id, or with an empty one, gets the id under which the server will know it", async () => {
    const server = createEventServer()
    await setup(server).send([{ name: "a/b" }, { name: "a/b", id: "mine" }, { name: "a/b", id: "" }])
    const [first, second, third] = server.taken
    expect(first?.id).toBe(first?.internalId)
    expect(second?.id).toBe("mine")
    expect(third?.id).toBe(third?.internalId)
    expect(isUlid(first?.id ?? "")).toBe(true)
  })

  test("all fields of an event go out, and nothing else does", async () => {
    const server = createEventServer()
    const event = {
      name: "a/b",
      id: "1",
      data: { deep: [1n, -0] },
      ts: 1_769_860_800_000,
      v: "2",
      user: { id: 3 },
      other: true,
    }
    await setup(server).send(event)
    expect(server.requests[0]?.body).toBe(
      '[{"id":"1","name":"a/b","data":{"deep":[1,-0]},"ts":1769860800000,"v":"2","user":{"id":3}}]',
    )
  })

  test("what the caller changes after the call is not sent", async () => {
    const server = createEventServer((index) => (index === 0 ? reset() : undefined))
    const event = { name: "a/b", data: { total: 1 } }
    const { send } = setup(server)
    const sending = send(event)
    event.data.total = 2
    await sending
    expect(server.taken.map(({ data }) => data)).toEqual([{ total: 1 }])
  })

  test("two calls in one millisecond are listed in their order", async () => {
    const server = createEventServer()
    const { send } = setup(server)
    const results = [await send(many(3)), await send({ name: "later" }), await send(many(2))]
    const ids = results.flatMap((result) => result.ids)
    expect(ids).toEqual(ids.toSorted())
    expect(new Set(ids).size).toBe(6)
  })
})

describe("an attempt that fails", () => {
  test("is repeated with the same bytes under the same seed, and the ids are the same", async () => {
    const server = createEventServer((index) => (["lost", "lost", json({}, { status: 503 })] as const)[index])
    const { ids } = await setup(server).send(many(3))
    expect(server.requests).toHaveLength(4)
    const sent = server.requests.map(({ url, headers, body }) => JSON.stringify([url, headers, body]))
    expect(new Set(sent).size).toBe(1)
    // Taken three times, and each time the same three events.
    expect(server.taken).toHaveLength(9)
    expect(new Set(server.taken.map(({ internalId }) => internalId))).toEqual(new Set(ids))
    expect(new Set(server.taken.map(({ id }) => id))).toEqual(new Set(ids))
  })

  test("for good leaves its error as it is when nothing was taken", async () => {
    const server = createEventServer(() => reset())
    await expect(setup(server).send(many(2))).rejects.toMatchObject({ name: "ConnectionError" })
    expect(server.requests).toHaveLength(4)
  })

  test("a call has its own signal and its own timeout", async () => {
    const server = createEventServer(() => "hang")
    const { send, clock } = setup(server, { retry: { attempts: 1 } })
    await expect(send(many(1), { timeout: "5s" })).rejects.toMatchObject({ code: "timeout", timeoutMs: 5_000 })
    await expect(send(many(1), { signal: AbortSignal.abort("stop") })).rejects.toBe("stop")
    await expect(send(many(1), { timeout: "soon" })).rejects.toMatchObject({ code: "validation" })
    expect(clock.pending).toBe(0)
  })
})

describe("a batch too large for one request", () => {
  test("is split by count: ids in the order of the events", async () => {
    const server = createEventServer()
    const { ids } = await setup(server).send(many(10_001))
    expect(server.requests.map(({ body }) => (JSON.parse(body ?? "") as unknown[]).length)).toEqual([5_000, 5_000, 1])
    expect(ids).toHaveLength(10_001)
    expect(ids).toEqual(server.taken.map(({ internalId }) => internalId))
    expect(ids).toEqual(ids.toSorted())
    expect(new Set(server.requests.map(({ headers }) => headers["x-inngest-event-id-seed"])).size).toBe(3)
  })

  test("is split by bytes", async () => {
    const server = createEventServer()
    await setup(server).send(many(5, { text: "é".repeat(1_000_000) }))
    expect(server.requests.map(({ body }) => (JSON.parse(body ?? "") as unknown[]).length)).toEqual([2, 2, 1])
    for (const { body } of server.requests) expect(Buffer.byteLength(body ?? "")).toBeLessThanOrEqual(4 * 1024 * 1024)
  })
})

describe("the limit of one event", () => {
  const eventOf = (sizeBytes: number): { id: string; name: string; data: { text: string } } => {
    const empty = { id: "1", name: "big/x", data: { text: "" } }
    return { ...empty, data: { text: "x".repeat(sizeBytes - JSON.stringify(empty).length) } }
  }

  test("is 3 MiB of JSON, inclusive", async () => {
    const server = createEventServer()
    await setup(server).send(eventOf(maxEventSizeBytes))
    expect(server.requests[0]?.body).toHaveLength(maxEventSizeBytes + 2)
  })

  test("passed by a byte: the error names limit, size and event, and nothing is sent", async () => {
    const server = createEventServer()
    const sending = setup(server).send([{ name: "a/b" }, eventOf(maxEventSizeBytes + 1)])
    await expect(sending).rejects.toMatchObject({
      code: "validation",
      message: "event: events[1]: has 3145729 bytes as JSON, more than the limit of 3145728 bytes",
    })
    expect(server.requests).toEqual([])
  })

  test("counts the id that is added", async () => {
    const server = createEventServer()
    const { id: _id, ...event } = eventOf(maxEventSizeBytes)
    await expect(setup(server).send(event)).rejects.toThrow(`has ${maxEventSizeBytes - '"id":"1",'.length + 34} bytes`)
  })
})

describe("a partial failure", () => {
  test("says which events were taken: those before the one that the server refused", async () => {
    const taken = ["01M80QNCS72VJTB5VQ94WG5FJP", "01M80QNCS72VJTB5VQ94WG5FJQ"]
    const server = createFakeFetch([json({ ids: taken, status: 400, error: "event name is empty" }, { status: 400 })])
    const error = await failure(setup(server).send(many(5)))
    expect(error).toMatchObject({
      code: "partial-send",
      ids: taken,
      remaining: 3,
      retryable: false,
      message: '2 of 5 events were taken, then: [POST] "http://kit.test/e/***": 400: event name is empty',
      cause: { name: "BadRequestError" },
    })
  })

  test("counts the requests before the one that failed", async () => {
    const server = createEventServer((index) => (index < 1 ? undefined : json({ error: "down" }, { status: 503 })))
    const error = await failure(setup(server).send(many(12_000)))
    expect(error).toMatchObject({ code: "partial-send", remaining: 7_000, retryable: true, cause: { status: 503 } })
    expect(error.ids).toEqual(server.taken.map(({ internalId }) => internalId))
    expect(server.requests).toHaveLength(1 + 4)
  })

  test("the rest, sent again, goes under a new seed and keeps its ids: what got through the first time stays one event", async () => {
    const server = createEventServer((index) => (index === 0 ? undefined : index < 5 ? "lost" : undefined))
    const { send } = setup(server)
    const error = await failure(send(many(5_003)))
    expect(error.rest).toHaveLength(3)
    const idsBefore = server.taken.slice(-3).map(({ id }) => id)
    await send(error.rest)
    expect(server.taken.slice(-3).map(({ id }) => id)).toEqual(idsBefore)
    expect(server.taken.slice(-3).map(({ internalId }) => internalId)).not.toEqual(idsBefore)
    expect(server.taken.slice(-3).map(({ data }) => data)).toEqual(
      many(5_003)
        .slice(-3)
        .map(({ data }) => data),
    )
    expect(server.requests.at(-1)?.headers["x-inngest-event-id-seed"]).not.toBe(
      server.requests.at(-2)?.headers["x-inngest-event-id-seed"],
    )
  })

  test("keeps the events out of logs", async () => {
    const server = createEventServer((index) => (index === 0 ? undefined : json({}, { status: 400 })))
    const error = await failure(setup(server).send(many(5_001, { secret: "in-the-data" })))
    expect(JSON.stringify(error)).not.toContain("in-the-data")
    expect(error.toJSON()).toMatchObject({ remaining: 1 })
  })

  test("the caller's abort stays the caller's reason, even in the middle", async () => {
    const controller = new AbortController()
    const server = createEventServer((index) => {
      if (index === 1) controller.abort("enough")
      return index === 1 ? "hang" : undefined
    })
    await expect(setup(server).send(many(5_001), { signal: controller.signal })).rejects.toBe("enough")
  })

  async function failure(sending: Promise<unknown>): Promise<PartialSendError> {
    return sending.then(
      () => {
        throw new Error("it was sent")
      },
      (error: PartialSendError) => error,
    )
  }
})

describe("an answer that does not fit", () => {
  test.each([
    ["fewer ids", json({ ids: ["01M80QNCS72VJTB5VQ94WG5FJP"], status: 200 }), "1 ids for 2 events"],
    ["an empty id", json({ ids: [""], status: 200 }), "0 ids for 2 events"],
    ["a page", new Response("<html>"), "0 ids for 2 events"],
    ["nothing", new Response(""), "0 ids for 2 events"],
  ])("%s: a ProtocolError, since nobody knows what was taken", async (_what, reply, text) => {
    const fake = createFakeFetch([reply])
    await expect(setup(fake).send(many(2))).rejects.toMatchObject({
      name: "ProtocolError",
      message: expect.stringContaining(text),
    })
    expect(fake.requests).toHaveLength(1)
  })
})

describe("an event that can't be sent", () => {
  test.each([
    [undefined, "", "must be an object, not missing"],
    ["shop/x", "", "must be an object, not a string"],
    [{}, "name", "must be a non-empty string"],
    [{ name: "inngest/x" }, "name", '"inngest/x": names that begin with inngest/ are reserved'],
    [{ name: "a", data: [1] }, "data", "must be an object, not an array"],
    [{ name: "a", data: { n: NaN } }, "data.n", "NaN is not a JSON number"],
    [{ name: "a", ts: 1_700_000_000 }, "ts", "1700000000 is before 1980; ts is in milliseconds"],
    [{ name: "a", id: 5 }, "id", "must be a string, not a number"],
  ])("%j: %s %s", async (event, path, message) => {
    const server = createEventServer()
    const { send } = setup(server)
    await expect(send(event as never)).rejects.toMatchObject({ issues: [{ path, message }] })
    const inList = path === "" ? "events[1]" : `events[1].${path}`
    await expect(send([{ name: "ok" }, event as never])).rejects.toMatchObject({ issues: [{ path: inList, message }] })
    expect(server.requests).toEqual([])
  })
})

describe("event types", () => {
  const positive = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value: unknown) =>
        (value as { total: number }).total > 0
          ? { value: value as { total: number } }
          : { issues: [{ message: "must be more than 0", path: ["lines", 0, { key: "total" }] }] },
    },
  } as const

  test("make plain events", () => {
    const created = eventType<"api/account.created", { accountId: string }>("api/account.created")
    expect(created.name).toBe("api/account.created")
    expect(created({ accountId: "7" }, { id: "x", ts: 1, user: { a: 1 }, v: "2" })).toEqual({
      name: "api/account.created",
      data: { accountId: "7" },
      id: "x",
      ts: 1,
      user: { a: 1 },
      v: "2",
    })
    expect(eventType("ping")()).toEqual({ name: "ping", data: {} })
    expect(eventType("shop/x", { schema: positive })({ total: 1 })).toEqual({ name: "shop/x", data: { total: 1 } })
  })

  test("with a schema are checked before anything is sent", async () => {
    const server = createEventServer()
    const paid = eventType("shop/order.paid", { schema: positive })
    const { send } = setup(server)
    await expect(send([paid({ total: 1 }), paid({ total: 0 })])).rejects.toMatchObject({
      issues: [{ path: "events[1].data.lines[0].total", message: "must be more than 0" }],
    })
    await expect(send(paid({ total: -1 }))).rejects.toThrow(ValidationError)
    expect(server.requests).toEqual([])
    await send(paid({ total: 2 }))
    expect(server.taken).toMatchObject([{ name: "shop/order.paid", data: { total: 2 } }])
  })

  test("may be checked asynchronously, and the data goes out as it was given", async () => {
    const server = createEventServer()
    const trimmed = {
      "~standard": { version: 1, vendor: "test", validate: async () => ({ value: { text: "trimmed" } }) },
    } as const
    await setup(server).send(eventType("a/b", { schema: trimmed })({ text: " as given " }))
    expect(server.taken).toMatchObject([{ data: { text: " as given " } }])
  })
})
