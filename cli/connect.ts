/** A target → something that answers requests. */
import type { Fetch } from "../src/index.ts"
import type { Directories } from "./directories.ts"
import { httpFetch } from "./http-fetch.ts"
import { type NamedTarget, type Target, sideFor } from "./target.ts"

export interface Connection {
  /**
   * `named`: the URL that was asked for · `found`: a server that listens where Inngest does · `shared`: the embedded server of another shell,
   * on our data · `own`: the embedded server, in this process.
   */
  readonly kind: "named" | "found" | "shared" | "own"
  /** Base of all URLs, for people too. */
  readonly url: string
  /** Whether others reach `url`, too. Without it the embedded server is for this process alone. */
  readonly isListening: boolean
  /** Of the embedded server. */
  readonly storage: "disk" | "memory" | undefined
  readonly fetch: Fetch
  /** Of `shared`: whether it is still the server of our data that listens there, and no other. */
  readonly isStillThere?: () => Promise<boolean>
  close(): Promise<void>
}

export interface ConnectOptions {
  readonly directories: Directories
  /** The embedded server in memory, whatever else there is. */
  readonly isEphemeral: boolean
  /** Put an embedded server of our own on a port. A single command, over in a moment, needs none. */
  readonly isListening: boolean
  /** Where an Inngest that was not named is looked for. @default http://localhost:8288 */
  readonly usualURL?: string
}

/** Where an Inngest dev server listens unless told otherwise. */
export const defaultURL = "http://localhost:8288"

/**
 * @param isOnData the data directory's server was in use before, and no other is to take its place.
 * @throws CommandError, or what the data directory is refused for.
 */
export async function connect(target: Target, options: ConnectOptions, isOnData = false): Promise<Connection> {
  if (target.kind === "named") return connectToNamed(target)
  if (options.isEphemeral) return openMemory({ onWarning: () => {}, ...(options.isListening ? {} : { port: 0 }) })
  return isOnData ? openData(options.directories.data, options.isListening) : connectToDefault(options)
}

function connectToNamed(target: NamedTarget): Connection {
  const { apiURL, eventURL } = target
  const fetchSplit: Fetch = (input, init) => {
    const path = input.slice(apiURL.length)
    return httpFetch(sideFor(target, path).url + path, init)
  }
  return {
    kind: "named",
    url: apiURL,
    isListening: true,
    storage: undefined,
    fetch: apiURL === eventURL ? httpFetch : fetchSplit,
    close: nothingToClose,
  }
}

/**
 * The ladder when nothing was named: our data directory's server where one runs, then an Inngest that listens on 8288, then our own. When the
 * data directory was named by its variable, it is what is wanted, and no other server is looked for.
 */
async function connectToDefault({
  directories,
  isListening,
  usualURL = defaultURL,
}: ConnectOptions): Promise<Connection> {
  const isOther = directories.source === undefined && (await isThere(usualURL))
  if (!isOther) return openData(directories.data, isListening)
  const opened = await openData(directories.data, false)
  if (opened.kind === "shared") return opened
  await opened.close()
  return {
    kind: "found",
    url: usualURL,
    isListening: true,
    storage: undefined,
    fetch: httpFetch,
    close: nothingToClose,
  }
}

async function isThere(url: string): Promise<boolean> {
  const { isInngest } = await import("./find-inngest.ts")
  return isInngest(url)
}

async function openData(dataDir: string, isListening: boolean): Promise<Connection> {
  const { openDataDirectory } = await import("../mocks/server.ts")
  // What a function asks for and does not get stands in `functions` and in `doctor`; here it would be written into what is typed.
  const opened = await openDataDirectory(dataDir, { listen: isListening, onWarning: () => {} })
  if (opened.role === "client") {
    return {
      kind: "shared",
      url: opened.url,
      isListening: true,
      storage: "disk",
      fetch: httpFetch,
      isStillThere: opened.isStillThere,
      close: nothingToClose,
    }
  }
  return {
    kind: "own",
    url: opened.url ?? defaultURL,
    isListening: opened.url !== undefined,
    storage: "disk",
    fetch: opened.fetch,
    close: () => opened.close(),
  }
}

/** How an embedded server of our own is set up. */
export interface ServerSettings {
  port?: number | undefined
  cors?: readonly string[]
  eventKey?: readonly string[]
  signingKey?: string
  /** Milliseconds for which events, and runs that ended, are kept. */
  keep?: number
  /** Told what whoever runs the server should know. */
  onWarning?: (message: string) => void
}

/** On the given port; without one on 8288, or on any when that is taken. */
export async function openMemory(settings: ServerSettings): Promise<Connection> {
  const { listen } = await import("../mocks/server.ts")
  const { isConfigError } = await import("../src/index.ts")
  const server = await listen(settings).catch((error: unknown) => {
    if (settings.port === undefined && isConfigError(error) && error.option === "port")
      return listen({ ...settings, port: 0 })
    throw error
  })
  return {
    kind: "own",
    url: server.url,
    isListening: true,
    storage: "memory",
    fetch: server.fetch,
    close: () => server.close(),
  }
}

async function nothingToClose(): Promise<void> {}
