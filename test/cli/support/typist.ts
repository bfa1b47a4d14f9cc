/** A person at a terminal, in this process: types, and reads the screen. */
import { PassThrough } from "node:stream"
import { stripVTControlCharacters } from "node:util"
import { onTestFailed, onTestFinished } from "vitest"
import { runShell } from "../../../cli/start.ts"
import { type Streams, createTerminal } from "../../../cli/terminal.ts"
import { directoriesIn } from "./shell.ts"

export interface Typist {
  type(keys: string): void
  /** When it stands on the screen, behind everything that was waited for before. */
  see(text: string | RegExp): Promise<void>
  /** Everything that was ever on the screen. */
  readonly screen: string
  /** The same with the codes that move the cursor. */
  readonly written: string
  readonly code: Promise<number>
}

export const keys = { enter: "\r", up: "\u001b[A", tab: "\t", ctrlC: "\u0003", ctrlD: "\u0004" } as const

export function startTyping(argv: readonly string[], state: string): Typist {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin })
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 })
  const streams = { stdin, stdout: output, stderr: output, env: {} } as unknown as Streams
  let screen = ""
  let written = ""
  let seen = 0
  const looks = new Set<() => void>()
  output.setEncoding("utf8").on("data", (text: string) => {
    written += text
    screen += stripVTControlCharacters(text).replaceAll("\r", "")
    for (const look of looks) look()
  })
  const stop = new AbortController()
  const code = runShell({
    argv,
    env: {},
    directories: directoriesIn(state),
    projectDirectory: undefined,
    terminal: createTerminal(streams),
    streams,
    signal: stop.signal,
  })
  onTestFailed(() => void process.stderr.write(`--- the screen, behind what was seen:\n${screen.slice(seen)}\n---\n`))
  onTestFinished(async () => {
    stop.abort()
    await code
  })
  return {
    type: (text) => void stdin.write(text),
    see: (text) =>
      new Promise((resolve, reject) => {
        const literal = typeof text === "string" ? text.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`) : text
        const pattern = new RegExp(literal, "g")
        const look = (): void => {
          pattern.lastIndex = seen
          if (!pattern.test(screen)) return
          seen = pattern.lastIndex
          looks.delete(look)
          resolve()
        }
        looks.add(look)
        look()
        void code.then(() => reject(new Error(`the session ended without ${pattern} behind ${screen.slice(seen)}`)))
      }),
    get screen() {
      return screen
    },
    get written() {
      return written
    },
    code,
  }
}
