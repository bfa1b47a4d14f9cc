/** Results that need nothing of the client to be written: help and version have to come at once. */
import { toJson } from "./json.ts"
import type { Renderer } from "./renderer.ts"
import { printable, printableLines } from "./text-width.ts"
import { wrapLines } from "./wrap.ts"

export const help: Renderer<"help"> = {
  text({ data }, { theme, width }) {
    const usage = width === undefined ? data.usage : wrapLines(data.usage, width)
    return usage.replace(/^[A-Z]+(?: [A-Z]+)*(?=$| )/gm, theme.strong)
  },
  ids: ({ data }) => data.commands.map(({ name }) => name),
}

export const version: Renderer<"version"> = {
  text: ({ data }) => data.version,
  ids: ({ data }) => [data.version],
}

export const serving: Renderer<"serving"> = {
  text({ data }, { isTerminal, theme }) {
    const { url, storage, directory } = data
    if (!isTerminal) return url
    const where = storage === "memory" ? "in memory" : `in ${directory}`
    return `${theme.good("✓")} listening on ${theme.strong(url)} · state ${where}`
  },
  ids: ({ data }) => [data.url],
}

export const plan: Renderer<"plan"> = {
  text: ({ data }, { theme }) =>
    data
      .map(({ method, url, body }) => {
        const head = `${theme.warn(method)} ${url}`
        return body === null ? head : `${head}\n${toJson(body, 2)}`
      })
      .join("\n"),
  ids: () => [],
}

export const curl: Renderer<"curl"> = {
  text: ({ data }) => data.map((request) => request.curl).join("\n"),
  ids: () => [],
}

export const answer: Renderer<"answer"> = {
  text({ data }, { isTerminal }) {
    const text = typeof data === "string" ? data : toJson(data, isTerminal ? 2 : undefined)
    return isTerminal ? printableLines(text) : text
  },
  ids: () => [],
}

export const exported: Renderer<"exported"> = {
  text: ({ data }, { isTerminal, theme }) =>
    isTerminal ? `${theme.good("✓")} ${data.count} in ${printable(data.file)}` : String(data.count),
  ids: ({ data }) => [data.file],
}

export const lines: Renderer<"lines"> = {
  text: ({ data }) => data.map(printable).join("\n"),
  ids: ({ data }) => data,
}

export const completion: Renderer<"completion"> = {
  text: ({ data }) => data.script,
  ids: () => [],
}

export const none: Renderer<"none"> = { text: () => "", ids: () => [] }
