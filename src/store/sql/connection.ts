/**
 * One connection to a database, and the next one when it is lost.
 *
 * I1  A connection runs one statement at a time, whichever store object it is from: pg 9 refuses a second one.
 * I2  A statement is run again, once, on a new connection only where the old one refused it unsent. What may have been carried out is an error.
 */
import { type Turns, createTurns } from "../../shared/turns.ts"

/** What is used of a db0 database, in words of our own: its declarations ask for those of every connector's library. */
export interface SqlDatabase {
  readonly dialect: string
  exec(sql: string): Promise<unknown>
  prepare(sql: string): { all(...parameters: (string | number)[]): Promise<unknown[]> }
  /** The connector's client. */
  getInstance(): Promise<unknown>
}

export type Row = Readonly<Record<string, unknown>>

export interface Connection {
  readonly dialect: string
  /** All rows, so that the statement runs to its end and is committed. */
  query(sql: string, parameters?: readonly (string | number)[]): Promise<Row[]>
  /** A statement without parameters or rows. */
  exec(sql: string): Promise<void>
}

/** I1 */
const turns = new WeakMap<object, Turns>()

/** Clients of lost connections whose `error` event is heard. */
const heard = new WeakSet<object>()

/** @param given a database, or what makes one: called now, and again when the connection is lost. */
export function createConnection(given: SqlDatabase | (() => SqlDatabase)): Connection {
  const make = typeof given === "function" ? given : undefined
  let current = typeof given === "function" ? given() : given
  return {
    dialect: current.dialect,
    query: (sql, parameters = []) => run(async (database) => (await database.prepare(sql).all(...parameters)) as Row[]),
    exec: (sql) => run(async (database) => void (await database.exec(sql))),
  }

  async function run<T>(statement: (database: SqlDatabase) => Promise<T>): Promise<T> {
    const used = current
    try {
      return await runOn(used, statement)
    } catch (error) {
      if (make === undefined || !isLost(error)) throw error
      // Whoever else waited for the lost one finds the new one.
      if (current === used) current = make()
      if (!isUnsent(error)) throw error
      return runOn(current, statement)
    }
  }
}

function runOn<T>(database: SqlDatabase, statement: (database: SqlDatabase) => Promise<T>): Promise<T> {
  const inTurn = turns.get(database) ?? createTurns()
  turns.set(database, inTurn)
  return inTurn("", async () => {
    await hearErrors(database)
    return statement(database)
  })
}

/** Node ends a process whose PostgreSQL client loses its connection while nobody listens. The next statement gets to know of it anyway. */
async function hearErrors(database: SqlDatabase): Promise<void> {
  if (database.dialect !== "postgresql") return
  const client: unknown = await database.getInstance()
  if (typeof client !== "object" || client === null || heard.has(client)) return
  heard.add(client)
  if ("on" in client && typeof client.on === "function") client.on("error", () => {})
}

/** @source pg 8 (`client.js`), and the codes of PostgreSQL for connections and for its stop */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  const isCode = typeof code === "string" && /^(?:08...|57P0[1-5]|ECONN\w+|EPIPE|ETIMEDOUT)$/.test(code)
  return isCode || isUnsent(error) || error.message.startsWith("Connection terminated")
}

function isUnsent(error: unknown): boolean {
  return error instanceof Error && error.message.endsWith(" is not queryable")
}
