// The built program on a real pseudo-terminal: what no stream in this process can show.
import { spawn, spawnSync } from "node:child_process"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { fileURLToPath } from "node:url"
import { describe, expect, onTestFinished, test } from "vitest"
import { makeDirectory } from "./support/shell.ts"

/** Python's standard library has pseudo-terminals; Node's has none. */
const hasPython = spawnSync("python3", ["-c", "import pty"]).status === 0

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url))
const cache = fileURLToPath(new URL("../../.cache", import.meta.url))

/** Hands bytes through between its own pipes and a terminal of 80 columns. */
const bridge = `
import os, pty, sys, select, fcntl, termios, struct
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
is_open = True
while True:
    ready, _, _ = select.select([fd] + ([0] if is_open else []), [], [])
    if fd in ready:
        try: data = os.read(fd, 65536)
        except OSError: break
        if not data: break
        os.write(1, data)
    if 0 in ready:
        data = os.read(0, 65536)
        if data: os.write(fd, data)
        else: is_open = False
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

interface Screen {
  type(text: string): void
  see(text: string | RegExp): Promise<void>
  readonly ended: Promise<number | null>
}

function startOnTerminal(argv: string[], state: string, env: Record<string, string> = {}): Screen {
  const { PATH = "" } = process.env
  const child = spawn("python3", ["-c", bridge, process.execPath, main, ...argv], {
    env: {
      PATH,
      HOME: state,
      TERM: "xterm-256color",
      INNGEST_REPL_STATE_DIR: state,
      INNGEST_REPL_CONFIG: join(state, "config.json"),
      XDG_CACHE_HOME: cache,
      NODE_NO_WARNINGS: "1",
      ...env,
    },
    stdio: ["pipe", "pipe", "inherit"],
  })
  let screen = ""
  let seen = 0
  const looks = new Set<() => void>()
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen = (screen + stripVTControlCharacters(text)).replaceAll("\r", "")
    for (const look of looks) look()
  })
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
  onTestFinished(async () => {
    child.kill("SIGKILL")
    await ended
  })
  return {
    type: (text) => void child.stdin.write(text),
    see: (text) =>
      new Promise((resolve, reject) => {
        const source = typeof text === "string" ? text.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`) : text.source
        const pattern = new RegExp(source, "g")
        const look = (): void => {
          pattern.lastIndex = seen
          if (!pattern.test(screen)) return
          seen = pattern.lastIndex
          looks.delete(look)
          resolve()
        }
        looks.add(look)
        look()
        void ended.then(() => reject(new Error(`ended without ${pattern} behind ${screen.slice(seen)}`)))
      }),
    ended,
  }
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
    first.type("workflow de")
    first.type("\t")
    await first.see("lete ")
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
