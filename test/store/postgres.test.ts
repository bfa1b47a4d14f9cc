import { createDatabase } from "db0"
import postgresql from "db0/connectors/postgresql"
import { afterAll, describe, expect, test } from "vitest"
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

describe.skipIf(missing !== undefined)(`sqlStore on PostgreSQL${missing === undefined ? "" : ` (${missing})`}`, () => {
  const tableOfItsOwn = () => `states_${++tableCount}`

  test("a table that eight connections make at once is made once", async () => {
    const table = tableOfItsOwn()
    const databases = Array.from({ length: 8 }, connect)
    await Promise.all(
      databases.map((database, index) => sqlStore(database, { table }).save({ workflowId: `wf-${index}` })),
    )
    const first = sqlStore(databases[0] ?? connect(), { table })
    expect((await first.list()).data).toHaveLength(8)
    await Promise.all(databases.map((database) => database.dispose()))
  })

  test("a user who may not make tables uses the one that is there", async () => {
    const [table, admin] = [tableOfItsOwn(), connect()]
    await sqlStore(admin, { table }).save({ workflowId: "a", runId: "first" })
    await admin.exec(`CREATE ROLE guest LOGIN PASSWORD 'guest'`)
    await admin.exec(`REVOKE CREATE ON SCHEMA public FROM PUBLIC`)
    await admin.exec(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table}, ${table}_version TO guest`)
    await admin.exec(`GRANT USAGE ON SEQUENCE ${table}_receipt_seq TO guest`)
    const guestURL = Object.assign(new URL(url), { username: "guest", password: "guest" })
    const guest = createDatabase(postgresql({ url: guestURL.href }))
    const store = sqlStore(guest, { table })
    await store.save({ workflowId: "a", runId: "second" })
    expect((await store.load("a"))?.runId).toBe("second")
    const failed = await sqlStore(guest, { table: tableOfItsOwn() })
      .load("a")
      .catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: "store", message: "sql/load: permission denied for schema public (42501)" })
    await Promise.all([admin.dispose(), guest.dispose()])
  })

  test("a connection that the server ends fails the next call, and not the process", async () => {
    const [table, ours, admin] = [tableOfItsOwn(), connect(), connect()]
    const store = sqlStore(ours, { table })
    await store.save({ workflowId: "a" })
    const [row] = await ours.prepare("SELECT pg_backend_pid() AS pid").all()
    const client = (await ours.getInstance()) as { once(event: "end", listener: () => void): void }
    const ended = new Promise<void>((resolve) => client.once("end", resolve))
    await admin.prepare("SELECT pg_terminate_backend($1)").all(Number((row as { pid: number }).pid))
    await ended
    const failed = await store.load("a").catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: "store", message: expect.stringMatching(/^sql\/load: Client /) as string })
    expect(await sqlStore(admin, { table }).load("a")).not.toBeNull()
    await Promise.all([ours.dispose(), admin.dispose()])
  })

  test("a password is in no error", async () => {
    const wrong = createDatabase(postgresql({ url: Object.assign(new URL(url), { password: "hunter2" }).href }))
    const failed = (await sqlStore(wrong)
      .load("a")
      .catch((error: unknown) => error)) as Error
    expect(failed.message).toBe('sql/load: password authentication failed for user "kit" (28P01)')
    for (let each: unknown = failed; each instanceof Error; each = each.cause)
      expect(`${each.message} ${each.stack} ${JSON.stringify(each)}`).not.toMatch(/hunter2/)
    await wrong.dispose().catch(() => {})
  })
})
