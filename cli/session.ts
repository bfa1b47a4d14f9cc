/** What lasts from one command to the next: the server, its client and its store, and what was seen last. */
import { AsyncLocalStorage } from "node:async_hooks"
import type { Fetch, InngestClient, WorkflowState, WorkflowStateInput } from "../src/index.ts"
import { CommandError } from "./command-error.ts"
import { type KeyName, keyNames } from "./config/config.ts"
import { describeReference, readKey } from "./config/keys.ts"
import type { Profile } from "./config/profile.ts"
import { type ConnectOptions, type Connection, connect } from "./connect.ts"
import { httpFetch } from "./http-fetch.ts"
import type { OpenStore, SessionKey } from "./open-store.ts"
import { sideFor } from "./target.ts"
import { missingServer, saysNothing, unreachable, withSource } from "./unreachable.ts"

/** Kinds of thing that `_` remembers the last of. */
export type ShownNoun = "event" | "run" | "workflow"

/** A change of a workflow's state that `undo` takes back. */
export interface Undoable {
  readonly workflowId: string
  /** What was there before; `null`: nothing. */
  readonly before: WorkflowState | null
  /** Of what was there before. */
  readonly beforeRevision: string | null | undefined
  /** What the change left behind; `null` after a deletion. */
  readonly after: WorkflowStateInput | null
  /** Of what the change left behind; `undefined` where the store has no revisions, `null` after a deletion. */
  readonly revision: string | null | undefined
  readonly what: "save" | "edit" | "delete" | "undo"
}

export interface Session {
  readonly profile: Profile
  readonly options: ConnectOptions
  /** Ids that were shown, by what they are of; the newest first. */
  readonly shown: ReadonlyMap<ShownNoun, readonly string[]>
  /** Changes of workflow states, the last one last. */
  readonly undoables: Undoable[]
  /** Say that ids were shown: the one that `_` stands for first. */
  noteShown(noun: ShownNoun, ids: readonly string[]): void
  /** Set by `exit`. */
  isLeaving: boolean
  /** The server; found, or started, at the first call. @throws CommandError, or what the data directory says */
  connect(): Promise<Connection>
  /**
   * The client of the server, one for the session: the ids that it gives to events only grow, so that a list has them in their order.
   *
   * @param isApart another one, which leaves nothing behind in the session's. For dry runs.
   */
  client(isApart?: boolean): Promise<InngestClient>
  /** Where workflow states are: the server's, or what the profile or `--store` names. @throws CommandError */
  store(): Promise<OpenStore>
  /** Read once. @throws CommandError `config` for a variable that is named and not set */
  keys(): Promise<Readonly<Record<KeyName, SessionKey>>>
  /** A named server that has been asked and has never said anything yet; `undefined`: there is none. */
  readonly silent: NamedServer | undefined
  /** Do work whose requests are one command's. */
  run<T>(command: RunningCommand, work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** A server, and the setting that named it. */
export interface NamedServer {
  readonly url: string
  readonly source: string
}

/** What the requests of a command have to do with it. */
export interface RunningCommand {
  /** Whoever runs it has set a time: it is the one that holds. */
  readonly isTimed?: boolean
  /** Put around the `fetch` that they go through. */
  readonly wrap?: (fetch: Fetch) => Fetch
  /** Ends the command with an error that no retry can change. */
  readonly stop: (error: unknown) => void
}

export interface SessionOptions extends ConnectOptions {
  /** Where keys are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** How long a named server may take for its first answer. @default 10 s, 25 s for what may be large */
  readonly patienceMs?: number
}

/** Less than the client gives each of its attempts: something that listens and says nothing is no Inngest, and is not asked four times. */
const patienceToReadMs = 10_000
const patienceToWriteMs = 25_000

/** How long another shell's server is taken to be what it was. */
const trustedMs = 1_000

/** Of each kind, for short ids. */
const shownSize = 1_000

export function createSession(profile: Profile, options: SessionOptions): Session {
  const { target } = profile
  /** Which command a request belongs to. A variable would not do: one that was stopped may still have requests when the next has begun. */
  const commands = new AsyncLocalStorage<RunningCommand>()
  const shown = new Map<ShownNoun, readonly string[]>()
  let connecting: Promise<Connection> | undefined
  let creating: Promise<InngestClient> | undefined
  let reading: Promise<Readonly<Record<KeyName, SessionKey>>> | undefined
  let opening: Promise<OpenStore & { close?: () => Promise<void> }> | undefined
  /** Named URLs that have answered. What answered once may be restarting, and is waited for. */
  let hasAnswered = false
  /** The embedded server of another shell is in use. When that ends, its data are what this session goes on with, whatever else listens. */
  let isOnData = false
  /** When the server of another shell was last known to be that. */
  let lookedAtMs = 0
  let silent: NamedServer | undefined

  const session: Session = {
    profile,
    options,
    shown,
    undoables: [],
    noteShown(noun, ids) {
      const before = shown.get(noun) ?? []
      shown.set(noun, [...new Set([...ids, ...before])].slice(0, shownSize))
    },
    isLeaving: false,
    connect: () => {
      if (connecting !== undefined) return connecting
      const attempt = connect(target, options, isOnData)
      connecting = attempt
      attempt.then(
        ({ kind }) => {
          isOnData = kind === "shared"
          lookedAtMs = performance.now()
        },
        () => {
          if (connecting === attempt) connecting = undefined
        },
      )
      return attempt
    },
    async client(isApart = false) {
      // Each time: a directory that can't be opened is said at once, and not after what the client takes for trouble on the way.
      await session.connect()
      if (isApart) return createSessionClient()
      const attempt = (creating ??= createSessionClient())
      attempt.catch(() => (creating = undefined))
      return attempt
    },
    async store() {
      const { store } = profile
      if (store === undefined) {
        const { kind, url } = await session.connect()
        const { workflows } = await session.client()
        return { store: workflows, name: kind === "own" || kind === "shared" ? "the embedded server's" : url }
      }
      const attempt = (opening ??= import("./store-driver.ts").then(async ({ openStore }) =>
        openStore(store, { env: options.env, profile, keys: await session.keys() }),
      ))
      attempt.catch(() => (opening = undefined))
      return attempt
    },
    get silent() {
      return silent
    },
    keys: () => {
      const attempt = (reading ??= readKeys(profile, options.env))
      // A command that gives a key may do so at the next try.
      attempt.catch(() => (reading = undefined))
      return attempt
    },
    run: (command, work) => commands.run(command, work),
    async close() {
      const [closing, opened] = [connecting, opening]
      connecting = undefined
      opening = undefined
      await (await opened?.catch(() => undefined))?.close?.()
      await (await closing?.catch(() => undefined))?.close()
    },
  }
  return session

  /** Asked of what another shell serves, and not at every request of a command. */
  async function isStillThere(connection: Connection): Promise<boolean> {
    if (connection.isStillThere === undefined || performance.now() - lookedAtMs < trustedMs) return true
    const isThere = await connection.isStillThere()
    lookedAtMs = performance.now()
    return isThere
  }

  async function createSessionClient(): Promise<InngestClient> {
    const [{ createClient }, { url }, keys] = await Promise.all([
      import("../src/index.ts"),
      session.connect(),
      session.keys(),
    ])
    const fetch = createFetch(url)
    return createClient({
      baseURL: url,
      eventKey: keys.eventKey.value,
      signingKey: keys.signingKey.value,
      signingKeyFallback: keys.signingKeyFallback.value,
      env: profile.env?.value,
      fetch: (input: string, init: RequestInit) => (commands.getStore()?.wrap?.(fetch) ?? fetch)(input, init),
    })
  }

  /**
   * Follows the data directory: when its owner has died, the next attempt of the same request goes to whoever owns it then, be it this
   * process. The client repeats a request unchanged, so an event that was taken is not taken twice.
   */
  function createFetch(baseURL: string): Fetch {
    const { origin } = new URL(baseURL)
    return async (input, init) => {
      // An app that is asked to announce its functions; the client sends no key there.
      if (new URL(input).origin !== origin) return httpFetch(input, init)
      const path = input.slice(baseURL.length)
      const { stop = () => {}, isTimed = false } = commands.getStore() ?? {}
      let attempt = session.connect()
      let connection: Connection
      try {
        connection = await attempt
        if (!(await isStillThere(connection))) {
          if (connecting === attempt) connecting = undefined
          attempt = session.connect()
          connection = await attempt
        }
      } catch (error) {
        stop(error)
        throw error
      }
      const isFirst = target.kind === "named" && !hasAnswered
      if (isFirst) silent = sideFor(target, path)
      const isRead = (init?.method ?? "GET") === "GET"
      const patienceMs = options.patienceMs ?? (isRead ? patienceToReadMs : patienceToWriteMs)
      const giveUp = (): void => {
        if (silent !== undefined) stop(saysNothing(silent, isRead))
      }
      const timer = isFirst && !isTimed ? setTimeout(giveUp, patienceMs) : undefined
      try {
        const [sentPath, sentInit] = profile.withheld === undefined ? [path, init] : withoutKeys(path, init)
        const response = await connection.fetch(connection.url + sentPath, sentInit)
        hasAnswered = true
        silent = undefined
        return response
      } catch (error) {
        if (isFirst && (error as Error).name === "TimeoutError") giveUp()
        if (connection.kind === "shared" && connecting === attempt) connecting = undefined
        if (hasAnswered || target.kind === "default") throw error
        const { url, source } = sideFor(target, path)
        const missing = missingServer(error)
        if (missing === undefined) throw init?.signal?.aborted ? error : withSource(error, url, source)
        stop(unreachable(url, source, missing))
        throw error
      } finally {
        clearTimeout(timer)
      }
    }
  }
}

/** The client takes keys from the environment, too; what is not to get any gets none. */
function withoutKeys(path: string, init: RequestInit = {}): [path: string, init: RequestInit] {
  const headers = new Headers(init.headers)
  headers.delete("authorization")
  return [path.replace(/^\/e\/[^/?]+/, "/e/NO_EVENT_KEY_SET"), { ...init, headers }]
}

async function readKeys(
  { keys, withheld, name }: Profile,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<KeyName, SessionKey>>> {
  const read = await Promise.all(
    keyNames.map(async (keyName) => {
      const { value: reference, source } = keys[keyName]
      const from = describeReference(reference)
      if (withheld !== undefined) return [keyName, { value: undefined, from, source }] as const
      const value = await readKey(reference, env)
      if (value === undefined && source.startsWith("profile "))
        throw new CommandError("config", `profile ${name}: its key is in ${from}, which holds none`)
      return [keyName, { value, from, source }] as const
    }),
  )
  return Object.fromEntries(read) as unknown as Readonly<Record<KeyName, SessionKey>>
}
