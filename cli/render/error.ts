import type { Failure } from "../failure.ts"
import { toJson } from "./json.ts"
import { schemaVersion } from "./schema.ts"
import { printable, printableLines, textWidth } from "./text-width.ts"
import type { Theme } from "./theme.ts"

/** What, why and what next on one line; under it the text that is wrong with a caret, and of a bug where it happened. */
export function renderError(failure: Failure, theme: Theme): string {
  const { message, hint, excerpt, at, stack } = failure
  const separator = /[.?!]$/.test(message) ? " " : ". "
  const lines = [`${theme.bad("✗")} ${printable(message)}${hint === undefined ? "" : separator + printable(hint)}`]
  if (excerpt !== undefined && at?.column !== undefined) lines.push(...pointAt(excerpt, at.column, theme))
  if (stack !== undefined) lines.push(theme.faint(printableLines(stack)))
  return lines.join("\n")
}

/** Longest part of a line that is shown around its wrong place. */
const shownWidth = 76

function pointAt(line: string, column: number, theme: Theme): string[] {
  const characters = [...line]
  const start = Math.max(0, Math.min(column - shownWidth / 2, characters.length - shownWidth))
  const before = printable(characters.slice(start, column - 1).join(""))
  const after = printable(characters.slice(column - 1, start + shownWidth).join(""))
  return [`  ${before}${after}`, `  ${" ".repeat(textWidth(before))}${theme.bad("^")}`]
}

/** The error as a document: on stdout with `-o json`, so that what reads it sees it. */
export function renderErrorDocument(failure: Failure, indent?: number): string {
  const { kind, message, status, hint, requestId, at, details } = failure
  const error = { kind, message, status, hint, requestId, line: at?.line, column: at?.column, ...details }
  return toJson({ schemaVersion, error }, indent)
}
