/** A durable function: it sleeps, remembers its steps, waits for an event, and is followed through a week in no time. */
import { createFunction, eventTrigger, eventType, serve } from "../src/functions/index.ts"
import { createClient } from "../src/index.ts"
import { createInngestMock } from "../mocks/index.ts"

const orderPaid = eventType<"shop/order.paid", { id: number }>("shop/order.paid")
const orderRated = eventType<"shop/order.rated", { id: number; stars: number }>("shop/order.rated")

const server = createInngestMock()
const inngest = createClient({ appId: "shop", fetch: server.fetch })

let tries = 0
const askForRating = createFunction({ id: "ask-for-rating" }, eventTrigger(orderPaid), async ({ event, step }) => {
  await step.sleep("let-it-arrive", "3d")
  await step.run("ask", () => {
    if (++tries === 1) throw new Error("the mail server is busy")
    return `asked about order ${event.data.id}`
  })
  const rated = await step.waitForEvent("rating", { event: orderRated, timeout: "4d", match: "data.id" })
  return rated === null ? "no answer" : `${rated.data.stars} stars`
})
server.serve(serve({ client: inngest, functions: [askForRating] }))

await inngest.send([orderPaid({ id: 7 }), orderPaid({ id: 8 })])
await server.clock.advance("4d")
await inngest.send(orderRated({ id: 8, stars: 5 }))
await server.clock.advance("4d")
console.log(server.runs("ask-for-rating").map(({ status, output }) => ({ status, output })))
console.log(`${tries} tries`)
