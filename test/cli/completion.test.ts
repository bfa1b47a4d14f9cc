import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { findCompletion, toCandidates } from "../../cli/completion.ts"
import { createRegistry } from "../../cli/registry.ts"
import { runProcess } from "./support/process.ts"
import { makeDirectory, runCli } from "./support/shell.ts"

const registry = createRegistry()

test.each([
  ["sen", ["send"]],
  ["workflow", ["workflows", "workflow"]],
  ["workflow ", ["list", "load", "save", "edit", "delete", "history", "export", "import", "prune"]],
  ["workflow de", ["delete"]],
  ["events --si", ["--since"]],
  ["workflow save x --rep", ["--replace"]],
  ["workflows --status ca", ["canceled"]],
  ["events -o nd", ["ndjson"]],
  ["help wo", ["workflows", "workflow"]],
  ["help workflow lo", ["load"]],
  ["send a/b x", []],
  ["constructor ", []],
])("%j is completed", (typed, candidates) => {
  expect(toCandidates(findCompletion(typed, registry))[0]).toEqual(candidates.map((candidate) => `${candidate} `))
})

test("names that a server gives are offered as they are typed, and those that would have to be quoted are not", () => {
  const completion = findCompletion("workflow load ord", registry)
  expect(completion).toMatchObject({ live: "workflow", typed: "ord" })
  const names = ["order-7", "order 8", "order-\u001b[2J", "other"]
  expect(toCandidates(completion, names)).toEqual([["order-7 "], "ord"])
  expect(toCandidates(findCompletion("runs --fn=co", registry), ["core-x"])).toEqual([["--fn=core-x "], "--fn=co"])
})

test.each([
  ["send sh", "event-name"],
  ["send shop/x ", undefined],
  ["run get ", "run"],
  ["cancel a b ", "run"],
  ["runs --fn ", "function"],
  ["use ", "profile"],
  ["-p ", "profile"],
  ["events copy x --to ", "profile"],
  ["-p prod workflow delete a ", "workflow"],
  ["set ", "option"],
  ["api ", "method"],
  ["show ", "any"],
])("%j is completed by what there is: %s", (typed, live) => {
  expect(findCompletion(typed, registry).live).toBe(live)
})

test.each(["bash", "zsh", "fish"] as const)("%s gets a script that asks the program", async (shell) => {
  const { out, code } = await runCli(["completion", shell])
  expect(code).toBe(0)
  expect(out).toContain("inngest-repl --complete-words")
})

test("the program answers a shell at a TAB with candidates alone", async () => {
  const state = makeDirectory()
  await runProcess(["workflow", "save", "order-7", "status=running"], { state })
  const ask = async (...words: string[]): Promise<string> =>
    (await runProcess(["--complete-words", ...words], { state })).out
  expect(await ask("run", "ca")).toBe("cancel\n")
  expect(await ask("runs", "--status=fa")).toBe("--status=failed\n")
  expect(await ask("runs", "--status", "=", "fa")).toBe("failed\n")
  expect(await ask("-p", "pr")).toBe("prod\n")
  expect(await runProcess(["--complete-words", "send", "--url", "nonsense", ""], { state })).toEqual({
    code: 0,
    out: "",
    err: "",
  })
})

test("bash completes with the script", async () => {
  const state = makeDirectory()
  const { out: script } = await runCli(["completion", "bash"])
  const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url))
  const shell = `inngest-repl() { '${process.execPath}' '${main}' "$@"; }\n${script}\nCOMP_WORDS=(inngest-repl workflow sa); COMP_CWORD=2; _inngest_repl; echo "\${COMPREPLY[@]}"`
  const { stdout } = spawnSync("bash", ["-c", shell], {
    encoding: "utf8",
    env: { ...process.env, INNGEST_REPL_STATE_DIR: state, INNGEST_REPL_CONFIG: `${state}/c.json` },
  })
  expect(stdout).toBe("save\n")
})
