// What the Go store sent goes into every driver by PUT and comes out by GET, and what we write is what Go reads.
import { createDatabase } from "db0"
import sqlite from "db0/connectors/node-sqlite"
import pglite from "db0/connectors/pglite"
import postgresql from "db0/connectors/postgresql"
import fc from "fast-check"
import { createStorage } from "unstorage"
import fs from "unstorage/drivers/fs"
import memory from "unstorage/drivers/memory"
import redis from "unstorage/drivers/redis"
import { afterAll, describe, expect, test } from "vitest"
import { startPostgres, startRedis } from "../../.ci/services.mjs"
import { createInngestMock } from "../../mocks/index.ts"
import { createClient } from "../../src/index.ts"
import { encodeState } from "../../src/protocol/workflow.ts"
import { inngestEventsStore } from "../../src/store/drivers/inngest.ts"
import { type SqlDatabase, sqlStore } from "../../src/store/drivers/sql.ts"
import { unstorageStore } from "../../src/store/drivers/unstorage.ts"
import { type WorkflowStore, memoryStore } from "../../src/store/index.ts"
import { refusalOfGo } from "../support/go-reader.ts"
import { type GoVector, goGroups, goVectors, replyBytes, stepsOf, utf8 } from "../support/go-vectors.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"
import { differences, notApplicable } from "../vectors/go-store/differences.ts"
import { runServer } from "../vectors/go-store/run-server.ts"

const [postgres, redisServer] = await Promise.all([startPostgres(), startRedis()])
const directory = temporaryDirectory()
// PGlite, which takes long to start, stands in where no server is installed.
const [postgresName, postgresConnector] =
  "url" in postgres
    ? (["PostgreSQL", postgresql({ url: postgres.url })] as const)
    : ([`PGlite (${postgres.missing})`, pglite({})] as const)
const databases: Record<string, ReturnType<typeof createDatabase>> = {
  SQLite: createDatabase(sqlite({ name: ":memory:" })),
  [postgresName]: createDatabase(postgresConnector),
}
afterAll(async () => {
  await Promise.all(Object.values(databases).map((database) => database.dispose()))
  for (const server of [postgres, redisServer]) if ("stop" in server) await server.stop()
  directory.remove()
})

let count = 0
const ofItsOwn = () => `s${++count}`
const eventsClient = createClient({ appId: "states", baseURL: "http://kit.test", fetch: createInngestMock().fetch })
const redisStorage = createStorage({
  driver: redis({ url: "url" in redisServer ? redisServer.url : "", lazyConnect: true }),
})
afterAll(() => redisStorage.dispose())

/** One table for all of them: making one takes longer than all that is done with it. */
async function emptied(database: SqlDatabase): Promise<WorkflowStore> {
  const store = sqlStore(database)
  await store.load("nobody")
  await database.exec("DELETE FROM inngest_workflows")
  return store
}

interface Driver {
  name: string
  /** An empty store. */
  create: () => WorkflowStore | Promise<WorkflowStore>
  missing?: string
}

const drivers: readonly Driver[] = [
  { name: "memory", create: () => memoryStore() },
  ...Object.entries(databases).map(([name, database]) => ({ name, create: () => emptied(database) })),
  { name: "unstorage in memory", create: () => unstorageStore(createStorage({ driver: memory() })) },
  {
    name: "unstorage on files",
    create: () => unstorageStore(createStorage({ driver: fs({ base: directory.path }) }), { base: ofItsOwn() }),
  },
  {
    name: "unstorage on Redis",
    create: () => unstorageStore(redisStorage, { base: ofItsOwn() }),
    ...("missing" in redisServer ? redisServer : {}),
  },
  { name: "events", create: () => inngestEventsStore(eventsClient, { prefix: ofItsOwn() }) },
]

const isListed = ({ name }: GoVector): boolean =>
  [...differences, ...notApplicable].some(({ side, vector }) => side === "server" && vector === name)
const vectors = goGroups
  .flatMap((group) => goVectors(group))
  .filter((vector) => !isListed(vector) && stepsOf(vector).some(({ request }) => request?.method !== undefined))

describe.each(drivers)("through $name", ({ create, missing }) => {
  test.skipIf(missing !== undefined)(
    `what Go sent comes out as it went in${missing ? ` (${missing})` : ""}`,
    async () => {
      const differing: string[] = []
      for (const vector of vectors) {
        const found = await runServer(vector, vector, await create())
        differing.push(...found.map((text) => `${vector.name}: ${text}`))
      }
      expect(differing).toEqual([])
    },
  )
})

test("more than 300 recorded calls go through each driver, the ones with bodies that no other client sends among them", () => {
  expect(vectors.length).toBeGreaterThan(300)
  const names = vectors.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(["value-raw-message-invalid-utf8", "id-emoji", "time-zone-new-york"]))
})

describe("Go's reader", () => {
  /** About how an answer travels, not about what it says. */
  const framing = ["reply-dropped-reused-load", "reply-gzip", "reply-short-body", "reply-trailing-data"]

  test("is the one that was recorded: it takes and refuses the same replies", () => {
    let compared = 0
    for (const vector of goVectors("reply"))
      for (const { go, serverReply, outcome } of stepsOf(vector)) {
        if (go.op !== "load" || serverReply === null || framing.includes(vector.name)) continue
        const refusal = refusalOfGo(utf8(replyBytes(serverReply)))
        expect(refusal === undefined, `${vector.name}: ${refusal}`).toBe(outcome.error === null)
        compared++
      }
    expect(compared).toBeGreaterThan(70)
  })

  test("takes every state that we write", () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    const value = fc.oneof(fc.jsonValue(), fc.bigInt({ max: 10n ** 300n, min: -(10n ** 300n) }), fc.constant(-0))
    const time = fc.oneof(
      fc.date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true }),
      fc.constantFrom("2026-01-02T03:04:05.000000001Z", "2026-01-02T3:04:05,5+24:00"),
    )
    const text = fc.string({ unit: "binary" })
    const entry = fc.record(
      { id: int64, type: text, timestamp: time, input: value, error: text, signalPayload: value, durationNs: int64 },
      { requiredKeys: [] },
    )
    const state = fc.record(
      {
        workflowId: text,
        runId: text,
        status: text,
        input: value,
        result: value,
        history: fc.option(fc.array(entry)),
        createdAt: time,
        extra: fc.dictionary(
          fc.string().map((name) => `x-${name}`),
          fc.jsonValue(),
        ) as fc.Arbitrary<Record<string, never>>,
      },
      { requiredKeys: ["workflowId"] },
    )
    fc.assert(
      fc.property(state, (each) => {
        expect(refusalOfGo(encodeState(each))).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })
})
