// An app as a module worker, the way a bundler is given it.
import { createClient } from "inngest-kit"
import { createFunction, eventTrigger, eventType, serve } from "inngest-kit/functions"

/** Variables of a worker come with each request: there is no environment. */
interface Env {
  SERVER_URL: string
  EVENT_KEY?: string
  SIGNING_KEY?: string
}

const signedUp = eventType<"shop/signed.up", { email: string }>("shop/signed.up")

const welcome = createFunction({ id: "welcome" }, eventTrigger(signedUp), async ({ event, step }) => {
  const sent = await step.run("send", () => ({ to: event.data.email, by: navigator.userAgent }))
  await step.sleep("pause", "1s")
  await step.sendEvent("tell", { name: "shop/welcomed", data: { to: sent.to } })
  return step.run("note", () => `${sent.to} by ${sent.by}`)
})

let handler: ((request: Request) => Promise<Response>) | undefined

export default {
  fetch(
    request: Request,
    { SERVER_URL: baseURL, EVENT_KEY: eventKey, SIGNING_KEY: signingKey }: Env,
  ): Promise<Response> {
    handler ??= serve({
      client: createClient({ appId: "worker", baseURL, eventKey, signingKey }),
      functions: [welcome],
    })
    return handler(request)
  },
}
