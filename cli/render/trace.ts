import { type RunSpan, formatDuration } from "../../src/index.ts"
import { toJson } from "./json.ts"
import type { Renderer } from "./renderer.ts"
import { cutToWidth, printable } from "./text-width.ts"
import { statusStyle } from "./theme.ts"
import type { View } from "./view.ts"

/** A tree: each step under what it belongs to, with how it went and how long it took. */
export const trace: Renderer<"trace"> = {
  text({ data }, view) {
    return [view.theme.strong(data.runId), ...lines(data.rootSpan, "", "", view)].join("\n")
  },
  ids: ({ data }) => [data.runId],
}

function lines(span: RunSpan, head: string, indent: string, view: View): string[] {
  const { theme } = view
  const facts = [
    `${theme.faint(head)}${theme.name(printable(span.name || span.stepId || span.id))}`,
    span.stepOp === undefined ? "" : theme.faint(printable(span.stepOp)),
    statusStyle(theme)(printable(span.status)),
    span.durationMs === undefined ? "" : formatDuration(span.durationMs),
    reasonOf(span, view),
    outputOf(span, view),
  ]
  const children = span.children.flatMap((child, index) => {
    const isLast = index === span.children.length - 1
    return lines(child, `${indent}${isLast ? "└─ " : "├─ "}`, `${indent}${isLast ? "   " : "│  "}`, view)
  })
  return [facts.filter((fact) => fact !== "").join("  "), ...children]
}

/** Why a run was cancelled, where somebody said so. */
function reasonOf({ metadata }: RunSpan, { theme }: View): string {
  const { values } = metadata.find(({ kind }) => kind === "userland.cancellation") ?? {}
  const reason = typeof values === "object" && values !== null && "reason" in values ? values.reason : undefined
  return typeof reason === "string" ? theme.warn(printable(reason)) : ""
}

const shownWidth = 48

/** Only of steps: what the run itself returned is for `run get`. */
function outputOf({ output, children, stepId, status }: RunSpan, { theme, isTerminal }: View): string {
  const error = status === "failed" && children.length === 0 ? messageOf(output) : undefined
  if (error !== undefined) return theme.bad(printable(error))
  if (output === undefined || output === null || children.length > 0 || stepId === undefined) return ""
  const text = printable(toJson(output))
  return theme.faint(isTerminal ? cutToWidth(text, shownWidth) : text)
}

function messageOf(output: RunSpan["output"]): string | undefined {
  if (typeof output !== "object" || output === null || Array.isArray(output)) return undefined
  return typeof output.message === "string" ? output.message : undefined
}
