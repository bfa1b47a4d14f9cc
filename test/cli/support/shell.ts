/** A shell in this process, whose terminal is text. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PassThrough } from "node:stream"
import { onTestFinished } from "vitest"
import { type Directories, findDirectories } from "../../../cli/directories.ts"
import { createTheme } from "../../../cli/render/theme.ts"
import { runShell } from "../../../cli/start.ts"
import type { Streams, Terminal } from "../../../cli/terminal.ts"

export interface ShellOptions {
  stdin?: string
  /** Columns of the terminal that a person looks at; without it stdout and stderr are pipes. */
  columns?: number
  /** What the person answers to questions, in order. A person who is not asked leaves some of them. */
  answers?: readonly (string | undefined | (() => Promise<string>))[]
  env?: Record<string, string>
  signal?: AbortSignal
  /** Where a project's configuration is. */
  projectDirectory?: string
}

export interface ShellOutcome {
  code: number
  out: string
  err: string
  /** What was asked. */
  questions: string[]
  /** What was said in place of what was said before. */
  progress: string[]
}

/** Run the program with an argv. Its state is in a directory of this test, and nothing is read from the real environment. */
export async function runCli(argv: readonly string[], options: ShellOptions = {}): Promise<ShellOutcome> {
  const { stdin, columns, answers, env = {}, signal = new AbortController().signal } = options
  const out: string[] = []
  const err: string[] = []
  const questions: string[] = []
  const progress: string[] = []
  const left = [...(answers ?? [])]
  const isTerminal = columns !== undefined
  const terminal: Terminal = {
    isInteractive: answers !== undefined,
    showsData: isTerminal,
    showsWords: isTerminal,
    width: columns,
    print: (text) => void out.push(`${text}\n`),
    say: async (text) => void err.push(`${text}\n`),
    sayInPlace: (text) => void progress.push(text),
    handOver: (work) => work(),
    clear: () => {},
    readStdin: async () => stdin ?? "",
    readLines: async function* () {
      yield* (stdin ?? "").split("\n")
    },
    ask: async (question) => {
      questions.push(question)
      const answer = left.shift()
      return typeof answer === "function" ? answer() : answer
    },
    themes: () => ({ data: createTheme(false), words: createTheme(false) }),
  }
  const code = await runShell({
    argv,
    env,
    directories: directoriesIn(env.INNGEST_REPL_STATE_DIR ?? makeDirectory()),
    projectDirectory: options.projectDirectory,
    terminal,
    streams: noStreams(),
    signal,
  })
  return { code, out: out.join(""), err: err.join(""), questions, progress }
}

/** State and configuration of the user that a test plays. */
export function directoriesIn(state: string): Directories {
  return findDirectories(
    { INNGEST_REPL_STATE_DIR: state, INNGEST_REPL_CONFIG: join(state, "config", "config.json") },
    "linux",
  )
}

/** A directory that is gone after the test. */
export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "inngest-repl-"))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

function noStreams(): Pick<Streams, "stdin" | "stdout" | "stderr"> {
  const stream = new PassThrough()
  return { stdin: stream, stdout: stream, stderr: stream } as unknown as Streams
}
