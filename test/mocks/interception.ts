// A test's life with interception, in whichever runtime this is run by: it prints what came out of it. Run by interception.test.ts.
import process from "node:process"
import { setupInngestServer } from "../../mocks/node.ts"

const inngest = setupInngestServer()
inngest.listen()
const send = (id: number) =>
  fetch("https://inn.gs/e/key", { method: "POST", body: JSON.stringify({ name: "shop/order.paid", data: { id } }) })

const answered = (await send(7)).status
inngest.fail("send", { reset: true, times: 1 })
const isReset = await send(8).then(
  () => false,
  () => true,
)
const listed = (await (await fetch("https://api.inngest.com/v1/events")).json()) as { data: unknown[] }
const isRefused = await fetch("http://kit.test/e/key", { method: "POST" }).then(
  () => false,
  () => true,
)
const sent = inngest.sent("shop/order.paid").map(({ data }) => data)
inngest.reset()
const left = [inngest.sent().length, inngest.requests.length]
inngest.close()
console.log(JSON.stringify({ answered, isReset, listed: listed.data.length, isRefused, sent, left }))
// msw 2.15.0 keeps Deno alive after `close()`, with any handlers (measured); a test runner ends its process itself.
process.exit(0)
