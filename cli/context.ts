/** Makes what a running command can reach, from the line's flags and the session. */
import { type CommandSpec, type Context, commandTitle } from "./command.ts"
import { CommandError, usageError } from "./command-error.ts"
import { confirm } from "./confirm.ts"
import { readNamedFile } from "./files.ts"
import type { FlagValues } from "./flag.ts"
import type { Word } from "./grammar/ast.ts"
import { joinWords } from "./grammar/tokenize.ts"
import { createPlannedFetch } from "./planned-fetch.ts"
import type { View } from "./render/view.ts"
import type { PlannedRequest, Result } from "./result.ts"
import type { Fetch, RunningCommand, Session } from "./session.ts"
import type { Shell } from "./shell.ts"

export interface ContextOptions {
  readonly command: CommandSpec
  readonly flags: FlagValues
  readonly words: readonly Word[]
  readonly shell: Shell
  readonly session: Session
  readonly view: View
  readonly signal: AbortSignal
  /** Ends the command from inside. */
  readonly stop: AbortController
  readonly show: (result: Result) => Promise<void>
}

export interface RunningContext extends Context {
  readonly running: RunningCommand
  /** What a dry run would have sent; `undefined` when it is none. */
  planned(): Result | undefined
}

export function createContext(options: ContextOptions): RunningContext {
  const { flags, shell, session, signal, stop } = options
  const { terminal, registry } = shell
  const dry = ["dry-run", "curl"].find((name) => flags.isOn(name))
  const isDryRun = dry !== undefined
  if (isDryRun && options.command.effect !== "write" && options.command.effect !== "destroy")
    throw usageError(`--${dry}: ${commandTitle(options.command)} writes nothing to a server`)
  const planned: PlannedRequest[] = []
  return {
    session,
    registry,
    terminal,
    view: options.view,
    signal,
    input: shell.input,
    isDryRun,
    show: options.show,
    source: { readFile: readNamedFile, readStdin: () => readStdin(shell) },
    client: () => session.client(isDryRun),
    running: {
      stop: (error) => stop.abort(error),
      ...(isDryRun ? { wrap: (fetch: Fetch) => createPlannedFetch(fetch, planned) } : {}),
    },
    idOf(noun, text) {
      if (text !== "_") return text
      const id = session.lastShown.get(noun)
      if (id === undefined) throw new CommandError("usage", `_ is the ${noun} shown last, and none was shown yet`)
      return id
    },
    async confirm(question) {
      if (isDryRun || flags.isOn("yes")) return
      const mayAsk = shell.input !== "script" && !flags.isOn("no-input")
      const url = shell.input === "argv" ? undefined : shell.startFlags.text("url")
      const program = ["inngest-repl", ...(url === undefined ? [] : ["--url", url])]
      const texts = options.words.map(({ text }) => text)
      // Behind `--` it would be no flag.
      const end = texts.includes("--") ? texts.indexOf("--") : texts.length
      const apply = joinWords([...program, ...texts.toSpliced(end, 0, "--yes")])
      await confirm(question, { terminal, signal, mayAsk, apply })
    },
    async note(text) {
      if (!flags.isOn("quiet")) await terminal.say(`  ${text}`)
    },
    planned() {
      if (!isDryRun) return undefined
      return flags.isOn("curl") ? { type: "curl", data: planned } : { type: "plan", data: planned }
    },
  }
}

async function readStdin({ isStdinTaken, terminal }: Shell): Promise<string> {
  if (!isStdinTaken) return terminal.readStdin()
  throw new CommandError("usage", "- reads stdin, and that is where the lines come from", {
    hint: "Name a file: @file",
  })
}
