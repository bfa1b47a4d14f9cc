// More than one event at a time: a bulk write, which is asked about and has a limit.
import { expect, test } from "vitest"
import { startServer } from "./support/servers.ts"
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
