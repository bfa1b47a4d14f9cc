import { type Run, formatDuration } from "../../src/index.ts"
import { toJson } from "./json.ts"
import type { Renderer } from "./renderer.ts"
import { renderTable } from "./table.ts"
import { printable, printableLines } from "./text-width.ts"
import { statusStyle } from "./theme.ts"
import { renderTime } from "./time.ts"
import type { View } from "./view.ts"

export const runs: Renderer<"runs"> = {
  text({ data }, view) {
    if (data.length === 0 && view.isTerminal) return view.theme.faint("no runs")
    return runsTable(data, view)
  },
  ids: ({ data }) => data.map(({ id }) => id),
}

export function runsTable(data: readonly Run[], view: View): string {
  const columns = [
    { title: "ID" },
    { title: "FUNCTION", isCuttable: true, style: view.theme.name },
    { title: "STATUS", style: statusStyle(view.theme) },
    { title: "QUEUED" },
    { title: "TOOK", isOptional: true },
    { title: "ERROR", isCuttable: true, isOptional: true, style: view.theme.bad },
  ]
  const rows = data.map((run) => [
    run.id,
    functionOf(run),
    run.status,
    renderTime(run.queuedAt ?? "", view),
    tookOf(run),
    errorOf(run),
  ])
  return renderTable(columns, rows, { width: view.width, titleStyle: view.theme.strong })
}

export const run: Renderer<"run"> = {
  text: ({ data }, view) => renderRun(data, view),
  ids: ({ data }) => [data.id],
}

export function renderRun(data: Run, view: View): string {
  const { theme } = view
  const facts: [string, string][] = [
    [
      "function",
      printable(data.functionName === undefined ? functionOf(data) : `${functionOf(data)}  ${data.functionName}`),
    ],
    ["status", statusStyle(theme)(printable(data.status))],
  ]
  for (const [label, time] of [
    ["queued", data.queuedAt],
    ["started", data.startedAt],
    ["ended", data.endedAt],
  ] as const)
    if (time !== undefined)
      facts.push([
        label,
        view.isTerminal ? `${printable(time)}  ${theme.faint(renderTime(time, view))}` : printable(time),
      ])
  if (data.durationMs !== undefined) facts.push(["took", formatDuration(data.durationMs)])
  facts.push([data.eventIds.length === 1 ? "event" : "events", data.eventIds.map(printable).join(" ") || "none"])
  const width = Math.max(...facts.map(([label]) => label.length))
  const lines = [
    theme.strong(data.id),
    ...facts.map(([label, text]) => `  ${theme.faint(label.padEnd(width))}  ${text}`),
  ]
  if (data.output !== undefined && data.output !== null) lines.push(printableLines(toJson(data.output, 2)))
  return lines.join("\n")
}

export const output: Renderer<"output"> = {
  text({ data }, view) {
    const text = typeof data === "string" ? data : toJson(data, view.isTerminal ? 2 : undefined)
    return view.isTerminal ? printableLines(text) : text
  },
  ids: () => [],
}

export const tailedRuns: Renderer<"tailedRuns"> = {
  text: ({ data }, view) =>
    data
      .map((each) =>
        [
          view.theme.faint(clockTime(each.endedAt ?? each.startedAt ?? each.queuedAt ?? "", view)),
          each.id,
          view.theme.name(printable(functionOf(each))),
          statusStyle(view.theme)(printable(each.status)),
          tookOf(each),
          view.theme.bad(printable(errorOf(each))),
        ]
          .filter((cell) => cell !== "")
          .join("  "),
      )
      .join("\n"),
  ids: ({ data }) => data.map(({ id }) => id),
}

/** `12:03:11` for who looks on; else in full. */
export function clockTime(time: string, view: View): string {
  const date = new Date(time)
  if (!view.isTerminal || view.isUtc === true || Number.isNaN(date.getTime())) return time
  return date.toTimeString().slice(0, 8)
}

export const invoked: Renderer<"invoked"> = {
  text({ data }, view) {
    const { functionId, runId, run: ended } = data
    if (ended !== undefined) return renderRun(ended, view)
    if (!view.isTerminal) return runId
    return `${view.theme.good("✓")} started ${view.theme.name(printable(functionId))}  ${runId}`
  },
  ids: ({ data }) => [data.runId],
}

export const cancelled: Renderer<"cancelled"> = {
  text({ data }, view) {
    const { runIds, hadEnded, failed } = data
    if (!view.isTerminal)
      return renderTable(
        [{ title: "ID" }, { title: "OUTCOME" }],
        [
          ...runIds.map((id) => [id, "cancelled"]),
          ...hadEnded.map((id) => [id, "had ended"]),
          ...failed.map(({ id, message }) => [id, message]),
        ],
      )
    const { good, bad, faint } = view.theme
    return [
      runIds.length > 0 ? `${good("✓")} ${runIds.length} cancelled` : "",
      hadEnded.length > 0 ? faint(`• ${hadEnded.length} had already ended`) : "",
      failed.length > 0 ? `${bad("✗")} ${failed.length} could not be cancelled` : "",
    ]
      .filter((part) => part !== "")
      .join("   ")
  },
  ids: ({ data }) => data.runIds,
}

export const rerun: Renderer<"rerun"> = {
  text({ data }, view) {
    const { started, failed } = data
    if (!view.isTerminal)
      return renderTable(
        [{ title: "ID" }, { title: "FROM" }],
        started.map(({ from, runId }) => [runId, from]),
      )
    const { good, bad, faint } = view.theme
    return [
      ...started.map(({ from, runId }) => `${good("✓")} started ${runId}  ${faint(`again from ${from}`)}`),
      ...failed.map(({ id, message }) => `${bad("✗")} ${id}  ${printable(message)}`),
    ].join("\n")
  },
  ids: ({ data }) => data.started.map(({ runId }) => runId),
}

export function functionOf({ appId, functionId }: Run): string {
  return appId === undefined || functionId.startsWith(`${appId}-`) ? functionId : `${appId}-${functionId}`
}

export function tookOf({ durationMs, startedAt, queuedAt, endedAt }: Run): string {
  if (durationMs !== undefined) return formatDuration(durationMs)
  const beganMs = Date.parse(startedAt ?? queuedAt ?? "")
  const endedMs = Date.parse(endedAt ?? "")
  return Number.isNaN(beganMs) || Number.isNaN(endedMs) ? "" : formatDuration(Math.max(0, endedMs - beganMs))
}

/** In one line: the message of what a failed run has as its output. */
export function errorOf({ status, output: value }: Run): string {
  if (status !== "failed" || typeof value !== "object" || value === null || Array.isArray(value)) return ""
  const { name, message } = value
  if (typeof message !== "string") return ""
  return typeof name === "string" && name !== "Error" ? `${name}: ${message}` : message
}
