/** A person at a terminal, in this process: types, and reads the screen. */
import { PassThrough } from "node:stream"
import { onTestFinished } from "vitest"
import { runShell } from "../../../cli/start.ts"
import { type Streams, createTerminal } from "../../../cli/terminal.ts"
import { directoriesIn } from "./shell.ts"
import { createSight } from "./sight.ts"

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
  let written = ""
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
  const sight = createSight(code)
  output.setEncoding("utf8").on("data", (text: string) => {
    written += text
    sight.add(text)
  })
  onTestFinished(async () => {
    stop.abort()
    await code
  })
  return {
    type: (text) => void stdin.write(text),
    see: sight.see,
    get screen() {
      return sight.screen
    },
    get written() {
      return written
    },
    code,
  }
}
