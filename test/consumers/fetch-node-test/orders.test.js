import assert from "node:assert/strict"
import { after, afterEach, before, describe, test } from "node:test"
import { createInngestMock } from "inngest-kit/mocks"
import { setupInngestServer } from "inngest-kit/mocks/node"
import { listen } from "inngest-kit/mocks/server"
import { forget, pay, setStatus, statusOf } from "./orders.js"

describe("with interception", () => {
  const inngest = setupInngestServer({ seed: { workflows: [{ workflowId: "order-1", status: "running" }] } })
  before(() => inngest.listen())
  afterEach(() => inngest.reset())
  after(() => inngest.close())

  test("paying sends one event", async () => {
    await pay(7)
    assert.deepEqual(
      inngest.sent("shop/order.paid").map(({ data }) => data),
      [{ id: 7 }],
    )
  })

  test("what is saved is read back: answers come from state, they are not canned", async () => {
    assert.equal(await statusOf("order/7"), null)
    await setStatus("order/7", "running")
    assert.equal(await statusOf("order/7"), "running")
    await setStatus("order/7", "completed")
    assert.equal(await statusOf("order/7"), "completed")
    assert.deepEqual(
      inngest.workflows.list().map(({ workflowId, status }) => [workflowId, status]),
      [
        ["order/7", "completed"],
        ["order-1", "running"],
      ],
    )
  })

  test("what is deleted is gone, and what was seeded is back after a reset", async () => {
    await forget("order-1")
    assert.equal(await statusOf("order-1"), null)
    inngest.reset()
    assert.equal(await statusOf("order-1"), "running")
  })

  test("a server that is down is an error of the code under test", async () => {
    inngest.fail("send", { status: 503 })
    await assert.rejects(pay(7), /not sent: 503/)
    inngest.offline()
    await assert.rejects(pay(7), TypeError)
    assert.deepEqual(inngest.sent(), [])
  })
})

test("without interception: the mock's fetch, handed in", async () => {
  const inngest = createInngestMock()
  await pay(7, inngest.fetch)
  assert.equal(inngest.sent("shop/order.paid").length, 1)
})

test("a mock on a port, for code in another process", async () => {
  const inngest = await listen({ port: 0, control: true })
  await fetch(`${inngest.url}/e/key`, { method: "POST", body: JSON.stringify({ name: "a" }) })
  const { data } = await (await fetch(`${inngest.url}/__mock/sent`)).json()
  assert.deepEqual(
    data.map(({ name }) => name),
    ["a"],
  )
  await inngest.close()
})
