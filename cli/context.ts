/** Makes what a running command can reach, from the line's flags and the session. */
import type { Fetch } from "../src/index.ts"
import { applyLine } from "./apply-line.ts"
import { type CommandSpec, type Context, type Shell, commandTitle } from "./command.ts"
import { CommandError, usageError } from "./command-error.ts"
import { confirm } from "./confirm.ts"
import { effectOf } from "./effect-of.ts"
import { readNamedFile } from "./files.ts"
import type { FlagValues } from "./flag.ts"
import type { Word } from "./grammar/ast.ts"
import { findId, readIds } from "./ids.ts"
import { describePlace, nameOf } from "./place.ts"
import { createPlannedFetch, shownKeys } from "./planned-fetch.ts"
import type { View } from "./render/view.ts"
import type { PlannedRequest, Result } from "./result.ts"
import type { RunningCommand, Session } from "./session.ts"

export interface ContextOptions {
  readonly command: CommandSpec
  readonly operands: readonly string[]
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
  plan(): Result | undefined
}

export function createContext(options: ContextOptions): RunningContext {
  const { command, flags, shell, session, signal, stop } = options
  const { terminal, registry } = shell
  const effect = effectOf(command, options.operands)
  const isWrite = effect === "write" || effect === "destroy"
  const dry = ["dry-run", "curl"].find((name) => flags.isOn(name))
  const isDryRun = dry !== undefined
  if (isDryRun && !isWrite) throw usageError(`--${dry}: ${commandTitle(command)} writes nothing to a server`)
  const title = commandTitle(command)
  if (isWrite && !isDryRun) refuseReadOnly(session, title, flags.isOn("read-only"))
  const planned: PlannedRequest[] = []
  const context: RunningContext = {
    session,
    shell,
    registry,
    terminal,
    view: options.view,
    signal,
    input: shell.input,
    isDryRun,
    effect,
    show: options.show,
    source: { readFile: readNamedFile, readStdin: () => readStdin(shell) },
    client: () => session.client(isDryRun),
    async store() {
      if (!isDryRun) return session.store()
      const { planStore } = await import("./planned-store.ts")
      if (session.profile.store === undefined) {
        const { name } = await session.store()
        return { store: (await session.client(true)).workflows, name }
      }
      if (flags.isOn("curl")) throw usageError("--curl: this profile's store is reached by no URL of HTTP")
      return planStore(await session.store(), planned)
    },
    place: () => describePlace(session),
    statePlace: ({ name }) => `${nameOf(session)} (state store ${name})`,
    running: {
      stop: (error) => stop.abort(error),
      isTimed: flags.number("timeout") !== undefined,
      ...(isDryRun ? { wrap: (fetch: Fetch) => createPlannedFetch(fetch, planned, () => shownKeys(session)) } : {}),
    },
    idOf: (noun, text) => findId(noun, text, { session, signal }),
    idsOf: (noun, operands) => readIds(noun, operands, { session, signal, readStdin: () => readStdin(shell), title }),
    async confirm(question, on = session) {
      if (on !== session && !isDryRun) refuseReadOnly(on, title, flags.isOn("read-only"))
      if (isDryRun) return
      await confirm(question, {
        terminal,
        signal,
        mayAsk: shell.input !== "script" && !flags.isOn("no-input"),
        isYes: flags.isOn("yes"),
        confirmed: flags.text("confirm"),
        profile: on.profile.name,
        isProtected: on.profile.protection !== undefined,
        apply: (asked, missing) => applyLine(asked, missing, { words: options.words, command, shell }),
      })
    },
    async note(text) {
      if (!flags.isOn("quiet")) await terminal.say(`  ${text}`)
    },
    planned,
    plan() {
      if (!isDryRun) return undefined
      return flags.isOn("curl") ? { type: "curl", data: planned } : { type: "plan", data: planned }
    },
  }
  return context
}

/** Before any request. */
function refuseReadOnly({ profile }: Session, title: string, isFlag: boolean): void {
  const source = isFlag ? "--read-only" : profile.readOnly
  if (source === undefined) return
  const hint =
    source === "--read-only"
      ? "Drop --read-only to do it"
      : source.startsWith("profile ")
        ? `Leave ${source} to do it`
        : `${source} says so`
  throw new CommandError("read-only", `read-only: \`${title}\` changes data`, { hint })
}

async function readStdin({ isStdinTaken, terminal }: Shell): Promise<string> {
  if (!isStdinTaken) return terminal.readStdin()
  throw new CommandError("usage", "- reads stdin, and that is where the lines come from", {
    hint: "Name a file: @file",
  })
}
