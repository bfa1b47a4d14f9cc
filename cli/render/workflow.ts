import { type HistoryEntry, type WorkflowState, formatDuration, zeroTime } from "../../src/index.ts"
import { toJson } from "./json.ts"
import { renderTable } from "./table.ts"
import { printable, printableLines } from "./text-width.ts"
import { statusStyle } from "./theme.ts"
import { renderTime } from "./time.ts"
import type { View } from "./view.ts"

/** A workflow's state, all of it: facts first, then input and result, then what happened. */
export function renderWorkflow(state: WorkflowState, revision: string | undefined, view: View): string {
  const { theme } = view
  const facts: (readonly [string, string])[] = [
    ["run", printable(state.runId)],
    ["status", statusStyle(theme)(printable(state.status === "" ? '""' : state.status))],
    ["created", time(state.createdAt)],
    ["updated", time(state.updatedAt)],
  ]
  if (revision !== undefined) facts.push(["revision", printable(revision)])
  if (state.error !== "") facts.push(["error", theme.bad(printable(state.error))])
  facts.push(["input", value(state.input)], ["result", value(state.result)])
  if (state.extra !== undefined) facts.push(["extra", value(state.extra)])
  const history = state.history ?? []
  facts.push([
    "history",
    state.history === null
      ? "null"
      : history.length === 0
        ? "empty"
        : history.length === 1
          ? "1 entry"
          : `${history.length} entries`,
  ])
  const width = Math.max(...facts.map(([label]) => label.length))
  return [
    theme.strong(printable(state.workflowId)),
    ...facts.map(([label, text]) => `  ${theme.faint(label.padEnd(width))}  ${text}`),
    ...(history.length === 0 ? [] : [historyTable(history, view)]),
  ].join("\n")

  function time(text: string): string {
    if (text === zeroTime) return theme.faint("unset")
    return view.isTerminal ? `${printable(text)}  ${theme.faint(renderTime(text, view))}` : printable(text)
  }

  /** On one line where it is short, else over several, set off from the label. */
  function value(content: unknown): string {
    const line = toJson(content)
    if (line.length <= 100) return printable(line)
    return printableLines(toJson(content, 2)).replaceAll("\n", `\n${" ".repeat(4)}`)
  }
}

export function historyTable(history: readonly HistoryEntry[], view: View): string {
  const columns = [
    { title: "#" },
    { title: "TYPE" },
    { title: "NAME", isCuttable: true, isOptional: true, style: view.theme.name },
    { title: "AT" },
    { title: "TOOK", isOptional: true },
    { title: "RESULT", isCuttable: true, isOptional: true, style: view.theme.faint },
  ]
  const rows = history.map((entry) => [
    String(entry.id),
    entry.type,
    entry.activityName || entry.signalName,
    renderTime(entry.timestamp, view),
    Number(entry.durationNs) === 0 ? "" : formatDuration(Number(entry.durationNs) / 1_000_000),
    entry.error || (entry.result === null ? "" : toJson(entry.result)),
  ])
  return renderTable(columns, rows, { width: view.width, titleStyle: view.theme.strong })
}
