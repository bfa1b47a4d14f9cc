import type { FunctionInfo } from "../../src/index.ts"
import { notAppliedOf } from "../not-applied.ts"
import { toJson } from "./json.ts"
import type { Renderer } from "./renderer.ts"
import { renderTable } from "./table.ts"
import { printable } from "./text-width.ts"

export const functions: Renderer<"functions"> = {
  text({ data }, view) {
    if (data.length === 0 && view.isTerminal)
      return view.theme.faint("no functions: an app announces them, see  apps sync")
    const columns = [
      { title: "ID", style: view.theme.name },
      { title: "NAME", isCuttable: true },
      { title: "TRIGGERS", isCuttable: true, style: view.theme.faint },
      { title: "NOT APPLIED", isCuttable: true, isOptional: true, style: view.theme.warn },
    ]
    const rows = data.map((each) => [each.slug, each.name, triggersOf(each), notAppliedOf(each).join(", ")])
    return renderTable(columns, rows, { width: view.width, titleStyle: view.theme.strong })
  },
  ids: ({ data }) => data.map(({ slug }) => slug),
}

const fn: Renderer<"function"> = {
  text({ data }, { theme }) {
    return [
      theme.strong(printable(data.slug)),
      `  ${theme.faint("name    ")}  ${printable(data.name)}`,
      `  ${theme.faint("app     ")}  ${printable(data.appId)}`,
      `  ${theme.faint("triggers")}  ${printable(triggersOf(data))}`,
      toJson(data.configuration, 2),
    ].join("\n")
  },
  ids: ({ data }) => [data.slug],
}
export { fn as function }

function triggersOf({ triggers }: FunctionInfo): string {
  return triggers
    .map(({ type, value, if: condition }) => {
      const text = type === "event" ? value : `${type} ${value}`
      return condition === undefined ? text : `${text} if ${condition}`
    })
    .join(", ")
}

export const apps: Renderer<"apps"> = {
  text({ data }, view) {
    if (data.length === 0 && view.isTerminal) return view.theme.faint("no apps: one announces itself, see  apps sync")
    const columns = [
      { title: "ID", style: view.theme.name },
      { title: "FUNCTIONS" },
      { title: "METHOD" },
      { title: "URL", isCuttable: true, isOptional: true },
      { title: "SDK", isOptional: true, style: view.theme.faint },
      { title: "ERROR", isCuttable: true, isOptional: true, style: view.theme.bad },
    ]
    const rows = data.map(({ id, functionCount, method, latestSync }) => [
      id,
      String(functionCount),
      method,
      latestSync.url ?? "",
      [latestSync.sdkLanguage, latestSync.sdkVersion].filter((part) => part !== undefined && part !== "").join(" "),
      latestSync.error ?? "",
    ])
    return renderTable(columns, rows, { width: view.width, titleStyle: view.theme.strong })
  },
  ids: ({ data }) => data.map(({ id }) => id),
}

export const app: Renderer<"app"> = {
  text({ data }, view) {
    const { latestSync: sync } = data
    const facts: (readonly [string, string | undefined])[] = [
      ["name", data.name],
      ["method", data.method],
      ["functions", String(data.functionCount)],
      ["url", sync.url],
      ["framework", sync.framework],
      ["sdk", [sync.sdkLanguage, sync.sdkVersion].filter((part) => part !== undefined).join(" ")],
      ["created", data.createdAt],
      ["error", sync.error],
    ]
    const given = facts.filter(([, value]) => value !== undefined && value !== "")
    const width = Math.max(...given.map(([label]) => label.length))
    return [
      view.theme.strong(printable(data.id)),
      ...given.map(([label, value = ""]) => `  ${view.theme.faint(label.padEnd(width))}  ${printable(value)}`),
    ].join("\n")
  },
  ids: ({ data }) => [data.id],
}

export const synced: Renderer<"synced"> = {
  text({ data }, { isTerminal, theme }) {
    const what = data.message ?? (data.modified === false ? "nothing new" : "announced")
    return isTerminal ? `${theme.good("✓")} ${printable(data.url)}  ${theme.faint(printable(what))}` : what
  },
  ids: ({ data }) => [data.url],
}
