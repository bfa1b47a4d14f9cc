import { describe, expect, test } from "vitest"
import { ConnectionError, ProtocolError, StoreError, isConfigError } from "../../src/errors.ts"
import { encodeState } from "../../src/protocol/workflow.ts"
import {
  type StoreHandlerOptions,
  type WorkflowStore,
  createStoreHandler,
  httpStore,
  memoryStore,
} from "../../src/store/index.ts"
import { threeRouteServer } from "../support/store-server.ts"

const origin = "http://127.0.0.1:8288"
const document = '{"WorkflowID":"wf-1","RunID":"r","Status":"running"}'

interface Answer {
  status: number
  headers: Headers
  text: string
}

type Ask = (method: string, path: string, init?: RequestInit) => Promise<Answer>

function setUp(
  options: StoreHandlerOptions = {},
  store: WorkflowStore = memoryStore(),
): { ask: Ask; store: WorkflowStore } {
  const handler = createStoreHandler(store, options)
  return {
    store,
    async ask(method, path, init) {
      const { status, headers, ...response } = await handlerAnswer(new Request(origin + path, { method, ...init }))
      return { status, headers, ...response }
    },
  }

  async function handlerAnswer(request: Request): Promise<Answer> {
    const response = await handler(request)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
}

function errorOf({ text }: Answer): {
  error: string
  status: number
  issues?: { path: string }[]
  revision?: string | null
} {
  return JSON.parse(text) as { error: string; status: number }
}

describe("the routes", () => {
  test("save, load and delete a document", async () => {
    const { ask } = setUp()
    const saved = await ask("PUT", "/v1/workflows/wf-1", { body: document })
    expect([saved.status, saved.text]).toEqual([204, ""])
    const loaded = await ask("GET", "/v1/workflows/wf-1")
    expect(loaded.status).toBe(200)
    expect(loaded.headers.get("content-type")).toBe("application/json")
    expect(loaded.headers.get("etag")).toBe(saved.headers.get("etag"))
    expect(loaded.text).toBe(encodeState({ workflowId: "wf-1", runId: "r", status: "running" }))
    const deleted = await ask("DELETE", "/v1/workflows/wf-1")
    expect([deleted.status, deleted.text]).toEqual([204, ""])
    expect((await ask("DELETE", "/v1/workflows/wf-1")).status).toBe(204)
    const absent = await ask("GET", "/v1/workflows/wf-1")
    expect(absent.status).toBe(404)
    expect(absent.headers.get("content-type")).toBe("application/json")
    expect(errorOf(absent)).toEqual({ error: 'workflow "wf-1" not found', status: 404 })
  })

  test("the path is the key, and the document is stored as it came", async () => {
    const { ask, store } = setUp()
    await ask("PUT", "/v1/workflows/job?x=1", { body: '{"WorkflowID":"job#1","Zone":{"a":9007199254740993}}' })
    expect(await store.load("job")).toMatchObject({ workflowId: "job#1", extra: { Zone: { a: 9007199254740993n } } })
    expect((await ask("GET", "/v1/workflows/job")).text).toContain('"WorkflowID":"job#1"')
    await ask("PUT", "/v1/workflows/a/b%2Fc/", { body: "{}" })
    expect(await store.load("a/b/c/")).toMatchObject({ workflowId: "" })
  })

  test("two slashes before v1 are fine", async () => {
    const { ask } = setUp()
    expect((await ask("PUT", "//v1/workflows/x", { body: "{}" })).status).toBe(204)
    expect((await ask("GET", "/v1/workflows/x")).status).toBe(200)
    expect((await ask("GET", "//v1/workflows")).status).toBe(200)
  })

  test("an empty id is 400, by every method", async () => {
    const { ask } = setUp()
    for (const method of ["PUT", "GET", "DELETE"]) {
      const answer = await ask(method, "/v1/workflows/", method === "PUT" ? { body: document } : {})
      expect(answer.status).toBe(400)
      expect(errorOf(answer).error).toBe("workflow ID is required")
    }
  })

  test("a method that is none is 405 and names those that are", async () => {
    const { ask } = setUp()
    for (const method of ["POST", "PATCH", "OPTIONS"]) {
      const item = await ask(method, "/v1/workflows/x")
      expect([item.status, item.headers.get("allow")]).toEqual([405, "GET, HEAD, PUT, DELETE"])
      const list = await ask(method, "/v1/workflows")
      expect([list.status, list.headers.get("allow")]).toEqual([405, "GET, HEAD"])
    }
    expect((await ask("PUT", "/v1/workflows", { body: document })).status).toBe(405)
    expect((await ask("DELETE", "/v1/workflows")).status).toBe(405)
  })

  test("HEAD is GET without the body", async () => {
    const { ask } = setUp()
    const saved = await ask("PUT", "/v1/workflows/x", { body: document })
    const head = await ask("HEAD", "/v1/workflows/x")
    expect([head.status, head.text, head.headers.get("etag")]).toEqual([200, "", saved.headers.get("etag")])
    expect((await ask("HEAD", "/v1/workflows/absent")).status).toBe(404)
    expect((await ask("HEAD", "/v1/workflows")).text).toBe("")
  })

  test("any other path is Go's 404", async () => {
    const { ask } = setUp()
    for (const path of ["/", "/v1", "/v1/workflowsx", "/v1/events", "/api/v1/workflows/x", "/v1/workflows/../events"]) {
      const answer = await ask("GET", path)
      expect([answer.status, answer.text]).toEqual([404, "404 page not found\n"])
      expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8")
    }
  })

  test("nothing is ever a redirect, and no answer may be kept", async () => {
    const { ask } = setUp()
    for (const path of [
      "/v1/workflows",
      "/v1/workflows/",
      "/v1/workflows/a/",
      "/v1/workflows//a",
      "//v1/workflows/a/../b",
      "/v1/workflows/%2e%2e",
    ]) {
      for (const method of ["PUT", "GET", "DELETE"]) {
        const answer = await ask(method, path, method === "PUT" ? { body: document } : {})
        expect(answer.status < 300 || answer.status >= 400, `${method} ${path}: ${answer.status}`).toBe(true)
        if (method === "GET" && answer.status === 200) expect(answer.headers.get("cache-control")).toBe("no-store")
      }
    }
  })

  test("a base path is cut, and what lies beside it is not served", async () => {
    const { ask } = setUp({ basePath: "/api/inngest" })
    expect((await ask("PUT", "/api/inngest/v1/workflows/x", { body: document })).status).toBe(204)
    expect((await ask("GET", "/api/inngest//v1/workflows/x?y")).status).toBe(200)
    expect((await ask("GET", "/api/inngest/v1/workflows")).status).toBe(200)
    for (const path of [
      "/v1/workflows/x",
      "/api/inngestv1/workflows/x",
      "/api/v1/workflows/x",
      "/x/api/inngest/v1/workflows/x",
    ])
      expect((await ask("GET", path)).status, path).toBe(404)
  })
})

describe("documents that are sent", () => {
  test.each<[string, BodyInit, string]>([
    ["nothing", "", ""],
    ["no JSON", "{oops", ""],
    ["a byte order mark", `\ufeff${document}`, ""],
    ["a list", "[]", ""],
    ["null, which would wipe what is stored", "null", ""],
    ["two documents", `${document}${document}`, ""],
    ["a wrong type", '{"History":[{"ID":1},{"Duration":"1s"}]}', "History[1].Duration"],
    ["an empty time", '{"CreatedAt":""}', "CreatedAt"],
    ["a number that no double holds", '{"Input":{"a":1e400}}', "Input.a"],
  ])("%s is refused with the field's path, and changes nothing", async (_what, body, path) => {
    const { ask, store } = setUp()
    await store.save({ workflowId: "wf-1", runId: "before" })
    const answer = await ask("PUT", "/v1/workflows/wf-1", { body })
    expect(answer.status).toBe(400)
    expect(answer.headers.get("content-type")).toBe("application/json")
    expect(errorOf(answer)).toMatchObject({ status: 400, issues: [{ path }] })
    expect(errorOf(answer).error).toContain(path)
    expect((await store.load("wf-1"))?.runId).toBe("before")
  })

  test("a document too deep to be stored is refused, not a fault", async () => {
    const { ask } = setUp()
    const answer = await ask("PUT", "/v1/workflows/x", { body: `{"Input":${"[".repeat(4_000)}${"]".repeat(4_000)}}` })
    expect(answer.status).toBe(400)
  })

  test("invalid UTF-8 is taken, as U+FFFD", async () => {
    const { ask, store } = setUp()
    const body = Uint8Array.from([...'{"Input":"a'].map((letter) => letter.charCodeAt(0)).concat(0xff, 0x22, 0x7d))
    expect((await ask("PUT", "/v1/workflows/x", { body })).status).toBe(204)
    expect((await store.load("x"))?.input).toBe("a\ufffd")
  })

  test("the content type says nothing", async () => {
    const { ask } = setUp()
    for (const type of ["text/plain", "application/json; charset=latin1", ""])
      expect((await ask("PUT", "/v1/workflows/x", { body: document, headers: { "content-type": type } })).status).toBe(
        204,
      )
  })

  test("bodies are bounded: by their announced length, and by the bytes that come", async () => {
    const { ask, store } = setUp({ maxBodyBytes: 100 })
    const large = `{"Input":"${"x".repeat(100)}"}`
    let pulled = 0
    const stream = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        pull(controller) {
          pulled++
          controller.enqueue(new TextEncoder().encode("x".repeat(40)))
        },
      })
    const answers = [
      await ask("PUT", "/v1/workflows/x", { body: large, headers: { "content-length": String(large.length) } }),
      await ask("PUT", "/v1/workflows/x", { body: large }),
      await ask("PUT", "/v1/workflows/x", { body: stream(), duplex: "half" } as RequestInit),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(413)
      expect(errorOf(answer).error).toBe("the document is larger than 100 bytes")
    }
    // The answer does not wait for the rest, which is taken off the connection and dropped meanwhile.
    expect(pulled).toBeLessThan(50)
    expect(await store.load("x")).toBeNull()
    const fitting = `{"Input":"${"x".repeat(88)}"}`
    expect(fitting).toHaveLength(100)
    expect((await ask("PUT", "/v1/workflows/x", { body: fitting })).status).toBe(204)
  })
})

describe("conditions", () => {
  const put = (ask: Ask, headers: Record<string, string>): Promise<Answer> =>
    ask("PUT", "/v1/workflows/x", { body: document, headers })

  test("If-Match takes the stored revision alone, or one of a list, weak or not", async () => {
    const { ask } = setUp()
    let etag = (await put(ask, {})).headers.get("etag") ?? ""
    for (const condition of [
      () => etag,
      () => `W/${etag}`,
      () => `"other", ${etag}`,
      () => "*",
      () => etag.replaceAll('"', ""),
    ]) {
      const answer = await put(ask, { "if-match": condition() })
      expect(answer.status).toBe(204)
      expect(answer.headers.get("etag")).not.toBe(etag)
      etag = answer.headers.get("etag") ?? ""
    }
    for (const condition of ['"other"', 'W/"other"', '"a", "b"', '""']) {
      const answer = await put(ask, { "if-match": condition })
      expect(answer.status).toBe(412)
      expect(answer.headers.get("etag")).toBe(etag)
      expect(errorOf(answer).revision).toBe(etag.replaceAll('"', ""))
    }
  })

  test("If-None-Match: * creates and never overwrites", async () => {
    const { ask } = setUp()
    expect((await put(ask, { "if-none-match": "*" })).status).toBe(204)
    expect((await put(ask, { "if-none-match": "*" })).status).toBe(412)
  })

  test("of several conditions each must hold", async () => {
    const { ask } = setUp()
    const etag = (await put(ask, {})).headers.get("etag") ?? ""
    expect((await put(ask, { "if-match": etag, "if-none-match": "*" })).status).toBe(412)
    expect((await put(ask, { "if-match": "*", "if-none-match": etag })).status).toBe(412)
    expect((await put(ask, { "if-match": "*", "if-none-match": '"other"' })).status).toBe(204)
  })

  test("nothing that is absent matches, and the answer says that it is absent", async () => {
    const { ask, store } = setUp()
    for (const condition of ["*", '"1"', '"1", "2"']) {
      const answer = await put(ask, { "if-match": condition })
      expect([answer.status, answer.headers.get("etag"), errorOf(answer).revision]).toEqual([412, null, null])
    }
    expect(await store.load("x")).toBeNull()
  })

  test("If-Match: * holds on while others write, and gives up in the end", async () => {
    const memory = memoryStore()
    await memory.save({ workflowId: "x" })
    let rivals = 3
    const busy: WorkflowStore = {
      ...memory,
      async loadWithRevision(id, options) {
        const loaded = await memory.loadWithRevision(id, options)
        if (rivals-- > 0) await memory.save({ workflowId: id, runId: `rival ${rivals}` })
        return loaded
      },
    }
    expect((await put(setUp({}, busy).ask, { "if-match": "*" })).status).toBe(204)
    rivals = Infinity
    expect((await put(setUp({}, busy).ask, { "if-match": "*" })).status).toBe(412)
  })

  test("hold for reading too", async () => {
    const { ask } = setUp()
    const etag = (await put(ask, {})).headers.get("etag") ?? ""
    const get = (headers: Record<string, string>): Promise<Answer> => ask("GET", "/v1/workflows/x", { headers })
    const unchanged = await get({ "if-none-match": `"other", ${etag}` })
    expect([unchanged.status, unchanged.text, unchanged.headers.get("etag")]).toEqual([304, "", etag])
    expect((await get({ "if-none-match": '"other"' })).status).toBe(200)
    expect((await get({ "if-match": etag })).status).toBe(200)
    expect((await get({ "if-match": '"other"' })).status).toBe(412)
    expect((await ask("GET", "/v1/workflows/absent", { headers: { "if-none-match": "*" } })).status).toBe(404)
  })

  test("are refused for DELETE, which could not keep them", async () => {
    const { ask, store } = setUp()
    const etag = (await put(ask, {})).headers.get("etag") ?? ""
    expect((await ask("DELETE", "/v1/workflows/x", { headers: { "if-match": etag } })).status).toBe(501)
    expect(await store.load("x")).not.toBeNull()
  })

  test("are refused where the store has no revisions, and nothing is saved", async () => {
    const { ask, store } = setUp({}, httpStore({ fetch: threeRouteServer() }))
    expect((await put(ask, {})).headers.get("etag")).toBeNull()
    for (const headers of [{ "if-match": '"1"' }, { "if-match": "*" }, { "if-none-match": "*" }] as Record<
      string,
      string
    >[]) {
      const answer = await ask("PUT", "/v1/workflows/x", { body: '{"RunID":"late"}', headers })
      expect([answer.status, errorOf(answer).error]).toEqual([501, "the store has no revision"])
    }
    expect((await store.load("x"))?.runId).toBe("r")
  })
})

describe("the list", () => {
  test("gives states, where it goes on, and what the store can do", async () => {
    const { ask, store } = setUp()
    for (const id of ["a", "b", "c"])
      await store.save({ workflowId: id, status: id === "b" ? "failed" : "running", input: 2n ** 60n })
    const answer = await ask("GET", "/v1/workflows?limit=2")
    expect(answer.status).toBe(200)
    const { data, page, flags } = JSON.parse(answer.text) as {
      data: { WorkflowID: string }[]
      page: { cursor: string }
      flags: object
    }
    expect(data.map(({ WorkflowID }) => WorkflowID)).toEqual(["c", "b"])
    expect(answer.text).toContain('"Input":1152921504606846976')
    expect(page).toEqual({ limit: 2, cursor: expect.any(String) as string })
    expect(flags).toEqual({ list: "all", revision: true })
    expect(answer.headers.get("x-inngest-workflow-store")).toBe("list=all, revision=true")
    const rest = await ask("GET", `/v1/workflows?limit=2&cursor=${page.cursor}`)
    expect(JSON.parse(rest.text)).toMatchObject({ data: [{ WorkflowID: "a" }], page: { limit: 2 } })
    expect(rest.text).not.toContain("cursor")
    const failed = await ask("GET", "/v1/workflows?status=failed&order=id&limit=&cursor=")
    expect(JSON.parse(failed.text)).toMatchObject({ data: [{ WorkflowID: "b" }], page: { limit: 50 } })
    expect(JSON.parse((await ask("GET", "/v1/workflows?status=")).text)).toMatchObject({ data: [{}, {}, {}] })
  })

  test.each([
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=1e1", "limit"],
    ["limit=-1", "limit"],
    ["limit=99999999999999999999", "limit"],
    ["order=newest", "order"],
    ["cursor=nonsense", "cursor"],
  ])("refuses %s by name", async (query, path) => {
    const answer = await setUp().ask("GET", `/v1/workflows?${query}`)
    expect(answer.status).toBe(400)
    expect(errorOf(answer)).toMatchObject({ status: 400, issues: [{ path }] })
    expect(errorOf(answer).error).toContain(path)
  })
})

describe("who may", () => {
  test("is asked before anything else", async () => {
    const seen: string[] = []
    const { ask, store } = setUp({
      authorize: async (request) => {
        seen.push(request.method)
        return request.headers.get("authorization") === "Bearer k"
      },
    })
    const refused = await ask("PUT", "/v1/workflows/x", { body: document })
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, "Bearer"])
    expect(errorOf(refused)).toEqual({ error: "not allowed", status: 401 })
    expect((await ask("GET", "/v1/workflows")).status).toBe(401)
    expect(await store.load("x")).toBeNull()
    expect(
      (await ask("PUT", "/v1/workflows/x", { body: document, headers: { authorization: "Bearer k" } })).status,
    ).toBe(204)
    expect(seen).toEqual(["PUT", "GET", "PUT"])
  })

  test("may be answered by a Response of its own", async () => {
    const { ask } = setUp({ authorize: () => new Response("no", { status: 403 }) })
    const answer = await ask("GET", "/v1/workflows/x")
    expect([answer.status, answer.text]).toEqual([403, "no"])
  })

  test("that fails is a fault, not leave", async () => {
    const { ask } = setUp({ authorize: () => Promise.reject(new Error("session store: password=hunter2")) })
    const answer = await ask("GET", "/v1/workflows/x")
    expect([answer.status, errorOf(answer).error]).toEqual([500, "the store failed"])
  })
})

describe("faults of the store", () => {
  const request = { method: "GET", url: "http://db.internal:5432" }
  test.each<[string, Error, number, string]>([
    ["an unknown one", new Error("SELECT * FROM secrets at /srv/app/db.ts:7"), 500, "the store failed"],
    [
      "one of its own",
      new StoreError("sqlite/load: disk I/O error on /var/db", { workflowId: "x" }),
      500,
      "the store failed",
    ],
    [
      "one that may pass",
      new StoreError("inngest/load: request: http://db.internal:5432", { workflowId: "x" }, { retryable: true }),
      503,
      "the store can't be reached",
    ],
    ["no connection", new ConnectionError("http://db.internal:5432", request), 503, "the store can't be reached"],
    [
      "a document that is none",
      new ProtocolError("row 7: /var/db", { route: "x" }),
      500,
      "the stored document can't be read",
    ],
  ])("%s is told apart, and nothing of it gets out", async (_what, error, status, text) => {
    const memory = memoryStore()
    const failing = (): never => {
      throw error
    }
    const { ask } = setUp({}, { ...memory, save: failing, loadWithRevision: failing, list: failing, delete: failing })
    for (const answer of [
      await ask("PUT", "/v1/workflows/x", { body: document }),
      await ask("GET", "/v1/workflows/x"),
      await ask("GET", "/v1/workflows"),
      await ask("DELETE", "/v1/workflows/x"),
    ]) {
      expect([answer.status, errorOf(answer)]).toEqual([status, { error: text, status }])
    }
  })
})

describe("options", () => {
  test.each<[string, StoreHandlerOptions]>([
    ["maxBodyBytes", { maxBodyBytes: 0 }],
    ["maxBodyBytes", { maxBodyBytes: 1.5 }],
    ["basePath", { basePath: "api" }],
    ["basePath", { basePath: "/api/" }],
  ])("%s is checked when the handler is made", (option, options) => {
    let thrown: unknown
    try {
      createStoreHandler(memoryStore(), options)
    } catch (error) {
      thrown = error
    }
    expect(isConfigError(thrown) && thrown.option).toBe(option)
  })
})

test("a body that is not JSON is refused in our own words, without an echo of it", async () => {
  const { ask } = setUp()
  const answer = await ask("PUT", "/v1/workflows/wf-1", { body: "nojson" })
  expect(errorOf(answer)).toEqual({
    error: "workflow state: the body is not JSON",
    status: 400,
    issues: [{ path: "", message: "the body is not JSON" }],
  })
})
