import { toJson } from "./json.ts"
import type { Renderer } from "./renderer.ts"
import { renderTable } from "./table.ts"
import { printable } from "./text-width.ts"
import { statusStyle } from "./theme.ts"
import { renderTime } from "./time.ts"
import { historyTable, renderWorkflow } from "./workflow.ts"

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
    const how = isNew ? "new" : changed.join(", ") || "nothing changed"
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
    if (workflowIds.length === 0) return view.theme.faint("nothing to delete")
    return workflowIds.map((id) => `${view.theme.good("✓")} deleted ${view.theme.strong(printable(id))}`).join("\n")
  },
  ids: ({ data }) => data.workflowIds,
}

export const exportedWorkflows: Renderer<"exportedWorkflows"> = {
  text: ({ data }) => data.map((state) => toJson(state)).join("\n"),
  ids: ({ data }) => data.map(({ workflowId }) => workflowId),
}

export const history: Renderer<"history"> = {
  text({ data }, view) {
    if (data.length === 0 && view.isTerminal) return view.theme.faint("no history")
    return historyTable(data, view)
  },
  ids: ({ data }) => data.map(({ id }) => String(id)),
}

export const imported: Renderer<"imported"> = {
  text({ data }, view) {
    const { workflowIds, skipped } = data
    if (!view.isTerminal)
      return renderTable(
        [{ title: "ID" }, { title: "OUTCOME" }],
        [...workflowIds.map((id) => [id, "saved"]), ...skipped.map((id) => [id, "is there already"])],
      )
    const { good, faint } = view.theme
    const left = skipped.length === 0 ? "" : faint(`   • ${skipped.length} are there already: --overwrite`)
    return `${good("✓")} ${workflowIds.length} saved${left}`
  },
  ids: ({ data }) => data.workflowIds,
}

export const undone: Renderer<"undone"> = {
  text({ data }, view) {
    const { workflowId, what, isDeleted } = data
    if (!view.isTerminal) return workflowId
    const now = isDeleted ? "it is gone again" : what === "delete" ? "it is back" : "it is as it was"
    return `${view.theme.good("✓")} undid the ${what} of ${view.theme.strong(printable(workflowId))}: ${now}`
  },
  ids: ({ data }) => [data.workflowId],
}
