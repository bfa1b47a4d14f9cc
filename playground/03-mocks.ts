/** Test code that sends events, whatever client it uses: MSW intercepts, a real engine answers, the test asks what was sent. */
import { setupServer } from "msw/node"
import { createInngestMock } from "../mocks/index.ts"

const inngest = createInngestMock()
const server = setupServer(...inngest.handlers)
server.listen(inngest.strict)

await fetch("https://inn.gs/e/any-key", {
  method: "POST",
  body: JSON.stringify({ name: "shop/order.paid", data: { id: 7 } }),
})
console.log(inngest.sent("shop/order.paid"))

server.close()
