// An engine with functions on a port and its log in a file, in a process of its own, which kills itself after so many bytes were written to the
// log: `node crashing-server.ts <log> <bytes, or Infinity>`. Prints where it listens.
import process from "node:process"
import { openSqlite } from "../../mocks/engine/database.ts"
import { createEngine } from "../../mocks/engine/engine.ts"
import { openSqliteLog } from "../../mocks/engine/persistence.ts"
import { anyOrigin } from "../../mocks/handlers/cors.ts"
import { createHandler } from "../../mocks/handlers/index.ts"
import { createHttpInvoker } from "../../mocks/http-invoker.ts"
import { openPort } from "../../mocks/port.ts"
import { systemClock } from "../../src/shared/clock.ts"
import { systemRandom } from "../../src/shared/random.ts"

const [file = "", bytes = "Infinity"] = process.argv.slice(2)
let left = Number(bytes)

/** Dies in the middle of whatever the log is doing. */
function spend(cost: number): void {
  left -= cost
  if (left <= 0) process.kill(process.pid, "SIGKILL")
}

const log = openSqliteLog(file, {
  open(path, options) {
    const database = openSqlite(path, options)
    return {
      exec(sql) {
        // Before the statement, and after it: a commit that nobody was told of counts as well.
        spend(sql.length)
        database.exec(sql)
        spend(sql.length)
      },
      prepare(sql) {
        const statement = database.prepare(sql)
        return {
          row: (...values) => statement.row(...values),
          rows: (...values) => statement.rows(...values),
          run(...values) {
            const changed = statement.run(...values)
            // A snapshot writes all that goes on: by its bytes no life would be long enough for one.
            const isRecord = sql.startsWith("INSERT INTO log")
            spend(isRecord ? values.reduce<number>((sum, value) => sum + String(value).length, 0) : 20 * values.length)
            return changed
          },
        }
      },
      close: () => database.close(),
    }
  },
})
const engine = createEngine({
  clock: systemClock,
  random: systemRandom,
  log,
  invoker: createHttpInvoker(),
  retryIntervalMs: 20,
  // So that some of the kills come while runs go to the archive.
  compactAfter: 30,
})
const port = await openPort({
  hostname: "127.0.0.1",
  ports: [0],
  isAllowedOrigin: anyOrigin,
  instance: "crashing",
  handle: createHandler({ engine }),
})
process.stdout.write(`${port.url}\n`)
