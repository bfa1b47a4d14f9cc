import type { FlagValues } from "./flag.ts"
import type { Word } from "./grammar/ast.ts"
import type { Format, View } from "./render/view.ts"
import type { Terminal } from "./terminal.ts"

/** How results are written, by the flags and by who looks. */
export function toView(flags: FlagValues, terminal: Terminal): View {
  const theme = terminal.themes({ noColor: flags.isOn("no-color") }).data
  return {
    format: flags.isOn("json") ? "json" : ((flags.text("output") ?? "table") as Format),
    isTerminal: terminal.showsData,
    width: terminal.width,
    theme,
    nowMs: Date.now(),
    isUtc: flags.isOn("utc"),
    fields: flags
      .text("fields")
      ?.split(",")
      .map((field) => field.trim())
      .filter((field) => field !== ""),
    get: flags.text("get"),
  }
}

/** Whether words that could not be parsed ask for JSON: then their error is a document, too. */
export function asksForJson(words: readonly Word[]): boolean {
  return /(?:^|\s)(?:--json|(?:-o|--output)[\s=]?json)(?:\s|$)/.test(words.map(({ text }) => text).join(" "))
}
