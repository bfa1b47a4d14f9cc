import { join } from "node:path"
import { createDatabase } from "db0"
import sqlite from "db0/connectors/node-sqlite"
import { sqlStore } from "../../src/store/drivers/sql.ts"
import { type StoreUnderTest, testStore } from "../conformance/store.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"

testStore({
  name: "sqlStore on SQLite",
  create: createUnderTest,
  flags: { list: "all", revision: true, watch: false },
})

/** Two connections to one file. */
function createUnderTest(): StoreUnderTest {
  const directory = temporaryDirectory()
  const connect = () => createDatabase(sqlite({ path: join(directory.path, "states.sqlite") }))
  const [one, other] = [connect(), connect()]
  return {
    store: sqlStore(one),
    another: () => sqlStore(other),
    close: async () => {
      await Promise.all([one.dispose(), other.dispose()])
      directory.remove()
    },
  }
}
