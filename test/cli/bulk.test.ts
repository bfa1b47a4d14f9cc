// More than one event at a time: a bulk write, which is asked about and has a limit.
import { describe, expect, onTestFinished, test } from "vitest"
import { listen } from "../../mocks/server.ts"
import { startDouble, startServer } from "./support/servers.ts"
import { type ShellOptions, type ShellOutcome, runCli } from "./support/shell.ts"

async function createShell(): Promise<(line: readonly string[], options?: ShellOptions) => Promise<ShellOutcome>> {
  const url = await startServer()
  return (line, options) => runCli(["--url", url, ...line], options)
}

test.each([
  ["a list", ["[{n: 1}, {n: 2}]"], undefined, ['{"n":1}', '{"n":2}']],
  ["NDJSON on stdin", ["-"], '{"n":1}\n{"n":2}\n', ['{"n":1}', '{"n":2}']],
  ["--count", ["n:=1", "--count", "2"], undefined, ['{"n":1}  × 2']],
] as const)("asks before more than one goes, also on a plain profile: %s", async (_name, given, stdin, preview) => {
  const run = await createShell()
  const line = ["send", "a/b", ...given]
  const input = stdin === undefined ? {} : { stdin }
  const alone = await run([...line, "-o", "json"], input)
  expect(alone.code).toBe(3)
  expect((JSON.parse(alone.out) as { error: object }).error).toMatchObject({
    kind: "confirmation-required",
    plan: { send: "a/b", count: 2, server: expect.stringContaining("http") as string },
    apply: expect.stringMatching(/^inngest-repl .* send a\/b .*--yes$/) as string,
  })
  for (const answer of ["", "n", undefined]) {
    const declined = await run(line, { ...input, answers: [answer], columns: 80 })
    expect(declined).toMatchObject({ code: 3, out: "" })
    expect(declined.questions).toEqual([expect.stringMatching(/^Send 2 × a\/b to http:.*\? \[y\/N\] $/)])
    expect(declined.err.split("\n").slice(0, -2)).toEqual(preview.map((row) => `  ${row}`))
  }
  expect((await run(["events", "-o", "id"])).out).toBe("")
  expect((await run(line, { ...input, answers: ["y"], columns: 80 })).code).toBe(0)
  expect((await run([...line, "--yes"], input)).code).toBe(0)
  expect((await run(["events", "-o", "id"])).out.trim().split("\n")).toHaveLength(4)
})

test("refuses more than --max, before it asks, and says how to allow it", async () => {
  const run = await createShell()
  expect(await run(["send", "a/b", "--count", "101", "--yes"])).toMatchObject({
    code: 2,
    out: "",
    err: "✗ 101 events, and --max is 100. Allow more by  --max 101\n",
  })
  expect((await run(["send", "a/b", "--count", "101", "--yes", "--max", "101", "-o", "id"])).code).toBe(0)
})

test("copies no more than --max events", async () => {
  const run = await createShell()
  const sent = await run(["send", "a/b", "--count", "3", "-y", "-o", "id"])
  const copy = ["events", "copy", "-", "--max", "2"]
  expect(await run([...copy, "-y"], { stdin: sent.out })).toMatchObject({
    code: 2,
    err: "✗ 3 events, and --max is 2. Allow more by  --max 3\n",
  })
  const refused = await run(["events", "copy", "-", "-o", "json"], { stdin: sent.out })
  expect(refused.code).toBe(3)
  const { error } = JSON.parse(refused.out) as { error: { apply: string } }
  // Nothing is on stdin when it is run.
  expect(error.apply).toMatch(new RegExp(`events copy ${sent.out.trim().replaceAll("\n", " ")} -o json --yes$`))
  expect(
    (await run(["events", "copy", "-", "-y", "-o", "id"], { stdin: sent.out })).out.trim().split("\n"),
  ).toHaveLength(3)
})

test("shows the first of many payloads, and counts the others", async () => {
  const run = await createShell()
  const list = JSON.stringify(Array.from({ length: 7 }, (_value, n) => ({ n, text: "x".repeat(100) })))
  const { err } = await run(["send", "a/b", list], { answers: ["n"], columns: 80 })
  const rows = err.trimEnd().split("\n")
  expect(rows).toHaveLength(7)
  expect(rows[0]).toBe(`  {"n":0,"text":"${"x".repeat(60)}…`)
  expect(rows.slice(5)).toEqual(["  (+2)", "✗ not done"])
})

describe("what goes wrong in the middle", () => {
  test("is looked for before the first event goes", async () => {
    const run = await createShell()
    const stdin = [...Array.from({ length: 600 }, (_value, n) => `{"n":${n}}`), "3"].join("\n")
    const refused = await run(["send", "a/b", "-", "--yes", "--max", "1000"], { stdin })
    expect(refused).toMatchObject({
      code: 2,
      out: "",
      err: "✗ event: events[600].data: must be an object, not a number\n",
    })
    expect((await run(["send", "a/b", "[{n: 1}, [2]]", "--yes"])).code).toBe(2)
    expect((await run(["events", "-o", "id"])).out).toBe("")
  })

  test("of a send that takes several requests leaves what was sent", async () => {
    let requests = 0
    const url = await startDouble(async (request) => {
      if (!new URL(request.url).pathname.startsWith("/e/")) return Response.json({ version: "1.2.3" })
      const sent = (await request.json()) as object[]
      const ids = sent.map(
        (_event, index) => `01M9${String(requests).padStart(10, "0")}${String(index).padStart(12, "0")}`,
      )
      return ++requests === 1
        ? Response.json({ ids, status: 200 })
        : Response.json({ error: "no room", status: 400 }, { status: 400 })
    })
    const line = ["--url", url, "send", "a/b", "--count", "600", "--max", "600", "--yes", "-o", "json"]
    const { code, out } = await runCli(line)
    expect(code).toBe(8)
    const { error } = JSON.parse(out) as { error: { kind: string; message: string; eventIds: string[]; hint: string } }
    expect(error).toMatchObject({ kind: "partial", hint: "Go on with number 501" })
    expect(error.message).toMatch(/^500 of 600 a\/b were sent, then: .*no room/)
    expect(error.eventIds).toHaveLength(500)
  })

  test("of a deletion leaves what was deleted", async () => {
    const server = await listen({ port: 0 })
    onTestFinished(() => server.close())
    let deletions = 0
    const url = await startDouble((request) => {
      const { pathname, search } = new URL(request.url)
      if (request.method === "DELETE" && ++deletions === 2)
        return Response.json({ error: "not that one", status: 403 }, { status: 403 })
      const { method, headers, body } = request
      return server.fetch(`${server.url}${pathname}${search}`, { method, headers, body, duplex: "half" } as RequestInit)
    })
    for (const id of ["order-1", "order-2", "order-3"])
      expect((await runCli(["--url", url, "workflow", "save", id, "status=failed"])).code).toBe(0)
    const line = ["--url", url, "workflow", "delete", "order-1", "order-2", "order-3", "--yes", "-o", "json"]
    const { code, out } = await runCli(line)
    expect(code).toBe(8)
    const { error } = JSON.parse(out) as { error: { message: string; workflowIds: string[] } }
    expect(error.message).toMatch(/^1 of 3 workflows were deleted, then: /)
    expect(error.workflowIds).toEqual(["order-1"])
  })
})
