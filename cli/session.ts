/** What lasts from one command to the next: the server, its client, and what was seen last. */
import { AsyncLocalStorage } from "node:async_hooks"
import type { InngestClient } from "../src/index.ts"
import { type ConnectOptions, type Connection, connect } from "./connect.ts"
import { type Target, sideFor } from "./target.ts"
import { missingServer, unreachable, withSource } from "./unreachable.ts"

/** Kinds of thing that `_` remembers the last of. */
export type ShownNoun = "event" | "workflow"

export interface Session {
  readonly target: Target
  readonly options: ConnectOptions
  /** The ids that were shown last, by what they are of. */
  readonly lastShown: Map<ShownNoun, string>
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
  /** Do work whose requests are one command's. */
  run<T>(command: RunningCommand, work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** What the requests of a command have to do with it. */
export interface RunningCommand {
  /** Put around the `fetch` that they go through. */
  readonly wrap?: (fetch: Fetch) => Fetch
  /** Ends the command with an error that no retry can change. */
  readonly stop: (error: unknown) => void
}

export type Fetch = typeof globalThis.fetch

export function createSession(target: Target, options: ConnectOptions): Session {
  /** Which command a request belongs to. A variable would not do: one that was stopped may still have requests when the next has begun. */
  const commands = new AsyncLocalStorage<RunningCommand>()
  let connecting: Promise<Connection> | undefined
  let creating: Promise<InngestClient> | undefined
  /** Named URLs that have answered. What answered once may be restarting, and is waited for. */
  let hasAnswered = false

  const session: Session = {
    target,
    options,
    lastShown: new Map(),
    isLeaving: false,
    connect: () => {
      const attempt = (connecting ??= connect(target, options))
      attempt.catch(() => {
        if (connecting === attempt) connecting = undefined
      })
      return attempt
    },
    async client(isApart = false) {
      // Each time: a directory that can't be opened is said at once, and not after what the client takes for trouble on the way.
      await session.connect()
      return isApart ? createSessionClient() : (creating ??= createSessionClient())
    },
    run: (command, work) => commands.run(command, work),
    async close() {
      const closing = connecting
      connecting = undefined
      await (await closing?.catch(() => undefined))?.close()
    },
  }
  return session

  async function createSessionClient(): Promise<InngestClient> {
    const { createClient } = await import("../src/index.ts")
    const { url } = await session.connect()
    const fetch = createFetch(url)
    return createClient({
      baseURL: url,
      fetch: (input, init) => (commands.getStore()?.wrap?.(fetch) ?? fetch)(input, init),
    })
  }

  /**
   * Follows the data directory: when its owner has died, the next attempt of the same request goes to whoever owns it then, be it this
   * process. The client repeats a request unchanged, so an event that was taken is not taken twice.
   */
  function createFetch(baseURL: string): Fetch {
    return async (input, init) => {
      const path = String(input).slice(baseURL.length)
      const stop = commands.getStore()?.stop ?? (() => {})
      const attempt = session.connect()
      let connection: Connection
      try {
        connection = await attempt
      } catch (error) {
        stop(error)
        throw error
      }
      try {
        const response = await connection.fetch(connection.url + path, init)
        hasAnswered = true
        return response
      } catch (error) {
        if (connection.kind === "shared" && connecting === attempt) connecting = undefined
        if (hasAnswered || target.kind === "default") throw error
        const { url, source } = sideFor(target, path)
        const missing = missingServer(error)
        if (missing === undefined) throw init?.signal?.aborted ? error : withSource(error, url, source)
        stop(unreachable(url, source, missing))
        throw error
      }
    }
  }
}
