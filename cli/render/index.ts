/** A result → the text on stdout. Everything on stdout comes from here. */
import type { Result, ResultOf, ResultType } from "../result.ts"
import { toJson } from "./json.ts"
import type { Renderer } from "./renderer.ts"
import { schemaVersion } from "./schema.ts"
import { selectFields, selectValue } from "./select.ts"
import { renderTable } from "./table.ts"
import { printableLines } from "./text-width.ts"
import type { View } from "./view.ts"

/** What writes each type, loaded when it is met. A new type breaks the build until it is here. */
const renderers: { readonly [T in ResultType]: () => Promise<Renderer<T>> } = {
  sent: async () => (await import("./events.ts")).sent,
  events: async () => (await import("./events.ts")).events,
  event: async () => (await import("./events.ts")).event,
  tailed: async () => (await import("./events.ts")).tailed,
  exportedEvents: async () => (await import("./events.ts")).exportedEvents,
  copied: async () => (await import("./events.ts")).copied,
  signalled: async () => (await import("./events.ts")).signalled,
  runs: async () => (await import("./runs.ts")).runs,
  run: async () => (await import("./runs.ts")).run,
  output: async () => (await import("./runs.ts")).output,
  tailedRuns: async () => (await import("./runs.ts")).tailedRuns,
  invoked: async () => (await import("./runs.ts")).invoked,
  cancelled: async () => (await import("./runs.ts")).cancelled,
  rerun: async () => (await import("./runs.ts")).rerun,
  trace: async () => (await import("./trace.ts")).trace,
  functions: async () => (await import("./functions.ts")).functions,
  function: async () => (await import("./functions.ts")).function,
  apps: async () => (await import("./functions.ts")).apps,
  app: async () => (await import("./functions.ts")).app,
  synced: async () => (await import("./functions.ts")).synced,
  workflows: async () => (await import("./workflows.ts")).workflows,
  workflow: async () => (await import("./workflows.ts")).workflow,
  saved: async () => (await import("./workflows.ts")).saved,
  deleted: async () => (await import("./workflows.ts")).deleted,
  exportedWorkflows: async () => (await import("./workflows.ts")).exportedWorkflows,
  history: async () => (await import("./workflows.ts")).history,
  imported: async () => (await import("./workflows.ts")).imported,
  undone: async () => (await import("./workflows.ts")).undone,
  profiles: async () => (await import("./profiles.ts")).profiles,
  profile: async () => (await import("./profiles.ts")).profile,
  removed: async () => (await import("./profiles.ts")).removed,
  whoami: async () => (await import("./profiles.ts")).whoami,
  doctor: async () => (await import("./profiles.ts")).doctor,
  options: async () => (await import("./profiles.ts")).options,
  answer: async () => (await import("./plain.ts")).answer,
  exported: async () => (await import("./plain.ts")).exported,
  lines: async () => (await import("./plain.ts")).lines,
  completion: async () => (await import("./plain.ts")).completion,
  serving: async () => (await import("./plain.ts")).serving,
  plan: async () => (await import("./plain.ts")).plan,
  curl: async () => (await import("./plain.ts")).curl,
  help: async () => (await import("./plain.ts")).help,
  version: async () => (await import("./plain.ts")).version,
  none: async () => (await import("./plain.ts")).none,
}

/**
 * @returns lines without a break at the end; `""` when there is nothing to print.
 * @throws CommandError when `--get` or `--fields` name nothing.
 */
export async function render(result: Result, view: View): Promise<string> {
  const { data } = result
  if (result.type === "none") return view.format === "json" ? toDocument({ data: null }, view) : ""
  if (view.get !== undefined) return renderValue(selectValue(data, view.get), view)
  if (view.fields !== undefined) return renderRows(result, selectFields(data, view.fields), view.fields, view)
  switch (view.format) {
    case "json":
      return toDocument(result, view)
    case "ndjson":
      return (Array.isArray(data) ? (data as readonly unknown[]) : [data]).map((row) => toJson(row)).join("\n")
    case "id":
      return (await rendererOf(result)).ids(result).join("\n")
    case "table":
      return (await rendererOf(result)).text(result, view)
  }
}

/** The table's type says that the renderer of a result's own type takes it; TypeScript can't follow that through the lookup. */
function rendererOf(result: Result): Promise<Renderer<ResultType>> {
  return renderers[result.type]() as unknown as Promise<Renderer<ResultType>>
}

function toDocument(result: Partial<ResultOf<ResultType>>, view: View): string {
  const { data, page, revision, next } = result
  return toJson({ schemaVersion, data, page, revision, next }, indentFor(view))
}

/** People get it over several lines, programs on one. */
function indentFor(view: View): number | undefined {
  return view.isTerminal ? 2 : undefined
}

/** A text as it is, so that it can be used; anything else as JSON. */
function renderValue(value: unknown, view: View): string {
  if (view.format === "json") return toDocument({ data: value as never }, view)
  if (view.format === "ndjson") return toJson(value)
  const text = typeof value === "string" ? value : toJson(value, indentFor(view))
  return view.isTerminal ? printableLines(text) : text
}

function renderRows(
  result: Result,
  rows: readonly Record<string, unknown>[],
  fields: readonly string[],
  view: View,
): string {
  switch (view.format) {
    case "json":
      return toDocument({ ...result, data: (Array.isArray(result.data) ? rows : rows[0]) as never }, view)
    case "ndjson":
      return rows.map((row) => toJson(row)).join("\n")
    case "id":
    case "table":
      return renderTable(
        fields.map((field) => ({ title: field.toUpperCase(), isCuttable: true })),
        rows.map((row) => fields.map((field) => cell(row[field]))),
        { width: view.width, titleStyle: view.theme.strong },
      )
  }
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ""
  return typeof value === "string" ? value : toJson(value)
}
