import { RUNTIME_NAMES } from "./runtimes.ts"
import type { Arrival, Matrix, Measured } from "./measure.ts"
import type { Outcome } from "./client.ts"

/** One input in the checked-in matrix: `arrives` is one text when every place agrees, otherwise text → where. */
export interface MatrixRow {
  readonly vectors?: readonly string[]
  readonly target?: string
  readonly id?: string
  readonly path?: string
  readonly arrives: string | Readonly<Record<string, string>>
}

export interface MatrixReport {
  readonly raw: readonly MatrixRow[]
  readonly ids: readonly MatrixRow[]
  readonly paths: readonly MatrixRow[]
}

const AS_SENT = "as sent"

/** Write runs of one character as `x{20000}`. */
function abridge(text: string): string {
  return text.replace(/(.)\1{49,}/gs, (run, character: string) => `${character}{${run.length}}`)
}

function describeOutcome(outcome: Outcome, sent: string): string {
  if ("refused" in outcome) return `refused: ${outcome.refused}`
  const { url, pathname } = outcome.seen
  const path = /^[^?#]*/.exec(url.replace(/^[a-z]+:\/\/[^/]+/i, ""))?.[0]
  const shown = url === sent ? AS_SENT : abridge(url)
  return path === pathname ? shown : `${shown}, parsed: ${abridge(pathname)}`
}

function describeArrival({ outcomes }: Arrival, sent: string): string {
  return [...new Set(outcomes.map((outcome) => describeOutcome(outcome, sent)))].join(" or ")
}

/** Name places in few words: pairs are `from` a sender or `at` a server when all pairs of that runtime are there. */
function describePlaces(places: readonly string[], all: readonly string[]): string {
  const left = new Set(places)
  const names: string[] = []
  const take = (name: string, belongs: (place: string) => boolean): void => {
    const members = all.filter(belongs)
    if (members.length < 2 || !members.every((place) => left.has(place))) return
    for (const place of members) left.delete(place)
    names.push(name)
  }
  take("by fetch", (place) => place.includes(">"))
  for (const runtime of RUNTIME_NAMES) take(`from ${runtime}`, (place) => place.startsWith(`${runtime}>`))
  for (const runtime of RUNTIME_NAMES) take(`at ${runtime}`, (place) => place.endsWith(`>${runtime}`))
  take("in msw", (place) => place.startsWith("msw"))
  return [...names, ...left].join(", ")
}

function arrives(arrivals: readonly Arrival[], sent: string): MatrixRow["arrives"] {
  const places = Map.groupBy(arrivals, (arrival) => describeArrival(arrival, sent))
  const [first] = places.keys()
  if (places.size === 1 && first !== undefined) return first
  const all = arrivals.map(({ at }) => at)
  return Object.fromEntries(
    [...places].map(([text, group]) => [
      text,
      describePlaces(
        group.map(({ at }) => at),
        all,
      ),
    ]),
  )
}

function encoded(id: string): string {
  return id.isWellFormed() ? `/v1/workflows/${encodeURIComponent(id)}` : ""
}

/** The matrix as it is checked in. */
export function reportMatrix(matrix: Matrix): MatrixReport {
  const inputRow =
    (key: "id" | "path", path: (input: string) => string) =>
    ({ input, arrivals }: Measured<string>): MatrixRow => ({
      [key]: abridge(input),
      arrives: arrives(arrivals, path(input)),
    })
  return {
    raw: matrix.raw.map(({ input: { target, vectors }, arrivals }) => ({
      ...(vectors.length > 0 && { vectors }),
      target: abridge(target),
      arrives: arrives(arrivals, target),
    })),
    ids: matrix.ids.map(inputRow("id", encoded)),
    paths: matrix.paths.map(inputRow("path", (path) => path)),
  }
}

/** JSON with one row to a line. */
export function formatReport(report: MatrixReport, measuredWith: string): string {
  const sections = Object.entries(report).map(
    ([name, rows]: [string, readonly MatrixRow[]]) =>
      `  ${JSON.stringify(name)}: [\n${rows.map((row) => `    ${JSON.stringify(row)}`).join(",\n")}\n  ]`,
  )
  return `{\n  "measuredWith": ${JSON.stringify(measuredWith)},\n${sections.join(",\n")}\n}\n`
}

/** The matrix for people: what arrives otherwise than it was sent, and how many do not. */
export function renderReport(report: MatrixReport): string {
  const blocks = Object.entries(report).map(([name, rows]: [string, readonly MatrixRow[]]) => {
    const changed = rows.filter((row) => row.arrives !== AS_SENT)
    const lines = changed.map((row) => {
      const input = JSON.stringify(row.target ?? row.id ?? row.path)
      const cells =
        typeof row.arrives === "string"
          ? [`everywhere: ${row.arrives}`]
          : Object.entries(row.arrives).map(([text, at]) => `${at}: ${text}`)
      return [input, ...cells.map((cell) => `    ${cell}`)].join("\n")
    })
    return [
      `${name}: ${rows.length - changed.length} of ${rows.length} arrive everywhere as sent; the others:`,
      ...lines,
    ].join("\n")
  })
  return blocks.join("\n\n")
}
