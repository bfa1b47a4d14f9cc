import { createDatabase } from "db0"
import postgresql from "db0/connectors/postgresql"
import { afterAll, describe, expect, test } from "vitest"
import { startPostgres } from "../../.ci/services.mjs"
import { sqlStore } from "../../src/store/drivers/sql.ts"
import { seededRandom } from "../../src/shared/random.ts"
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

  test("the longest ids and statuses fit its indexes, also where nothing of them can be compressed", async () => {
    const [table, database] = [tableOfItsOwn(), connect()]
    const store = sqlStore(database, { table })
    const random = seededRandom(7)
    const text = (length: number) =>
      Array.from({ length }, () => String.fromCodePoint(0x4e00 + Math.floor(random.next() * 0x5000))).join("")
    for (const length of [300, 333, 334, 1_000, 5_000]) {
      const [id, status] = [text(length), text(length)]
      await store.save({ workflowId: id, status })
      const { data } = await store.list({ status })
      expect(data.map(({ workflowId }) => workflowId === id)).toEqual([true])
      expect((await store.list({ status, order: "id" })).data).toHaveLength(1)
    }
    await database.dispose()
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

  /** End a connection from the server's side; settled when its client knows. */
  async function endConnection(database: ReturnType<typeof connect>): Promise<void> {
    const [row] = await database.prepare("SELECT pg_backend_pid() AS pid").all()
    const client = (await database.getInstance()) as { once(event: "end", listener: () => void): void }
    const ended = new Promise<void>((resolve) => client.once("end", resolve))
    const admin = connect()
    await admin.prepare("SELECT pg_terminate_backend($1)").all(Number((row as { pid: number }).pid))
    await Promise.all([ended, admin.dispose()])
  }

  test("a connection that the server ends fails the next call, and not the process", async () => {
    const [table, ours, other] = [tableOfItsOwn(), connect(), connect()]
    const store = sqlStore(ours, { table })
    await store.save({ workflowId: "a" })
    await endConnection(ours)
    const failed = await store.load("a").catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: "store", message: expect.stringMatching(/^sql\/load: Client /) as string })
    expect(await sqlStore(other, { table }).load("a")).not.toBeNull()
    await Promise.all([ours.dispose(), other.dispose()])
  })

  test("a store that can make connections goes on with another one", async () => {
    const table = tableOfItsOwn()
    const made: ReturnType<typeof connect>[] = []
    const make = () => made[made.push(connect()) - 1] ?? connect()
    const store = sqlStore(make, { table })
    await store.save({ workflowId: "a", runId: "before" })
    await endConnection(made[0] ?? make())
    const loads = await Promise.all([store.load("a"), store.load("a"), store.load("a")])
    expect(loads.map((state) => state?.runId)).toEqual(["before", "before", "before"])
    await store.save({ workflowId: "a", runId: "after" })
    expect(made).toHaveLength(2)
    await Promise.all(made.map((database) => database.dispose()))
  })

  test("a save that was under way when the connection ended is an error: it may have happened", async () => {
    const [table, holder] = [tableOfItsOwn(), connect()]
    const made: ReturnType<typeof connect>[] = []
    const make = () => made[made.push(connect()) - 1] ?? connect()
    const store = sqlStore(make, { table })
    await store.save({ workflowId: "a", runId: "before" })
    await holder.exec(`BEGIN; SELECT 1 FROM ${table} FOR UPDATE`)
    const saving = store.save({ workflowId: "a", runId: "after" }).catch((error: unknown) => error)
    const waiting = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%${table}%'`
    let pid: unknown
    while (pid === undefined)
      [{ pid } = { pid: undefined }] = (await holder.prepare(waiting).all()) as { pid: unknown }[]
    await holder.prepare("SELECT pg_terminate_backend($1)").all(Number(pid))
    expect(await saving).toMatchObject({ code: "store", retryable: true, workflowId: "a" })
    await holder.exec("ROLLBACK")
    expect((await store.load("a"))?.runId).toBe("before")
    await store.save({ workflowId: "a", runId: "again" })
    await Promise.all([holder, ...made].map((database) => database.dispose()))
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
