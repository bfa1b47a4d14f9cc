/**
 * Role: the log in an SQLite file.
 * Boundary: implements `log.ts`; `server.ts` opens it, under the lock of `data-directory.ts`, so this process is the file's only user.
 *
 * I1. What is appended in one tick of the event loop is one transaction, in WAL with `synchronous=FULL`.
 * I2. The promise of an append resolves after its COMMIT returned, which is after the file was synced.
 * I3. A snapshot takes the place of the records before it, and what is over goes to the archive, in one transaction: at every moment the file holds
 *     either. A start reads the snapshot and the records since, and nothing of the archive.
 * I4. After a failure nothing is written any more. Whoever was waiting is told that it failed; what was acknowledged before is in the file.
 * I5. A file that is not ours, damaged or newer is refused before anything is written, also not by SQLite's own recovery.
 */
import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { setImmediate } from "node:timers"
import { ConfigError } from "../../src/errors.ts"
import type { Forgotten, Leaving } from "./archive.ts"
import { type OpenDatabase, type SqlDatabase, makePrivate, openSqlite } from "./database.ts"
import type { EngineInput } from "./inputs.ts"
import type { EngineLog } from "./log.ts"
import { decodeRecord, encodeRecord } from "./record.ts"
import type { SnapshotRow } from "./snapshot.ts"
import { archiveTables, createSqliteArchive } from "./sqlite-archive.ts"

/** "inkt" in ASCII: how `file` and SQLite's own tools tell this file from any other database. */
export const applicationId = 0x696e6b74
/** Of the tables and of the records in them. 2: functions, runs and snapshots. 3: the archive. */
export const dataVersion = 3

export interface SqliteLogOptions {
  open?: OpenDatabase
  /** Call a function after what arrived together has been handled. @default setImmediate */
  defer?: (flush: () => void) => void
}

interface Waiting {
  input: EngineInput
  resolve: () => void
  reject: (error: unknown) => void
}

/**
 * Open the log in `file`, or create it.
 *
 * @throws ConfigError naming the file, what is wrong with it, and what to do. The file is as it was then.
 */
export function openSqliteLog(file: string, options: SqliteLogOptions = {}): EngineLog {
  const { open = openSqlite, defer = setImmediate } = options
  // An empty file is a damaged one: a new one gets its name when it is whole.
  const isNew = !existsSync(file)
  const version = isNew ? dataVersion : checkHeader(readHeader(file), file)
  if (isNew && sizeOf(`${file}-wal`) > 0) throw refusal(file, "it is gone, and its write-ahead log is still there")
  const recorded = isNew ? nothing() : readAll(file, version, open)
  const database = openForWriting(file, isNew, version, open)
  const insert = database.prepare("INSERT INTO log (input) VALUES (?)")
  const archive = createSqliteArchive(database)
  let waiting: Waiting[] = []
  let failure: unknown
  let isOpen = true

  function flush(): void {
    if (waiting.length === 0) return
    commit((batch) => {
      for (const { input } of batch) insert.run(encodeRecord(input))
    })
  }

  /** I3 */
  function compact(rows: Iterable<SnapshotRow>, leaving: Leaving): Forgotten {
    return commit(() => {
      const forgotten = archive.take(leaving)
      database.exec("DELETE FROM snapshot")
      const put = database.prepare("INSERT INTO snapshot (kind, head, body) VALUES (?, ?, ?)")
      for (const { kind, head, body } of rows) put.run(kind, head, body)
      // What waits to be written is in the snapshot.
      database.exec("DELETE FROM log")
      return forgotten
    })
  }

  /** In one transaction, after which all that waited is durable, or has failed. */
  function commit<Result>(write: (batch: typeof waiting) => Result): Result {
    const batch = waiting
    waiting = []
    let result: Result
    try {
      database.exec("BEGIN IMMEDIATE")
      result = write(batch)
      database.exec("COMMIT")
    } catch (error) {
      failure = error
      rollback(database)
      for (const { reject } of batch) reject(error)
      throw error
    }
    for (const { resolve } of batch) resolve()
    return result
  }

  return {
    snapshot: () => recorded.snapshot.splice(0),
    read: () => recorded.inputs.splice(0),
    archive,
    compact(rows, leaving) {
      if (failure !== undefined) throw failure
      return compact(rows, leaving)
    },
    append(input) {
      if (failure !== undefined) return Promise.reject(failure)
      const committed = new Promise<void>((resolve, reject) => waiting.push({ input, resolve, reject }))
      if (waiting.length === 1) {
        defer(() => {
          try {
            flush()
          } catch {
            // Those who wait have been told.
          }
        })
      }
      return committed
    },
    pause: () => new Promise((resolve) => defer(resolve)),
    flush() {
      if (failure !== undefined) throw failure
      flush()
    },
    close() {
      if (!isOpen) return
      isOpen = false
      try {
        flush()
      } finally {
        database.close()
      }
    },
  }
}

function rollback(database: SqlDatabase): void {
  try {
    database.exec("ROLLBACK")
  } catch {
    // SQLite has rolled back by itself, as it does when the disk is full.
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/** The first bytes, read without SQLite, which would change the file or put others beside it. */
function readHeader(file: string): DataView<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(100))
  try {
    const handle = openSync(file, "r")
    try {
      readSync(handle, new Uint8Array(header.buffer), 0, 100, 0)
    } finally {
      closeSync(handle)
    }
  } catch (cause) {
    throw refusal(file, `it can't be read (${messageOf(cause)})`, cause)
  }
  return header
}

/** @source https://www.sqlite.org/fileformat2.html#the_database_header: text at 0, user version at 60, application id at 68 */
function checkHeader(header: DataView<ArrayBuffer>, file: string): number {
  const isSqlite = new TextDecoder().decode(new Uint8Array(header.buffer, 0, 16)) === "SQLite format 3\0"
  if (!isSqlite || header.getUint32(68) !== applicationId)
    throw refusal(file, isSqlite ? "it is a database of another program" : "it is damaged, or no database")
  const version = header.getUint32(60)
  if (version > dataVersion) {
    throw new ConfigError(
      `${file}: it was written by a newer inngest-kit (data version ${version}, this one reads up to ${dataVersion})`,
      { option: "dataDir" },
      { hint: "Nothing was changed. Update inngest-kit, or name another data directory." },
    )
  }
  return version
}

interface Recorded {
  readonly snapshot: SnapshotRow[]
  readonly inputs: EngineInput[]
}

function nothing(): Recorded {
  return { snapshot: [], inputs: [] }
}

/** By a connection that can't write: one that can would move the write-ahead log into a damaged file when it is closed. */
function readAll(file: string, version: number, open: OpenDatabase): Recorded {
  const beside = [`${file}-wal`, `${file}-shm`].filter((path) => !existsSync(path))
  let place = "its table"
  let database: SqlDatabase | undefined
  try {
    database = open(file, { isReadOnly: true })
    const recorded = nothing()
    if (version >= 2) {
      for (const row of database.prepare("SELECT seq, kind, head, body FROM snapshot ORDER BY seq").rows()) {
        place = `row ${String(row.seq)} of its snapshot`
        recorded.snapshot.push(toSnapshotRow(row))
      }
    }
    for (const { seq, input } of database.prepare("SELECT seq, input FROM log ORDER BY seq").rows()) {
      place = `record ${String(seq)}`
      recorded.inputs.push(decodeRecord(String(input)))
    }
    return recorded
  } catch (cause) {
    throw refusal(file, `it is damaged: ${place} can't be read (${messageOf(cause)})`, cause)
  } finally {
    database?.close()
    // SQLite makes both to read by, and can't take them away without leave to write. They were not there, so they hold nothing.
    for (const path of beside) rmSync(path, { force: true })
  }
}

function toSnapshotRow({ kind, head, body }: Record<string, unknown>): SnapshotRow {
  return { kind: String(kind) as SnapshotRow["kind"], head: String(head), body: body === null ? null : String(body) }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

function refusal(file: string, fault: string, cause?: unknown): ConfigError {
  return new ConfigError(
    `${file}: ${fault}`,
    { option: "dataDir" },
    {
      cause,
      hint: "Nothing was changed. Put a copy of it back, move it away to begin anew, or name another data directory.",
    },
  )
}

function openForWriting(file: string, isNew: boolean, version: number, open: OpenDatabase): SqlDatabase {
  let database: SqlDatabase | undefined
  try {
    if (isNew) create(file, open)
    database = open(file)
    database.exec("PRAGMA synchronous = FULL")
    // Where a plain fsync does not reach the disk (macOS); elsewhere it does nothing.
    database.exec("PRAGMA fullfsync = ON")
    if (version < dataVersion) upgrade(database, version)
    return database
  } catch (cause) {
    database?.close()
    throw new ConfigError(
      `${file}: it can't be written (${messageOf(cause)})`,
      { option: "dataDir" },
      { cause, hint: "Check that the directory is yours and has room, or name another data directory." },
    )
  }
}

const snapshotTable =
  "CREATE TABLE snapshot (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, head TEXT NOT NULL, body TEXT) STRICT"

/** What was there stays as it is; a program of before would not know what comes, and is kept from it by the version. */
function upgrade(database: SqlDatabase, version: number): void {
  database.exec("BEGIN IMMEDIATE")
  if (version < 2) database.exec(snapshotTable)
  database.exec(archiveTables)
  database.exec(`PRAGMA user_version = ${dataVersion}`)
  database.exec("COMMIT")
}

/** Under another name first: a process that is killed meanwhile leaves no half-made file under this one. */
function create(file: string, open: OpenDatabase): void {
  const draft = `${file}.new`
  for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(draft + suffix, { force: true })
  makePrivate(draft)
  const database = open(draft)
  try {
    database.exec("PRAGMA synchronous = FULL")
    database.exec("PRAGMA journal_mode = WAL")
    database.exec(`PRAGMA application_id = ${applicationId}`)
    database.exec(`PRAGMA user_version = ${dataVersion}`)
    database.exec("CREATE TABLE log (seq INTEGER PRIMARY KEY, input TEXT NOT NULL) STRICT")
    database.exec(snapshotTable)
    database.exec(archiveTables)
  } finally {
    // The last one to close moves the write-ahead log into the file and syncs it.
    database.close()
  }
  renameSync(draft, file)
  syncDirectory(dirname(file))
}

function syncDirectory(path: string): void {
  try {
    const handle = openSync(path, "r")
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch {
    // Windows opens no directories; it writes names at once.
  }
}
