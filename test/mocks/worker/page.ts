// A page whose requests the worker leads to the mock. Bundled with either major of msw by worker.test.ts, which talks to it by these names.
import { setupInngestWorker } from "../../../mocks/browser.ts"

const inngest = setupInngestWorker({ seed: { workflows: [{ workflowId: "order/7", status: "running" }] } })

const send = (url: string) =>
  fetch(url, { method: "POST", body: JSON.stringify({ name: "shop/order.paid", data: { id: 7 } }) })
const outcome = (response: Promise<Response>) =>
  response.then(
    ({ status }) => status,
    (error: unknown) => String(error),
  )

async function story() {
  await inngest.start({ quiet: true })
  const statuses = [await outcome(send("https://inn.gs/e/key")), await outcome(send("http://localhost:8288/e/%FF"))]
  inngest.fail("send", { status: 503, times: 1 })
  inngest.fail("send", { reset: true, times: 1 })
  inngest.fail("send", { truncated: true, times: 1 })
  statuses.push(await outcome(send("https://inn.gs/e/key")), await outcome(send("https://inn.gs/e/key")))
  const cut = await send("https://inn.gs/e/key")
    .then(
      (response) => response.text(),
      () => "broken",
    )
    .catch(() => "broken")
  const state = (await (await fetch("http://localhost:8288/v1/workflows/order%2F7")).json()) as { Status: string }
  const put = await fetch("http://localhost:8288/v1/workflows/order%2F7", {
    method: "PUT",
    body: '{"Status":"completed"}',
  })
  const elsewhere = await outcome(fetch("https://eu.inn.gs/e/key", { method: "POST", body: "{}" }))
  const asset = await outcome(fetch("/page.js"))
  const waited = await inngest.waitFor("shop/order.paid")
  const facts = {
    statuses,
    cut,
    status: [state.Status, put.status, inngest.workflows.get("order/7")?.status],
    sent: inngest.sent().length,
    waited: waited.data,
    failures: inngest.requests.map(({ failure }) => failure ?? "none"),
    elsewhere,
    asset,
  }
  inngest.reset()
  inngest.stop()
  return { ...facts, left: inngest.sent().length }
}

Object.assign(globalThis, { story })
