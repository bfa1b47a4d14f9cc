// What only makes sense for the lines that follow, as a command of its own: refused, with what to do instead.
import { expect, test } from "vitest"
import { makeDirectory, runCli } from "./support/shell.ts"

const following = "is for the lines that follow, in a session or a script"

test.each([
  [
    ["use", "prod"],
    `✗ use ${following}. For one command:  inngest-repl -p prod …   for all of this terminal:  export INNGEST_REPL_PROFILE=prod\n`,
  ],
  [["use", "prdo"], '✗ no profile is called "prdo" (from use). Did you mean  prod ?\n'],
  [
    ["set", "output", "json"],
    `✗ set ${following}. For one command:  inngest-repl --output json …   for every one:  inngest-repl set output json --save\n`,
  ],
  [
    ["set", "utc", "on"],
    `✗ set ${following}. For one command:  inngest-repl --utc …   for every one:  inngest-repl set utc on --save\n`,
  ],
  [
    ["set", "utc", "off"],
    `✗ set ${following}. For one command:  leave --utc out   for every one:  inngest-repl set utc off --save\n`,
  ],
])("%j", async (line, err) => {
  expect(await runCli(line)).toMatchObject({ code: 2, out: "", err })
})

test("a value that is none is refused as such", async () => {
  const { code, err } = await runCli(["set", "output", "jsn"])
  expect([code, err]).toEqual([2, expect.stringMatching(/"jsn" is not one of table, json, ndjson, id/)])
})

test("what the refusals name works", async () => {
  const env = { INNGEST_REPL_STATE_DIR: makeDirectory() }
  expect((await runCli(["whoami", "--get", "profile"], { env: { ...env, INNGEST_REPL_PROFILE: "prod" } })).out).toBe(
    "prod\n",
  )
  expect((await runCli(["set", "output", "json", "--save"], { env })).code).toBe(0)
  expect((await runCli(["version"], { env })).out).toMatch(/^\{"schemaVersion":1/)
  // One shot of several lines.
  const both = await runCli(["-e", "use prod", "-e", "whoami --get profile"], { env })
  expect(both.out.trim().split("\n").at(-1)).toMatch(/prod/)
})
