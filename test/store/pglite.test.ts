import { createDatabase } from "db0"
import pglite from "db0/connectors/pglite"
import { afterAll } from "vitest"
import { sqlStore } from "../../src/store/drivers/sql.ts"
import { testStore } from "../conformance/store.ts"

// PostgreSQL in this process, so that its SQL is run also where no server is installed. It has one connection.
const database = createDatabase(pglite({}))
afterAll(() => database.dispose())

let tableCount = 0

testStore({
  name: "sqlStore on PGlite",
  create: () => {
    const table = `states_${++tableCount}`
    return { store: sqlStore(database, { table }), another: () => sqlStore(database, { table }) }
  },
  flags: { list: "all", revision: true, watch: false },
  skip: [
    {
      test: "of 1000 races between two connections each has one winner, whose document is the one that stays",
      reason: "PGlite has one connection",
    },
  ],
})
