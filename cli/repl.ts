/**
 * The session: lines that a person types, run one after the other from a queue of our own, however fast they come.
 *
 * R1  One command runs at a time; lines that are typed or pasted meanwhile wait.
 * R2  Ctrl-C ends the running command, or drops the line. It never ends the session; Ctrl-D does, but at a question both are its No.
 * R3  A question is answered by a line typed after it, never by one that was waiting.
 */
import { type Interface, createInterface } from "node:readline"
import { describeSession } from "./banner.ts"
import type { Shell } from "./command.ts"
import { CommandError, usageError } from "./command-error.ts"
import { findCompletion, toCandidates } from "./completion.ts"
import { executeLine } from "./execute.ts"
import { tokenize } from "./grammar/tokenize.ts"
import { type History, historySize, openHistory } from "./history.ts"
import { type SearchableLine, attachHistorySearch } from "./history-search.ts"
import { createLiveNames } from "./live-names.ts"
import { nameOf } from "./place.ts"
import { printable } from "./render/text-width.ts"
import { report } from "./report.ts"
import { isComment } from "./script.ts"
import type { Streams, Terminal } from "./terminal.ts"

export interface TypedOptions {
  readonly streams: Pick<Streams, "stdin" | "stdout" | "stderr">
  /** Of a profile. */
  readonly historyFile: (profile: string) => string
  /** Keys that are known: they do not get into the history. */
  readonly secrets: readonly string[]
  readonly signal: AbortSignal
}

/** @returns the exit code: 0, or what keeps a session from beginning. */
export async function runTyped(shell: Shell, { streams, historyFile, secrets, signal }: TypedOptions): Promise<number> {
  const noColor = shell.defaults.isOn("no-color")
  const theme = shell.terminal.themes({ noColor }).words
  try {
    const banner = await describeSession(shell.sessions.current)
    if (!shell.defaults.isOn("quiet")) await shell.terminal.say(theme.faint(printable(banner)))
  } catch (error) {
    return report(error, shell.terminal, { isJson: false, noColor })
  }
  const { sessions } = shell
  const histories = new Map<string, History>()
  let history = await historyOf()
  const names = createLiveNames(sessions)
  const { stdin, stdout, stderr } = streams
  const readline = createInterface({
    input: stdin,
    // stdout is for data, also when a person looks at both.
    output: stderr.isTTY === true ? stderr : stdout,
    terminal: true,
    history: [...history.lines],
    historySize,
    completer: (typed: string, done: (error: null, result: [string[], string]) => void) => {
      const completion = findCompletion(typed, shell.registry)
      const known = completion.live === undefined ? Promise.resolve([]) : names.of(completion.live, completion.title)
      known.then(
        (found) => done(null, toCandidates(completion, found)),
        () => done(null, toCandidates(completion)),
      )
    },
  }) as TypedInterface
  attachHistorySearch(readline, () => history.lines)
  const lines = createLineQueue(readline, () => history)
  const asking = withTerminal(shell, withLines(shell.terminal, lines))
  const leave = (): void => readline.close()
  signal.addEventListener("abort", leave, { once: true })
  try {
    let pending = ""
    for (;;) {
      const event = await lines.next(pending === "" ? promptOf(shell) : `${theme.faint("  …")} `)
      if (event.kind === "end") {
        lines.endLine()
        break
      }
      if (event.kind === "interrupt") {
        pending = ""
        continue
      }
      if (pending === "" && isComment(event.line)) continue
      const statement = pending === "" ? event.line : `${pending}\n${event.line}`
      const tokenized = tokenize(statement)
      pending = tokenized.kind === "unclosed" ? statement : ""
      if (tokenized.kind === "unclosed") continue
      await history.add(statement)
      lines.showHistory()
      if (tokenized.kind === "error") {
        const { message, at } = tokenized
        const excerpt = statement.split("\n")[at.line - 1] ?? ""
        await report(usageError(message, { at, excerpt }), shell.terminal, { isJson: false, noColor })
      } else {
        const { words } = tokenized
        await lines.whileRunning((stop) => executeLine(words, asking, AbortSignal.any([signal, stop])))
      }
      if (sessions.current.isLeaving) break
      history = await historyOf()
      lines.showHistory()
    }
  } finally {
    signal.removeEventListener("abort", leave)
    readline.close()
  }
  return 0

  /** Each profile has its own, so that what is good for one is not at hand in another. */
  async function historyOf(): Promise<History> {
    const { name } = sessions.current.profile
    const keys = await sessions.current.keys().catch(() => undefined)
    const own = Object.values(keys ?? {}).flatMap(({ value }) => (value === undefined ? [] : [value]))
    const opened = histories.get(name) ?? (await openHistory(historyFile(name), [...secrets, ...own]))
    histories.set(name, opened)
    return opened
  }
}

/** `dev ❯`; `prod! ❯` where care is asked for. */
function promptOf({ sessions, terminal, defaults }: Shell): string {
  const theme = terminal.themes({ noColor: defaults.isOn("no-color") }).words
  const { protection } = sessions.current.profile
  const name = nameOf(sessions.current)
  return protection === undefined ? `${theme.strong(name)} ${theme.name("❯")} ` : `${theme.bad(`${name}! ❯`)} `
}

function withTerminal(shell: Shell, terminal: Terminal): Shell {
  return { ...shell, terminal }
}

/** Questions are asked, and the terminal handed over, by who reads the lines. What is printed begins on a line of its own. */
function withLines(terminal: Terminal, { ask, handOver, clearTyped }: LineQueue): Terminal {
  const print: Terminal["print"] = (text) => {
    clearTyped()
    terminal.print(text)
  }
  const say: Terminal["say"] = (text) => {
    clearTyped()
    return terminal.say(text)
  }
  const own = { ask, handOver, print, say } satisfies Partial<Terminal>
  return Object.create(
    terminal,
    Object.fromEntries(Object.entries(own).map(([name, value]) => [name, { value }])),
  ) as Terminal
}

/** Node has them and does not type them. */
type TypedInterface = Interface & SearchableLine & { history: string[] }

type LineEvent =
  | { readonly kind: "line"; readonly line: string }
  | { readonly kind: "interrupt" }
  | { readonly kind: "end" }

interface LineQueue {
  /** Shows the prompt, unless a line is waiting. */
  next(prompt: string): Promise<LineEvent>
  /** The history again, after a statement was added. */
  showHistory(): void
  ask(question: string, signal: AbortSignal): Promise<string | undefined>
  /** Let another program have the keyboard. */
  handOver(work: () => Promise<void>): Promise<void>
  whileRunning(work: (signal: AbortSignal) => Promise<unknown>): Promise<void>
  /** Off the screen with what is being typed while a command runs; it stands behind the next prompt again. */
  clearTyped(): void
  /** So that what comes after the session begins on its own line. */
  endLine(): void
}

function createLineQueue(readline: TypedInterface, historyOf: () => History): LineQueue {
  const waiting: string[] = []
  let deliver: ((event: LineEvent) => void) | undefined
  let running: AbortController | undefined
  let giveUpQuestion: (() => void) | undefined
  let isClosed = false

  readline.on("line", (line) => {
    if (deliver === undefined) waiting.push(line)
    else deliver({ kind: "line", line })
  })
  readline.on("close", () => {
    isClosed = true
    giveUpQuestion?.()
    deliver?.({ kind: "end" })
  })
  // readline keeps each line that is entered, parts of statements and answers too; ours are whole.
  readline.on("history", () => showHistory())
  readline.on("SIGINT", () => {
    // As a terminal does with what was typed ahead.
    waiting.length = 0
    if (giveUpQuestion !== undefined) giveUpQuestion()
    else if (running !== undefined) running.abort(new CommandError("interrupted", "stopped"))
    else {
      write("^C\n")
      dropTyped()
      deliver?.({ kind: "interrupt" })
    }
  })
  // oxlint-disable-next-line no-underscore-dangle -- readline calls it by this name
  const press = readline._ttyWrite.bind(readline)
  // oxlint-disable-next-line no-underscore-dangle
  readline._ttyWrite = (text, key) => {
    const isEnd = key.ctrl === true && key.name === "d" && readline.line === ""
    if (isEnd && giveUpQuestion !== undefined) giveUpQuestion()
    else press(text, key)
  }
  return { next, showHistory, ask, handOver, whileRunning, clearTyped, endLine: () => write("\n") }

  function next(prompt: string): Promise<LineEvent> {
    const line = waiting.shift()
    if (line !== undefined) {
      // It was echoed when it was typed, above what ran then; again, so that it stands above what it does.
      write(`${prompt}${line}\n`)
      return Promise.resolve({ kind: "line", line })
    }
    if (isClosed) return Promise.resolve({ kind: "end" })
    readline.setPrompt(prompt)
    readline.prompt(true)
    return new Promise<LineEvent>((resolve) => {
      deliver = (event) => {
        deliver = undefined
        resolve(event)
      }
    })
  }

  function showHistory(): void {
    readline.history.splice(0, readline.history.length, ...historyOf().lines)
  }

  function ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    if (isClosed) return Promise.resolve(undefined)
    // R3
    dropTyped()
    return new Promise((resolve) => {
      const end = (answer: string | undefined): void => {
        giveUpQuestion = undefined
        signal.removeEventListener("abort", onAbort)
        resolve(answer)
      }
      const given = new AbortController()
      const onAbort = (): void => {
        // readline leaves the line of the question by itself.
        given.abort()
        end(undefined)
      }
      giveUpQuestion = onAbort
      signal.addEventListener("abort", onAbort, { once: true })
      readline.question(question, { signal: given.signal }, end)
    })
  }

  async function handOver(work: () => Promise<void>): Promise<void> {
    readline.pause()
    const { input } = readline as unknown as { input: NodeJS.ReadStream }
    input.setRawMode?.(false)
    try {
      await work()
    } finally {
      input.setRawMode?.(true)
      readline.resume()
    }
  }

  async function whileRunning(work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    running = new AbortController()
    try {
      await work(running.signal)
    } finally {
      running = undefined
    }
  }

  function clearTyped(): void {
    if (readline.line !== "" && giveUpQuestion === undefined) write("\r\u001b[2K")
  }

  /** What stands in the line and was not entered. */
  function dropTyped(): void {
    if (readline.line === "") return
    // To its end, then back to its start.
    readline.write(null, { ctrl: true, name: "e" })
    readline.write(null, { ctrl: true, name: "u" })
  }

  function write(text: string): void {
    ;(readline as unknown as { output: NodeJS.WritableStream }).output.write(text)
  }
}
