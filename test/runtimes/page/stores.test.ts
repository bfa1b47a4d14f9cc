// The suite for stores on what a page has: IndexedDB and localStorage.
import { isStoreError } from "inngest-kit"
import { unstorageStore } from "inngest-kit/store/unstorage"
import { createStorage } from "unstorage"
import indexedDb from "unstorage/drivers/indexedb"
import localStorage from "unstorage/drivers/localstorage"
import { expect, test } from "vitest"
import { testStore } from "../../conformance/store.ts"

const flags = { list: "all", revision: false, watch: false } as const

let databaseCount = 0

testStore({
  name: "unstorageStore on IndexedDB",
  create: () => {
    const options = { dbName: `states-${Date.now()}-${++databaseCount}`, storeName: "states" }
    const open = () => unstorageStore(createStorage({ driver: indexedDb(options) }))
    return { store: open(), another: open, close: () => void indexedDB.deleteDatabase(options.dbName) }
  },
  flags,
})

testStore({
  name: "unstorageStore on localStorage",
  create: () => {
    globalThis.localStorage.clear()
    const open = () => unstorageStore(createStorage({ driver: localStorage({ base: "kit" }) }))
    return { store: open(), another: open, close: () => globalThis.localStorage.clear() }
  },
  flags,
  skip: [
    {
      test: "a document of 10 MB and a history of 10 000 entries are kept whole",
      reason: "localStorage holds 5 million characters in all",
    },
  ],
})

test("a full localStorage is an error, and what was saved before stays", async () => {
  globalThis.localStorage.clear()
  const store = unstorageStore(createStorage({ driver: localStorage({ base: "kit" }) }))
  await store.save({ workflowId: "a", runId: "small" })
  const failed = await store.save({ workflowId: "a", input: "x".repeat(6_000_000) }).catch((error: unknown) => error)
  expect(isStoreError(failed)).toBe(true)
  expect(failed).toMatchObject({ message: expect.stringMatching(/^unstorage\/save: .*quota/i) as string })
  expect((await store.load("a"))?.runId).toBe("small")
  globalThis.localStorage.clear()
})
