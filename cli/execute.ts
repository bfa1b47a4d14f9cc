/** One command, from its words to what is printed and the code it ends with. Nothing is thrown out of here. */
import type { CommandSpec } from "./command.ts"
import { CommandError } from "./command-error.ts"
import { createContext } from "./context.ts"
import { globalFlags } from "./global-flags.ts"
import type { ParsedLine, Word } from "./grammar/ast.ts"
import { createFlagValues } from "./grammar/flag-values.ts"
import { parse } from "./grammar/parse.ts"
import { render } from "./render/index.ts"
import { printable } from "./render/text-width.ts"
import { report } from "./report.ts"
import type { Result, ResultType } from "./result.ts"
import { type Session, type ShownNoun, createSession } from "./session.ts"
import type { Shell } from "./shell.ts"
import { findTarget } from "./target.ts"
import { asksForJson, toView } from "./view-options.ts"

/** Run a line of a script or of a person. @returns its exit code. */
export async function executeLine(words: readonly Word[], shell: Shell, signal: AbortSignal): Promise<number> {
  try {
    const parsed = await parse(words, shell.registry, globalFlags)
    const { command } = parsed
    if (command === undefined) throw new CommandError("usage", "a line begins with a command", { hint: "Try  help" })
    return await execute({ ...parsed, command }, words, shell, signal)
  } catch (error) {
    const isJson = asksForJson(words) || toView(shell.startFlags, shell.terminal).format === "json"
    return report(error, shell.terminal, { isJson, noColor: shell.startFlags.isOn("no-color") })
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
  const flags = createFlagValues(parsed.flags, shell.startFlags)
  const view = toView(flags, terminal)
  const session = sessionFor(flags.text("url"), shell)
  const stop = new AbortController()
  const signal = AbortSignal.any([outer, stop.signal])
  const timeoutMs = flags.number("timeout")
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => stop.abort(timedOut(flags.text("timeout") ?? "")), timeoutMs)
  try {
    signal.throwIfAborted()
    if (flags.isOn("help")) {
      const { describeCommand } = await import("./usage.ts")
      await print(await describeCommand(parsed.command))
      return 0
    }
    const context = createContext({
      command: parsed.command,
      flags,
      words,
      shell,
      session,
      view,
      signal,
      stop,
      show: print,
    })
    const { run } = await parsed.command.load()
    const result = await untilStopped(
      session.run(context.running, () => run({ ...parsed, flags }, context)),
      signal,
    )
    const planned = context.planned()
    await print(planned ?? result)
    remember(result, session)
    if (!flags.isOn("quiet") && view.format === "table") await chat(planned === undefined ? result : undefined)
    if (flags.isOn("verbose") && parsed.command.effect !== "local") await verbosely()
    return 0
  } catch (error) {
    const isJson = view.format === "json"
    return await report(signal.aborted ? signal.reason : error, terminal, { isJson, noColor: flags.isOn("no-color") })
  } finally {
    clearTimeout(timer)
    if (session !== shell.session) await session.close()
  }

  async function print(result: Result): Promise<void> {
    const text = await render(result, view)
    if (text !== "") terminal.print(text)
  }

  /** What a person may like to know: nothing of it is data, so only terminals see it. */
  async function chat(result: Result | undefined): Promise<void> {
    if (result === undefined || !terminal.showsWords) return
    const theme = terminal.themes({ noColor: flags.isOn("no-color") }).words
    if (result.next !== undefined) await terminal.say(theme.faint(`  next: ${printable(result.next.join(" · "))}`))
  }

  async function verbosely(): Promise<void> {
    const { describeServer } = await import("./banner.ts")
    const took = `${Math.round(performance.now() - startedMs)} ms`
    await terminal.say(`  ${[...(await describeServer(session)), took].join(" · ")}`)
  }
}

function sessionFor(url: string | undefined, { session, startFlags }: Shell): Session {
  if (url === startFlags.text("url")) return session
  return createSession(findTarget(url, {}), session.options)
}

function timedOut(given: string): CommandError {
  return new CommandError("timeout", `not done within ${given}`, {
    hint: "What was sent may have been taken: --timeout sets how long to wait",
  })
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

const nouns: Partial<Record<ResultType, ShownNoun>> = {
  sent: "event",
  events: "event",
  event: "event",
  workflows: "workflow",
  workflow: "workflow",
  saved: "workflow",
}

/** `_` is the newest thing shown: of a list the first, of several that were sent the last. */
function remember(result: Result, session: Session): void {
  const noun = nouns[result.type]
  if (noun === undefined) return
  const id = idShownLast(result)
  if (id !== undefined) session.lastShown.set(noun, id)
}

function idShownLast(result: Result): string | undefined {
  switch (result.type) {
    case "sent":
      return result.data.eventIds.at(-1)
    case "events":
      return result.data[0]?.internalId
    case "event":
      return result.data.internalId
    case "workflows":
      return result.data[0]?.workflowId
    case "workflow":
    case "saved":
      return result.data.workflowId
    default:
      return undefined
  }
}
