import type { ReceivedEvent } from "../../src/index.ts"
import { toJson } from "./json.ts"
import type { Renderer } from "./renderer.ts"
import { renderTable } from "./table.ts"
import { printable } from "./text-width.ts"
import { renderTime } from "./time.ts"
import type { View } from "./view.ts"

export const sent: Renderer<"sent"> = {
  text({ data }, view) {
    const { eventIds, name } = data
    if (!view.isTerminal)
      return renderTable(
        [{ title: "ID" }, { title: "NAME" }],
        eventIds.map((id) => [id, name]),
      )
    return eventIds.map((id) => `${view.theme.good("✓")} sent ${view.theme.name(printable(name))}  ${id}`).join("\n")
  },
  ids: ({ data }) => data.eventIds,
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
