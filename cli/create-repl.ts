/** `inngest-kit/repl`: the shell as a library. Lines in, typed results out; or a whole session on streams of yours. */
import type { InngestClient, WorkflowStore } from "../src/index.ts"
import type { Shell } from "./command.ts"
import { CommandError, usageError } from "./command-error.ts"
import { noConfig } from "./config/config.ts"
import { type Profile, resolveProfile } from "./config/profile.ts"
import { findDirectories } from "./directories.ts"
import { evaluate } from "./execute.ts"
import { globalFlags } from "./global-flags.ts"
import { createFlagValues } from "./grammar/flag-values.ts"
import { parse } from "./grammar/parse.ts"
import { tokenize } from "./grammar/tokenize.ts"
import { createRegistry } from "./registry.ts"
import { type SessionKey, clientSource } from "./open-store.ts"
import type { Result } from "./result.ts"
import { type Session, createSession } from "./session.ts"
import type { Sessions } from "./sessions.ts"
import { createTerminal } from "./terminal.ts"

export { CommandError } from "./command-error.ts"
export type { CommandErrorKind } from "./command-error.ts"
export type { Result, ResultData, ResultOf, ResultType } from "./result.ts"

export interface ReplOptions {
  /** Whose server the lines are for. Its keys, retries and `fetch` are used as they are. */
  client: InngestClient
  /** Where workflow states are. @default the client's server */
  store?: WorkflowStore | undefined
  /** Where a session reads lines. @default the process's stdin */
  input?: NodeJS.ReadableStream | undefined
  /** Where a session writes. @default the process's stdout and stderr */
  output?: NodeJS.WritableStream | undefined
  /** What the prompt and the questions call the server. @default "client" */
  name?: string | undefined
  /** Refuse every line that changes something. @default false */
  readOnly?: boolean | undefined
}

export interface ExecuteOptions {
  /** Ends the command; its reason is thrown as it is. */
  signal?: AbortSignal | undefined
}

export interface Repl {
  /**
   * Run a line as it would be typed: `runs --status failed`. `_` and short ids know what earlier lines have shown.
   *
   * Nobody is asked: what needs a yes needs `--yes` in the line.
   *
   * @throws CommandError for a line that is not understood or not allowed (`kind` says which), and what the client throws.
   */
  execute(line: string, options?: ExecuteOptions): Promise<Result>
  /** A session on the streams, until it is left. @returns its exit code. */
  start(options?: ExecuteOptions): Promise<number>
}

/**
 * A shell on a client of yours.
 *
 * `--profile`, `--url`, `--store` and dry runs belong to the program `inngest-repl`, and are refused here.
 *
 * @example
 * ```ts
 * import { createClient } from "inngest-kit"
 * import { createRepl } from "inngest-kit/repl"
 *
 * const repl = createRepl({ client: createClient({ baseURL: "http://localhost:8288" }) })
 * const result = await repl.execute("runs --status failed --limit 5")
 * if (result.type === "runs") for (const run of result.data) console.log(run.id, run.functionId)
 * ```
 */
export function createRepl(options: ReplOptions): Repl {
  const { client, store = client.workflows, name = "client", readOnly = false } = options
  const input = options.input ?? process.stdin
  const output = options.output ?? process.stdout
  const streams = {
    stdin: input as NodeJS.ReadStream,
    stdout: output as NodeJS.WriteStream,
    stderr: (options.output ?? process.stderr) as NodeJS.WriteStream,
  }
  const terminal = createTerminal({ ...streams, env: process.env })
  const directories = findDirectories(process.env, process.platform)
  const configs = { user: noConfig, project: noConfig }
  const registry = createRegistry()
  const nothing = createFlagValues(new Map())
  let making: Promise<Shell> | undefined

  return {
    async execute(line, { signal = new AbortController().signal } = {}) {
      const shell = await shellOf("script")
      const tokenized = tokenize(line)
      if (tokenized.kind !== "words")
        throw usageError(tokenized.kind === "error" ? tokenized.message : `nothing closes the ${tokenized.opener}`, {
          at: tokenized.at,
          excerpt: line,
        })
      const { words } = tokenized
      const parsed = await parse(words, registry, globalFlags)
      const { command } = parsed
      if (command === undefined) throw usageError("a line begins with a command", { hint: "Try  help" })
      const parts: Result[] = []
      const { result } = await evaluate({ ...parsed, command }, words, shell, {
        signal,
        show: async (part) => void parts.push(part),
      })
      const shown = result.isShown === true ? joinParts(parts) : undefined
      return shown ?? result
    },
    async start({ signal = new AbortController().signal } = {}) {
      const { runTyped } = await import("./repl.ts")
      return runTyped(await shellOf("typed"), { streams, historyFile: directories.historyOf, secrets: [], signal })
    },
  }

  async function shellOf(inputKind: "script" | "typed"): Promise<Shell> {
    const shell = await (making ??= makeShell())
    return { ...shell, input: inputKind }
  }

  async function makeShell(): Promise<Shell> {
    const resolved = await resolveProfile({ url: apiURLOf(client), isReadOnly: readOnly }, {}, configs)
    const profile: Profile = { ...resolved, name, target: { kind: "default" } }
    const made = createSession(profile, { directories, isEphemeral: false, isListening: false, env: {} })
    const session: Session = Object.assign(made, {
      connect: async () => ({
        kind: "named" as const,
        url: apiURLOf(client),
        isListening: true,
        storage: undefined,
        fetch: globalThis.fetch,
        close: async () => {},
      }),
      async client(isApart = false) {
        if (isApart)
          throw new CommandError("unsupported", "a dry run needs the program inngest-repl: here the client is yours")
        return client
      },
      store: async () => ({ store, name: store.driver }),
      keys: async () => keysOfClient,
    } satisfies Partial<Session>)
    return {
      sessions: only(session),
      registry,
      terminal,
      startFlags: nothing,
      settings: new Map(),
      savedSettings: new Map(),
      defaults: nothing,
      input: "script",
      isStdinTaken: true,
    }
  }

  /** There is one session, and none can be asked for. */
  function only(session: Session): Sessions {
    const refuse = async (): Promise<never> => {
      throw new CommandError("unsupported", "here is one server, that of the client", {
        hint: "Profiles, --url and --store are of the program inngest-repl",
      })
    }
    return {
      current: session,
      opened: [session],
      request: {},
      configs,
      env: process.env,
      readConfigs: () => configs,
      resolve: async () => session.profile,
      open: refuse,
      use: refuse,
      close: () => session.close(),
    }
  }
}

/** It has them and does not show them. */
const keyOfClient: SessionKey = { value: undefined, from: clientSource, source: clientSource }
const keysOfClient = { eventKey: keyOfClient, signingKey: keyOfClient, signingKeyFallback: keyOfClient }

function apiURLOf(client: InngestClient): string {
  const { apiURL } = client.toJSON() as { apiURL: { value: string } }
  return apiURL.value
}

/** Of a command that shows as it goes: all of it as one. */
function joinParts(parts: readonly Result[]): Result | undefined {
  const [first] = parts
  if (first === undefined || !Array.isArray(first.data)) return first
  return { ...first, data: parts.flatMap(({ data }) => data as readonly unknown[]) } as Result
}
