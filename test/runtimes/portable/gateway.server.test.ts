import { createClient, isPermissionError, isRevisionConflictError } from "inngest-kit"
import { createGateway } from "inngest-kit/gateway"
import { createInngestMock } from "inngest-kit/mocks"
import { memoryStore } from "inngest-kit/store"
import { expect, test } from "vitest"

const signingKey = "signkey-prod-a1b2c3d4e5f60718293a4b5c6d7e8f90"

test("a page sends, reads and keeps state through the gateway, and gets no key", async () => {
  const server = createInngestMock()
  const shown: string[] = []
  const gateway = createGateway({
    client: createClient({
      baseURL: "http://inngest.test",
      eventKey: "event-key-of-the-gateway",
      signingKey,
      fetch: server.fetch,
    }),
    store: memoryStore(),
    authorize: (request) => (request.headers.get("cookie") === "session=ann" ? "ann" : false),
    allow: ["events.send:shop/*", "events.read", "workflows.*"],
  })
  const page = createClient({
    baseURL: "http://app.test/api/inngest",
    headers: { cookie: "session=ann", "x-inngest-gateway": "1" },
    fetch: async (input, init) => {
      const answer = await gateway(new Request(input, init))
      shown.push(JSON.stringify([...answer.headers]) + (await answer.clone().text()))
      return answer
    },
  })
  await page.send({ name: "shop/order.paid", data: { id: 7 } })
  expect((await page.events.list()).data.map(({ name }) => name)).toEqual(["shop/order.paid"])
  expect(await page.send({ name: "admin/purge" }).catch(isPermissionError)).toBe(true)
  const { revision } = await page.workflows.save({ workflowId: "a/b", status: "running" })
  await page.workflows.save({ workflowId: "a/b", status: "completed" }, { ifRevision: revision })
  const late = page.workflows.save({ workflowId: "a/b", status: "failed" }, { ifRevision: revision })
  expect(await late.catch(isRevisionConflictError)).toBe(true)
  expect(shown.join("")).not.toMatch(/event-key-of-the-gateway|a1b2c3d4e5f6/)
})

test("who is not signed in gets nothing", async () => {
  const gateway = createGateway({
    client: createClient({ baseURL: "http://inngest.test", fetch: createInngestMock().fetch }),
    authorize: () => false,
    allow: ["events.read"],
  })
  expect((await gateway(new Request("http://app.test/api/inngest/v1/events"))).status).toBe(401)
})
