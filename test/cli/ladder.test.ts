// How much of a yes a change needs: the table of the ladder, and that every command that writes stands on it.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { commandTitle } from "../../cli/command.ts"
import { demandOf } from "../../cli/ladder.ts"
import { createRegistry } from "../../cli/registry.ts"
import { type ShellOptions, type ShellOutcome, makeDirectory, runCli } from "./support/shell.ts"
import { type StockServer, startStockInngest } from "./support/stock-server.ts"

describe("the ladder", () => {
  const [one, many] = [["order-7"], ["a", "b", "c"]]
  test.each([
    ["write", one, false, { kind: "nothing" }],
    ["write", many, false, { kind: "yes" }],
    ["destroy", one, false, { kind: "yes" }],
    ["destroy", many, false, { kind: "yes" }],
    ["write", one, true, { kind: "yes" }],
    ["write", many, true, { kind: "typed", text: "cancel 3", ask: "Type  cancel 3  to go on: " }],
    ["destroy", one, true, { kind: "typed", text: "order-7", ask: "Type its id: " }],
    ["destroy", many, true, { kind: "typed", text: "cancel 3", ask: "Type  cancel 3  to go on: " }],
  ] as const)("to %s %j, protected: %s", (effect, ids, isProtected, demand) => {
    expect(demandOf({ effect, verb: "cancel", ids }, isProtected)).toEqual(demand)
  })
})

const failed = "01M80QR36JKCBEYPC3PJSJRQTQ"

/** A protected profile `live` on a stock server, whose states are in a folder. */
async function live(): Promise<{
  stock: StockServer
  run: (line: string[], options?: ShellOptions) => Promise<ShellOutcome>
}> {
  const stock = await startStockInngest({ running: 3 })
  const state = makeDirectory()
  mkdirSync(join(state, "config"))
  writeFileSync(
    join(state, "config", "config.json"),
    JSON.stringify({ profiles: { live: { url: stock.url, protected: true, store: `fs:${state}/states` } } }),
  )
  writeFileSync(
    join(state, "states.ndjson"),
    '{"workflowId":"i1","status":"completed"}\n{"workflowId":"i2","status":"failed"}\n',
  )
  const run = (line: string[], { env, ...options }: ShellOptions = {}): Promise<ShellOutcome> =>
    runCli(["-p", "live", ...line.map((word) => word.replace("{state}", state))], {
      ...options,
      env: { INNGEST_REPL_STATE_DIR: state, ...env },
    })
  return { stock, run }
}

describe("every command that writes", () => {
  // With what a person types on a protected profile; what `{running}` stands for is looked up.
  const writes: readonly (readonly [title: string, line: string[], typed: string])[] = [
    ["send", ["send", "a/b"], "y"],
    ["send", ["send", "a/b", "[{}, {}]"], "send 2"],
    ["events copy", ["events", "copy", "{event}"], "y"],
    ["signal", ["signal", "approve"], "y"],
    ["run cancel", ["run", "cancel", "{running}"], "{running}"],
    ["run cancel", ["runs", "cancel", "--status", "running"], "cancel 3"],
    ["run rerun", ["run", "rerun", failed], "y"],
    ["invoke", ["invoke", "demo-app-ok"], "y"],
    ["apps sync", ["apps", "sync", "{url}/x"], "y"],
    ["workflow save", ["workflow", "save", "w", "status=running"], "y"],
    ["workflow edit", ["workflow", "edit", "kept"], "y"],
    ["workflow delete", ["workflow", "delete", "kept"], "kept"],
    ["workflows import", ["workflows", "import", "{state}/states.ndjson"], "import 2"],
    ["workflows prune", ["workflows", "prune", "--older-than", "1d"], "kept"],
    ["api", ["api", "POST", "/v1/signals", "signal=approve"], "y"],
  ]

  test("is tried here", () => {
    const titles = createRegistry()
      .commands.filter(({ effect }) => effect === "write" || effect === "destroy")
      .map(commandTitle)
      // What it takes back was typed in the same session: session.test.ts.
      .filter((title) => title !== "undo")
    expect(titles.filter((title) => !writes.some(([each]) => each === title))).toEqual([])
  })

  test.each(writes)(
    "asks on a protected profile before anything is sent, and takes no for an answer: %s",
    async (_title, given, typed) => {
      const { stock, run } = await live()
      const saved = await run([
        "workflow",
        "save",
        "kept",
        "status=failed",
        "updatedAt=2020-01-01T00:00:00Z",
        "--yes",
        "--confirm",
        "live",
      ])
      expect(saved.code).toBe(0)
      const sent = await run(["send", "x/y", "-o", "id", "--yes", "--confirm", "live"])
      stock.changes.length = 0
      const running = stock.runs[0]?.id ?? ""
      const fill = (word: string): string =>
        word.replace("{event}", sent.out.trim()).replace("{running}", running).replace("{url}", stock.url)
      const line = given.map(fill)
      const env = { EDITOR: "sed -i s/failed/running/" }

      // Nobody to ask.
      const alone = await run([...line, "-o", "json"], { env })
      expect(alone.code).toBe(3)
      const { error } = JSON.parse(alone.out) as { error: { kind: string; plan: object; apply: string; hint: string } }
      expect(error.kind).toBe("confirmation-required")
      expect(error.plan).toBeDefined()
      expect(error.apply).toMatch(/^inngest-repl -p live .* --yes --confirm live$/)
      // A yes alone is not enough, nor is the name of another profile.
      expect((await run([...line, "--yes"], { env })).code).toBe(3)
      expect((await run([...line, "--yes", "--confirm", "prod"], { env })).code).toBe(2)
      // Another text, nothing, and the end are no.
      for (const answer of ["", "nein", undefined]) {
        const declined = await run(line, { answers: [answer], columns: 100, env })
        expect(declined.code).toBe(3)
        expect(declined.questions).toHaveLength(1)
      }
      // Read-only comes before any of it.
      const readOnly = await run([...line, "--read-only", "--yes", "--confirm", "live"], { env })
      expect([readOnly.code, readOnly.out]).toEqual([4, ""])
      expect(readOnly.err).toMatch(/^✗ read-only: `[\w ]+` changes data\. Drop --read-only to do it\n$/)
      expect(stock.changes).toEqual([])

      const done = await run(line, { answers: [fill(typed)], columns: 100, env })
      expect(done.questions).toHaveLength(1)
      expect(done.questions[0]).toMatch(/live|cannot be undone|announce/)
      // The app of `apps sync` is the stock server, which knows no such path.
      expect(done.code).toBe(line[0] === "apps" ? 5 : 0)
    },
  )
})

describe("read-only", () => {
  test.each([
    [{ env: { INNGEST_REPL_READ_ONLY: "1" } }, "INNGEST_REPL_READ_ONLY says so"],
    [{ profile: { readOnly: true } }, "Leave profile live to do it"],
  ])("by a variable and by the profile, and no flag takes it back: %j", async (given, hint) => {
    const { env = {}, profile = {} } = given as { env?: Record<string, string>; profile?: object }
    const stock = await startStockInngest()
    const state = makeDirectory()
    mkdirSync(join(state, "config"))
    writeFileSync(
      join(state, "config", "config.json"),
      JSON.stringify({ profiles: { live: { url: stock.url, ...profile } } }),
    )
    const outcome = await runCli(["-p", "live", "send", "a/b", "--no-read-only"], {
      env: { INNGEST_REPL_STATE_DIR: state, ...env },
    })
    expect(outcome).toMatchObject({ code: 4, out: "", err: `✗ read-only: \`send\` changes data. ${hint}\n` })
    expect((await runCli(["-p", "live", "events", "--dry-run"], { env: { INNGEST_REPL_STATE_DIR: state } })).code).toBe(
      2,
    )
    expect((await runCli(["-p", "live", "runs"], { env: { INNGEST_REPL_STATE_DIR: state, ...env } })).code).toBe(0)
    expect(stock.changes).toEqual([])
  })
})
