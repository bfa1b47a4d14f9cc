import { createDatabase } from "db0"
import postgresql from "db0/connectors/postgresql"
import { afterAll } from "vitest"
import { startPostgres } from "../../.ci/services.mjs"
import { sqlStore } from "../../src/store/drivers/sql.ts"
import { testStore } from "../conformance/store.ts"

const server = await startPostgres()
const [url, missing] = "missing" in server ? ["", server.missing] : [server.url, undefined]
afterAll(() => ("missing" in server ? undefined : server.stop()))

let tableCount = 0
const connect = () => createDatabase(postgresql({ url }))

testStore({
  name: "sqlStore on PostgreSQL",
  create: () => {
    const [one, other] = [connect(), connect()]
    const table = `states_${++tableCount}`
    return {
      store: sqlStore(one, { table }),
      another: () => sqlStore(other, { table }),
      close: async () => void (await Promise.all([one.dispose(), other.dispose()])),
    }
  },
  flags: { list: "all", revision: true, watch: false },
  missing,
})
