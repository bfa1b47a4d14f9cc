import type { ReceivedEvent, Run } from "../../src/index.ts"
import { toJson } from "./json.ts"
import type { Renderer } from "./renderer.ts"
import { clockTime, errorOf, functionOf, runsTable, tookOf } from "./runs.ts"
import { renderTable } from "./table.ts"
import { cutToWidth, printable, textWidth } from "./text-width.ts"
import { statusStyle } from "./theme.ts"
import { renderTime } from "./time.ts"
import type { View } from "./view.ts"

export const sent: Renderer<"sent"> = {
  text({ data }, view) {
    const { eventIds, name, runs } = data
    const rows = eventIds.map((id) => [id, name])
    if (!view.isTerminal) {
      if (runs === undefined) return renderTable([{ title: "ID" }, { title: "NAME" }], rows)
      return runsTable(runs, view)
    }
    const { good, name: named } = view.theme
    const sentLines =
      eventIds.length > shownLines
        ? [`${good("✓")} sent ${eventIds.length} × ${named(printable(name))}`]
        : eventIds.map((id) => `${good("✓")} sent ${named(printable(name))}  ${id}`)
    return [...sentLines, ...runLines(runs ?? [], view)].join("\n")
  },
  ids: ({ data }) => data.eventIds,
}

/** More than these are counted. */
const shownLines = 20

/** As a table without titles, set off from what was sent. */
function runLines(runs: readonly Run[], view: View): string[] {
  if (runs.length === 0) return []
  const { name, faint, bad } = view.theme
  const columns = [
    { title: "" },
    { title: "", style: name },
    { title: "", style: statusStyle(view.theme) },
    { title: "", style: faint },
    { title: "", style: bad, isCuttable: true },
  ]
  const rows = runs.map((run) => [run.id, functionOf(run), run.status, tookOf(run), errorOf(run)])
  const width = view.width === undefined ? undefined : view.width - 2
  return renderTable(columns, rows, { width })
    .split("\n")
    .map((line) => `  ${line}`)
}

export const copied: Renderer<"copied"> = {
  text({ data }, { isTerminal, theme }) {
    const { eventIds, from, profile } = data
    if (!isTerminal)
      return renderTable(
        [{ title: "ID" }, { title: "FROM" }],
        eventIds.map((id, index) => [id, from[index] ?? ""]),
      )
    return eventIds
      .map((id, index) => `${theme.good("✓")} copied ${from[index] ?? ""} to ${printable(profile)}  ${id}`)
      .join("\n")
  },
  ids: ({ data }) => data.eventIds,
}

export const signalled: Renderer<"signalled"> = {
  text({ data }, { isTerminal, theme }) {
    const { signal, runId } = data
    if (!isTerminal) return runId ?? ""
    return `${theme.good("✓")} ${theme.name(printable(signal))} resumed  ${runId ?? ""}`
  },
  ids: ({ data }) => (data.runId === null ? [] : [data.runId]),
}

/** Of what came, this much is shown on the narrowest terminal. */
const minDataWidth = 16

export const tailed: Renderer<"tailed"> = {
  text: ({ data }, view) =>
    data
      .map((each) => {
        const [time, name, content] = [
          clockTime(each.receivedAt, view),
          printable(each.name),
          printable(toJson(each.data)),
        ]
        const taken = time.length + textWidth(name) + each.internalId.length + 6
        const shown =
          view.width === undefined ? content : cutToWidth(content, Math.max(view.width - taken, minDataWidth))
        return [view.theme.faint(time), view.theme.name(name), each.internalId, view.theme.faint(shown)].join("  ")
      })
      .join("\n"),
  ids: ({ data }) => data.map(({ internalId }) => internalId),
}

export const exportedEvents: Renderer<"exportedEvents"> = {
  text: ({ data }) => data.map((each) => toJson(each)).join("\n"),
  ids: ({ data }) => data.map(({ internalId }) => internalId),
}

export const events: Renderer<"events"> = {
  text({ data }, view) {
    if (data.length === 0 && view.isTerminal) return view.theme.faint("no events")
    const columns = [
      { title: "ID" },
      { title: "NAME", isCuttable: true, style: view.theme.name },
      { title: "RECEIVED" },
      { title: "DATA", isCuttable: true, style: view.theme.faint },
    ]
    const rows = data.map((event) => [
      event.internalId,
      event.name,
      renderTime(event.receivedAt, view),
      toJson(event.data),
    ])
    return renderTable(columns, rows, { width: view.width, titleStyle: view.theme.strong })
  },
  ids: ({ data }) => data.map(({ internalId }) => internalId),
}

export const event: Renderer<"event"> = {
  text({ data }, view) {
    const facts = factsOf(data, view)
    const width = Math.max(...facts.map(([label]) => label.length))
    return [
      view.theme.strong(printable(data.name)),
      ...facts.map(([label, text]) => `  ${view.theme.faint(label.padEnd(width))}  ${printable(text)}`),
      toJson(data.data, 2),
    ].join("\n")
  },
  ids: ({ data }) => [data.internalId],
}

function factsOf({ internalId, id, ts, receivedAt, v, user }: ReceivedEvent, view: View): [string, string][] {
  const sentAt = new Date(ts).toISOString()
  return [
    ["id", internalId],
    ...(id === internalId ? [] : [["own id", id] satisfies [string, string]]),
    ["received", withAge(receivedAt, view)],
    // The sender may say when it happened, and then it did not happen when it came.
    ...(sentAt.slice(0, 19) === receivedAt.slice(0, 19)
      ? []
      : [["ts", withAge(sentAt, view)] satisfies [string, string]]),
    ...(v === undefined ? [] : [["v", v] satisfies [string, string]]),
    ...(user === undefined ? [] : [["user", toJson(user)] satisfies [string, string]]),
  ]
}

function withAge(time: string, view: View): string {
  return view.isTerminal ? `${time}  ${renderTime(time, view)}` : time
}
