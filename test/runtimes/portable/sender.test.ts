import { createClient } from "inngest-kit"
import { createEventSender, eventType } from "inngest-kit/events"
import { createInngestMock } from "inngest-kit/mocks"
import { expect, test } from "vitest"

const baseURL = "http://kit.test"

test("the sender alone sends as the client does", async () => {
  const server = createInngestMock()
  const sender = createEventSender({ baseURL, fetch: server.fetch })
  const { ids } = await sender.send(eventType<"shop/order.paid", { id: number }>("shop/order.paid")({ id: 7 }))
  const inngest = createClient({ baseURL, fetch: server.fetch })
  expect(await inngest.events.get(ids[0] ?? "")).toMatchObject({ name: "shop/order.paid", data: { id: 7 } })
})
