/** `--store` and a profile's `store` → a store that keeps workflow states. What a driver needs is loaded when it is named. */
import { mkdir } from "node:fs/promises"
import { dirname, isAbsolute, relative, resolve } from "node:path"
import type { WorkflowStore } from "../src/index.ts"
import { CommandError, usageError } from "./command-error.ts"
import { type KeyName, maskPassword } from "./config/config.ts"
import { mayHoldKeys } from "./config/keys.ts"
import type { Profile } from "./config/profile.ts"
import type { OpenStore, SessionKey } from "./open-store.ts"

export interface StoreContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly profile: Profile
  readonly keys: Readonly<Record<KeyName, SessionKey>>
}

export interface ClosableStore extends OpenStore {
  close?: () => Promise<void>
}

const kinds = "sqlite:path, postgres://…, redis://…, fs:path or http(s)://…"

/** @throws CommandError for a text that names none, and for a package that is not installed. */
export async function openStore(
  { value, source }: NonNullable<Profile["store"]>,
  context: StoreContext,
): Promise<ClosableStore> {
  const [, scheme = "", rest = ""] = /^([a-z]+):(.*)$/is.exec(value) ?? []
  const name = maskPassword(value)
  switch (scheme.toLowerCase()) {
    case "http":
    case "https":
      return { store: await openHttp(value, source, context), name }
    case "sqlite":
      return { ...(await openSqlite(resolveStorePath(pathOf(rest, source, scheme), source))), name }
    case "fs":
      return { ...(await openFolder(resolveStorePath(pathOf(rest, source, scheme), source))), name }
    case "postgres":
    case "postgresql":
      return { ...(await openPostgres(value)), name }
    case "redis":
    case "rediss":
      return { ...(await openRedis(value)), name }
    default:
      throw usageError(`${source}: "${name}" is no store: ${kinds}`, {
        hint: rest === "" ? `For a file:  sqlite:${value}` : undefined,
      })
  }
}

function pathOf(rest: string, source: string, scheme: string): string {
  if (rest !== "") return rest
  throw usageError(`${source}: ${scheme}: needs a path, such as ${scheme}:states`)
}

type Opened = Required<Omit<ClosableStore, "name">>

async function openSqlite(path: string): Promise<Opened> {
  const [{ createDatabase }, { default: sqlite }, { sqlStore }] = await installed(["db0"], () =>
    Promise.all([
      import("db0"),
      import("db0/connectors/node-sqlite"),
      import("../src/store/drivers/sql.ts"),
      mkdir(dirname(path), { recursive: true }),
    ]),
  )
  const database = createDatabase(sqlite({ path }))
  return { store: sqlStore(database), close: async () => void (await database.dispose()) }
}

async function openPostgres(url: string): Promise<Opened> {
  const [{ createDatabase }, { default: postgresql }, { sqlStore }] = await installed(["db0", "pg"], () =>
    Promise.all([import("db0"), import("db0/connectors/postgresql"), import("../src/store/drivers/sql.ts")]),
  )
  const database = createDatabase(postgresql({ url }))
  return { store: sqlStore(database), close: async () => void (await database.dispose()) }
}

async function openFolder(base: string): Promise<Opened> {
  const [{ createStorage }, { default: fs }, { unstorageStore }] = await installed(["unstorage"], () =>
    Promise.all([import("unstorage"), import("unstorage/drivers/fs"), import("../src/store/drivers/unstorage.ts")]),
  )
  const storage = createStorage({ driver: fs({ base }) })
  return { store: unstorageStore(storage), close: () => storage.dispose() }
}

async function openRedis(url: string): Promise<Opened> {
  const [{ createStorage }, { default: redis }, { unstorageStore }] = await installed(["unstorage", "ioredis"], () =>
    Promise.all([import("unstorage"), import("unstorage/drivers/redis"), import("../src/store/drivers/unstorage.ts")]),
  )
  // Without a limit a server that is away is waited for without end.
  const driver = redis({ url, maxRetriesPerRequest: 2, connectTimeout: 5_000 })
  // The command says what went wrong; where nobody listens, ioredis prints each attempt as well.
  driver.getInstance?.().on("error", () => {})
  const storage = createStorage({ driver })
  return { store: unstorageStore(storage), close: () => storage.dispose() }
}

/** Packages that only some stores need are for the user to install. @throws CommandError that names them */
export async function installed<T>(packages: readonly string[], load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause
    const needed = packages.join(" and ")
    throw new CommandError(
      "unsupported",
      `this store needs ${needed}, which ${packages.length === 1 ? "is" : "are"} not installed`,
      {
        hint: `Beside inngest-kit:  npm install ${packages.join(" ")}`,
        cause,
      },
    )
  }
}

/** The event key goes along as the Go store sends it, where a key may go at all: a project's file names no place for keys. */
async function openHttp(value: string, source: string, { keys, profile }: StoreContext): Promise<WorkflowStore> {
  if (!URL.canParse(value)) throw usageError(`${source}: "${value}" is no URL`)
  const isOwn = source === "--store" || source.startsWith("INNGEST_") || source === `profile ${profile.name}`
  const named = new Set(isOwn && profile.withheld === undefined ? [new URL(value).origin] : [])
  const { httpStore } = await import("../src/store/index.ts")
  return httpStore({ baseURL: value, eventKey: mayHoldKeys(value, named) ? keys.eventKey.value : undefined })
}

/**
 * A path as its source means it: from where the shell runs, or from where the project's file lies, and then not out of there.
 *
 * @throws CommandError
 */
export function resolveStorePath(path: string, source: string): string {
  if (!source.endsWith(".json")) return resolve(path)
  const directory = dirname(source)
  const found = resolve(directory, path)
  const inside = relative(directory, found)
  if (inside.startsWith("..") || isAbsolute(inside))
    throw new CommandError("config", `${source}: a project's store lies in the project, and ${path} does not`)
  return found
}
