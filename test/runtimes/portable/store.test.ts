// Workflow state: the memory store, and the HTTP store against the handler that serves it, both halves at once.
import { isRevisionConflictError, isStoreError, isValidationError } from "inngest-kit"
import { type WorkflowStore, createStoreHandler, httpStore, memoryStore, zeroTime } from "inngest-kit/store"
import { describe, expect, test } from "vitest"

const baseURL = "http://kit.test"

function overHttp(): WorkflowStore {
  const serve = createStoreHandler(memoryStore())
  return httpStore({ baseURL, fetch: (input, init) => serve(new Request(input, init)) })
}

async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("should have been rejected")
    },
    (error: unknown) => error,
  )
}

const stores: [name: string, create: () => WorkflowStore][] = [
  ["memory", () => memoryStore()],
  ["http", overHttp],
]

describe.each(stores)("%s store", (_name, create) => {
  test("has null for what is absent", async () => {
    const store = create()
    expect(await store.load("order-7")).toBeNull()
    expect(await store.loadWithRevision("order-7")).toEqual({ state: null, revision: null })
    await store.delete("order-7")
  })

  test("gives back what was saved, with Go's zero values for what was left out", async () => {
    const store = create()
    await store.save({ workflowId: "order-7", status: "running", input: { total: 12 } })
    expect(await store.load("order-7")).toEqual({
      workflowId: "order-7",
      runId: "",
      status: "running",
      input: { total: 12 },
      result: null,
      error: "",
      history: null,
      createdAt: zeroTime,
      updatedAt: zeroTime,
    })
  })

  test("loses nothing of a number, a time or an unknown member", async () => {
    const store = create()
    const input = {
      big: 9_007_199_254_740_993n,
      low: -9_223_372_036_854_775_808n,
      zero: -0,
      small: 1e-7,
      text: "\u2028é\u0000",
    }
    const state = {
      workflowId: "ordnung/ä 100%",
      input,
      history: [
        {
          id: 9_223_372_036_854_775_807n,
          type: "timer_fired",
          durationNs: 1,
          timestamp: "2026-11-22T05:39:00.123456789+02:00",
        },
      ],
      createdAt: "2026-11-22T05:39:00.000000001Z",
      extra: { Later: [null, false] },
    }
    await store.save(state)
    const loaded = await store.load(state.workflowId)
    expect(loaded).toMatchObject(state)
    expect(Object.is((loaded?.input as typeof input | undefined)?.zero, -0)).toBe(true)
  })

  test("takes one of two writers who read the same revision", async () => {
    const store = create()
    await store.save({ workflowId: "order-7", status: "running" }, { ifRevision: null })
    const { revision } = await store.loadWithRevision("order-7")
    await store.save({ workflowId: "order-7", status: "completed" }, { ifRevision: revision })
    const error = await rejection(store.save({ workflowId: "order-7", status: "failed" }, { ifRevision: revision }))
    expect(isRevisionConflictError(error) && error.expected).toBe(revision)
    expect(await store.load("order-7")).toMatchObject({ status: "completed" })
  })

  test("lists newest first, by status, in pages, and everything when iterated", async () => {
    const store = create()
    for (const id of ["a", "b", "c", "d"])
      await store.save({ workflowId: id, status: id === "b" ? "failed" : "running" })
    const idsOf = (states: readonly { workflowId: string }[]) => states.map(({ workflowId }) => workflowId)

    const first = await store.list({ status: "running", limit: 2 })
    expect(idsOf(first.data)).toEqual(["d", "c"])
    const second = await store.list({ status: "running", limit: 2, cursor: first.cursor ?? "" })
    expect(idsOf(second.data)).toEqual(["a"])
    expect(second.cursor).toBeUndefined()

    const all: string[] = []
    for await (const { workflowId } of store.list()) all.push(workflowId)
    expect(all.toSorted()).toEqual(["a", "b", "c", "d"])
  })

  test("refuses an id that no URL can carry", async () => {
    expect(isValidationError(await rejection(create().load("..")))).toBe(true)
  })
})

test("the HTTP store speaks as the Go store does when the server fails", async () => {
  const fetch = async () => new Response("", { status: 500 })
  const store = httpStore({ baseURL, fetch, retry: { attempts: 1 } })
  const error = await rejection(store.save({ workflowId: "order-7" }))
  expect(isStoreError(error) && error.message).toBe("inngest/save: status 500")
})
