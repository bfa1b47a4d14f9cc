/** `inngest-kit/store/sql`: workflow states in a SQL database. */
import { ConfigError, StoreError } from "../../errors.ts"
import { encodeHex } from "../../shared/hex.ts"
import { type Random, systemRandom } from "../../shared/random.ts"
import { type Stored, type StoreBackend, createBackedStore } from "../backed-store.ts"
import { cursorAfter, placeOf } from "../cursor.ts"
import { toColumn } from "../sql/column.ts"
import { type Row, type SqlDatabase, createConnection } from "../sql/connection.ts"
import { type Dialect, dialects, selectPage } from "../sql/statements.ts"
import type { StoreFlags, WorkflowStore } from "../store.ts"

export type { SqlDatabase } from "../sql/connection.ts"

export interface SqlStoreOptions {
  /** Lower-case letters, digits and `_`, 40 at most. Its indexes and the table of its version begin with it. @default "inngest_workflows" */
  table?: string | undefined
  random?: Random | undefined
}

const flags: StoreFlags = { list: "all", revision: true, watch: false }

/** @source db0 0.4: libsql speaks SQLite's dialect under a name of its own */
const dialectOf = new Map<string, Dialect>([
  ["sqlite", "sqlite"],
  ["libsql", "sqlite"],
  ["postgresql", "postgresql"],
])

/**
 * Workflow states in a table of your database, by a db0 database that you make and close.
 *
 * Tested with SQLite through `node:sqlite` (Node, Deno, Bun) and with PostgreSQL (15, and PGlite); other connectors of the two dialects are
 * untested. The table is made when the first call needs it. A save is one statement: of two saves by revision, through whatever connections,
 * one is refused. A page of a list costs the same whatever the number of states, filtered or not. Ids of more than 1000 bytes that begin
 * with the same 200 characters are listed in the order of their hashes.
 *
 * SQLite waits up to 5 s for another process that holds the file (`busy_timeout`, unless you set it), on the thread that asks. Nothing else of the connection is changed: set
 * `journal_mode` yourself, before, if readers and writers meet often. A PostgreSQL connection that is lost stays lost, since db0 opens it once.
 * Where a process outlives its database server, pass a function that makes a database: a lost one is then replaced by another.
 *
 * @example
 * ```ts
 * import { createDatabase } from "db0"
 * import sqlite from "db0/connectors/node-sqlite"
 * import { sqlStore } from "inngest-kit/store/sql"
 *
 * const store = sqlStore(createDatabase(sqlite({ path: "states.sqlite" })))
 * ```
 * @throws ConfigError for another dialect, or a table name that is none. The methods throw StoreError `sql/save: …` with the database's error
 * as cause; `retryable` when it was busy or out of reach.
 */
export function sqlStore(database: SqlDatabase | (() => SqlDatabase), options: SqlStoreOptions = {}): WorkflowStore {
  const { table = "inngest_workflows", random = systemRandom } = options
  const { query, exec, ...connection } = createConnection(database)
  const dialect = dialectOf.get(connection.dialect)
  if (dialect === undefined)
    throw new ConfigError(`database: sqlite and postgresql are supported, not ${connection.dialect}`, {
      option: "database",
    })
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(table))
    throw new ConfigError("table: must be lower-case letters, digits and _, 40 at most", { option: "table" })
  const statements = dialects[dialect](table)
  let opening: Promise<void> | undefined

  const backend: StoreBackend = {
    async save({ id, status, text }, ifRevision) {
      await open()
      const revision = newRevision()
      const row = [await toColumn(id), await toColumn(status), revision, text]
      const saved = await (ifRevision === undefined
        ? query(statements.save, row)
        : ifRevision === null
          ? query(statements.create, row)
          : query(statements.replace, [...row, await toColumn(ifRevision)]))
      if (saved.length > 0) return { saved: true, revision }
      return { saved: false, actual: (await find(id))?.revision ?? null }
    },

    async load(id) {
      await open()
      return find(id)
    },

    async list(asked) {
      const place = placeOf(asked)
      const status = asked.status === undefined ? undefined : await toColumn(asked.status)
      await open()
      const { sql, parameters } = selectPage(dialect, table, { status, limit: asked.limit, place })
      const rows = await query(sql, parameters)
      const data = rows.slice(0, asked.limit)
      const last = data.at(-1)
      if (rows.length === data.length || last === undefined) return { data: data.map(toStored) }
      const cursor = cursorAfter(place.order, { receipt: Number(last.receipt), id: String(last.id) })
      return { data: data.map(toStored), cursor }
    },

    async delete(id) {
      await open()
      await query(statements.delete, [await toColumn(id)])
    },
  }
  return createBackedStore({ driver: "sql", flags }, backend)

  /** Once; again by the next call where it failed. */
  async function open(): Promise<void> {
    opening ??= migrate().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    await opening
  }

  async function migrate(): Promise<void> {
    await bePatient()
    const hasVersion = (await query(statements.hasVersion)).length > 0
    const version = hasVersion ? Number((await query(statements.readVersion))[0]?.version ?? 0) : 0
    if (version > statements.migrations.length)
      throw new StoreError(
        `sql: the table ${table} is of version ${version}, made by a newer inngest-kit`,
        { workflowId: "" },
        { hint: `This version of inngest-kit reads version ${statements.migrations.length}: update it.` },
      )
    for (const migration of statements.migrations.slice(version)) for (const sql of migration) await exec(sql)
  }

  /** Unless the connection is already. */
  async function bePatient(): Promise<void> {
    const { patience } = statements
    if (patience === undefined) return
    try {
      const [waitMs] = Object.values((await query(patience.read))[0] ?? {})
      if (waitMs === 0) await exec(patience.write)
    } catch {
      // Services that speak SQLite's dialect refuse it, and have no file to wait for. Other failures come back with the next statement.
    }
  }

  async function find(id: string): Promise<Stored | undefined> {
    const [row] = await query(statements.load, [await toColumn(id)])
    return row && toStored(row)
  }

  /** Never one that was before, also when rows are deleted or a copy of the database is put back: 96 random bits. */
  function newRevision(): string {
    return encodeHex(random.bytes(12))
  }
}

function toStored({ document, revision }: Row): Stored {
  return { text: String(document), revision: String(revision) }
}
