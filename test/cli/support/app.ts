/** An app of functions, for a server to call. */
import { serve as listenTo } from "srvx"
import { onTestFinished } from "vitest"
import { createFunction, eventTrigger, serve } from "../../../src/functions/index.ts"
import { createClient } from "../../../src/index.ts"

/** An app with a function that works, one that fails and one that takes its time, for the server at a URL. */
export async function startApp(
  baseURL: string,
  keys: { readonly eventKey?: string; readonly signingKey?: string } = {},
): Promise<string> {
  const client = createClient({ appId: "shop", baseURL, ...keys })
  const paid = eventTrigger("shop/order.paid")
  let reserved = 0
  const functions = [
    createFunction({ id: "ship-order", retries: 0, concurrency: { limit: 2 } }, paid, async ({ step }) =>
      step.run("pack", () => ({ packed: true })),
    ),
    createFunction({ id: "send-receipt", retries: 0 }, paid, async ({ step }) => {
      await step.run("deliver", () => {
        throw new Error("SMTP 421 try later")
      })
    }),
    createFunction({ id: "remind", retries: 0 }, eventTrigger("shop/order.made"), async ({ step }) => {
      await step.sleep("a while", "1h")
    }),
    createFunction({ id: "charge", retries: 0 }, eventTrigger("shop/order.charged"), async ({ step }) => {
      const { id } = await step.run("reserve", () => ({ id: ++reserved }))
      const bill = await step.run("pay", (amount = 5, currency = "EUR") => ({ id, amount, currency }))
      await step.run("again", () => "first")
      await step.run("again", () => "second")
      return bill
    }),
  ]
  const app = listenTo({
    port: 0,
    hostname: "127.0.0.1",
    silent: true,
    gracefulShutdown: false,
    fetch: serve({ client, functions }),
  })
  await app.ready()
  onTestFinished(() => app.close(true))
  return `${(app.url ?? "").replace(/\/$/, "")}/api/inngest`
}
