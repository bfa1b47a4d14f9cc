import { describe, expect, test } from "vitest"
import {
  StoreError,
  ValidationError,
  isRevisionConflictError,
  isStoreError,
  isValidationError,
} from "../../src/index.ts"
import { type WorkflowStore, createStoreHandler, httpStore, memoryStore } from "../../src/store/index.ts"
import { testStore } from "../conformance/store.ts"
import { createFakeFetch } from "../support/fake-fetch.ts"
import { fetchOf, threeRouteServer, wholeServer } from "../support/store-server.ts"
import { everything, keys, openPage } from "./page.ts"

const upstream = createFakeFetch([]).fetch
const inPage = { retry: { attempts: 1 } }

function pagesOn(store: WorkflowStore) {
  const page = openPage({ upstream, store, inPage })
  // Another page is another client of the same gateway.
  return { store: page.client.workflows, another: () => openPage({ upstream, store, inPage }).client.workflows }
}

testStore({
  name: "a page's store behind the gateway",
  create: () => pagesOn(memoryStore()),
  flags: { list: "all", revision: true, watch: false },
})

testStore({
  name: "a page's store behind the gateway, which has it from another server",
  create: () => pagesOn(httpStore({ fetch: wholeServer() })),
  flags: { list: "all", revision: true, watch: false },
})

testStore({
  name: "a page's store behind the gateway, which has it from a server with the Go store's routes",
  create: () => pagesOn(httpStore({ fetch: threeRouteServer() })),
  flags: { list: "own-saves", revision: false, watch: false },
})

const state = { workflowId: "order-7", runId: "r", status: "running" }

describe("what may be done to workflows", () => {
  test("each verb has its own permission", async () => {
    const store = memoryStore()
    await store.save(state)
    const calls = {
      "workflows.load": (of: WorkflowStore) => of.load("order-7"),
      "workflows.list": (of: WorkflowStore) => of.list().then((page) => page),
      "workflows.save": (of: WorkflowStore) => of.save(state),
      "workflows.delete": (of: WorkflowStore) => of.delete("order-7"),
    } as const
    for (const [permission, call] of Object.entries(calls)) {
      const others = everything.filter((each) => each !== permission)
      const refused: unknown = await Promise.resolve(
        call(openPage({ upstream, store, allow: others }).client.workflows),
      ).catch((error: unknown) => error)
      expect([permission, isStoreError(refused) && refused.status]).toEqual([permission, 403])
      expect(String((refused as Error).cause)).toContain(`missing permission: ${permission}`)
      await call(openPage({ upstream, store, allow: [permission as "workflows.load"] }).client.workflows)
    }
  })

  test("of two pages that edit one state, the second is told", async () => {
    const store = memoryStore()
    const [first, second] = [pagesOn(store).store, pagesOn(store).store]
    await first.save(state)
    const { revision } = await second.loadWithRevision("order-7")
    await first.save({ ...state, status: "completed" })
    const thrown: unknown = await second
      .save({ ...state, status: "failed" }, { ifRevision: revision })
      .catch((error: unknown) => error)
    expect(isRevisionConflictError(thrown)).toBe(true)
    expect((await first.load("order-7"))?.status).toBe("completed")
  })
})

describe("a store that fails", () => {
  /** A store whose every call fails with this. */
  const failing = (error: Error, driver = "sql"): WorkflowStore => {
    const fail = async (): Promise<never> => {
      throw error
    }
    const { flags } = memoryStore()
    const list = () => Object.assign(fail(), {}) as unknown as ReturnType<WorkflowStore["list"]>
    return {
      driver,
      flags,
      probe: async () => flags,
      save: fail,
      load: fail,
      loadWithRevision: fail,
      list,
      delete: fail,
    }
  }
  const secret = `could not connect to postgres://admin:${keys.signingKey}@db`

  test.each([
    ["an error of the driver", new Error(secret), 500],
    ["a store error", new StoreError(secret, { workflowId: "a" }), 500],
    ["one that may pass", new StoreError(secret, { workflowId: "a" }, { retryable: true }), 503],
  ])("%s is told to the log, and not to the page", async (_, error, status) => {
    const page = openPage({ upstream, store: failing(error) })
    for (const [method, path] of [
      ["GET", "/v1/workflows"],
      ["GET", "/v1/workflows/a"],
      ["PUT", "/v1/workflows/a"],
      ["DELETE", "/v1/workflows/a"],
    ] as const) {
      const answer = await page.request(method, path, method === "PUT" ? { body: "{}" } : {})
      expect(answer.status).toBe(status)
      expect(await answer.text()).not.toContain("postgres")
    }
    expect(page.errors).toEqual([error, error, error, error])
  })

  test("what a server behind the store says is not repeated, be it wrong cursor or document", async () => {
    const issue = { path: secret, message: secret }
    const page = openPage({ upstream, store: failing(new ValidationError(secret, [issue]), "http") })
    const cursor = await page.request("GET", "/v1/workflows?cursor=abc")
    expect([cursor.status, await cursor.json()]).toMatchObject([
      400,
      { issues: [{ path: "cursor", message: "is not one of this list" }] },
    ])
    for (const path of ["/v1/workflows", "/v1/workflows/a"]) {
      const answer = await page.request("GET", path)
      expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining("postgres")])
    }
  })

  test("a document is refused in the words of this package, with the place", async () => {
    const page = openPage({ upstream })
    const thrown: unknown = await page.client.workflows
      .list({ cursor: "not-mine" })
      .then(String, (error: unknown) => error)
    expect(isValidationError(thrown) && thrown.issues[0]?.path).toBe("cursor")
    const answer = await page.request("PUT", "/v1/workflows/a", { body: '{"Status":5}' })
    expect([answer.status, await answer.json()]).toMatchObject([400, { issues: [{ path: "Status" }] }])
  })

  test("a state that holds a key of the gateway is not shown, since it would be saved back with a mask in its place", async () => {
    const store = memoryStore()
    await store.save({ ...state, input: { note: keys.eventKey } })
    await store.save({ ...state, workflowId: "fine" })
    const page = openPage({ upstream, store })
    for (const path of ["/v1/workflows/order-7", "/v1/workflows"]) {
      const answer = await page.request("GET", path)
      expect([answer.status, await answer.text()]).toEqual([502, expect.not.stringContaining("unique")])
    }
    expect((await page.request("GET", "/v1/workflows/fine")).status).toBe(200)
    expect(page.errors).toHaveLength(2)
  })

  test("headers of a handler behind are not handed on", async () => {
    const behind = createStoreHandler(memoryStore())
    const noisy = fetchOf(async (request) => {
      const answer = await behind(request)
      answer.headers.set("x-upstream", keys.eventKey)
      answer.headers.set("set-cookie", "a=b")
      return answer
    })
    const page = openPage({ upstream, store: httpStore({ fetch: noisy }) })
    await page.client.workflows.save(state)
    const answer = await page.request("GET", "/v1/workflows/order-7")
    expect([...answer.headers.keys()].toSorted()).toEqual([
      "cache-control",
      "content-type",
      "cross-origin-resource-policy",
      "etag",
      "x-content-type-options",
      "x-inngest-workflow-store",
    ])
  })

  test("a stock server behind the store is said to keep no workflows", async () => {
    const stock = createFakeFetch(
      () =>
        new Response("404 page not found\n", {
          status: 404,
          headers: { "content-type": "text/plain", "x-inngest-server-kind": "cloud" },
        }),
    )
    const page = openPage({ upstream, store: httpStore({ fetch: stock.fetch }) })
    const answer = await page.request("GET", "/v1/workflows/a")
    expect([answer.status, await answer.json()]).toMatchObject([501, { error: "the store has no workflows" }])
  })
})
