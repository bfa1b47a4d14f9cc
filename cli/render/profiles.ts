import type { Renderer } from "./renderer.ts"
import { renderTable } from "./table.ts"
import { printable } from "./text-width.ts"

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
      ["event key", data.eventKey ?? "none"],
      ["signing key", data.signingKey ?? "none"],
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

const signs = { ok: "✓", warning: "!", error: "✗" } as const

export const doctor: Renderer<"doctor"> = {
  text({ data }, view) {
    const { theme } = view
    const styles = { ok: theme.good, warning: theme.warn, error: theme.bad } as const
    const columns = [
      { title: "" },
      { title: "WHAT" },
      { title: "VALUE", isCuttable: true },
      { title: "FROM", isCuttable: true, style: theme.faint },
    ]
    const rows = data.map(({ state, name, value, source }) => [signs[state], name, value ?? "-", source])
    const table = renderTable(columns, rows, { width: view.width, titleStyle: theme.strong }).split("\n")
    const [titles = "", ...lines] = table
    return [
      titles,
      ...lines.flatMap((line, index) => {
        const finding = data[index]
        if (finding === undefined) return [line]
        const style = styles[finding.state]
        const sign = signs[finding.state]
        const shown = line.startsWith(sign) ? style(sign) + line.slice(sign.length) : line
        return finding.note === null ? [shown] : [shown, `   ${style(printable(finding.note))}`]
      }),
    ].join("\n")
  },
  ids: ({ data }) => data.filter(({ state }) => state !== "ok").map(({ name }) => name),
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
