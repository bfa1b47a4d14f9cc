import type { InngestClient } from "../../../src/index.ts"
import { byId, element, notice, table, time } from "../dom.ts"

/** The newest events, and the form that sends one. */
export async function showEvents(client: InngestClient): Promise<void> {
  const form = byId<HTMLFormElement>("send")
  form.addEventListener("submit", (submit) => {
    submit.preventDefault()
    void send(client, new FormData(form))
  })
  await render(client)
}

async function send(client: InngestClient, form: FormData): Promise<void> {
  try {
    const name = String(form.get("name"))
    const data = JSON.parse(String(form.get("data")) || "{}") as Record<string, unknown>
    const { ids } = await client.send({ name, data })
    notice(`Sent ${name} (${ids.join(", ")})`)
    await render(client)
  } catch (error) {
    notice(error instanceof Error ? error.message : String(error), true)
  }
}

async function render(client: InngestClient): Promise<void> {
  const { data: events } = await client.events.list({ limit: 20 })
  const rows = events.map((event) =>
    element(
      "tr",
      {},
      element("td", {}, event.name),
      element("td", { class: "mono" }, JSON.stringify(event.data)),
      element("td", {}, time(new Date(event.ts).toISOString())),
    ),
  )
  byId("events").replaceChildren(table(["Event", "Data", "Time"], rows, "No events yet. Send one above."))
}
