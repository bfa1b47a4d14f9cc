import type { Renderer } from "./renderer.ts"
import { renderTable } from "./table.ts"
import { printable } from "./text-width.ts"
import { statusStyle } from "./theme.ts"
import { renderTime } from "./time.ts"
import { renderWorkflow } from "./workflow.ts"

export const workflows: Renderer<"workflows"> = {
  text({ data }, view) {
    if (data.length === 0 && view.isTerminal) return view.theme.faint("no workflows")
    const columns = [
      { title: "ID" },
      { title: "STATUS", style: statusStyle(view.theme) },
      { title: "RUN", isCuttable: true, style: view.theme.faint },
      { title: "UPDATED" },
      { title: "ERROR", isCuttable: true, isOptional: true, style: view.theme.bad },
    ]
    const rows = data.map((state) => [
      state.workflowId,
      state.status,
      state.runId,
      renderTime(state.updatedAt, view),
      state.error,
    ])
    return renderTable(columns, rows, { width: view.width, titleStyle: view.theme.strong })
  },
  ids: ({ data }) => data.map(({ workflowId }) => workflowId),
}

export const workflow: Renderer<"workflow"> = {
  text: ({ data, revision }, view) => renderWorkflow(data, revision, view),
  ids: ({ data }) => [data.workflowId],
}

export const saved: Renderer<"saved"> = {
  text({ data }, view) {
    const { workflowId, revision, isNew, changed } = data
    const how = isNew ? "new" : changed.join(", ")
    if (!view.isTerminal)
      return renderTable(
        [{ title: "ID" }, { title: "REVISION" }, { title: "CHANGED" }],
        [[workflowId, revision ?? "", how]],
      )
    const { good, strong, faint } = view.theme
    const facts = [how, ...(revision === null ? [] : [`revision ${revision}`])].map(printable).join(" · ")
    return `${good("✓")} saved ${strong(printable(workflowId))}  ${faint(facts)}`
  },
  ids: ({ data }) => [data.workflowId],
}

export const deleted: Renderer<"deleted"> = {
  text({ data }, view) {
    const { workflowIds } = data
    if (!view.isTerminal)
      return renderTable(
        [{ title: "DELETED" }],
        workflowIds.map((id) => [id]),
      )
    return workflowIds.map((id) => `${view.theme.good("✓")} deleted ${view.theme.strong(printable(id))}`).join("\n")
  },
  ids: ({ data }) => data.workflowIds,
}
