import { describe, expect, test } from "vitest"
import { isRevisionConflictError } from "../../src/errors.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { memoryStore } from "../../src/store/index.ts"
import { testStore } from "../conformance/store.ts"

testStore({
  name: "memoryStore",
  create: () => ({ store: memoryStore() }),
  flags: { list: "all", revision: true, watch: false },
})

describe("memoryStore", () => {
  test("two stores share nothing", async () => {
    const [one, other] = [memoryStore(), memoryStore()]
    await one.save({ workflowId: "a" })
    expect(await other.load("a")).toBeNull()
  })

  test("a revision of a store that was is none of its successor, though both count from 1", async () => {
    const [before, after] = [memoryStore({ random: seededRandom(1) }), memoryStore({ random: seededRandom(2) })]
    const { revision = "" } = await before.save({ workflowId: "a" })
    await after.save({ workflowId: "a" })
    const refused = await after.save({ workflowId: "a" }, { ifRevision: revision }).catch((error: unknown) => error)
    expect(isRevisionConflictError(refused)).toBe(true)
  })

  test("a walk over 10 000 workflows, saved in no order, gives each once", async () => {
    const store = memoryStore()
    const ids = Array.from({ length: 10_000 }, (_, index) => `wf-${String(index).padStart(5, "0")}`)
    for (let index = 0; index < ids.length; index++)
      await store.save({
        workflowId: ids[(index * 7919) % ids.length] ?? "",
        status: index % 100 === 0 ? "failed" : "running",
      })
    const seen: string[] = []
    for await (const { workflowId } of store.list()) seen.push(workflowId)
    expect(seen).toEqual(ids)
    let failed = 0
    for await (const { status } of store.list({ status: "failed", order: "receipt" }))
      failed += status === "failed" ? 1 : 0
    expect(failed).toBe(100)
  })
})
