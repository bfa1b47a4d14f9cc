// The built program on a real pseudo-terminal: what no stream in this process can show.
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { complete } from "./support/complete.ts"
import { type Screen, hasPython, startTerminal } from "./support/pseudo-terminal.ts"
import { makeDirectory } from "./support/shell.ts"

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url))
const cache = fileURLToPath(new URL("../../.cache", import.meta.url))

/** The program, on a terminal of its own. */
function startOnTerminal(argv: string[], state: string, env: Record<string, string> = {}): Screen {
  return startTerminal([process.execPath, main, ...argv], {
    HOME: state,
    INNGEST_REPL_STATE_DIR: state,
    INNGEST_REPL_CONFIG: join(state, "config.json"),
    XDG_CACHE_HOME: cache,
    NODE_NO_WARNINGS: "1",
    ...env,
  })
}

describe.skipIf(!hasPython)("on a terminal (skipped where there is no python3 to make one)", () => {
  test("a session is typed, completed, interrupted, left, and its lines are there again", async () => {
    const state = makeDirectory()
    const first = startOnTerminal(["--ephemeral"], state)
    await first.see("dev ❯ ")
    first.type("send shop/order.paid {\r")
    await first.see("  … ")
    first.type("id: 7 }\r")
    await first.see("✓ sent shop/order.paid")
    first.type("tail --since 1h --every 20ms\r")
    await first.see('{"id":7}')
    first.type("\u0003")
    await first.see("stopped after 1 event")
    await first.see("dev ❯ ")
    first.type("workflow save order-7 status=running\r")
    await first.see("✓ saved order-7")
    await complete(first, "workflow de", "lete ")
    first.type("order-7\r")
    await first.see("? [y/N] ")
    first.type("\u0003")
    await first.see("✗ not done")
    first.type("\u0004")
    expect(await first.ended).toBe(0)

    const second = startOnTerminal(["--ephemeral"], state)
    await second.see("dev ❯ ")
    second.type("\u001b[A\u001b[A")
    await second.see("workflow save order-7 status=running")
    second.type("\r")
    await second.see("✓ saved order-7")
    second.type("exit\r")
    expect(await second.ended).toBe(0)
  })

  test("an editor gets the terminal and gives it back", async () => {
    const state = makeDirectory()
    // Reads a key from the terminal itself, as an editor does.
    const editor = `sh -c 'printf "editing? "; read key </dev/tty; sed -i "s/running/$key/" "$0"'`
    const shell = startOnTerminal(["--ephemeral"], state, { EDITOR: editor })
    await shell.see("dev ❯ ")
    shell.type("workflow save order-7 status=running\r")
    await shell.see("✓ saved order-7")
    await shell.see("dev ❯ ")
    shell.type("workflow edit order-7\r")
    await shell.see("editing? ")
    shell.type("completed\r")
    await shell.see('"status": "completed"')
    await shell.see("✓ saved order-7  status, updatedAt")
    await shell.see("dev ❯ ")
    shell.type("workflow load order-7 --get status\r")
    await shell.see("\ncompleted\n")
    shell.type("exit\r")
    expect(await shell.ended).toBe(0)
  })

  test("one command that has a question asks it, and its answer is the exit code", async () => {
    const state = makeDirectory()
    const save = startOnTerminal(["workflow", "save", "w", "status=running"], state)
    await save.see("✓ saved w")
    expect(await save.ended).toBe(0)
    for (const [answer, code] of [
      ["\r", 3],
      ["y\r", 0],
    ] as const) {
      const shell = startOnTerminal(["workflow", "delete", "w"], state)
      await shell.see("? [y/N] ")
      shell.type(answer)
      expect(await shell.ended).toBe(code)
    }
  })
})
