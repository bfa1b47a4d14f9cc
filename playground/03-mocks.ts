/** Test code that sends events, whatever client it uses: MSW intercepts, a real engine answers, the test asks what was sent. */
import { setupInngestServer } from "../mocks/node.ts"

const inngest = setupInngestServer()
inngest.listen()

const send = (id: number) =>
  fetch("https://inn.gs/e/any-key", {
    method: "POST",
    body: JSON.stringify({ name: "shop/order.paid", data: { id } }),
  })

await send(7)
console.log(inngest.sent("shop/order.paid"))

inngest.fail("send", { status: 503, times: 1 })
console.log((await send(8)).status, (await send(8)).status)
console.log(inngest.requests.map(({ status, failure }) => ({ status, failure })))

inngest.close()
