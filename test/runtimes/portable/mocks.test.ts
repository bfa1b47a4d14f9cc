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
