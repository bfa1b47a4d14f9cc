/**
 * The SQL of a store, for each dialect. Each save is one statement, so that it needs no transaction of its own and no lock between two
 * round trips: what decides about it is decided by the database, in the row.
 *
 * One table holds one row for each workflow:
 *
 * | column     | what it holds                                                          |
 * |------------|------------------------------------------------------------------------|
 * | `receipt`  | 1, 2, …: the sequence in which saves were taken; none is used twice     |
 * | `id`       | the workflow's id, see `toColumn`; ordered by bytes, as code points are |
 * | `status`   | the document's, see `toColumn`                                          |
 * | `revision` | text that changes with every save                                      |
 * | `document` | the JSON that Go writes and reads                                      |
 */
import type { Place } from "../cursor.ts"

/** Both have `ON CONFLICT`, `RETURNING` and an order of texts by bytes. */
export type Dialect = "sqlite" | "postgresql"

/** Parameters of the saves: id, status, revision, document, and of `replace` the revision that must be stored. Each gives a row if it saved. */
export interface Statements {
  /** Gives, in its only column, how long a statement waits for others, in ms; and what makes it wait. */
  readonly patience?: { readonly read: string; readonly write: string }
  /** Version 1, 2, … of the table, each from the one before; all can be run again. */
  readonly migrations: readonly (readonly string[])[]
  /** Gives a row if the table of versions is there. A user who may not create tables need not, where somebody else did. */
  readonly hasVersion: string
  readonly readVersion: string
  readonly save: string
  readonly create: string
  readonly replace: string
  readonly load: string
  readonly delete: string
}

/** The page past a place, one row more than asked for. Parameters in the order in which they are numbered. */
export function selectPage(
  dialect: Dialect,
  table: string,
  { status, limit, place }: { status: string | undefined; limit: number; place: Place },
): { sql: string; parameters: (string | number)[] } {
  const parameters: (string | number)[] = []
  const parameter = (value: string | number): string => `${dialect === "sqlite" ? "?" : "$"}${parameters.push(value)}`
  const conditions = status === undefined ? [] : [`status = ${parameter(status)}`]
  if (place.last !== undefined)
    conditions.push(
      place.order === "id" ? `id > ${parameter(place.last.id)}` : `receipt < ${parameter(place.last.receipt)}`,
    )
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`
  const order = place.order === "id" ? "id" : "receipt DESC"
  return {
    sql: `SELECT receipt, id, revision, document FROM ${table}${where} ORDER BY ${order} LIMIT ${limit + 1}`,
    parameters,
  }
}

export const dialects: { readonly [D in Dialect]: (table: string) => Statements } = {
  sqlite(table) {
    const columns = "(id, status, revision, document)"
    return {
      // Another process may hold the file for a moment. SQLite's own default is to give up at once.
      patience: { read: "PRAGMA busy_timeout", write: "PRAGMA busy_timeout = 5000" },
      migrations: [
        [
          // AUTOINCREMENT: a receipt does not come back when the newest row is deleted.
          `CREATE TABLE IF NOT EXISTS ${table} (receipt INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, revision TEXT NOT NULL, document TEXT NOT NULL)`,
          `CREATE INDEX IF NOT EXISTS ${table}_status_receipt ON ${table} (status, receipt)`,
          `CREATE INDEX IF NOT EXISTS ${table}_status_id ON ${table} (status, id)`,
          `CREATE TABLE IF NOT EXISTS ${table}_version (version INTEGER PRIMARY KEY)`,
          `INSERT INTO ${table}_version (version) VALUES (1) ON CONFLICT DO NOTHING`,
        ],
      ],
      hasVersion: `SELECT name FROM sqlite_master WHERE type = 'table' AND name = '${table}_version'`,
      readVersion: `SELECT max(version) AS version FROM ${table}_version`,
      // REPLACE: the row is a new one, and so has a new receipt.
      save: `INSERT OR REPLACE INTO ${table} ${columns} VALUES (?1, ?2, ?3, ?4) RETURNING revision`,
      create: `INSERT INTO ${table} ${columns} VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING RETURNING revision`,
      replace: `INSERT OR REPLACE INTO ${table} ${columns} SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM ${table} WHERE id = ?1 AND revision = ?5) RETURNING revision`,
      load: `SELECT revision, document FROM ${table} WHERE id = ?1`,
      delete: `DELETE FROM ${table} WHERE id = ?1`,
    }
  },
  postgresql(table) {
    const values = `INSERT INTO ${table} (id, status, revision, document) VALUES ($1, $2, $3, $4) ON CONFLICT (id)`
    return {
      migrations: [
        [
          // In one block under a lock: IF NOT EXISTS alone fails when two connections create a table at once.
          `DO $$ BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('${table}'));
  CREATE TABLE IF NOT EXISTS ${table} (receipt BIGINT GENERATED BY DEFAULT AS IDENTITY, id TEXT COLLATE "C" PRIMARY KEY, status TEXT COLLATE "C" NOT NULL, revision TEXT NOT NULL, document TEXT NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS ${table}_receipt ON ${table} (receipt);
  CREATE INDEX IF NOT EXISTS ${table}_status_receipt ON ${table} (status, receipt);
  CREATE INDEX IF NOT EXISTS ${table}_status_id ON ${table} (status, id);
  CREATE TABLE IF NOT EXISTS ${table}_version (version INTEGER PRIMARY KEY);
  INSERT INTO ${table}_version (version) VALUES (1) ON CONFLICT DO NOTHING;
END $$`,
        ],
      ],
      hasVersion: `SELECT name FROM (SELECT to_regclass('${table}_version') AS name) AS found WHERE name IS NOT NULL`,
      readVersion: `SELECT max(version) AS version FROM ${table}_version`,
      // DEFAULT is the next receipt, taken when the row is locked: of two saves of one workflow the later has the greater.
      save: `${values} DO UPDATE SET receipt = DEFAULT, status = excluded.status, revision = excluded.revision, document = excluded.document RETURNING revision`,
      create: `${values} DO NOTHING RETURNING revision`,
      // A row that another save holds is looked at again when that one ends: its revision is then no longer $5.
      replace: `UPDATE ${table} SET receipt = DEFAULT, status = $2, revision = $3, document = $4 WHERE id = $1 AND revision = $5 RETURNING revision`,
      load: `SELECT revision, document FROM ${table} WHERE id = $1`,
      delete: `DELETE FROM ${table} WHERE id = $1`,
    }
  },
}
