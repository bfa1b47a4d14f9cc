/**
 * Role: one owner for a data directory at a time, and a way for all others to find it.
 * Boundary: `server.ts` claims a directory before it opens the log in it.
 *
 * I1. The owner holds an operating-system lock, through an exclusive SQLite transaction on `lock.db`, for as long as its process lives. It needs
 *     no cleaning up: a kill -9 at any moment releases it.
 * I2. `lock.db`, once it is there, is opened by SQLite only. Another descriptor of the same file in this process would drop the lock when it is closed (POSIX).
 * I3. `owner.json` is written by the owner alone, whole or not at all, after it listens. It may outlive its writer; so it counts only while the
 *     server that it names answers with the same instance.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs"
import { join } from "node:path"
import { ConfigError } from "../src/errors.ts"
import { type Clock, wait } from "../src/shared/clock.ts"
import type { Random } from "../src/shared/random.ts"
import { type SqlDatabase, makePrivate, openSqlite } from "./engine/database.ts"

export interface Owner {
  url: string
  pid: number
  /** RFC 3339. */
  startedAt: string
  /** Random text of this owner alone. */
  instance: string
}

export interface ClaimedDirectory {
  readonly logFile: string
  /** Tell the others where this owner listens. */
  announce(owner: Owner): void
  /** Stop telling; those who come now wait for the lock. */
  withdraw(): void
  /** Let the next one in. Idempotent. */
  release(): void
}

export type Claim = { role: "owner"; directory: ClaimedDirectory } | { role: "client"; owner: Owner }

export interface ClaimOptions {
  clock: Clock
  random: Random
  /** How long to wait for an owner that does not say where it is. */
  waitMs: number
  /** Whether the server that an `owner.json` names is up, and the one that wrote it. */
  isUp: (owner: Owner) => Promise<boolean>
}

/** Between two looks at a lock that is held; jittered, so that many who wait do not look at once. */
const minPauseMs = 10
const maxPauseMs = 100

/**
 * Become the owner of a directory, or find the one that is.
 *
 * @throws ConfigError naming the directory, when it can't be used, or when its owner does not answer in time.
 */
export async function claimDirectory(dataDir: string, { clock, random, waitMs, isUp }: ClaimOptions): Promise<Claim> {
  makeDirectory(dataDir)
  const untilMs = clock.now() + waitMs
  for (let pauseMs = minPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, maxPauseMs)) {
    const lock = tryLock(join(dataDir, "lock.db"))
    if (lock !== undefined) return { role: "owner", directory: claimed(dataDir, lock) }
    const owner = readOwner(dataDir)
    if (owner !== undefined && (await isUp(owner))) return { role: "client", owner }
    if (clock.now() >= untilMs) throw unanswered(dataDir, owner, waitMs)
    await wait(clock, pauseMs * (0.5 + random.next()))
  }
}

function makeDirectory(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw unusable(dataDir, cause)
  }
}

function tryLock(file: string): SqlDatabase | undefined {
  let database: SqlDatabase | undefined
  try {
    makePrivate(file)
    database = openSqlite(file)
    database.exec("PRAGMA busy_timeout = 0")
    database.exec("BEGIN EXCLUSIVE")
    return database
  } catch (cause) {
    database?.close()
    if (cause instanceof Error && /locked|busy/i.test(cause.message)) return undefined
    throw unusable(file, cause)
  }
}

function claimed(dataDir: string, lock: SqlDatabase): ClaimedDirectory {
  const file = join(dataDir, "owner.json")
  let isHeld = true
  const withdraw = (): void => rmSync(file, { force: true })
  // An owner that was killed has left its own behind.
  withdraw()
  return {
    logFile: join(dataDir, "log.db"),
    announce: (owner) => writeWhole(file, `${JSON.stringify(owner)}\n`),
    withdraw,
    release() {
      if (!isHeld) return
      isHeld = false
      withdraw()
      lock.close()
    },
  }
}

/** Readers see the old text or the new one, never a part, whenever this process ends. */
function writeWhole(file: string, text: string): void {
  // One name is enough: only the owner writes here.
  const draft = `${file}.new`
  const handle = openSync(draft, "w", 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(draft, file)
}

function readOwner(dataDir: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(join(dataDir, "owner.json"), "utf8")) as Partial<Owner> | null
    const { url, pid, startedAt, instance } = owner ?? {}
    return typeof url === "string" && typeof pid === "number" && typeof instance === "string"
      ? { url, pid, startedAt: String(startedAt), instance }
      : undefined
  } catch {
    // Not there yet, or not any more.
    return undefined
  }
}

function unanswered(dataDir: string, owner: Owner | undefined, waitMs: number): ConfigError {
  const who =
    owner === undefined ? "a process that does not say where it listens" : `process ${owner.pid} (${owner.url})`
  return new ConfigError(
    `the data directory ${dataDir} is in use by ${who}, which did not answer within ${waitMs} ms`,
    { option: "dataDir" },
    { hint: "End that process, or name another data directory." },
  )
}

function unusable(path: string, cause: unknown): ConfigError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new ConfigError(
    `the data directory can't be used: ${path}: ${message}`,
    { option: "dataDir" },
    { cause, hint: "Check that it is yours and has room, or name another one." },
  )
}
