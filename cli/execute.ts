/** One command, from its words to what is printed and the code it ends with. Nothing is thrown out of here. */
import { type CommandSpec, type Effect, type Shell, commandTitle } from "./command.ts"
import { CommandError, usageError } from "./command-error.ts"
import { createContext } from "./context.ts"
import { globalFlags } from "./global-flags.ts"
import type { ParsedLine, Word } from "./grammar/ast.ts"
import { createFlagValues } from "./grammar/flag-values.ts"
import { parse } from "./grammar/parse.ts"
import { render } from "./render/index.ts"
import { printable } from "./render/text-width.ts"
import type { View } from "./render/view.ts"
import { report } from "./report.ts"
import type { Result } from "./result.ts"
import type { NamedServer, Session } from "./session.ts"
import { shownIds } from "./shown-ids.ts"
import { asksForJson, toView } from "./view-options.ts"

/** Run a line of a script or of a person. @returns its exit code. */
export async function executeLine(words: readonly Word[], shell: Shell, signal: AbortSignal): Promise<number> {
  try {
    const parsed = await parse(words, shell.registry, globalFlags)
    const { command } = parsed
    if (command === undefined) throw new CommandError("usage", "a line begins with a command", { hint: "Try  help" })
    return await execute({ ...parsed, command }, words, shell, signal)
  } catch (error) {
    const isJson = asksForJson(words) || toView(shell.defaults, shell.terminal).format === "json"
    const { firstLine } = shell
    return report(error, shell.terminal, { isJson, noColor: shell.defaults.isOn("no-color"), firstLine })
  }
}

/** Run what was parsed. @returns its exit code. */
export async function execute(
  parsed: ParsedLine<CommandSpec>,
  words: readonly Word[],
  shell: Shell,
  outer: AbortSignal,
): Promise<number> {
  const { terminal } = shell
  const startedMs = performance.now()
  const flags = createFlagValues(parsed.flags, shell.defaults)
  const view = toView(flags, terminal)
  try {
    const { result, session, isDry } = await evaluate(parsed, words, shell, { signal: outer, show: print })
    if (result.isShown !== true) await print(result)
    if (!flags.isOn("quiet") && view.format === "table") await chat(result)
    if (flags.isOn("verbose") && parsed.command.effect !== "local" && session !== undefined) await verbosely(session)
    return isDry ? 0 : (result.exitCode ?? 0)
  } catch (error) {
    const isJson = view.format === "json"
    return await report(error, terminal, { isJson, noColor: flags.isOn("no-color"), firstLine: shell.firstLine })
  }

  async function print(result: Result): Promise<void> {
    const text = await render(result, view)
    if (text !== "") terminal.print(text)
  }

  /** What a person may like to know: nothing of it is data, so only terminals see it. */
  async function chat({ note, next }: Result): Promise<void> {
    if (!terminal.showsWords) return
    const theme = terminal.themes({ noColor: flags.isOn("no-color") }).words
    if (note !== undefined) await terminal.say(theme.faint(`  ${printable(note)}`))
    if (next === undefined) return
    // A cursor may be three lines of letters, which is for programs.
    const short = next.filter((line) => line.length <= longestNext)
    const shown = short.length === next.length ? short : [...short, "more by a greater --limit"]
    await terminal.say(theme.faint(`  next: ${printable(shown.join(" · "))}`))
  }

  async function verbosely(session: Session): Promise<void> {
    const { describeServer } = await import("./banner.ts")
    const took = `${Math.round(performance.now() - startedMs)} ms`
    await terminal.say(`  ${[...(await describeServer(session)), took].join(" · ")}`)
  }
}

const longestNext = 100

export interface Evaluated {
  readonly result: Result
  /** Of help there is none. */
  readonly session: Session | undefined
  /** The result is what would have been sent. */
  readonly isDry: boolean
}

/**
 * The result of what was parsed, and nothing printed but what a command shows on its way.
 *
 * @throws what the command throws; what ended it, where something did.
 */
export async function evaluate(
  parsed: ParsedLine<CommandSpec>,
  words: readonly Word[],
  shell: Shell,
  { signal: outer, show }: { signal: AbortSignal; show: (result: Result) => Promise<void> },
): Promise<Evaluated> {
  const flags = createFlagValues(parsed.flags, shell.defaults)
  const view = toView(flags, shell.terminal)
  const stop = new AbortController()
  const signal = AbortSignal.any([outer, stop.signal])
  const timeoutMs = flags.number("timeout")
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(
          () => stop.abort(timedOut(flags.text("timeout") ?? "", parsed.command.effect, session?.silent)),
          timeoutMs,
        )
  let session: Session | undefined
  try {
    signal.throwIfAborted()
    await checkSelection(view)
    const { operands, command } = parsed
    if (flags.isOn("help")) {
      const { describeCommand, describeNoun } = await import("./usage.ts")
      const noun = command.isDefault === true ? shell.registry.noun(command.name[0]) : undefined
      const result = await (noun === undefined ? describeCommand(command) : describeNoun(noun, shell.registry))
      return { result, session: undefined, isDry: false }
    }
    const here = await sessionFor(parsed, shell)
    session = here
    const present = async (result: Result): Promise<void> => {
      await show(result)
      for (const [noun, ids] of shownIds(result)) here.noteShown(noun, ids)
    }
    const context = createContext({
      command,
      operands,
      flags,
      words,
      shell,
      session: here,
      view,
      signal,
      stop,
      show: present,
    })
    const { run } = await command.load()
    const everyMs = flags.number("watch")
    if (everyMs !== undefined) refuseWatch(command, context.effect, view.format)
    const work = async (): Promise<Result> => {
      if (everyMs === undefined) return run({ ...parsed, flags }, context)
      const { watch } = await import("./watch.ts")
      return watch(() => run({ ...parsed, flags }, context), everyMs, context)
    }
    const result = await untilStopped(here.run(context.running, work), signal)
    const planned = context.plan()
    // What was not sent is nothing that `_` could stand for.
    if (planned === undefined) for (const [noun, ids] of shownIds(result)) here.noteShown(noun, ids)
    return { result: planned ?? result, session: here, isDry: planned !== undefined }
  } catch (error) {
    if (!signal.aborted) throw await explain(error, session)
    // A command that was ended may know more of what it leaves behind.
    throw error instanceof CommandError && error.cause === signal.reason ? error : signal.reason
  } finally {
    clearTimeout(timer)
  }
}

function refuseWatch(command: CommandSpec, effect: string, format: string): void {
  if (effect !== "read") throw usageError(`--watch: ${commandTitle(command)} is not run again and again`)
  if (format === "json") throw usageError("--watch: -o json is one document", { hint: "Use  -o ndjson" })
}

/** The session of a line: its own flags say more than what the process was started with. */
async function sessionFor({ flags, command }: ParsedLine<CommandSpec>, { sessions }: Shell): Promise<Session> {
  const given = (name: string): string | undefined => {
    const last = flags.get(name)?.at(-1)
    return typeof last === "object" ? last.text : undefined
  }
  const asked = { profile: given("profile"), url: given("url"), env: given("env"), store: given("store") }
  // There they are what is written, not where it goes.
  if (command.name[0] === "profile" || Object.values(asked).every((value) => value === undefined))
    return sessions.current
  const { request } = sessions
  const base = asked.profile === undefined ? request : { isReadOnly: request.isReadOnly ?? false }
  const own = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
  return sessions.open({ ...base, ...own, ...(asked.profile === undefined ? {} : { profileSource: "--profile" }) })
}

function timedOut(given: string, effect: Effect, silent: NamedServer | undefined): CommandError {
  const why = silent === undefined ? "" : `: ${silent.url} (from ${silent.source}) has said nothing`
  const isRead = effect === "read" || effect === "local"
  return new CommandError("timeout", `not done within ${given}${why}`, {
    hint: `${isRead ? "" : "What was sent may have been taken: "}--timeout sets how long to wait`,
  })
}

/** `--get` and `--fields` are looked at before anything is done, not when its result is there. */
async function checkSelection(view: View): Promise<void> {
  if (view.get === undefined && view.fields === undefined) return
  const { refuseSelection } = await import("./render/select.ts")
  refuseSelection(view)
}

async function explain(error: unknown, session: Session | undefined): Promise<unknown> {
  if (session === undefined || error instanceof CommandError) return error
  const [{ explainRefusal }, { explainGone }] = await Promise.all([
    import("./refused-key.ts"),
    import("./gone-server.ts"),
  ])
  return explainGone(await explainRefusal(error, session), session)
}

/** How long a command may take to end by itself once it was told to. */
const graceMs = 2_000

/** A command that was told to end is waited for, since it may have something to put away; but it must not hold the shell. */
async function untilStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let onAbort = (): void => {}
  const overdue = new Promise<never>((_resolve, reject) => {
    onAbort = () => void (timer = setTimeout(() => reject(signal.reason as Error), graceMs))
    signal.addEventListener("abort", onAbort, { once: true })
  })
  // The loser of the race may fail later, and nobody listens any more.
  work.catch(() => {})
  try {
    return await Promise.race([work, overdue])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener("abort", onAbort)
  }
}
