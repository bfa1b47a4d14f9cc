import type { InngestClient, WorkflowState } from "../../../src/index.ts"
import { workflowStatuses } from "../../../src/store/index.ts"
import { byId, element, notice, table, time } from "../dom.ts"

/** Workflow states with a status filter; one of them can be opened and its status changed. */
export async function showWorkflows(client: InngestClient): Promise<void> {
  const filter = byId<HTMLSelectElement>("workflow-filter")
  filter.append(
    element("option", { value: "" }, "any"),
    ...workflowStatuses.map((status) => element("option", { value: status }, status)),
  )
  filter.addEventListener("change", () => void render(client))
  await render(client)
}

async function render(client: InngestClient): Promise<void> {
  const status = byId<HTMLSelectElement>("workflow-filter").value
  const { data: states } = await client.workflows.list(status === "" ? {} : { status })
  const rows = states.map((state) => {
    const open = element("button", { class: "quiet", type: "button" }, state.workflowId)
    open.addEventListener("click", () => void show(client, state.workflowId))
    return element(
      "tr",
      {},
      element("td", {}, open),
      element("td", {}, element("span", { class: `status ${state.status}` }, state.status)),
      element("td", {}, time(state.updatedAt)),
    )
  })
  byId("workflows").replaceChildren(table(["Workflow", "Status", "Updated"], rows, "No workflows with this status."))
}

async function show(client: InngestClient, workflowId: string): Promise<void> {
  const panel = byId("workflow")
  const { state, revision } = await client.workflows.loadWithRevision(workflowId)
  panel.hidden = state === null
  if (state === null) return
  const choice = element("select", { "aria-label": `Status of ${workflowId}` })
  choice.append(
    ...workflowStatuses.map((status) =>
      element("option", status === state.status ? { value: status, selected: "" } : { value: status }, status),
    ),
  )
  const save = element("button", { type: "button" }, "Save")
  save.addEventListener("click", () => void change(client, { ...state, status: choice.value }, revision))
  panel.replaceChildren(
    element("div", { class: "bar" }, element("h3", {}, workflowId), element("span", {}, choice, " ", save)),
    element("pre", {}, pretty(state)),
  )
}

async function change(client: InngestClient, state: WorkflowState, ifRevision: string): Promise<void> {
  try {
    await client.workflows.save({ ...state, updatedAt: new Date() }, { ifRevision })
    notice(`Saved ${state.workflowId}`)
  } catch (error) {
    notice(error instanceof Error ? error.message : String(error), true)
  }
  await Promise.all([render(client), show(client, state.workflowId)])
}

/** The state laid out for reading; integers beyond 2^53 keep their digits. */
function pretty(state: WorkflowState): string {
  return JSON.stringify(state, (_name, value: unknown) => (typeof value === "bigint" ? String(value) : value), 2)
}
