import { type InngestClient, createClient } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { CommandError } from "../command-error.ts"
import { type ServerSettings, defaultURL, openMemory } from "../connect.ts"
import { pause } from "../pause.ts"
import type { Result } from "../result.ts"
import { type Seed, readSeed, sendSeed } from "../seed.ts"

/** Serves until it is stopped. A session that has the data already says where it serves it. */
export async function run(call: Call, context: Context): Promise<Result> {
  const { flags } = call
  const file = flags.text("seed")
  const seed = file === undefined ? undefined : await readSeed(file, context.source)
  const isPlain =
    flags.all("app").length === 0 &&
    !flags.isOn("ephemeral") &&
    flags.number("port") === undefined &&
    flags.number("keep") === undefined &&
    ["cors", "event-key", "signing-key"].every((name) => flags.all(name).length === 0)
  if (isPlain && context.input !== "argv") {
    const { kind, url, storage } = await context.session.connect()
    if (kind === "own" || kind === "shared") {
      await fill(seed, () => context.client(), context)
      const isOnDisk = storage === "disk"
      return serving(url, isOnDisk ? context.session.options.directories.data : null)
    }
  }
  return serve(call, seed, context)
}

async function serve({ flags }: Call, seed: Seed | undefined, context: Context): Promise<Result> {
  const directory = flags.isOn("ephemeral") ? null : context.session.options.directories.data
  const [cors, eventKey, signingKey] = [flags.all("cors"), flags.all("event-key"), flags.text("signing-key")]
  const [app] = flags.all("app")
  const keep = flags.number("keep")
  const server = await open(directory, app, context, {
    port: flags.number("port"),
    ...(keep === undefined ? {} : { keep }),
    ...(cors.length === 0 ? {} : { cors }),
    ...(eventKey.length === 0 ? {} : { eventKey }),
    ...(signingKey === undefined ? {} : { signingKey }),
    onWarning: (message) => void context.note(message),
  })
  try {
    await fill(seed, async () => createClient({ baseURL: server.url, eventKey: eventKey[0], signingKey }), context)
    await context.show(serving(server.url, directory))
    const client = createClient({ baseURL: server.url, eventKey: eventKey[0], signingKey })
    for (const url of flags.all("app")) void keepSynced(url, client, context)
    if (context.terminal.showsWords) await context.note("Ctrl-C ends it")
    await aborted(context.signal)
    if (context.terminal.showsWords) await context.note("stopped")
    return { type: "none", data: null }
  } finally {
    await server.close()
  }
}

const syncEveryMs = 1_000

/** Asked until it answers: an app is often started after the server that it is for. */
async function keepSynced(url: string, client: InngestClient, { signal, note }: Context): Promise<void> {
  let said: string | undefined
  do {
    try {
      await client.apps.sync(url, { signal, timeout: "5s" })
      return await note(`${url} has announced its functions`)
    } catch (error) {
      if (signal.aborted) return
      const message = error instanceof Error ? error.message : String(error)
      if (message !== said) await note(`${url} does not announce its functions yet: ${message}`)
      said = message
    }
  } while (await pause(syncEveryMs, signal))
}

interface Served {
  readonly url: string
  close(): Promise<void>
}

async function open(
  directory: string | null,
  app: string | undefined,
  { input, session }: Context,
  settings: ServerSettings,
): Promise<Served> {
  if (directory === null) return openMemory(settings)
  const { openDataDirectory } = await import("../../mocks/server.ts")
  const opened = await openDataDirectory(directory, { ...settings, listen: true })
  if (opened.role === "owner") return { url: opened.url ?? defaultURL, close: () => opened.close() }
  // A single command has connected to nothing; a session may be the owner itself.
  const own = input === "argv" ? undefined : await session.connect()
  const isOwn = own?.kind === "own" && own.url === opened.url
  if (isOwn)
    throw new CommandError("failed", `this session serves this data already, on ${opened.url}`, {
      hint:
        app === undefined
          ? "Leave, and start  inngest-repl dev  with these flags; or add --ephemeral, for a server without data"
          : `Have the app announce its functions there:  apps sync ${app}`,
    })
  throw new CommandError("failed", `${opened.url} serves this data already, from another shell`, {
    hint: "Use it, or start a server without data by  dev --ephemeral",
  })
}

async function fill(seed: Seed | undefined, client: () => Promise<InngestClient>, { signal }: Context): Promise<void> {
  if (seed !== undefined) await sendSeed(seed, await client(), signal)
}

function serving(url: string, directory: string | null): Result {
  return { type: "serving", data: { url, storage: directory === null ? "memory" : "disk", directory } }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener("abort", () => resolve(), { once: true })
  })
}
