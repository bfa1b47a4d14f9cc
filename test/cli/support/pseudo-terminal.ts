/** A program on a real pseudo-terminal. */
import { spawn, spawnSync } from "node:child_process"
import { stripVTControlCharacters } from "node:util"
import { onTestFailed, onTestFinished } from "vitest"

/** Python's standard library has pseudo-terminals; Node's has none. */
export const hasPython: boolean = spawnSync("python3", ["-c", "import pty"]).status === 0

/** Hands bytes through between its own pipes and a terminal of 80 columns, or of so many as TERMINAL_COLUMNS says. */
const bridge = `
import os, pty, sys, select, fcntl, termios, struct
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(os.environ.get("TERMINAL_COLUMNS", "80")), 0, 0))
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

export interface Screen {
  type(text: string): void
  see(text: string | RegExp): Promise<void>
  readonly ended: Promise<number | null>
}

/** @param env besides PATH. */
export function startTerminal(command: readonly string[], env: Record<string, string>): Screen {
  const { PATH = "" } = process.env
  const child = spawn("python3", ["-c", bridge, ...command], {
    env: { PATH, TERM: "xterm-256color", ...env },
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
  onTestFailed(() => void process.stderr.write(`--- the screen, behind what was seen:\n${screen.slice(seen)}\n---\n`))
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
