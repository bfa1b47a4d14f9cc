/** A program on a real pseudo-terminal. */
import { spawn, spawnSync } from "node:child_process"
import { onTestFinished } from "vitest"
import { createSight } from "./sight.ts"

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
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
  const sight = createSight(ended)
  child.stdout.setEncoding("utf8").on("data", sight.add)
  onTestFinished(async () => {
    child.kill("SIGKILL")
    await ended
  })
  return { type: (text) => void child.stdin.write(text), see: sight.see, ended }
}
