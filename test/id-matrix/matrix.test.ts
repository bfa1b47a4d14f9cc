import { readFileSync, writeFileSync } from "node:fs"
import { getResponse, http } from "msw"
import { beforeAll, describe, expect, test } from "vitest"
import { encodeWorkflowPath, matchWorkflowPath } from "../../src/protocol/workflow-path.ts"
import { DOT_VECTORS } from "./inputs.ts"
import { measure } from "./measure.ts"
import { MOCK_ORIGIN, WORKFLOW_ROUTE } from "./mocks.ts"
import { formatReport, renderReport, reportMatrix } from "./report.ts"
import { RUNTIME_NAMES } from "./runtimes.ts"
import type { WorkflowMatch } from "../../src/protocol/workflow-path.ts"
import type { Outcome } from "./client.ts"
import type { Arrival, Matrix } from "./measure.ts"
import type { MatrixReport } from "./report.ts"
import type { Seen } from "./seen.ts"

const fixture = new URL("../fixtures/id-matrix.json", import.meta.url)

let matrix: Matrix

// Two seconds when the machine is idle; four runtimes start at once.
beforeAll(async () => {
  matrix = await measure()
}, 60_000)

const workflow = (id: string): WorkflowMatch => ({ kind: "workflow", id })

/** What the rules make of an arrival; a request that no handler saw is `"refused"`. */
function readings({ outcomes }: Arrival): (WorkflowMatch | "refused")[] {
  return outcomes.map((outcome) => ("seen" in outcome ? matchWorkflowPath(outcome.seen.url) : "refused"))
}

function seenBy(arrivals: readonly Arrival[], at: string): Seen | undefined {
  const outcome = arrivals.find((arrival) => arrival.at === at)?.outcomes[0]
  return outcome !== undefined && "seen" in outcome ? outcome.seen : undefined
}

function rawArrivals(target: string): readonly Arrival[] {
  const row = matrix.raw.find(({ input }) => input.target === target)
  if (row === undefined) throw new Error(`${target} is not in the matrix`)
  return row.arrivals
}

/** No server has to take more than its head limit; see "takes paths of 15 kB". */
const isLong = (text: string): boolean => text.length > 15_500

describe("the matrix of what arrives", () => {
  test("is the one that is checked in", () => {
    const report = reportMatrix(matrix)
    if (process.env["VERBOSE"] === "1") console.log(renderReport(report))
    if (process.env["UPDATE_MATRIX"] === "1") {
      const versions = Object.entries(matrix.runtimes).map(([name, version]) => `${name} ${version}`)
      writeFileSync(fixture, formatReport(report, versions.join(", ")))
      return
    }
    const { measuredWith, ...rows } = JSON.parse(readFileSync(fixture, "utf8")) as MatrixReport & {
      measuredWith: string
    }
    expect(report, `checked in with ${measuredWith}; UPDATE_MATRIX=1 writes it anew`).toEqual(rows)
  })

  test("covers three runtimes as servers, three as senders, and four ways into msw", () => {
    for (const { arrivals } of matrix.raw) expect(arrivals.map(({ at }) => at)).toEqual(RUNTIME_NAMES)
    for (const { arrivals } of [...matrix.ids, ...matrix.paths])
      expect(new Set(arrivals.map(({ at }) => at)).size).toBe(13)
  })

  test("is the same for PUT, GET and DELETE", () => {
    const path = (outcome: Outcome): unknown =>
      "seen" in outcome ? [outcome.seen.url, outcome.seen.pathname] : outcome
    for (const { arrivals } of [...matrix.raw, ...matrix.ids, ...matrix.paths]) {
      for (const { outcomes } of arrivals)
        expect(outcomes.map(path)).toEqual(outcomes.map(() => path(outcomes[0] as Outcome)))
    }
  })
})

describe("an id sent by fetch", () => {
  test("comes back the same from every runtime, server and mock, unless encodeWorkflowPath refuses it", () => {
    for (const { input: id, arrivals } of matrix.ids) {
      if (!encodeWorkflowPath(id).ok || isLong(id)) continue
      for (const arrival of arrivals)
        expect(readings(arrival), `${JSON.stringify(id)} at ${arrival.at}`).toEqual(Array(3).fill(workflow(id)))
    }
  })

  test("is lost, or not even sent, when encodeWorkflowPath refuses it", () => {
    const refused = matrix.ids.filter(({ input }) => !encodeWorkflowPath(input).ok)
    expect(new Set(refused.map(({ input }) => input))).toEqual(new Set(["", ".", "..", "\ud800", "a\udc00b"]))
    for (const { input: id, arrivals } of refused) {
      if (id === "") continue
      for (const arrival of arrivals) expect(readings(arrival)).not.toContainEqual(workflow(id))
    }
  })

  test("shares the path of a missing id when it is empty or a dot", () => {
    for (const id of ["", "."]) {
      for (const arrival of matrix.ids.find(({ input }) => input === id)?.arrivals ?? []) {
        expect(readings(arrival)).toEqual(Array(3).fill(workflow("")))
      }
    }
  })

  test("takes paths of 15 kB everywhere; past 16 KiB Node and Bun answer 431 and Deno does not mind", () => {
    const arrivalsOf = (length: number): readonly Arrival[] => rawArrivals(`/v1/workflows/${"x".repeat(length)}`)
    for (const arrival of arrivalsOf(15_000))
      expect(readings(arrival)).toEqual(Array(3).fill(workflow("x".repeat(15_000))))
    expect(arrivalsOf(20_000).map(({ outcomes }) => "refused" in (outcomes[0] as Outcome) && outcomes[0])).toEqual([
      { refused: "431" },
      { refused: "431" },
      false,
    ])
  })
})

describe("a target that Go sends", () => {
  test("is read as the same workflow in Node, Bun and Deno, unless it has dot segments", () => {
    for (const { input, arrivals } of matrix.raw) {
      if (input.vectors.length === 0 || input.vectors.some((name) => DOT_VECTORS.includes(name))) continue
      const match = matchWorkflowPath(input.target)
      expect(match.kind).toBe("workflow")
      for (const arrival of arrivals)
        expect(readings(arrival), `${input.target} at ${arrival.at}`).toEqual(input.requests.map(() => match))
    }
  })

  test("names no workflow and no route of ours when it has dot segments", () => {
    const dotted = matrix.raw.filter(({ input }) => input.vectors.some((name) => DOT_VECTORS.includes(name)))
    expect(new Set(dotted.flatMap(({ input }) => input.vectors))).toEqual(new Set(DOT_VECTORS))
    for (const { arrivals } of dotted) {
      for (const arrival of arrivals) {
        for (const match of readings(arrival)) expect([{ kind: "none" }, workflow("")]).toContainEqual(match)
        for (const outcome of arrival.outcomes) {
          expect(["/v1/workflows/", "/v1/", "/v1/admin", "/v1/other", "/v1/x"]).toContain(
            "seen" in outcome && outcome.seen.pathname,
          )
        }
      }
    }
  })
})

describe("a target that anyone sends", () => {
  test("is never one workflow in one runtime and another, or the list, in the next", () => {
    for (const { input, arrivals } of matrix.raw) {
      const matches = arrivals.flatMap(readings).filter((match) => match !== "refused" && match.kind !== "none")
      expect(new Set(matches.map((match) => JSON.stringify(match))).size, input.target).toBeLessThanOrEqual(1)
    }
  })

  test("is never a workflow to us and another route to a handler that parses request.url", () => {
    for (const { arrivals } of [...matrix.raw, ...matrix.ids, ...matrix.paths]) {
      for (const { outcomes } of arrivals) {
        for (const outcome of outcomes) {
          if (!("seen" in outcome)) continue
          const match = matchWorkflowPath(outcome.seen.url)
          if (match.kind !== "none") expect(matchWorkflowPath(outcome.seen.pathname)).toEqual(match)
        }
      }
    }
  })

  test("reaches a handler resolved in Node and Bun; in Deno, request.url keeps its dots and backslashes", () => {
    for (const target of [
      "/v1/workflows/a/../../admin",
      "/v1/workflows/%2e%2e/x",
      "/v1/workflows/a\\b",
      "/v1\\workflows\\x",
    ]) {
      const resolved = new URL(target, MOCK_ORIGIN).pathname
      expect(seenBy(rawArrivals(target), "node")?.url).toBe(resolved)
      expect(seenBy(rawArrivals(target), "bun")?.url).toBe(resolved)
      expect(seenBy(rawArrivals(target), "deno")).toMatchObject({ url: target, pathname: resolved })
    }
  })

  test("keeps its leading slashes, so that they are not taken for a host", () => {
    for (const at of RUNTIME_NAMES) {
      expect(seenBy(rawArrivals("//v1/workflows/x"), at)?.url).toBe("//v1/workflows/x")
      expect(seenBy(rawArrivals("//host/v1/workflows/x"), at)?.url).toBe("//host/v1/workflows/x")
    }
  })

  test("keeps its fragment in request.url, where only raw clients can put one", () => {
    for (const at of RUNTIME_NAMES) expect(seenBy(rawArrivals("/v1/workflows/a#b"), at)?.url).toBe("/v1/workflows/a#b")
  })

  test("in absolute form sets the host of request.url in Node and Deno, and not in Bun", () => {
    const arrivals = rawArrivals("http://other.test/v1/workflows/x")
    expect(seenBy(arrivals, "node")?.url).toBe("http://other.test/v1/workflows/x")
    expect(seenBy(arrivals, "deno")?.url).toBe("http://other.test/v1/workflows/x")
    expect(seenBy(arrivals, "bun")?.url).toBe("/v1/workflows/x")
    for (const arrival of arrivals) expect(readings(arrival)).toEqual(Array(3).fill(workflow("x")))
  })
})

describe("a path with a double slash in front", () => {
  test("is sent as written by fetch of Node and Deno, and with one slash by Bun", () => {
    const arrivals = matrix.paths.find(({ input }) => input === "//v1/workflows/x")?.arrivals ?? []
    expect(seenBy(arrivals, "node>node")?.target).toBe("//v1/workflows/x")
    expect(seenBy(arrivals, "deno>node")?.target).toBe("//v1/workflows/x")
    expect(seenBy(arrivals, "bun>node")?.target).toBe("/v1/workflows/x")
    for (const arrival of arrivals) expect(readings(arrival)).toEqual(Array(3).fill(workflow("x")))
  })
})

describe("an msw handler", () => {
  const answer = (pattern: string | RegExp, path: string): Promise<Response | undefined> =>
    getResponse([http.get(pattern, () => new Response())], new Request(MOCK_ORIGIN + path))

  test("finds every workflow by a RegExp without capture groups", async () => {
    for (const path of [
      "/v1/workflows",
      "/v1/workflows/",
      "/v1/workflows/a/b",
      "/v1/workflows/%FF",
      "/v1/workflows/%zz",
      "//v1/workflows/x?y",
    ]) {
      await expect(answer(WORKFLOW_ROUTE, path)).resolves.toHaveProperty("status", 200)
    }
  })

  test("misses a/b and the empty id by a path with :id", async () => {
    for (const path of ["/v1/workflows/a/b", "/v1/workflows/"]) {
      await expect(answer(`${MOCK_ORIGIN}/v1/workflows/:id`, path)).resolves.toBeUndefined()
    }
  })

  test("throws for %FF and %zz in msw 2 by a path with :id or *, and by a RegExp with a group", async () => {
    for (const pattern of [`${MOCK_ORIGIN}/v1/workflows/:id`, `${MOCK_ORIGIN}/*`, /\/v1\/workflows\/(.*)/]) {
      for (const path of ["/v1/workflows/%FF", "/v1/workflows/%zz"])
        await expect(answer(pattern, path)).rejects.toThrow(URIError)
    }
  })
})
