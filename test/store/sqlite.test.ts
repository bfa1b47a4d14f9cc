import { once } from "node:events"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { createDatabase } from "db0"
import sqlite from "db0/connectors/node-sqlite"
import { describe, expect, test } from "vitest"
import { isConfigError, isStoreError } from "../../src/errors.ts"
import { type SqlDatabase, sqlStore } from "../../src/store/drivers/sql.ts"
import { createStoreHandler, httpStore } from "../../src/store/index.ts"
import { fetchOf } from "../support/store-server.ts"
import { type StoreUnderTest, testStore } from "../conformance/store.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"

testStore({
  name: "sqlStore on SQLite",
  create: createUnderTest,
  flags: { list: "all", revision: true, watch: false },
})

testStore({
  name: "httpStore with a server of ours before SQLite",
  create: async () => {
    const { store, another, close } = await createUnderTest()
    const [one, other] = [store, (await another?.()) ?? store].map((each) =>
      httpStore({ baseURL: "http://kit.test", fetch: fetchOf(createStoreHandler(each)) }),
    )
    if (one === undefined || other === undefined || close === undefined) throw new Error("there are two")
    return { store: one, another: () => other, close }
  },
  flags: { list: "all", revision: true, watch: false },
})

/** Two connections to one file. */
async function createUnderTest(): Promise<StoreUnderTest> {
  const directory = temporaryDirectory()
  const connect = () => createDatabase(sqlite({ path: join(directory.path, "states.sqlite") }))
  const [one, other] = [connect(), connect()]
  // As for a file that several use; thousands of commits are also quicker so.
  await one.exec("PRAGMA journal_mode = WAL")
  return {
    store: sqlStore(one),
    another: () => sqlStore(other),
    close: async () => {
      await Promise.all([one.dispose(), other.dispose()])
      directory.remove()
    },
  }
}

const inMemory = () => createDatabase(sqlite({ name: ":memory:" }))

describe("sqlStore", () => {
  test("two threads that add to one counter by revision lose nothing", async () => {
    const directory = temporaryDirectory()
    const path = join(directory.path, "states.sqlite")
    const writer = new URL("./sqlite-writer.ts", import.meta.url)
    const workers = [0, 1].map(() => new Worker(writer, { workerData: { path, count: 100 } }))
    const codes = await Promise.all(workers.map(async (worker) => (await once(worker, "exit"))[0] as number))
    expect(codes).toEqual([0, 0])
    const database = createDatabase(sqlite({ path }))
    expect((await sqlStore(database).load("counter"))?.input).toBe(200)
    await database.dispose()
    directory.remove()
  })

  test("states are still there when the file is opened again, and revisions hold", async () => {
    const directory = temporaryDirectory()
    const open = () => createDatabase(sqlite({ path: join(directory.path, "states.sqlite") }))
    const before = open()
    const { revision = "" } = await sqlStore(before).save({ workflowId: "a", runId: "before" })
    await before.dispose()
    const after = open()
    const loaded = await sqlStore(after).loadWithRevision("a")
    expect({ runId: loaded.state?.runId, revision: loaded.revision }).toEqual({ runId: "before", revision })
    await after.dispose()
    directory.remove()
  })

  test("two stores in one database share nothing but the connection", async () => {
    const database = inMemory()
    const [one, other] = [sqlStore(database, { table: "one" }), sqlStore(database, { table: "other" })]
    await one.save({ workflowId: "a" })
    expect(await other.load("a")).toBeNull()
    expect((await other.list()).data).toEqual([])
  })

  test("the document is in the table as Go writes it, under its id and status", async () => {
    const database = inMemory()
    await sqlStore(database).save({ workflowId: "größe/1", status: "running", input: 2n ** 60n })
    const [row] = await database.prepare("SELECT id, status, document FROM inngest_workflows").all()
    expect(row).toMatchObject({
      id: "größe/1",
      status: "running",
      document: expect.stringContaining('"Input":1152921504606846976') as string,
    })
  })

  test("a receipt is not used twice, so that no walk sees a workflow twice that is deleted and saved in between", async () => {
    const store = sqlStore(inMemory())
    for (const id of ["a", "b", "c"]) await store.save({ workflowId: id })
    const { cursor = "" } = await store.list({ limit: 1 })
    for (const id of ["a", "b", "c"]) await store.delete(id)
    await store.save({ workflowId: "c" })
    expect(await store.list({ cursor })).toEqual({ data: [] })
  })

  test("a table of a version to come is refused, and left as it is", async () => {
    const database = inMemory()
    await sqlStore(database).save({ workflowId: "a" })
    await database.exec("INSERT INTO inngest_workflows_version (version) VALUES (99)")
    const refused = await sqlStore(database)
      .load("a")
      .catch((error: unknown) => error)
    expect(isStoreError(refused)).toBe(true)
    expect(refused).toMatchObject({
      message: expect.stringMatching(/version 99, made by a newer inngest-kit/) as string,
      hint: expect.stringMatching(/update/) as string,
    })
  })

  test("what fails to open is tried again by the next call", async () => {
    const database = inMemory()
    let isLocked = true
    const flaky: SqlDatabase = {
      dialect: "sqlite",
      getInstance: database.getInstance,
      exec: database.exec,
      prepare: (sql) =>
        isLocked
          ? { all: () => Promise.reject(Object.assign(new Error("locked"), { errcode: 5 })) }
          : database.prepare(sql),
    }
    const store = sqlStore(flaky)
    const failed = await store.load("a").catch((error: unknown) => error)
    expect(isStoreError(failed)).toBe(true)
    expect(failed).toMatchObject({ message: "sql/load: locked", retryable: true, workflowId: "a" })
    isLocked = false
    expect(await store.load("a")).toBeNull()
  })

  test("a connection waits 5 s for others, unless it was told how long", async () => {
    for (const [told, waitMs] of [
      [undefined, 5_000],
      [30_000, 30_000],
    ]) {
      const database = inMemory()
      if (told !== undefined) await database.exec(`PRAGMA busy_timeout = ${told}`)
      await sqlStore(database).load("a")
      expect(await database.prepare("PRAGMA busy_timeout").all()).toEqual([{ timeout: waitMs }])
    }
  })

  test("a service that has no PRAGMA is used without", async () => {
    const database = inMemory()
    const service: SqlDatabase = {
      dialect: "sqlite",
      getInstance: database.getInstance,
      exec: database.exec,
      prepare: (sql) =>
        sql.startsWith("PRAGMA") ? { all: () => Promise.reject(new Error("not authorized")) } : database.prepare(sql),
    }
    const store = sqlStore(service)
    await store.save({ workflowId: "a" })
    expect(await store.load("a")).not.toBeNull()
  })

  test("another process that holds the file is waited for, then named", async () => {
    const directory = temporaryDirectory()
    const path = join(directory.path, "states.sqlite")
    const [one, other] = [createDatabase(sqlite({ path })), createDatabase(sqlite({ path }))]
    await sqlStore(one).save({ workflowId: "a" })
    const store = sqlStore(other)
    await store.load("a")
    await other.exec("PRAGMA busy_timeout = 1")
    await one.exec("BEGIN EXCLUSIVE")
    const failed = await store.save({ workflowId: "a" }).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: "store", message: "sql/save: database is locked", retryable: true })
    await one.exec("COMMIT")
    await store.save({ workflowId: "a" })
    await Promise.all([one.dispose(), other.dispose()])
    directory.remove()
  })

  test("a password in an address is in no error", async () => {
    const database = inMemory()
    const store = sqlStore({
      dialect: "sqlite",
      getInstance: database.getInstance,
      exec: database.exec,
      prepare: () => ({
        all: () => Promise.reject(new Error("can't open postgres://kit:hunter2@db:5432/x\nat somewhere")),
      }),
    })
    const failed = (await store.load("a").catch((error: unknown) => error)) as Error
    expect(failed.message).toBe("sql/load: can't open postgres://kit:***@db:5432/x")
  })

  test.each([
    ["a dialect that it does not speak", { database: { ...inMemory(), dialect: "mysql" as const } }, "database"],
    ["a table name that would have to be quoted", { options: { table: "my states" } }, "table"],
    ["a table name that is SQL", { options: { table: 'x"; DROP TABLE y' } }, "table"],
  ])("%s is refused when the store is made", (_what, { database, options }: Refused, option) => {
    let thrown: unknown
    try {
      sqlStore(database ?? inMemory(), options)
    } catch (error) {
      thrown = error
    }
    expect(isConfigError(thrown)).toBe(true)
    expect(thrown).toMatchObject({ option })
  })
})

interface Refused {
  database?: SqlDatabase
  options?: { table: string }
}
