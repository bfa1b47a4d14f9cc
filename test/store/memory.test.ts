import { describe, expect, test, vi } from "vitest"
import { isProtocolError, isRevisionConflictError, isValidationError } from "../../src/errors.ts"
import type { WorkflowStateInput } from "../../src/protocol/workflow.ts"
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

  test("what is no state at all is refused as invalid", async () => {
    for (const state of [null, undefined]) {
      const refused = await memoryStore()
        .save(state as unknown as WorkflowStateInput)
        .catch((error: unknown) => error)
      expect(isValidationError(refused)).toBe(true)
    }
  })

  test("a state that could not be read again is not saved, and lists go on", async () => {
    const store = memoryStore()
    const nest = (levels: number): unknown => {
      let value: unknown = 2n ** 60n
      for (let level = 0; level < levels; level++) value = [value]
      return value
    }
    for (const levels of [1_501, 2_400]) {
      const refused = await store.save({ workflowId: "deep", input: nest(levels) }).catch((error: unknown) => error)
      expect(isValidationError(refused)).toBe(true)
    }
    await store.save({ workflowId: "a", history: [{ input: nest(1_500) }], extra: { x: nest(1_500) as [] } })
    expect((await store.list()).data.map(({ workflowId }) => workflowId)).toEqual(["a"])
    expect(await store.load("deep")).toBeNull()
  })

  test("a list names the state that this runtime can't read without loss", async () => {
    const store = memoryStore()
    await store.save({ workflowId: "b", input: { n: [2n ** 60n] } })
    await store.save({ workflowId: "a" })
    // As before Node 21: no source text for the reviver.
    const { parse } = JSON
    const reading = vi.spyOn(JSON, "parse")
    reading.mockImplementation((text, revive) =>
      parse(text, revive && ((name, member: unknown) => revive(name, member) as unknown)),
    )
    const failed = await Promise.resolve(store.list()).catch((error: unknown) => error)
    reading.mockRestore()
    expect(isProtocolError(failed)).toBe(true)
    expect(failed).toMatchObject({
      path: "data[1].Input.n[0]",
      message: expect.stringMatching(/^workflow state: data\[1\]\.Input\.n\[0\]: the number \d+ can't be held/),
    })
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
