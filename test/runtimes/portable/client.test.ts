// The client against the mock's fetch, with no interception: the same calls in Node, Chromium, Deno and Bun.
import {
  createClient,
  eventType,
  isApiError,
  isBadRequestError,
  isConnectionError,
  isInngestKitError,
  isServerError,
  isValidationError,
} from "inngest-kit"
import { createInngestMock } from "inngest-kit/mocks"
import { describe, expect, test } from "vitest"

const baseURL = "http://kit.test" // resolves nowhere: a request that got past the mock fails
const orderPaid = eventType<"shop/order.paid", { id: number }>("shop/order.paid")

type Fetch = typeof globalThis.fetch

function setUp(wrap: (fetch: Fetch) => Fetch = (fetch) => fetch) {
  const server = createInngestMock()
  const retry = { attempts: 3, minDelay: 1, maxDelay: 2 }
  const inngest = createClient({ appId: "shop", baseURL, eventKey: "secret-key", retry, fetch: wrap(server.fetch) })
  return { server, inngest }
}

/** Answers `responses` first, in their order; what they are asked is kept. */
function answering(asked: Request[], ...responses: (() => Response)[]): (fetch: Fetch) => Fetch {
  return (fetch) => async (input, init) => {
    const request = new Request(input, init)
    asked.push(request.clone())
    const next = responses.shift()
    return next === undefined ? fetch(request) : next()
  }
}

async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("should have been rejected")
    },
    (error: unknown) => error,
  )
}

describe("events", () => {
  test("sends one and reads it back by the id that it got", async () => {
    const { server, inngest } = setUp()
    const { ids } = await inngest.send(orderPaid({ id: 7 }))
    expect(ids).toEqual([expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/)])
    expect(server.sent("shop/order.paid")).toEqual([expect.objectContaining({ data: { id: 7 } })])
    expect(await inngest.events.get(ids[0] ?? "")).toMatchObject({ name: "shop/order.paid", data: { id: 7 } })
  })

  test("sends many, with ids in their order", async () => {
    const { inngest } = setUp()
    const { ids } = await inngest.send([1, 2, 3].map((id) => orderPaid({ id })))
    const found = await Promise.all(ids.map((id) => inngest.events.get(id)))
    expect(found.map((event) => event?.data)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
  })

  test("has null for an event that is not there", async () => {
    expect(await setUp().inngest.events.get("01M80QW2M991JVDTEKZ625P475")).toBeNull()
  })

  test("lists a page when awaited and everything when iterated", async () => {
    const { inngest } = setUp()
    await inngest.send(Array.from({ length: 60 }, (_, id) => orderPaid({ id })))
    await inngest.send({ name: "shop/order.shipped" })

    const page = await inngest.events.list({ name: "shop/order.paid", limit: 5 })
    expect(page.data.map(({ name }) => name)).toEqual(Array.from({ length: 5 }, () => "shop/order.paid"))
    expect(page.cursor).toBeTypeOf("string")

    const seen: unknown[] = []
    for await (const { data } of inngest.events.list({ name: "shop/order.paid" })) seen.push(data?.["id"])
    expect(seen.length).toBe(60)
    expect(new Set(seen).size).toBe(60)
  })

  test("re-sends the same bytes and ids after a lost answer", async () => {
    const asked: Request[] = []
    const { server, inngest } = setUp(answering(asked, () => new Response("down", { status: 503 })))
    await inngest.send(orderPaid({ id: 7 }))
    const [first, second] = await Promise.all(asked.map((request) => request.text()))
    expect(asked.length).toBe(2)
    expect(second).toBe(first ?? "")
    const seeds = asked.map(({ headers }) => headers.get("x-inngest-event-id-seed"))
    expect(seeds[0]).toBeTypeOf("string")
    expect(seeds[1]).toBe(seeds[0])
    expect(server.sent("shop/order.paid").length).toBe(1)
  })
})

describe("errors", () => {
  test("refuses an event that JSON cannot say, and names where", async () => {
    const error = await rejection(setUp().inngest.send({ name: "shop/order.paid", data: { total: Number.NaN } }))
    expect(isValidationError(error) && error.issues[0]?.path).toBe("data.total")
  })

  test("types an answer by its status, once the attempts are used up", async () => {
    const asked: Request[] = []
    const down = () => new Response("down", { status: 503 })
    const { inngest } = setUp(answering(asked, down, down, down))
    const error = await rejection(inngest.send(orderPaid({ id: 7 })))
    expect(asked.length).toBe(3)
    expect(isServerError(error) && error.status).toBe(503)
    expect([isApiError(error), isInngestKitError(error), isBadRequestError(error)]).toEqual([true, true, false])
  })

  test("does not repeat what the server refused", async () => {
    const asked: Request[] = []
    const { inngest } = setUp(answering(asked, () => Response.json({ error: "no", status: 400 }, { status: 400 })))
    expect(isBadRequestError(await rejection(inngest.send(orderPaid({ id: 7 }))))).toBe(true)
    expect(asked.length).toBe(1)
  })

  test("says that nobody answered, without the key", async () => {
    const { inngest } = setUp(() => () => Promise.reject(new TypeError("fetch failed")))
    const error = await rejection(inngest.send(orderPaid({ id: 7 })))
    expect(isConnectionError(error) && error.retryable).toBe(true)
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain("secret-key")
  })

  test("rethrows the caller's reason as it is", async () => {
    const reason = new Error("page left")
    const { inngest } = setUp()
    expect(await rejection(inngest.send(orderPaid({ id: 7 }), { signal: AbortSignal.abort(reason) }))).toBe(reason)
  })
})

describe("the server", () => {
  test("says what it is", async () => {
    expect(await setUp().inngest.serverInfo()).toMatchObject({ kind: "embedded", workflowState: true })
  })

  test("keeps workflow state under the same client", async () => {
    const { workflows } = setUp().inngest
    const total = 9_007_199_254_740_993n
    await workflows.save({ workflowId: "order-7", status: "running", input: { total } })
    await workflows.save({ workflowId: "order/8", status: "completed", history: [] })

    expect(await workflows.load("order-7")).toMatchObject({ status: "running", input: { total }, history: null })
    const { data } = await workflows.list({ status: "completed" })
    expect(data.map(({ workflowId }) => workflowId)).toEqual(["order/8"])

    await workflows.delete("order-7")
    await workflows.delete("order-7")
    expect(await workflows.load("order-7")).toBeNull()
  })
})
