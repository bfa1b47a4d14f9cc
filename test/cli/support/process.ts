/** The program as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"

const main = fileURLToPath(new URL("../../../cli/main.ts", import.meta.url))

/** Shared, so that each process does not compile all of it again. */
const cache = fileURLToPath(new URL("../../../.cache", import.meta.url))

export interface ProcessOutcome {
  code: number | null
  out: string
  err: string
}

export interface RunningProcess {
  readonly child: ChildProcess
  readonly ended: Promise<ProcessOutcome>
  /** All of stdout so far. */
  readonly out: string
  write(text: string): void
  /** When stdout has it. Fails when the process ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>
}

/** @param state the state directory. Other variables of Inngest are not handed on. */
export function startProcess(
  argv: readonly string[],
  options: { state: string; env?: Record<string, string>; nodeFlags?: readonly string[] },
): RunningProcess {
  const { PATH = "", HOME = "" } = process.env
  const child = spawn(process.execPath, [...(options.nodeFlags ?? []), main, ...argv], {
    env: {
      PATH,
      HOME,
      INNGEST_REPL_STATE_DIR: options.state,
      INNGEST_REPL_CONFIG: `${options.state}/config/config.json`,
      XDG_CACHE_HOME: cache,
      NODE_NO_WARNINGS: "1",
      ...options.env,
    },
    stdio: ["pipe", "pipe", "pipe"],
  })
  let out = ""
  let err = ""
  const waiting = new Set<() => void>()
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text
    for (const look of waiting) look()
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (err += text))
  // A process that has ended, or was killed, does not read what is written to it.
  child.stdin.on("error", () => {})
  const ended = new Promise<ProcessOutcome>((resolve) => child.once("close", (code) => resolve({ code, out, err })))
  onTestFinished(async () => {
    child.kill("SIGKILL")
    await ended
  })
  return {
    child,
    ended,
    get out() {
      return out
    },
    write: (text) => void child.stdin.write(text),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(out)
          if (match === null) return
          waiting.delete(look)
          resolve(match)
        }
        waiting.add(look)
        look()
        void ended.then(() => reject(new Error(`ended without ${pattern}\n${out}\n${err}`)))
      }),
  }
}

export async function runProcess(
  argv: readonly string[],
  options: Parameters<typeof startProcess>[1] & { stdin?: string },
): Promise<ProcessOutcome> {
  const running = startProcess(argv, options)
  running.child.stdin?.end(options.stdin ?? "")
  return running.ended
}
