// The mock as a server, for whatever client: plain fetch here.
import { createInngestMock } from "inngest-kit/mocks"
import { expect, test } from "vitest"

const url = (path: string) => `http://kit.test${path}`
const event = (name: string) => ({ method: "POST", body: JSON.stringify({ name, data: { id: 7 } }) })

test("answers a plain request as the server does", async () => {
  const { fetch, sent } = createInngestMock()
  const response = await fetch(url("/e/any-key"), event("shop/order.paid"))
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ ids: [expect.any(String)], status: 200 })
  expect(sent("shop/order.paid")).toEqual([expect.objectContaining({ name: "shop/order.paid", data: { id: 7 } })])
})

test("each mock has its own state, and reset empties it", async () => {
  const [one, other] = [createInngestMock(), createInngestMock()]
  await one.fetch(url("/e/any-key"), event("shop/order.paid"))
  expect([one.sent().length, other.sent().length]).toEqual([1, 0])
  expect([one.requests.length, other.requests.length]).toEqual([1, 0])
  one.reset()
  expect([one.sent().length, one.requests.length]).toEqual([0, 0])
})

test("has a handler for each route, for msw to intercept with", () => {
  expect(createInngestMock().handlers.length).toBeGreaterThan(0)
})

test("a route that no server has is the measured 404", async () => {
  const response = await createInngestMock().fetch(url("/v1/nothing-here"))
  expect([response.status, (await response.text()).trim()]).toEqual([404, "404 page not found"])
})

async function outcome(response: Promise<Response>): Promise<string> {
  try {
    const { status, body } = await response.then(async (answer) => ({
      status: answer.status,
      body: await answer.text(),
    }))
    return `${status}${body === "" ? " empty" : ""}`
  } catch (error) {
    return error instanceof TypeError ? "broken" : String(error)
  }
}

test("fails as planned: statuses, resets, broken bodies, silence", async () => {
  const mock = createInngestMock()
  const send = (init?: RequestInit) => outcome(mock.fetch(url("/e/any-key"), { ...event("a"), ...init }))
  mock.fail("send", { status: 503, times: 1 })
  mock.fail("send", { reset: "after", times: 1 })
  mock.fail("send", { truncated: true, times: 1 })
  mock.fail("send", { timeout: true, times: 1 })
  expect([await send(), await send(), await send()]).toEqual(["503", "broken", "broken"])
  const controller = new AbortController()
  const silent = send({ signal: controller.signal })
  controller.abort(new Error("gave up"))
  expect(await silent).toBe("Error: gave up")
  expect(await send()).toBe("200")
  expect(mock.sent().length).toBe(3)
  const goOnline = mock.offline()
  expect(await send()).toBe("broken")
  goOnline()
  expect(mock.requests.map(({ failure }) => failure ?? "none")).toEqual([
    "status",
    "reset",
    "truncated",
    "timeout",
    "none",
    "offline",
  ])
})

test("tells of events as they come, and says what came instead", async () => {
  const mock = createInngestMock({ quirks: { cachedGets: true } })
  const seen: string[] = []
  mock.onEvent(({ name }) => void seen.push(name))
  const waiting = mock.waitFor("b", { timeout: "10s" })
  await mock.fetch(url("/e/any-key"), event("a"))
  await mock.fetch(url("/e/any-key"), event("b"))
  expect((await waiting).data).toEqual({ id: 7 })
  expect(seen).toEqual(["a", "b"])
  const message = await mock.waitFor("c", { timeout: 1 }).then(
    () => "",
    (error: unknown) => String(error),
  )
  expect(message).toContain('no event "c" within 1 ms. What arrived: a, b.')
})
