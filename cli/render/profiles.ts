import type { Renderer } from "./renderer.ts"
import { renderTable } from "./table.ts"
import { printable, textWidth } from "./text-width.ts"

export const profiles: Renderer<"profiles"> = {
  text({ data }, view) {
    const columns = [
      { title: "" },
      { title: "PROFILE", style: view.theme.name },
      { title: "URL", isCuttable: true },
      { title: "ENV", isOptional: true },
      { title: "STORE", isCuttable: true, isOptional: true },
      { title: "KEYS", isCuttable: true, isOptional: true },
      { title: "CARE", isOptional: true, style: view.theme.warn },
      { title: "BY", style: view.theme.faint },
    ]
    const rows = data.map((each) => [
      each.isCurrent ? "*" : "",
      each.name,
      each.url ?? "the embedded server",
      each.env ?? "",
      each.store ?? "",
      Object.values(each.keys).join(" "),
      [each.isProtected ? "protected" : "", each.isReadOnly ? "read-only" : ""]
        .filter((text) => text !== "")
        .join(", "),
      each.definedBy,
    ])
    return renderTable(columns, rows, { width: view.width, titleStyle: view.theme.strong })
  },
  ids: ({ data }) => data.map(({ name }) => name),
}

export const profile: Renderer<"profile"> = {
  text({ data }, { theme, isTerminal }) {
    if (!isTerminal) return data.name
    const facts = [
      data.url ?? "the embedded server",
      ...Object.values(data.keys),
      ...(data.store === null ? [] : [`state in ${data.store}`]),
      ...(data.isProtected ? ["protected"] : []),
      ...(data.isReadOnly ? ["read-only"] : []),
    ]
    return `${theme.good("✓")} profile ${theme.strong(printable(data.name))}  ${theme.faint(facts.map(printable).join(" · "))}`
  },
  ids: ({ data }) => [data.name],
}

export const removed: Renderer<"removed"> = {
  text: ({ data }, { theme, isTerminal }) =>
    isTerminal ? `${theme.good("✓")} removed profile ${printable(data.profile)}` : data.profile,
  ids: ({ data }) => [data.profile],
}

export const whoami: Renderer<"whoami"> = {
  text({ data }, { theme }) {
    const facts: (readonly [string, string | null])[] = [
      ["profile", data.profile],
      ["server", `${data.url} (${data.server})`],
      ["env", data.env],
      ["event key", keyText(data.eventKey, data.eventKeyFrom)],
      ["signing key", keyText(data.signingKey, data.signingKeyFrom)],
      ["state", data.store],
      [
        "care",
        [data.isProtected ? "protected" : "", data.isReadOnly ? "read-only" : ""].filter(Boolean).join(", ") || null,
      ],
    ]
    const given = facts.filter(([, value]) => value !== null)
    const width = Math.max(...given.map(([label]) => label.length))
    return given.map(([label, value]) => `${theme.faint(label.padEnd(width))}  ${printable(value ?? "")}`).join("\n")
  },
  ids: ({ data }) => [data.profile],
}

function keyText(masked: string | null, from: string): string {
  return masked === null ? "none" : `${masked} (from ${from})`
}

const signs = { ok: "✓", warning: "!", error: "✗" } as const

/** Names are padded so far: one of an app may be long. */
const maxName = 24

/** Nothing is cut here: what is looked for may be in any part of it. What does not fit beside the value stands under it. */
export const doctor: Renderer<"doctor"> = {
  text({ data }, view) {
    const { theme } = view
    const styles = { ok: theme.good, warning: theme.warn, error: theme.bad } as const
    const rows = data.map((finding) => ({
      ...finding,
      name: printable(finding.name),
      value: printable(finding.value ?? "-"),
      source: printable(finding.source),
    }))
    const nameWidth = Math.max(0, ...rows.map(({ name }) => textWidth(name)).filter((width) => width <= maxName))
    const indent = " ".repeat(3 + nameWidth + 2)
    const valueWidth = widthOfValues(rows, view.width === undefined ? undefined : view.width - indent.length)
    const titles = `   ${pad("WHAT", nameWidth)}  ${pad("VALUE", valueWidth)}  FROM`
    return [
      theme.strong(titles),
      ...rows.flatMap(({ state, name, value, source, note }) => {
        const line = `${styles[state](signs[state])}  ${pad(name, nameWidth)}  `
        const isBeside =
          textWidth(value) <= valueWidth &&
          (view.width === undefined || indent.length + valueWidth + 2 + textWidth(source) <= view.width)
        return [
          isBeside ? `${line}${pad(value, valueWidth)}  ${theme.faint(source)}` : line + value,
          ...(isBeside ? [] : [indent + theme.faint(source)]),
          ...(note === null ? [] : [`   ${styles[state](printable(note))}`]),
        ]
      }),
    ].join("\n")
  },
  ids: ({ data }) => data.filter(({ state }) => state !== "ok").map(({ name }) => name),
}

/** As wide as the widest value that leaves room for its source. */
function widthOfValues(
  rows: readonly { readonly value: string; readonly source: string }[],
  available: number | undefined,
): number {
  const fits = ({ value, source }: { value: string; source: string }): boolean =>
    available === undefined || textWidth(value) + 2 + Math.min(textWidth(source), available / 3) <= available
  return Math.max("VALUE".length, ...rows.filter(fits).map(({ value }) => textWidth(value)))
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)))
}

export const options: Renderer<"options"> = {
  text: ({ data }, view) =>
    renderTable(
      [{ title: "OPTION", style: view.theme.name }, { title: "VALUE" }, { title: "FROM", style: view.theme.faint }],
      data.map(({ name, value, source }) => [name, value ?? "", source]),
      { width: view.width, titleStyle: view.theme.strong },
    ),
  ids: ({ data }) => data.map(({ name }) => name),
}
