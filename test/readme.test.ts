/** Tables of the README that are made from code. `UPDATE_README=1` writes them. */
import { readFileSync, writeFileSync } from "node:fs"
import { expect, test } from "vitest"
import { differences } from "../mocks/differences.ts"
import { isAnswered } from "../mocks/handlers/route-table.ts"
import { permissions } from "../src/gateway/index.ts"
import { type RouteAuth, routeSummaries, routes } from "../src/protocol/routes.ts"

const file = new URL("../README.md", import.meta.url)

/** The text between `<!-- name:begin -->` and `<!-- name:end -->`. */
function between(name: string, replacement?: string): string {
  const readme = readFileSync(file, "utf8")
  const [all, held] = new RegExp(`<!-- ${name}:begin -->\n([\\s\\S]*?)<!-- ${name}:end -->`).exec(readme) ?? []
  if (all === undefined || held === undefined) throw new Error(`README.md has no markers for ${name}`)
  if (replacement === undefined) return held
  const written = all.replace(held === "" ? "begin -->\n" : held, () =>
    held === "" ? `begin -->\n${replacement}` : replacement,
  )
  writeFileSync(
    file,
    readme.replace(all, () => written),
  )
  return replacement
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replace(/[<>]/g, (sign) => `\\${sign}`)

test("the README lists each difference of the embedded server with its reason", () => {
  const table = [
    "| what | the real server | the embedded server | reason |",
    "|---|---|---|---|",
    ...differences.map(({ where, real, ours, reason }) => `| ${[where, real, ours, reason].map(cell).join(" | ")} |`),
    "",
  ].join("\n")
  expect(between("differences", process.env["UPDATE_README"] === "1" ? table : undefined)).toBe(table)
})

const keyNames: Record<RouteAuth, string> = {
  none: "none",
  "event-key": "event key",
  "signing-key": "signing key",
  "event-or-signing": "either",
}

test("the README lists each route, what it is for, and whether the embedded server answers it", () => {
  const rows = routes.map((route) => {
    const { name, method, path, auth } = route
    const answered = isAnswered(route)
      ? routeSummaries[name]?.includes("the cloud only")
        ? "501, as the real one"
        : "yes"
      : "501"
    return `| \`${method} ${path}\` | \`${name}\` | ${routeSummaries[name]} | ${keyNames[auth]} | ${answered} |\n`
  })
  const table = `| route | name | what it is for | key | embedded server |\n|---|---|---|---|---|\n${rows.join("")}`
  expect(between("routes", process.env["UPDATE_README"] === "1" ? table : undefined)).toBe(table)
})

test("the README lists each permission of the gateway and what it opens", () => {
  const rows = Object.entries(permissions).map(([name, opens]) => `| \`${name}\` | ${opens} |\n`)
  const table = `| permission | opens |\n|---|---|\n${rows.join("")}`
  expect(between("permissions", process.env["UPDATE_README"] === "1" ? table : undefined)).toBe(table)
})
