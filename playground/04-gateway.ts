/** A page without keys: the gateway holds them, and lets through what is allowed. */
import { createGateway } from "../src/gateway/index.ts"
import { createClient, isPermissionError } from "../src/index.ts"
import { createInngestMock } from "../mocks/index.ts"
import { memoryStore } from "../src/store/index.ts"

const gateway = createGateway({
  client: createClient({ eventKey: "my-event-key", fetch: createInngestMock().fetch }),
  store: memoryStore(),
  authorize: (request) => (request.headers.get("cookie") === "session=ann" ? "ann" : false),
  allow: ["events.send:shop/*", "events.read", "workflows.*"],
  audit: ({ who, permission, outcome, status }) => console.log("audit:", who, permission, outcome, status),
})

// In a page: createClient({ baseURL: "/api/inngest" }). The browser adds the cookie and says where the request comes from.
const page = createClient({
  baseURL: "http://app.test/api/inngest",
  headers: { cookie: "session=ann", "sec-fetch-site": "same-origin" },
  fetch: (input, init) => gateway(new Request(input, init)),
})

await page.send({ name: "shop/order.paid", data: { id: 7 } })
await page.workflows.save({ workflowId: "order-7", status: "running" })
console.log((await page.events.list()).data.map(({ name }) => name))
try {
  await page.send({ name: "admin/user.deleted" })
} catch (error) {
  if (!isPermissionError(error)) throw error
  console.log(error.message)
}
