import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { findCompletion, toCandidates } from "../../cli/completion.ts"
import { fieldNames } from "../../cli/field-names.ts"
import { createRegistry } from "../../cli/registry.ts"
import { complete } from "./support/complete.ts"
import { runProcess } from "./support/process.ts"
import { hasPython, startTerminal } from "./support/pseudo-terminal.ts"
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
  ["runs --status ", ["running", "queued", "completed", "failed", "cancelled", "skipped"]],
  ["runs --status failed --status ca", ["cancelled"]],
  ["workflow save x status=", ["status=running", "status=completed", "status=failed", "status=canceled"]],
  ["workflow save x runId=r1 status=f", ["status=failed"]],
  ["workflow save x error=", []],
  ["set output ", ["table", "json", "ndjson", "id"]],
  ["set utc o", ["on", "off"]],
  ["set timeout ", []],
  ["events --dry", []],
  ["events --wat", ["--watch"]],
  ["send a/b --dry", ["--dry-run"]],
  ["send a/b --wat", []],
  ["api POST /x --dry", ["--dry-run"]],
])("%j is completed", (typed, candidates) => {
  expect(toCandidates(findCompletion(typed, registry))[0]).toEqual(candidates.map((candidate) => `${candidate} `))
})

test("keys of a payload are offered with what follows them, and no blank", () => {
  expect(toCandidates(findCompletion("workflow save x r", registry))).toEqual([["result:=", "runId="], "r"])
  expect(toCandidates(findCompletion("workflow save x status=failed in", registry))[0]).toEqual(["input:="])
})

test("names of fields are those of the command's results", async () => {
  const names = async (typed: string): Promise<string[]> => {
    const completion = findCompletion(typed, registry)
    expect(completion.live).toBe("field")
    return toCandidates(completion, await fieldNames(completion.title ?? ""))[0]
  }
  expect(await names("runs --fields st")).toEqual(["status ", "startedAt "])
  expect(await names("runs --fields id,status,en")).toEqual(["id,status,endedAt "])
  expect(await names("workflow load w --get=cr")).toEqual(["--get=createdAt "])
  expect(await names("show x --get wor")).toEqual(["workflowId "])
  expect(await names("events --get na")).toEqual(["name "])
  expect(await names("version --get ")).toEqual(["version "])
  expect(await names("clear --get ")).toEqual([])
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
  expect(await ask("workflow", "load", "or")).toBe("order-7\n")
  expect(await ask("workflow", "save", "order-7", "status=fa")).toBe("status=failed\n")
  expect(await ask("workflow", "save", "order-7", "status", "=", "fa")).toBe("failed\n")
  expect(await ask("workflow", "load", "order-7", "--fields", "id,upd")).toBe("id,updatedAt\n")
  expect(await runProcess(["--complete-words", "send", "--url", "nonsense", ""], { state })).toEqual({
    code: 0,
    out: "",
    err: "",
  })
})

describe.skipIf(!hasPython)("at a TAB (skipped where there is no python3 to make a terminal)", () => {
  const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url))
  const shells = [
    ["bash", ["bash", "--norc", "--noprofile", "-i"], ". ./script"],
    ["zsh", ["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D; . ./script"],
    ["fish", ["fish", "--no-config", "-i"], ". ./script"],
  ] as const

  for (const [name, command, setUp] of shells) {
    const isHere = spawnSync(name, ["-c", "exit"]).status === 0
    test.skipIf(!isHere)(
      `${name} completes with the script${isHere ? "" : ` (skipped: there is no ${name} here)`}`,
      async () => {
        const state = makeDirectory()
        await runProcess(["workflow", "save", "order-7", "status=running"], { state })
        const { out: script } = await runCli(["completion", name])
        writeFileSync(join(state, "script"), script)
        // As it is installed: by its name, on the path.
        const program = join(state, "inngest-repl")
        writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 })
        const screen = startTerminal(["sh", "-c", `cd ${state}; PATH=${state}:$PATH; exec "$@"`, "sh", ...command], {
          HOME: state,
          INNGEST_REPL_STATE_DIR: state,
          INNGEST_REPL_CONFIG: join(state, "config.json"),
          PS1: "$ ",
        })
        screen.type(`${setUp}; echo rea''dy\r`)
        await screen.see("ready\n")
        /** What the line is after a TAB: the shell is asked by what it runs. */
        const completes = async (typed: string, line: string): Promise<void> => {
          await complete(screen, typed, line)
          screen.type("\u0015")
        }
        await completes("inngest-repl workflow sa", "workflow save ")
        await completes("inngest-repl runs --status fa", "--status failed")
        await completes("inngest-repl workflow load ord", "order-7")
        await completes("inngest-repl workflow save order-7 status=com", "status=completed")
        // What a key is given stands right behind it.
        await complete(screen, "inngest-repl workflow save order-7 sta", "status=")
        screen.type("failed; exit\r")
        await screen.ended
        expect((await runProcess(["workflow", "load", "order-7", "--get", "status"], { state })).out).toBe("failed\n")
      },
    )
  }
})
