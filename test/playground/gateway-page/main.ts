/** A page behind a gateway: it holds no key, and does what it may. */
import { createClient, isInngestKitError, isRevisionConflictError } from "../../../src/index.ts"
import { live } from "../../../src/live/index.ts"

const inngest = createClient({ baseURL: "/api/inngest", retry: { attempts: 1 } })
const id = "order/7 ü"
let revision: string | null = null
let step = 0

const element = (selector: string): Element => {
  const found = document.querySelector(selector)
  if (found === null) throw new Error(`there is no ${selector}`)
  return found
}
const list = (selector: string, texts: readonly string[]): void =>
  element(selector).replaceChildren(
    ...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
  )

async function show(): Promise<void> {
  const [events, workflows] = await Promise.all([inngest.events.list(), inngest.workflows.list()])
  list(
    "#events",
    events.data.map(({ name }) => name),
  )
  list(
    "#workflows",
    workflows.data.map(({ workflowId, status }) => `${workflowId} ${status}`),
  )
}

function on(button: string, work: () => Promise<string>): void {
  element(`#${button}`).addEventListener("click", async () => {
    const notice = element("#notice")
    try {
      notice.textContent = await work()
    } catch (error) {
      notice.textContent = isRevisionConflictError(error)
        ? "somebody was faster"
        : isInngestKitError(error)
          ? `${error.name}: ${error.message}`
          : `unknown: ${String(error)}`
    }
    await show()
    notice.setAttribute("data-step", String(++step))
  })
}

on("send", async () => {
  const { ids } = await inngest.send({ name: "shop/order.paid", data: { id: 7 } })
  return `sent ${ids.length}`
})
on("forbidden", async () => {
  await inngest.send({ name: "admin/purge" })
  return "sent"
})
on("open", async () => {
  const loaded = await inngest.workflows.loadWithRevision(id)
  revision = loaded.revision
  return `${loaded.state?.status ?? "absent"}`
})
on("save", async () => {
  const status = revision === null ? "running" : "completed"
  const saved = await inngest.workflows.save({ workflowId: id, status }, { ifRevision: revision })
  revision = saved.revision ?? null
  return "saved"
})
on("delete", async () => {
  await inngest.workflows.delete(id)
  return "deleted"
})
on("failing", async () => {
  await inngest.functions.list({ appId: "shop" })
  return "listed"
})

const info = await inngest.serverInfo()
document.title = `${info.kind}, workflows: ${info.workflowState}`
live(inngest)
  .runs({}, { every: "1m" })
  .subscribe(() => {})
await show()
document.body.dataset["ready"] = "true"
