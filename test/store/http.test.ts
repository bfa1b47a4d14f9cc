import { afterEach, describe, expect, test, vi } from "vitest"
import {
  type ProtocolError,
  isConfigError,
  isConnectionError,
  isProtocolError,
  isRevisionConflictError,
  isStoreError,
  isTimeoutError,
  isUnsupportedError,
  isValidationError,
} from "../../src/errors.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { type HttpStoreOptions, type WorkflowStore, httpStore, memoryStore } from "../../src/store/index.ts"
import { createStoreHandler } from "../../src/store/index.ts"
import { testStore } from "../conformance/store.ts"
import { type FakeFetch, type Reply, createFakeFetch, json, refused, reset } from "../support/fake-fetch.ts"
import { answerOf, vectors } from "../support/inngest-vectors.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { fetchOf, threeRouteServer, wholeServer } from "../support/store-server.ts"

testStore({
  name: "httpStore with a server of ours",
  create: () => {
    const fetch = wholeServer()
    return { store: httpStore({ fetch }), another: () => httpStore({ fetch }) }
  },
  flags: { list: "all", revision: true, watch: false },
})

testStore({
  name: "httpStore with a server that has only the Go store's routes",
  create: () => {
    const fetch = threeRouteServer()
    return { store: httpStore({ fetch }), another: () => httpStore({ fetch }) }
  },
  flags: { list: "own-saves", revision: false, watch: false },
})

testStore({
  name: "httpStore with a server of ours that stands before such a server",
  create: () => {
    const fetch = fetchOf(createStoreHandler(httpStore({ fetch: threeRouteServer() })))
    return { store: httpStore({ fetch }), another: () => httpStore({ fetch }) }
  },
  flags: { list: "own-saves", revision: false, watch: false },
})

const state = { workflowId: "wf-1", runId: "r", status: "running" }
const document = '{"WorkflowID":"wf-1","RunID":"r","Status":"running"}'
const ours = { "x-inngest-workflow-store": "list=all, revision=true" }
const page = { data: [], page: { limit: 1 }, flags: { list: "all", revision: true } }

/** A store that never waits and never tries again, unless told. */
function storeOf(
  reply: Parameters<typeof createFakeFetch>[0],
  options: HttpStoreOptions = {},
): FakeFetch & { store: WorkflowStore } {
  const fake = createFakeFetch(reply)
  return { ...fake, store: httpStore({ fetch: fake.fetch, retry: { attempts: 1 }, ...options }) }
}

/** A store that tries again, on a clock that moves by itself. */
function retryingStore(
  reply: Parameters<typeof createFakeFetch>[0],
): FakeFetch & { store: WorkflowStore; settle: <T>(promise: Promise<T>) => Promise<T> } {
  const clock = createManualClock()
  const fake = storeOf(reply, { clock, random: seededRandom(7), retry: { attempts: 4 } })
  return { ...fake, settle: (promise) => clock.runUntilSettled(promise) }
}

async function thrownBy(call: PromiseLike<unknown>): Promise<Error> {
  return Promise.resolve(call).then(
    () => expect.unreachable("it was not refused"),
    (error: Error) => error,
  )
}

const text = (body: string, status: number, headers: Record<string, string> = {}): Response =>
  new Response(body, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } })

describe("requests", () => {
  test("are the Go store's: method, path, bearer key, content type, document", async () => {
    const { store, requests } = storeOf([json(null)], { baseURL: "http://h:1/base/", eventKey: "evt-123" })
    await store.save(state)
    await store.load("a b/c")
    await store.delete("wf-1")
    expect(requests.map(({ method, url, body }) => [method, url, body?.slice(0, 20)])).toEqual([
      ["PUT", "http://h:1/base/v1/workflows/wf-1", '{"WorkflowID":"wf-1"'],
      ["GET", "http://h:1/base/v1/workflows/a%20b%2Fc", undefined],
      ["DELETE", "http://h:1/base/v1/workflows/wf-1", undefined],
    ])
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill("Bearer evt-123"))
    expect(requests[0]?.headers["content-type"]).toBe("application/json")
    expect(requests.map(({ init }) => init.redirect)).toEqual(Array(3).fill("manual"))
  })

  test("go to http://localhost:8288 without a key unless told, and the environment is not asked", async () => {
    const { store, requests } = storeOf([json(null)])
    await store.load("a")
    expect(requests[0]?.url).toBe("http://localhost:8288/v1/workflows/a")
    expect(requests[0]?.headers).not.toHaveProperty("authorization")
  })

  test("carry the signing key where there is no event key", async () => {
    const { store, requests } = storeOf([json(null)], { signingKey: "signkey-test-abc" })
    await store.load("a")
    expect(requests[0]?.headers.authorization).toBe("Bearer signkey-test-abc")
  })

  test("are none for an id that no URL carries", async () => {
    const { store, requests } = storeOf([json(null)])
    const save = await thrownBy(store.save({ workflowId: "" }))
    expect(save.message).toBe("inngest/save: workflow ID is required")
    expect(isValidationError(save)).toBe(true)
    expect((await thrownBy(store.load(""))).message).toBe("inngest/load: workflow ID is required")
    expect((await thrownBy(store.delete(".."))).message).toMatch(/^inngest\/delete: a workflow ID cannot be/)
    expect((await thrownBy(store.load(undefined as unknown as string))).message).toBe(
      "inngest/load: workflow ID is required",
    )
    expect((await thrownBy(store.load(7 as unknown as string))).message).toBe(
      "inngest/load: workflow ID must be a string, not a number",
    )
    expect((await thrownBy(store.loadWithRevision(""))).message).toBe("inngest/load: workflow ID is required")
    expect(requests).toEqual([])
  })
})

describe("options", () => {
  test.each([
    ["baseUrl", { baseUrl: "http://h" }, "baseUrl: is none of the options baseURL, eventKey"],
    ["a relative URL", { baseURL: "/api" }, 'baseURL: "/api" must be http://… or https://…, relative only in a page'],
    [
      "a URL with a password",
      { baseURL: "http://user:secret@h" },
      "must be http://… or https://…, relative only in a page, without user, query and fragment",
    ],
    [
      "a URL with a query",
      { baseURL: "http://h/?x=1" },
      'baseURL: "http://h/" must be http://… or https://…, relative only in a page, without user, query and fragment',
    ],
    ["no retry at all", { retry: { attempts: 0 } }, "retry.attempts: must be a whole number from 1"],
  ])("%s is refused when the store is made", (_what, options, message) => {
    let thrown: unknown
    try {
      httpStore(options as HttpStoreOptions)
    } catch (error) {
      thrown = error
    }
    expect(isConfigError(thrown)).toBe(true)
    expect((thrown as Error).message).toContain(message)
    expect((thrown as Error).message).not.toContain("secret")
  })
})

describe("answers", () => {
  test.each([400, 401, 403, 405, 409, 413, 422, 500, 503])(
    "status %d has the Go store's text, and the answer as its cause",
    async (status) => {
      const { store } = storeOf([json({ error: "no", status }, { status })])
      for (const [verb, call] of [
        ["save", store.save(state)],
        ["load", store.load("wf-1")],
        ["delete", store.delete("wf-1")],
      ] as const) {
        const error = await thrownBy(call)
        expect(error.message).toBe(`inngest/${verb}: status ${status}`)
        expect(isStoreError(error)).toBe(true)
        expect(error).toMatchObject({
          status,
          workflowId: "wf-1",
          retryable: status >= 500,
          cause: { status, body: { error: "no" } },
        })
      }
    },
  )

  test.each([300, 301, 302, 303, 307, 308])(
    "status %d is a failure of every verb, and is not followed",
    async (status) => {
      const { store, requests } = storeOf(() => new Response(null, { status, headers: { location: "/moved" } }))
      for (const [verb, call] of [
        ["save", store.save(state)],
        ["load", store.load("wf-1")],
        ["delete", store.delete("wf-1")],
      ] as const) {
        const error = await thrownBy(call)
        expect(error.message).toBe(`inngest/${verb}: status ${status}`)
        expect(error).toMatchObject({ hint: expect.stringContaining("not followed") as string })
      }
      expect(requests).toHaveLength(3)
      expect(
        (await store.list().then(
          (list) => list,
          (error: Error) => error.message,
        )) as string,
      ).toBe(`inngest/list: status ${status}`)
    },
  )

  test("304, which nobody asked for, is a failure, and for a load an empty answer", async () => {
    const { store } = storeOf(() => new Response(null, { status: 304 }))
    expect((await thrownBy(store.save(state))).message).toBe("inngest/save: status 304")
    expect((await thrownBy(store.load("wf-1"))).message).toBe("inngest/load: decode: EOF")
    expect((await thrownBy(store.delete("wf-1"))).message).toBe("inngest/delete: status 304")
  })

  test("404 is absent for load and delete, whatever its body; for save it is an error", async () => {
    for (const answer of [
      json({}, { status: 404 }),
      text("404 page not found\n", 404),
      new Response(document, { status: 404 }),
    ]) {
      const { store } = storeOf([answer])
      expect(await store.load("wf-1")).toBeNull()
      await store.delete("wf-1")
      expect((await thrownBy(store.save(state))).message).toBe("inngest/save: status 404")
    }
  })

  test("JSON from a server that names its kind is no missing route", async () => {
    const { store } = storeOf([
      json(
        { error: "absent" },
        { status: 404, headers: { "content-type": "application/json", "x-inngest-server-kind": "dev" } },
      ),
    ])
    expect(await store.load("wf-1")).toBeNull()
    await store.delete("wf-1")
  })

  test("a connection that fails is the Go store's `request`, with the failure as cause", async () => {
    const { store } = storeOf([refused()])
    const error = await thrownBy(store.load("wf-1"))
    expect(error.message).toMatch(/^inngest\/load: request: .*ECONNREFUSED/)
    expect(isConnectionError(error.cause)).toBe(true)
    expect(error).toMatchObject({ code: "store", retryable: true, workflowId: "wf-1" })
  })

  test("a timeout is one as well", async () => {
    const clock = createManualClock()
    const { store } = storeOf(["hang"], { clock, timeout: "5s" })
    const error = await clock.runUntilSettled(thrownBy(store.save(state)))
    expect(error.message).toMatch(/^inngest\/save: request: .*5000 ms/)
    expect(isTimeoutError(error.cause)).toBe(true)
  })

  test("no key is in any error", async () => {
    const key = "evt-0123456789-secret"
    const answers: Reply[] = [
      json({ error: `bad key ${key}` }, { status: 401 }),
      new Error(`getaddrinfo http://h/?k=${key}`),
      new Response(`<html>${key}</html>`),
      new Response(null, { status: 302, headers: { location: `/login?key=${key}` } }),
    ]
    for (const answer of answers) {
      const { store } = storeOf([answer], { eventKey: key })
      for (const call of [store.load("wf-1"), store.list(), store.probe()]) {
        const error = await Promise.resolve(call).then(
          () => undefined,
          (thrown: Error) => thrown,
        )
        for (let each: unknown = error; each instanceof Error; each = each.cause)
          expect(`${each.message} ${each.stack} ${JSON.stringify(each)}`).not.toContain(key)
      }
    }
  })

  test("the caller's reason is thrown as it is, even when it is an error of ours", async () => {
    const { store } = storeOf(["hang"])
    const foreign = (await thrownBy(storeOf([refused()]).store.load("x"))).cause
    for (const reason of ["enough", new Error("mine"), foreign]) {
      const controller = new AbortController()
      const pending = [
        store.load("a", { signal: controller.signal }),
        store.save(state, { signal: controller.signal }),
        store.delete("a", { signal: controller.signal }),
        store.list({ signal: controller.signal }).then((list) => list),
        store.probe({ signal: controller.signal }),
      ]
      controller.abort(reason)
      for (const each of pending) expect(await thrownBy(each)).toBe(reason)
    }
  })
})

describe("a state that is none", () => {
  test("is the Go store's `marshal`, with the field's path, and sends nothing", async () => {
    const { store, requests } = storeOf([json(null)])
    const error = await thrownBy(store.save({ workflowId: "wf-1", input: { a: [Number.NaN] } }))
    expect(error.message).toBe("inngest/save: marshal: input.a[0]: NaN is not a JSON number")
    expect(isValidationError(error) && error.issues).toMatchObject([{ path: "input.a[0]" }])
    expect(requests).toEqual([])
  })
})

describe("documents", () => {
  const load = async (body: BodyInit | null): Promise<unknown> => {
    const { store } = storeOf([new Response(body)])
    try {
      return await store.load("wf-1")
    } catch (error) {
      expect(isProtocolError(error)).toBe(true)
      return (error as Error).message
    }
  }

  test("only the first JSON value counts, the rest may be anything", async () => {
    expect(await load(`${document} trailing } "garbage {"WorkflowID":"y"}`)).toMatchObject(state)
    expect(await load('\n\r\t {"WorkflowID":"}\\"{","Input":{"a":["{"]}}}\n')).toMatchObject({
      workflowId: '}"{',
      input: { a: ["{"] },
    })
  })

  test("an empty answer is the Go store's EOF", async () => {
    for (const body of [null, "", " \n\r\t"]) expect(await load(body)).toBe("inngest/load: decode: EOF")
  })

  test("a byte order mark and what is no JSON are refused without quoting it", async () => {
    for (const body of ["\ufeff{}", "<!doctype html>", '{"WorkflowID":"x', "{'WorkflowID':1}", "{WorkflowID:1}"])
      expect(await load(body)).toBe("inngest/load: decode: not JSON")
  })

  test("what is nested too deeply to be read says so", async () => {
    const deep = `{"Input":${"[".repeat(99_999)}${1n << 60n}${"]".repeat(99_999)}}`
    expect(await load(deep)).toBe("inngest/load: decode: nested deeper than can be read here")
  })

  test("invalid UTF-8 becomes U+FFFD", async () => {
    const bytes = Uint8Array.from(
      [...'{"WorkflowID":"a'].map((letter) => letter.charCodeAt(0)).concat(0xff, 0x62, 0x22, 0x7d),
    )
    expect(await load(bytes)).toMatchObject({ workflowId: "a\ufffdb" })
  })

  test("a document that can't be read without loss names its path", async () => {
    expect(await load('{"Input":{"n":[1e400]}}')).toMatch(
      /^inngest\/load: decode: Input\.n\[0\]: the number 1e400 can't be held/,
    )
    expect(await load('{"History":[{"ID":1.5}]}')).toMatch(
      /^inngest\/load: decode: .*History\[0\]\.ID should be a whole number/,
    )
    const { store } = storeOf([new Response('{"History":[{"ID":1.5}]}')])
    expect(await thrownBy(store.load("wf-1"))).toMatchObject({ path: "History[0].ID", route: "workflows.load" })
  })
})

describe("a stock Inngest server", () => {
  test("refuses all four verbs by name, where the Go store reports absent and deleted", async () => {
    const answers = vectors("workflow").filter(
      ({ response, request }) => response.status === 404 && /workflows/.test(request.path),
    )
    expect(answers.length).toBeGreaterThan(0)
    for (const answer of answers) {
      const { store } = storeOf(() => answerOf(answer))
      for (const [verb, call] of [
        ["save", store.save(state)],
        ["load", store.load("wf-1")],
        ["delete", store.delete("wf-1")],
        ["list", store.list()],
        ["list", store.probe()],
        ["list", store.save(state, { ifRevision: null })],
        ["list", store.loadWithRevision("wf-1")],
      ] as const) {
        const error = await thrownBy(call)
        expect(isUnsupportedError(error)).toBe(true)
        expect(error).toMatchObject({ flag: "workflows", driver: "http", status: 404 })
        expect(error.message).toBe(
          `inngest/${verb}: this Inngest server keeps no workflow state (it has no /v1/workflows)`,
        )
      }
      expect(store.flags.list).toBe("unknown")
    }
  })
})

describe("a stock Inngest server, seen by a page of another origin, which does not get its headers", () => {
  afterEach(() => vi.unstubAllGlobals())

  const server = (devInfo: Response, health: Response): FakeFetch & { store: WorkflowStore } => {
    vi.stubGlobal("location", { href: "https://app.example/admin" })
    return storeOf(({ path }) =>
      path === "/dev" ? devInfo : path === "/health" ? health : text("404 page not found\n", 404),
    )
  }

  test.each([
    ["a dev server", json({ version: "1.44.2" }), text("", 404)],
    ["a self-hosted one", text("404 page not found\n", 404), json({ status: 200, message: "OK" })],
  ])("is known by what else it answers: %s", async (_what, devInfo, health) => {
    const { store } = server(devInfo, health)
    for (const call of [store.probe(), store.list(), store.save(state, { ifRevision: null })])
      expect(isUnsupportedError(await thrownBy(call))).toBe(true)
    expect(store.flags.list).toBe("unknown")
    // Without asking there is nothing to tell it from an absent workflow.
    expect(await store.load("wf-1")).toBeNull()
  })

  test("is not what a server with the Go store's routes alone is taken for", async () => {
    const { store } = server(text("404 page not found\n", 404), text("404 page not found\n", 404))
    expect(await store.probe()).toEqual({ list: "own-saves", revision: false, watch: false })
  })
})

describe("flags", () => {
  test("are unknown at first, and settled by one question, whoever asks at once", async () => {
    const { store, requests } = storeOf([json(page)])
    expect(store.flags).toEqual({ list: "unknown", revision: "unknown", watch: false })
    const [one, other] = await Promise.all([store.probe(), store.probe(), store.list()])
    expect(one).toEqual({ list: "all", revision: true, watch: false })
    expect(other).toBe(one)
    expect(store.flags).toBe(one)
    await store.probe()
    expect(requests.map(({ path }) => path)).toEqual(["/v1/workflows?limit=1", "/v1/workflows?limit=50&order=receipt"])
  })

  test("are settled by the first answer of a server of ours, without a question", async () => {
    const { store, requests } = storeOf([new Response(document, { headers: { ...ours, etag: '"7"' } })])
    await store.load("wf-1")
    expect(store.flags).toEqual({ list: "all", revision: true, watch: false })
    expect(await store.loadWithRevision("wf-1")).toMatchObject({ revision: "7" })
    expect(requests.map(({ method }) => method)).toEqual(["GET", "GET"])
  })

  test("a list without flags is one of a server that has no revisions", async () => {
    const { store } = storeOf([json({ data: [], page: { limit: 1 } })])
    expect(await store.probe()).toEqual({ list: "all", revision: false, watch: false })
  })

  test.each<[string, () => Response]>([
    ["404", () => text("404 page not found\n", 404)],
    ["404 as JSON", () => json({ error: "not found" }, { status: 404 })],
    ["405", () => text("", 405)],
    ["501", () => text("", 501)],
    [
      "a redirect to the same with a slash, as Go's router gives",
      () => new Response(null, { status: 301, headers: { location: "/v1/workflows/?limit=1" } }),
    ],
  ])("%s in place of a list means own saves", async (_what, answer) => {
    const { store } = storeOf(answer)
    expect(await store.probe()).toEqual({ list: "own-saves", revision: false, watch: false })
  })

  test.each<[string, () => Response, Partial<ProtocolError>]>([
    [
      "something else",
      () => json({ hello: "world" }),
      {
        message: "inngest/list: decode: not a list of workflows",
        path: "",
        received: "17 bytes, text/plain;charset=UTF-8",
      },
    ],
    [
      "a page",
      () => new Response("<html>", { headers: { "content-type": "text/html" } }),
      { message: "inngest/list: decode: not a list of workflows", path: "", received: "6 bytes, text/html" },
    ],
    ["nothing", () => new Response(null, { status: 204 }), { received: "0 bytes, no content type" }],
    [
      "a list with a number that can't be held",
      () => new Response('{"data":[{"Input":1e400}],"page":{"limit":1}}'),
      {
        message: "inngest/list: decode: data[0].Input: the number 1e400 can't be held without loss here",
        path: "data[0].Input",
      },
    ],
  ])("stay unknown after a success with %s, which is named", async (_what, answer, fields) => {
    const { store } = storeOf((_request, index) => (index < 2 ? answer() : json(page)))
    for (const call of [() => store.list(), () => store.save(state, { ifRevision: null })]) {
      const error = await thrownBy(call())
      expect(isProtocolError(error)).toBe(true)
      expect(error).toMatchObject(fields)
      expect(store.flags.list).toBe("unknown")
    }
    expect((await store.probe()).list).toBe("all")
  })

  test("that an answer carries win over own saves that were guessed from one 404", async () => {
    const { store } = storeOf([
      text("404 page not found\n", 404),
      new Response(document, { headers: { ...ours, etag: '"7"' } }),
      json({ data: [], page: { limit: 50 } }),
    ])
    expect((await store.probe()).list).toBe("own-saves")
    await store.load("wf-1")
    expect(store.flags).toEqual({ list: "all", revision: true, watch: false })
    expect((await store.list()).data).toEqual([])
  })

  test("that an answer carries stay when a 404 to the question comes later", async () => {
    let answer: (response: Response) => void = () => {}
    const { store, requests } = storeOf(({ path }) =>
      path.endsWith("?limit=1")
        ? new Promise<Response>((resolve) => (answer = resolve))
        : new Response(document, { headers: ours }),
    )
    const probing = store.probe()
    await vi.waitUntil(() => requests.length > 0)
    await store.load("wf-1")
    answer(text("404 page not found\n", 404))
    expect((await probing).list).toBe("all")
  })

  test("stay unknown after a failure, and are asked for again", async () => {
    const { store, requests } = storeOf([json({}, { status: 403 }), refused(), json({}, { status: 503 }), json(page)])
    expect((await thrownBy(store.list())).message).toBe("inngest/list: status 403")
    expect((await thrownBy(store.list())).message).toMatch(/^inngest\/list: request: /)
    expect((await thrownBy(store.probe())).message).toBe("inngest/list: status 503")
    expect(store.flags.list).toBe("unknown")
    expect((await store.probe()).list).toBe("all")
    expect(requests).toHaveLength(4)
  })

  test("are not lost to others when the one who asked first gives up", async () => {
    let answer: (response: Response) => void = () => {}
    const { store, requests } = storeOf(() => new Promise<Response>((resolve) => (answer = resolve)))
    const controller = new AbortController()
    const [first, second] = [store.probe({ signal: controller.signal }), store.probe()]
    await vi.waitUntil(() => requests.length > 0)
    controller.abort("enough")
    expect(await thrownBy(first)).toBe("enough")
    answer(json(page))
    expect((await second).list).toBe("all")
  })

  test("are not asked for any longer when nobody waits, and are asked for anew by the next one", async () => {
    const signals: (AbortSignal | null | undefined)[] = []
    let answer: (() => Response) | undefined
    const store = httpStore({
      baseURL: "http://store.test",
      fetch: (_input, init) => {
        signals.push(init?.signal)
        return answer === undefined ? new Promise<Response>(() => {}) : Promise.resolve(answer())
      },
    })
    const controller = new AbortController()
    const asking = [store.probe({ signal: controller.signal }), store.list({ signal: controller.signal })]
    await vi.waitUntil(() => signals.length > 0)
    controller.abort("enough")
    for (const each of asking) expect(await thrownBy(each)).toBe("enough")
    expect(signals.map((signal) => signal?.aborted)).toEqual([true])
    answer = () => json(page)
    expect((await store.probe()).list).toBe("all")
  })
})

describe("revisions", () => {
  test("travel as ETag, If-Match and If-None-Match; weak ones count", async () => {
    const { store, requests } = storeOf((request) =>
      request.method === "PUT"
        ? new Response(null, { status: 204, headers: { ...ours, etag: '"2"' } })
        : new Response(document, { headers: { ...ours, etag: 'W/"1-a b"' } }),
    )
    expect(await store.loadWithRevision("wf-1")).toMatchObject({ revision: "1-a b" })
    expect(await store.save(state, { ifRevision: "1-ab" })).toEqual({ revision: "2" })
    await store.save(state, { ifRevision: null })
    await store.save(state)
    const conditions = requests.slice(-3).map(({ headers }) => [headers["if-match"], headers["if-none-match"]])
    expect(conditions).toEqual([
      ['"1-ab"', undefined],
      [undefined, "*"],
      [undefined, undefined],
    ])
  })

  test("text that can't travel is refused before anything is sent", async () => {
    const { store, requests } = storeOf([json(page, { headers: ours })])
    await store.probe()
    for (const ifRevision of ['a"b', "a\nb", "é", " "])
      expect(isValidationError(await thrownBy(store.save(state, { ifRevision })))).toBe(true)
    expect(requests).toHaveLength(1)
  })

  test("are refused where the server has none, before anything is saved", async () => {
    const { store, requests } = storeOf(() => text("", 404))
    const error = await thrownBy(store.save(state, { ifRevision: "1" }))
    expect(isUnsupportedError(error)).toBe(true)
    expect(error).toMatchObject({ flag: "revision", workflowId: "wf-1" })
    expect(isUnsupportedError(await thrownBy(store.loadWithRevision("wf-1")))).toBe(true)
    expect(requests.map(({ method }) => method)).toEqual(["GET"])
  })

  test("a server that promises them and sends none is not believed", async () => {
    const { store } = storeOf([new Response(document, { headers: ours })])
    expect(isUnsupportedError(await thrownBy(store.loadWithRevision("wf-1")))).toBe(true)
  })

  test.each([
    ["the ETag of the refusal", { etag: '"9"' }, { revision: "9" }, "9"],
    ["null, where the refusal says there is none", {}, { revision: null }, null],
    ["not said, where the refusal says nothing", {}, {}, undefined],
  ])("in a conflict the stored one is %s", async (_what, headers: Record<string, string>, body, actual) => {
    const { store } = storeOf([json(page), json(body, { status: 412, headers })])
    await store.probe()
    const error = await thrownBy(store.save(state, { ifRevision: "1" }))
    expect(isRevisionConflictError(error)).toBe(true)
    expect(error).toMatchObject({
      message: "inngest/save: status 412",
      workflowId: "wf-1",
      expected: "1",
      actual,
      status: 412,
    })
  })

  test("412 for a save without a condition is a failure like any other", async () => {
    const { store } = storeOf([json({}, { status: 412 })])
    const error = await thrownBy(store.save(state))
    expect(error).toMatchObject({ message: "inngest/save: status 412", code: "store" })
  })
})

describe("a save whose answer got lost", () => {
  /** A server of ours that loses the answer of the first save, and lets `meanwhile` happen before the second attempt. */
  async function setUp(
    meanwhile: (store: WorkflowStore) => Promise<unknown> = async () => {},
  ): Promise<ReturnType<typeof retryingStore> & { memory: WorkflowStore }> {
    const memory = memoryStore()
    const server = fetchOf(createStoreHandler(memory))
    let lost = 0
    const both = retryingStore((request) => {
      const answer = server(request.url, request.init)
      if (request.method !== "PUT" || lost++ > 0) return answer
      return answer.then(async () => {
        await meanwhile(memory)
        throw reset()
      })
    })
    await both.settle(both.store.probe())
    return { ...both, memory }
  }

  test("is settled by a load: the same document is there, so it was this save", async () => {
    for (const ifRevision of [null, "stored"]) {
      const { store, settle, memory } = await setUp()
      const revision = ifRevision === null ? null : ((await memory.save({ workflowId: "wf-1" })).revision ?? null)
      const next = { ...state, input: { n: 2n ** 60n, list: [-0] } }
      const result = await settle(store.save(next, { ifRevision: revision }))
      expect(result.revision).toBe((await memory.loadWithRevision("wf-1")).revision)
      expect(await memory.load("wf-1")).toMatchObject(next)
    }
  })

  test("is a conflict when another save came in between", async () => {
    const { store, settle, memory } = await setUp((other) => other.save({ workflowId: "wf-1", runId: "theirs" }))
    const error = await settle(thrownBy(store.save(state, { ifRevision: null })))
    expect(isRevisionConflictError(error)).toBe(true)
    expect(error).toMatchObject({ actual: (await memory.loadWithRevision("wf-1")).revision })
    expect((await memory.load("wf-1"))?.runId).toBe("theirs")
  })

  test("is a conflict when it was deleted in between", async () => {
    const { store, settle, memory } = await setUp((other) => other.delete("wf-1"))
    const { revision = null } = await memory.save({ workflowId: "wf-1" })
    const error = await settle(thrownBy(store.save(state, { ifRevision: revision })))
    expect(error).toMatchObject({ code: "revision-conflict", expected: revision, actual: null })
  })

  test("on the first attempt a conflict is one, even with the same document", async () => {
    const { store, settle } = retryingStore((request) => server(request.url, request.init))
    const server = wholeServer()
    await settle(store.save(state))
    expect(isRevisionConflictError(await settle(thrownBy(store.save(state, { ifRevision: null }))))).toBe(true)
  })
})

describe("failures that may pass", () => {
  test("are tried again, by every verb, with the same bytes", async () => {
    const calls: ((store: WorkflowStore) => Promise<unknown>)[] = [
      (store) => store.save(state),
      (store) => store.load("wf-1"),
      (store) => store.delete("wf-1"),
    ]
    for (const call of calls) {
      const { store, requests, settle } = retryingStore([
        reset(),
        json({}, { status: 503 }),
        json({}, { status: 429 }),
        new Response(document),
      ])
      await settle(call(store))
      expect(requests).toHaveLength(4)
      expect(new Set(requests.map(({ body }) => body)).size).toBe(1)
    }
  })

  test("are thrown when they don't", async () => {
    const { store, requests, settle } = retryingStore([json({}, { status: 503 })])
    expect((await settle(thrownBy(store.load("wf-1")))).message).toBe("inngest/load: status 503")
    expect(requests).toHaveLength(4)
  })
})

describe("lists", () => {
  test("are asked of the server with what was asked for, and follow its cursor", async () => {
    const item = JSON.parse(document) as object
    const { store, requests } = storeOf([
      json(page),
      json({ data: [item], page: { limit: 1, cursor: "c 1" } }),
      json({ data: [item], page: { limit: 1 } }),
    ])
    await store.probe()
    const seen = []
    for await (const each of store.list({ status: "a&b", limit: 1 })) seen.push(each.workflowId)
    expect(seen).toEqual(["wf-1", "wf-1"])
    expect(requests.slice(1).map(({ path }) => path)).toEqual([
      "/v1/workflows?status=a%26b&limit=1&order=id",
      "/v1/workflows?status=a%26b&limit=1&cursor=c+1",
    ])
  })

  test("keep integers beyond 2^53", async () => {
    const { store } = storeOf([
      json(page),
      new Response('{"data":[{"WorkflowID":"a","Input":9007199254740993}],"page":{"limit":50}}'),
    ])
    await store.probe()
    expect((await store.list()).data).toMatchObject([{ input: 9007199254740993n }])
  })

  test.each([
    ["no JSON", () => new Response("<html>"), "inngest/list: decode: not a list of workflows"],
    ["something else", () => json({ data: {} }), "inngest/list: decode: not a list of workflows"],
    [
      "a state that is none",
      () => json({ data: [{ Status: 1 }], page: {} }),
      "inngest/list: decode: workflow state: data[0].Status should be a string, not a number",
    ],
    [
      "a state with a number that can't be held",
      () => new Response('{"data":[{},{"Input":[1e400]}],"page":{}}'),
      "inngest/list: decode: data[1].Input[0]: the number 1e400 can't be held without loss here",
    ],
    [
      "a state that is nested too deeply to be read",
      () => new Response(`{"data":[{"Input":${"[".repeat(99_999)}${1n << 60n}${"]".repeat(99_999)}}],"page":{}}`),
      "inngest/list: decode: nested deeper than can be read here",
    ],
    ["an error", () => json({}, { status: 500 }), "inngest/list: status 500"],
    ["404", () => json({}, { status: 404 }), "inngest/list: status 404"],
  ])("fail on %s", async (_what, answer, message) => {
    const { store } = storeOf((_request, index) => (index === 0 ? json(page) : answer()))
    await store.probe()
    expect((await thrownBy(store.list())).message).toBe(message)
  })

  test("of own saves stay on this side, and keep nothing once the server is known to list", async () => {
    const server = wholeServer()
    const { store, requests } = storeOf((request) => server(request.url, request.init))
    await store.save(state)
    expect((await store.list()).data).toHaveLength(1)
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "PUT /v1/workflows/wf-1",
      "GET /v1/workflows?limit=50&order=receipt",
    ])
  })

  test("of own saves hold what was saved before the server was known", async () => {
    const server = threeRouteServer()
    const { store, requests } = storeOf((request) => server(request.url, request.init))
    await store.save({ workflowId: "a", status: "running" })
    await store.save({ workflowId: "b", status: "failed" })
    await store.save({ workflowId: "a", status: "completed" })
    expect((await store.list()).data.map(({ workflowId }) => workflowId)).toEqual(["a", "b"])
    expect((await store.list({ status: "failed", limit: 1 })).data).toMatchObject([{ workflowId: "b" }])
    expect(requests.filter(({ path }) => path.startsWith("/v1/workflows?"))).toHaveLength(1)
  })

  test("of own saves hold nothing that was refused or deleted", async () => {
    const { store } = storeOf((request) =>
      request.method === "PUT" && request.path.endsWith("bad")
        ? json({}, { status: 500 })
        : text("", request.method === "GET" ? 404 : 200),
    )
    await store.save({ workflowId: "good" })
    await thrownBy(store.save({ workflowId: "bad" }))
    await store.save({ workflowId: "gone" })
    await store.delete("gone")
    expect((await store.list()).data.map(({ workflowId }) => workflowId)).toEqual(["good"])
  })
})
