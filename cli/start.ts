/** The process: what it was called with, which of its ways of working is meant, and the code it ends with. */
import { type CommandSpec, type Shell, commandTitle } from "./command.ts"
import { CommandError, usageError } from "./command-error.ts"
import type { ProfileRequest } from "./config/profile.ts"
import { type Directories, findDirectories } from "./directories.ts"
import type { FlagValues } from "./flag.ts"
import { globalFlags, startFlags as processFlags } from "./global-flags.ts"
import type { FlagValue } from "./grammar/ast.ts"
import { createFlagValues, readOptions } from "./grammar/flag-values.ts"
import { type Parsed, parse } from "./grammar/parse.ts"
import { optionsOf } from "./option-settings.ts"
import { createRegistry } from "./registry.ts"
import { report } from "./report.ts"
import type { Sessions } from "./sessions.ts"
import { type Streams, type Terminal, createTerminal } from "./terminal.ts"
import { asksForJson, toView } from "./view-options.ts"

export interface Environment {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly directories: Directories
  /** Where a project's configuration is looked for, upwards; `undefined`: nowhere. */
  readonly projectDirectory: string | undefined
  readonly terminal: Terminal
  /** For typed lines. */
  readonly streams: Pick<Streams, "stdin" | "stdout" | "stderr">
  /** Ctrl-C and the end that the system asks for, outside of a session of typed lines. */
  readonly signal: AbortSignal
}

/** @returns the exit code. */
export async function start(): Promise<number> {
  const { stdout, argv, env, platform } = process
  const terminal = createTerminal(process)
  const stop = new AbortController()
  const interrupts: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"]
  // Once: whoever asks again gets what the system does by itself.
  for (const name of interrupts)
    process.once(name, () => stop.abort(new CommandError("interrupted", `stopped by ${name}`)))
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    // `| head` has seen enough.
    if (error.code === "EPIPE") stop.abort(new CommandError("interrupted", "nobody reads stdout any more"))
  })
  return runShell({
    argv: argv.slice(2),
    env,
    directories: findDirectories(env, platform),
    projectDirectory: process.cwd(),
    terminal,
    streams: process,
    signal: stop.signal,
  })
}

export async function runShell(environment: Environment): Promise<number> {
  const { argv, terminal } = environment
  const registry = createRegistry()
  const words = argv.map((text) => ({ text }))
  let parsed: Parsed
  try {
    parsed = await parse(words, registry, [...globalFlags, ...processFlags])
    refuseContradictions(createFlagValues(parsed.flags), parsed.command)
  } catch (error) {
    return report(error, terminal, { isJson: asksForJson(words), noColor: argv.includes("--no-color") })
  }
  const flags = createFlagValues(parsed.flags)
  if (parsed.command === undefined && (flags.isOn("help") || flags.isOn("version"))) return describe(flags, terminal)
  const { command } = parsed
  const lines = flags.all("execute")
  const input = command !== undefined ? "argv" : lines.length > 0 || !terminal.isInteractive ? "script" : "typed"
  let sessions: Sessions
  const settings = new Map<string, readonly FlagValue[]>()
  let savedSettings = new Map<string, readonly FlagValue[]>()
  const { createSessions } = await import("./sessions.ts")
  const sessionsOptions = {
    env: environment.env,
    projectDirectory: environment.projectDirectory,
    directories: environment.directories,
    isEphemeral: flags.isOn("ephemeral"),
    // A question can stay open for long, and others would wait for the data as long.
    isListening: command === undefined || command.effect === "destroy",
  }
  try {
    sessions = await createSessions(toRequest(flags), sessionsOptions)
    savedSettings = await readOptions(optionsOf(sessions.configs), globalFlags)
  } catch (error) {
    // Who asks for help may have to find out what is wrong with it.
    if (command?.needsNoProfile !== true && !flags.isOn("help"))
      return report(error, terminal, { isJson: asksForJson(words), noColor: flags.isOn("no-color") })
    const { noConfig } = await import("./config/config.ts")
    sessions = await createSessions({}, { ...sessionsOptions, env: {} }, { user: noConfig, project: noConfig })
  }
  const startFlags = createFlagValues(parsed.flags, createFlagValues(savedSettings))
  const shell: Shell = {
    sessions,
    registry,
    terminal,
    startFlags,
    settings,
    savedSettings,
    defaults: createFlagValues(settings, startFlags),
    input,
    isStdinTaken: command === undefined && lines.length === 0,
  }
  try {
    const { execute } = await import("./execute.ts")
    if (command !== undefined) return await execute({ ...parsed, command }, words, shell, environment.signal)
    if (input === "script") {
      const { runScript } = await import("./script.ts")
      const source = lines.length > 0 ? lines : terminal.readLines(environment.signal)
      return await runScript(source, shell, { signal: environment.signal, isWhole: lines.length > 0 })
    }
    const { runTyped } = await import("./repl.ts")
    const { streams, directories, env, signal } = environment
    return await runTyped(shell, { streams, historyFile: directories.historyOf, secrets: keysIn(env), signal })
  } finally {
    await sessions.close()
  }

  async function describe(given: FlagValues, shown: Terminal): Promise<number> {
    const view = toView(given, shown)
    const { render } = await import("./render/index.ts")
    if (given.isOn("help")) {
      const { describeAll } = await import("./usage.ts")
      shown.print(await render(await describeAll(registry, false), view))
    } else {
      const { version } = await import("./version.ts")
      shown.print(await render({ type: "version", data: { version } }, view))
    }
    return 0
  }
}

function refuseContradictions(flags: FlagValues, command: CommandSpec | undefined): void {
  const hint = "Give one or the other"
  if (command !== undefined && flags.text("execute") !== undefined)
    throw usageError(`-e runs a line, and ${commandTitle(command)} is a command already`, { hint })
  if (flags.text("url") !== undefined && flags.isOn("ephemeral"))
    throw usageError("--ephemeral is an embedded server, and --url names another", { hint })
}

function toRequest(flags: FlagValues): ProfileRequest {
  return {
    profile: flags.text("profile"),
    url: flags.text("url"),
    env: flags.text("env"),
    store: flags.text("store"),
    isReadOnly: flags.isOn("read-only"),
  }
}

/** Values of the variables that hold keys. */
function keysIn(env: Environment["env"]): string[] {
  return ["INNGEST_EVENT_KEY", "INNGEST_SIGNING_KEY", "INNGEST_SIGNING_KEY_FALLBACK"].flatMap((name) => env[name] || [])
}
