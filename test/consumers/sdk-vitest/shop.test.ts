import { InngestTestEngine } from "@inngest/test"
import { Inngest } from "inngest"
import { serve } from "inngest/edge"
import { setupInngestServer } from "inngest-kit/mocks/node"
import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { pay, remind } from "./shop.ts"
import "./to-have-sent.ts"

const inngest = setupInngestServer()
beforeAll(() => inngest.listen())
afterEach(() => inngest.reset())
afterAll(() => inngest.close())

test("what the SDK sends is recorded instead of run, can be looked at, and is forgotten on demand", async () => {
  const [id] = await pay({ id: 7 })
  expect(inngest.sent("shop/order.paid")).toEqual([expect.objectContaining({ internalId: id, data: { id: 7 } })])
  expect(inngest.requests).toMatchObject([{ url: "https://inn.gs/e/***", route: "events.send", status: 200 }])
  inngest.reset()
  expect(inngest.sent()).toEqual([])
})

test("what was recorded can be run on demand, by the functions that are served, and is run by none before", async () => {
  await pay({ id: 6 })
  expect(inngest.runs()).toEqual([])
  inngest.serve(serve({ client: new Inngest({ id: "shop", isDev: true }), functions: [remind] }))
  await pay({ id: 7 })
  expect(
    (await inngest.drain()).map(({ event, started }) => [event.name, started.map(({ functionId }) => functionId)]),
  ).toEqual([
    ["shop/order.paid", []],
    ["shop/order.paid", ["remind"]],
    ["support/reminder.wanted", []],
  ])
  expect(inngest.runs("remind")).toMatchObject([{ status: "completed", output: "asked" }])
  expect(inngest).toHaveSent("support/reminder.wanted", { order: 7 })
})

test("a send from inside a step of the SDK's own test engine reaches the mock and not the real API", async () => {
  const run = new InngestTestEngine({ function: remind, events: [{ name: "shop/order.paid", data: { id: 7 } }] })
  const { result, error } = await run.execute()
  expect([result, error]).toEqual(["asked", undefined])
  expect(inngest.sent().map(({ name }) => name)).toEqual(["support/reminder.wanted"])
})

test("the payload of a step's send can be asserted", async () => {
  const run = new InngestTestEngine({ function: remind, events: [{ name: "shop/order.paid", data: { id: 8 } }] })
  await run.execute()
  expect(inngest).toHaveSent("support/reminder.wanted", { order: 8 })
  expect(inngest).not.toHaveSent("support/reminder.wanted", { order: 7 })
  expect(() => expect(inngest).toHaveSent("support/reminder.wanted", { order: 7 })).toThrow(
    'expected support/reminder.wanted with {"order":7} to be sent; what was sent: support/reminder.wanted {"order":8}',
  )
})

test("an answer that is lost makes the SDK send again, and the event is there once", async () => {
  inngest.fail("send", { reset: "after", times: 1 })
  await pay({ id: 7 })
  expect(inngest.requests.map(({ failure }) => failure)).toEqual(["reset", undefined])
  expect(inngest.sent()).toHaveLength(1)
})

test("waiting for an event says what came instead", async () => {
  await pay({ id: 7 })
  await expect(inngest.waitFor("shop/order.payed", { timeout: 1 })).rejects.toThrow("What arrived: shop/order.paid.")
})
