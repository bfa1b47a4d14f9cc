import { createStorage } from "unstorage"
import fs from "unstorage/drivers/fs"
import memory from "unstorage/drivers/memory"
import fc from "fast-check"
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { isConfigError, isStoreError } from "../../src/errors.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { readKey, toKey } from "../../src/store/unstorage/key.ts"
import { formatValue, parseValue } from "../../src/store/unstorage/value.ts"
import { type KeyValueStorage, unstorageStore } from "../../src/store/drivers/unstorage.ts"
import { testStore } from "../conformance/store.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"

const flags = { list: "all", revision: false, watch: false } as const

testStore({
  name: "unstorageStore in memory",
  create: () => {
    const storage = createStorage({ driver: memory() })
    return { store: unstorageStore(storage), another: () => unstorageStore(storage) }
  },
  flags,
})

testStore({
  name: "unstorageStore on files",
  create: () => {
    const directory = temporaryDirectory()
    const open = () => unstorageStore(createStorage({ driver: fs({ base: directory.path }) }))
    return { store: open(), another: open, close: directory.remove }
  },
  flags,
})

/** A storage object of its own on shared data, as each process has one. */
function storageOn(data: Map<string, unknown>): KeyValueStorage {
  return {
    getItemRaw: async <T>(key: string) => (data.get(key) ?? null) as T,
    setItemRaw: async (key: string, value: unknown) => void data.set(key, value),
    removeItem: async (key: string) => void data.delete(key),
    getKeys: async () => [...data.keys()],
  }
}

describe("unstorageStore", () => {
  test("a state is one file: base64url of its id, and in it what Go writes", async () => {
    const directory = temporaryDirectory()
    const store = unstorageStore(createStorage({ driver: fs({ base: directory.path }) }), { random: seededRandom(1) })
    await store.save({ workflowId: "a/b", status: "running", input: 2n ** 60n })
    await store.save({ workflowId: "x".repeat(200) })
    const files = readdirSync(join(directory.path, "workflow"))
    expect(files).toHaveLength(2)
    expect(files).toEqual(expect.arrayContaining(["YS9i", expect.stringMatching(/^sha256\.[0-9a-f]{64}$/)]))
    const [head, document, tail] = readFileSync(join(directory.path, "workflow", "YS9i"), "utf8").split("\n")
    expect(head).toMatch(/^\[1,"a\/b",\d+,"running","[0-9a-f]{16}"\]$/)
    expect(document).toMatch(/^\{"WorkflowID":"a\/b",.*"Input":1152921504606846976,/)
    expect(head).toContain(tail)
    directory.remove()
  })

  test("stores with another base, and what else is in the storage, are left alone", async () => {
    const storage = createStorage({ driver: memory() })
    const [ours, theirs] = [unstorageStore(storage), unstorageStore(storage, { base: "theirs" })]
    await storage.setItem("workflow:not a key of ours", "x")
    await storage.setItem("else", "y")
    await ours.save({ workflowId: "a" })
    await theirs.save({ workflowId: "b" })
    expect((await ours.list()).data.map(({ workflowId }) => workflowId)).toEqual(["a"])
    await ours.delete("b")
    expect(await theirs.load("b")).not.toBeNull()
  })

  test("a value that another process is writing is read again until it is whole", async () => {
    const clock = createManualClock()
    const data = new Map<string, unknown>()
    const [ours, theirs] = [storageOn(data), storageOn(data)]
    await unstorageStore(theirs, { clock }).save({ workflowId: "a", runId: "whole" })
    const key = `workflow:${await toKey("a")}`
    const whole = String(data.get(key))
    data.set(key, whole.slice(0, -5))
    const loading = unstorageStore(ours, { clock }).load("a")
    clock.setTimer(clock.now() + 30, () => void data.set(key, whole))
    expect((await clock.runUntilSettled(loading))?.runId).toBe("whole")
  })

  test.each([
    ["cut short", (whole: string) => whole.slice(0, -5)],
    ["of two writers", (whole: string) => whole.replace(/\w{16}$/, "0".repeat(16))],
    ["empty", () => ""],
    ["somebody else's", () => '{"hello":"world"}'],
    ["of a format to come", (whole: string) => whole.replace("[1,", "[2,")],
  ])(
    "a value that stays %s is an error that names the workflow, and a save or delete heals it",
    async (_what, spoil) => {
      const clock = createManualClock()
      const storage = createStorage({ driver: memory() })
      const store = unstorageStore(storage, { clock })
      await store.save({ workflowId: "a" })
      await store.save({ workflowId: "b" })
      const key = `workflow:${await toKey("a")}`
      const whole = String(await storage.getItemRaw(key))
      for (const heal of [() => store.save({ workflowId: "a" }), () => store.delete("a")]) {
        await storage.setItemRaw(key, spoil(whole))
        for (const call of [() => store.load("a"), async () => await store.list()]) {
          const failed = await clock.runUntilSettled(call().catch((error: unknown) => error))
          expect(isStoreError(failed)).toBe(true)
          expect(failed).toMatchObject({
            message: "unstorage: the value of workflow:YQ is not whole",
            workflowId: "a",
            hint: expect.stringMatching(/save or delete/) as string,
          })
        }
        await heal()
        expect((await store.list()).data).not.toEqual([])
      }
    },
  )

  test("receipts go on where another process, or a clock that is behind, left off", async () => {
    const data = new Map<string, unknown>()
    const open = (nowMs: number) =>
      unstorageStore(storageOn(data), { clock: { now: () => nowMs, setTimer: () => () => {} } })
    const [ahead, behind] = [open(2_000), open(1_000)]
    await ahead.save({ workflowId: "first" })
    await behind.save({ workflowId: "second" })
    await ahead.save({ workflowId: "third" })
    for (const store of [ahead, behind])
      expect((await store.list()).data.map(({ workflowId }) => workflowId)).toEqual(["third", "second", "first"])
  })

  test("a driver that fails is a StoreError with its error as cause, and no password", async () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED redis://:hunter2@h:1"), { code: "ECONNREFUSED" })
    const store = unstorageStore({ ...createStorage(), getItemRaw: () => Promise.reject(cause) })
    const failed = await store.load("a").catch((error: unknown) => error)
    expect(failed).toMatchObject({
      message: "unstorage/load: connect ECONNREFUSED redis://:***@h:1 (ECONNREFUSED)",
      retryable: true,
      cause,
    })
  })

  test.each(["", "a:b", "a/b", "../up", "x".repeat(41)])("the base %j is refused when the store is made", (base) => {
    let thrown: unknown
    try {
      unstorageStore(createStorage(), { base })
    } catch (error) {
      thrown = error
    }
    expect(isConfigError(thrown)).toBe(true)
    expect(thrown).toMatchObject({ option: "base" })
  })

  test("every id comes back from its key, or its key is a hash", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1, maxLength: 150 }), async (id) => {
        const key = await toKey(id)
        expect(key).toMatch(/^[\w-]{1,140}$|^sha256\.[0-9a-f]{64}$/)
        expect(readKey(key)).toEqual(key.startsWith("sha256.") ? { kind: "hash" } : { kind: "id", id })
      }),
    )
  })

  test("every value comes back as it was, and no part of it is taken for one", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.json(), fc.nat(), (id, status, text, cut) => {
        const value = { id, status, text, receipt: 7 }
        const stored = formatValue(value, "0123456789abcdef")
        expect(parseValue(stored)).toEqual(value)
        expect(parseValue(stored.slice(0, cut % stored.length))).toBeUndefined()
      }),
    )
  })
})
