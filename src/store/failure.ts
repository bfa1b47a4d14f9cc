/** What the error of a database or of a key-value driver says to people and to retry loops. */

/** SQLite: busy, locked. @source https://sqlite.org/rescode.html */
const passingSqliteCodes = new Set([5, 6])

/**
 * PostgreSQL: lost connections, conflicts of transactions, no room, shutting down. Sockets: refused, reset, timed out, unknown for now.
 *
 * @source https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
const passingCode = /^(?:08...|40...|53...|57P0[1-5]|SQLITE_BUSY|SQLITE_LOCKED|ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN)$/

/** What pg says of a connection that ends under a statement, and ioredis when it has tried to connect often enough. */
const passingText = /^(?:Connection terminated|MaxRetriesPerRequestError)/

export interface Failure {
  message: string
  retryable: boolean
}

/** Its own first line with its code; a password in an address is masked. */
export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: "failed", retryable: false }
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  const line = error.message.split("\n", 1).join("").slice(0, 200)
  const text = line.replace(/(:\/\/[^\s:@/]*):[^\s@]*@/g, "$1:***@")
  const shown = typeof code === "string" && !code.startsWith("ERR_") ? ` (${code})` : ""
  const retryable =
    (typeof errcode === "number" && passingSqliteCodes.has(errcode & 0xff)) ||
    (typeof code === "string" && passingCode.test(code)) ||
    passingText.test(error.message) ||
    passingText.test(error.name)
  return { message: `${text || error.name}${shown}`, retryable }
}
