/** Send events and read them back. The server is an engine in this process: nothing to start, nothing to install. */
import { createInngestMock } from "../mocks/index.ts"
import { createClient, eventType } from "../src/index.ts"

const server = createInngestMock()
const inngest = createClient({ appId: "shop", baseURL: "http://kit.test", fetch: server.fetch })

const orderPaid = eventType<"shop/order.paid", { id: number; total: number }>("shop/order.paid")

const { ids } = await inngest.send([orderPaid({ id: 7, total: 12 }), orderPaid({ id: 8, total: 40 })])
console.log("sent", ids)

for await (const event of inngest.events.list({ name: "shop/order.paid" })) {
  console.log(event.internalId, event.name, event.data)
}
