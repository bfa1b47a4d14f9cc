/** SQLite as the log needs it, as a port, so that tests see every statement and can make one fail. Runs in Node 22.13+, Bun and Deno. */
import { closeSync, openSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"

export type SqlValue = string | number | null

export interface SqlStatement {
  /** @returns how many rows it changed. */
  run(...values: SqlValue[]): number
  /** The first row. */
  row(...values: SqlValue[]): Record<string, unknown> | undefined
  /** All rows, one at a time. */
  rows(...values: SqlValue[]): Iterable<Record<string, unknown>>
}

export interface SqlDatabase {
  exec(sql: string): void
  prepare(sql: string): SqlStatement
  close(): void
}

export interface OpenOptions {
  isReadOnly?: boolean
}

export type OpenDatabase = (file: string, options?: OpenOptions) => SqlDatabase

export const openSqlite: OpenDatabase = (file, { isReadOnly = false } = {}) => {
  const database = new DatabaseSync(file, { readOnly: isReadOnly })
  return {
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      const statement = database.prepare(sql)
      return {
        run: (...values) => Number(statement.run(...values).changes),
        row: (...values) => statement.get(...values),
        rows: (...values) => statement.iterate(...values) as Iterable<Record<string, unknown>>,
      }
    },
    close: () => database.close(),
  }
}

/**
 * Make the empty file of a database that its user alone may read, if there is none; what SQLite puts beside it follows. Never opens one that is
 * there, since closing it would drop the locks that this process has on it.
 */
export function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600))
  } catch (error) {
    // There is one.
    if ((error as { code?: unknown }).code !== "EEXIST") throw error
  }
}
