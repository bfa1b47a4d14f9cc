import { describe, expect, test } from "vitest"
import { type GatewayOptions, createGateway } from "../../src/gateway/index.ts"
import { createClient, isConfigError } from "../../src/index.ts"
import { memoryStore } from "../../src/store/index.ts"
import { createInngestMock } from "../../mocks/index.ts"
import { createFakeFetch, json } from "../support/fake-fetch.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { keys, openPage, origin } from "./page.ts"

const ulid = "01M80QVQQSZJ5WGK4BNHR1SX0Q"

const bound = (controller: AbortController) => ({ signal: controller.signal, abort: () => controller.abort() })

describe("options", () => {
  const client = createClient({ baseURL: "http://inngest.internal" })
  const fine = { client, authorize: () => true, allow: ["runs.read"] } as const

  test.each([
    ["authorize", { authorize: undefined }, "must be a function that says who may come in"],
    ["client", { client: undefined }, "must be one that createClient made"],
    ["client", { client: { ...client } }, "must be one that createClient made"],
    ["allow", { allow: ["runs.raed"] }, '"runs.raed" is no permission'],
    ["store", { allow: ["workflows.load"] }, "workflows are allowed, and there is no store to keep them"],
    ["basePath", { basePath: "api/inngest" }, 'must look like "/api/inngest"'],
    ["basePath", { basePath: "/api/inngest/" }, 'must look like "/api/inngest"'],
    ["timeout", { timeout: "soon" }, '"soon" is no duration'],
    ["timeout", { timeout: 0 }, '"0" is no duration'],
    ["maxRequestBytes", { maxRequestBytes: 0 }, "must be a whole number from 1"],
    ["maxResponseBytes", { maxResponseBytes: 1.5 }, "must be a whole number from 1"],
    ["origins", { origins: ["https://app.test/"] }, '"https://app.test/" is no origin, such as https://admin.example'],
  ])("%s: %j is refused at construction", (option, wrong, why) => {
    let thrown: unknown
    try {
      createGateway({ ...fine, ...wrong } as unknown as GatewayOptions)
    } catch (error) {
      thrown = error
    }
    expect(isConfigError(thrown) && [thrown.option, thrown.message]).toEqual([option, `${option}: ${why}`])
  })

  test("the client shows its keys to nobody else", () => {
    const keyed = createClient({ baseURL: "http://inngest.internal", ...keys })
    expect(JSON.stringify(keyed) + Object.keys(keyed).join()).not.toContain("unique")
    expect(Object.getOwnPropertySymbols({ ...keyed })).toEqual([])
  })
})

describe("who is let in", () => {
  test.each([[false], [undefined], [null], [""], [0], [1], [{ user: "ann" }], [Promise.resolve(false)]])(
    "nobody, when authorize says %j",
    async (said) => {
      const upstream = createFakeFetch([json({ data: [] })])
      const page = openPage({ upstream: upstream.fetch, authorize: () => said as boolean })
      const answer = await page.request("GET", "/v1/events")
      expect([answer.status, await answer.json()]).toEqual([401, { error: "not signed in", status: 401 }])
      expect(upstream.requests).toEqual([])
      expect(page.audit).toMatchObject([{ outcome: "unauthenticated", status: 401, who: undefined }])
    },
  )

  test("a page without a session learns nothing: not which paths there are, nor what is allowed", async () => {
    const page = openPage({ upstream: createFakeFetch([]).fetch, authorize: () => false, allow: [] })
    for (const path of ["/v1/events", "/nowhere", "/v2/keys/signing", "/v1/runs/%00", "/v1/workflows/x"])
      expect((await page.request("GET", path)).status).toBe(401)
  })

  test("a Response of authorize is sent as it is", async () => {
    const page = openPage({
      upstream: createFakeFetch([]).fetch,
      authorize: () => Response.redirect("https://login.test/", 302),
    })
    const answer = await page.request("GET", "/v1/events")
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "https://login.test/"])
    expect(page.audit).toMatchObject([{ outcome: "unauthenticated", status: 302 }])
  })

  test("an authorize that throws lets nobody in and tells no reason", async () => {
    const failure = new Error(`database at ${keys.signingKey}`)
    const page = openPage({
      upstream: createFakeFetch([]).fetch,
      authorize: () => {
        throw failure
      },
    })
    const answer = await page.request("GET", "/v1/events")
    expect([answer.status, await answer.json()]).toEqual([500, { error: "the gateway failed", status: 500 }])
    expect(page.errors).toEqual([failure])
    expect(page.audit).toMatchObject([{ outcome: "failed", status: 500 }])
  })
})

describe("cross-site requests", () => {
  const post = async (headers: Record<string, string>, options: Partial<GatewayOptions> = {}, url = origin) => {
    const mock = createInngestMock()
    const page = openPage({ upstream: mock.fetch, ...options })
    const body = '{"name":"shop/paid"}'
    const answer = await page.gateway(new Request(`${url}/api/inngest/e/k`, { method: "POST", headers, body }))
    return { status: answer.status, sent: mock.sent().length, audit: page.audit[0]?.outcome }
  }
  const done = { status: 200, sent: 1, audit: "done" }
  const refused = { status: 403, sent: 0, audit: "cross-site" }

  test.each([
    ["the browser says same-origin", { "sec-fetch-site": "same-origin" }],
    [
      "the browser says same-origin, behind a proxy",
      { "sec-fetch-site": "same-origin", origin: "https://public.test" },
    ],
    ["its Origin is that of the gateway", { origin }],
    ["its Origin is that of the Host header", { origin: "https://public.test", host: "public.test" }],
    ["it carries the header that no form can send", { "x-inngest-gateway": "1" }],
    [
      "another site's page carries it, which took a preflight",
      { "x-inngest-gateway": "1", "sec-fetch-site": "cross-site" },
    ],
  ])("a change is made when %s", async (_, headers) => {
    expect(await post(headers)).toEqual(done)
  })

  test.each([
    ["nothing says where it comes from", {}],
    ["another site's page asks", { "sec-fetch-site": "cross-site", origin: "https://evil.test" }],
    ["a page of a sibling domain asks", { "sec-fetch-site": "same-site", origin: "https://other.app.test" }],
    ["nobody's page asks", { "sec-fetch-site": "none" }],
    ["the browser says cross-site and the Origin pretends", { "sec-fetch-site": "cross-site", origin }],
    ["its Origin is another one", { origin: "https://evil.test" }],
    ["its Origin begins like the right one", { origin: `${origin}.evil.test` }],
    ["its Origin is another port", { origin: `${origin}:8443` }],
    ["its Origin is null, as in a sandbox", { origin: "null" }],
    ["its Origin is no URL", { origin: "app.test" }],
    ["its Origin is of a file", { origin: "file://app.test" }],
    ["the header is empty", { "x-inngest-gateway": "" }],
  ])("no change is made when %s", async (_, headers) => {
    expect(await post(headers)).toEqual(refused)
  })

  test("an origin of the options counts as this one", async () => {
    const headers = { "sec-fetch-site": "same-site", origin: "https://admin.test" }
    expect(await post(headers, { origins: ["https://admin.test"] })).toEqual(done)
    expect(await post(headers, { origins: ["https://other.test"] })).toEqual(refused)
  })

  test("every method that changes something is asked", async () => {
    const page = openPage({ upstream: createFakeFetch([]).fetch })
    for (const [method, path] of [
      ["POST", "/v1/signals"],
      ["PUT", "/v1/workflows/a"],
      ["DELETE", "/v1/workflows/a"],
      ["DELETE", `/v1/runs/${ulid}`],
      ["PATCH", "/v1/workflows/a"],
      ["QUERY", "/v1/events"],
    ] as const)
      expect((await page.request(method, path, { headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403)
  })

  test("what only reads needs no proof, since no other origin can read the answer", async () => {
    const page = openPage({ upstream: createFakeFetch([json({ data: [] })]).fetch })
    const answer = await page.request("GET", "/v1/events", { headers: { "sec-fetch-site": "cross-site" } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin")
    expect(answer.headers.get("access-control-allow-origin")).toBeNull()
  })
})

describe("methods", () => {
  test("HEAD is GET without the body, with the same permission", async () => {
    const upstream = createFakeFetch([json({ data: [] })])
    const page = openPage({ upstream: upstream.fetch })
    const answer = await page.request("HEAD", "/v1/events")
    expect([answer.status, await answer.text(), upstream.requests[0]?.method]).toEqual([200, "", "GET"])
    const refused = openPage({ upstream: upstream.fetch, allow: ["runs.read"] })
    expect((await refused.request("HEAD", "/v1/events")).status).toBe(403)
    expect((await refused.request("HEAD", "/v1/workflows/x")).status).toBe(403)
    expect(upstream.requests).toHaveLength(1)
  })

  test("HEAD of a workflow says whether it is there, and its revision", async () => {
    const page = openPage({ upstream: createFakeFetch([]).fetch })
    expect((await page.request("HEAD", "/v1/workflows/a")).status).toBe(404)
    await page.client.workflows.save({ workflowId: "a", status: "running" })
    const answer = await page.request("HEAD", "/v1/workflows/a")
    expect([answer.status, await answer.text(), answer.headers.has("etag")]).toEqual([200, "", true])
  })

  test.each([
    ["/v1/events", "OPTIONS, GET, HEAD"],
    [`/v1/runs/${ulid}`, "OPTIONS, GET, HEAD, DELETE"],
    ["/e/key", "OPTIONS, POST"],
    ["/v1/workflows", "OPTIONS, GET, HEAD"],
    ["/v1/workflows/a/b", "OPTIONS, GET, HEAD, PUT, DELETE"],
  ])("OPTIONS of %s names its methods, asks nobody, and grants no preflight", async (path, allow) => {
    const page = openPage({ upstream: createFakeFetch([]).fetch, authorize: () => Promise.reject(new Error("asked")) })
    const answer = await page.request("OPTIONS", path, {
      headers: { origin: "https://evil.test", "access-control-request-method": "POST" },
    })
    expect([answer.status, answer.headers.get("allow"), await answer.text()]).toEqual([204, allow, ""])
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([])
  })

  test.each([
    ["PATCH", "/v1/workflows/a", "GET, HEAD, PUT, DELETE"],
    ["POST", "/v1/workflows", "GET, HEAD"],
    ["DELETE", "/v1/events", "GET, HEAD"],
    ["GET", "/e/key", "POST"],
    ["constructor", "/v1/workflows/a", "GET, HEAD, PUT, DELETE"],
  ])("%s %s is none", async (method, path, allow) => {
    const page = openPage({ upstream: createFakeFetch([]).fetch })
    const answer = await page.request(method, path)
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, allow])
  })
})

describe("where it is mounted", () => {
  const statusAt = async (path: string, basePath?: string): Promise<number> => {
    const page = openPage({ upstream: createFakeFetch([json({ data: [] })]).fetch, basePath })
    return (await page.gateway(new Request(origin + path))).status
  }

  test.each(["/v1/events", "/api/inngest/v1/events", "/a/b/c/v1/events", "/v1/admin/v1/events", "/api//v1/events"])(
    "%s is found without being told",
    async (path) => {
      expect(await statusAt(path)).toBe(200)
    },
  )

  test("below a base path, and nowhere else", async () => {
    expect(await statusAt("/api/inngest/v1/events", "/api/inngest")).toBe(200)
    expect(await statusAt("/api/inngest//v1/events", "/api/inngest")).toBe(200)
    expect(await statusAt("/v1/events", "/api/inngest")).toBe(404)
    expect(await statusAt("/api/inngestv1/events", "/api/inngest")).toBe(404)
    expect(await statusAt("/api/inngest/x/v1/events", "/api/inngest")).toBe(404)
    expect(await statusAt("/api/inngest", "/api/inngest")).toBe(404)
    expect(await statusAt("/v1/events", "")).toBe(200)
  })

  test("a workflow id may look like a path of the gateway", async () => {
    const page = openPage({ upstream: createFakeFetch([]).fetch })
    for (const workflowId of ["v1/events", "/v1/workflows/x", "a/../b", "e/key"]) {
      await page.client.workflows.save({ workflowId, status: "running" })
      expect((await page.client.workflows.load(workflowId))?.workflowId).toBe(workflowId)
    }
  })
})

describe("sizes", () => {
  test("a body above the bound is refused, announced or not", async () => {
    const upstream = createFakeFetch([json({ ids: [ulid] })])
    const page = openPage({ upstream: upstream.fetch, maxRequestBytes: 100 })
    const stream = (): ReadableStream => {
      let left = 20
      return new ReadableStream({
        pull: (controller) => (left-- > 0 ? controller.enqueue(new Uint8Array(50)) : controller.close()),
      })
    }
    const duplex = { duplex: "half" } as RequestInit
    for (const path of ["/e/key", "/v1/signals"]) {
      expect((await page.request("POST", path, { body: "x".repeat(101) })).status).toBe(413)
      expect((await page.request("POST", path, { body: stream(), ...duplex })).status).toBe(413)
      const lying = { body: stream(), headers: { "content-length": "5" }, ...duplex }
      expect((await page.request("POST", path, lying)).status).toBe(413)
      const announcing = { body: stream(), headers: { "content-length": "101" }, ...duplex }
      expect((await page.request("POST", path, announcing)).status).toBe(413)
    }
    expect((await page.request("PUT", "/v1/workflows/a", { body: "x".repeat(101) })).status).toBe(413)
    expect((await page.request("PUT", "/v1/workflows/a", { body: stream(), ...duplex })).status).toBe(413)
    expect(upstream.requests).toEqual([])
  })

  test("an answer of the server above the bound is a 502, announced or not", async () => {
    const large = JSON.stringify({ data: ["x".repeat(2_000)] })
    for (const answer of [
      new Response(large),
      new Response(large, { headers: { "content-length": String(large.length) } }),
    ]) {
      const page = openPage({ upstream: createFakeFetch(() => answer).fetch, maxResponseBytes: 1_000 })
      const got = await page.request("GET", "/v1/events")
      expect([got.status, await got.json()]).toEqual([
        502,
        { error: "the answer is larger than 1000 bytes", status: 502 },
      ])
    }
  })

  test("a page of workflows above the bound is a 502 that says what to do", async () => {
    const page = openPage({ upstream: createFakeFetch([]).fetch, maxResponseBytes: 1_000 })
    await page.client.workflows.save({ workflowId: "a", status: "running", input: "x".repeat(2_000) })
    const answer = await page.request("GET", "/v1/workflows")
    expect([answer.status, await answer.json()]).toMatchObject([502, { error: /shorter page/ }])
  })
})

describe("the audit hook", () => {
  test("hears of every request once: who, what, how it ended, how long it took", async () => {
    const clock = createManualClock()
    const upstream = createFakeFetch(() => clock.advance(40).then(() => json({ data: { runId: ulid } })))
    const page = openPage({ upstream: upstream.fetch, clock, behind: { clock } })
    await page.request("POST", `/v2/runs/${ulid}/rerun`, { body: "{}" })
    expect(page.audit).toEqual([
      {
        atMs: Date.UTC(2026, 0, 31, 12),
        who: "ann",
        method: "POST",
        route: "runs.rerun",
        permission: "runs.rerun",
        target: ulid,
        outcome: "done",
        status: 200,
        durationMs: 40,
      },
    ])
  })

  test("gets no payload, no query and no key", async () => {
    const page = openPage({ upstream: createInngestMock().fetch })
    const body = '{"name":"shop/paid","data":{"card":"4111"}}'
    await page.request("POST", "/e/key-of-the-page", { body })
    await page.request("GET", "/v1/events?name=secret-name")
    await page.request("PUT", "/v1/workflows/w", { body: '{"Input":"4111"}' })
    expect(JSON.stringify(page.audit)).not.toMatch(/4111|key-of-the-page|secret-name|unique/)
    expect(page.audit.map(({ target }) => target)).toEqual([undefined, undefined, "w"])
  })

  test("is waited for; when it fails the answer goes out all the same", async () => {
    const failure = new Error("disk full")
    let ended = false
    const page = openPage({
      upstream: createFakeFetch([json({ data: [] })]).fetch,
      audit: async () => {
        await Promise.resolve()
        ended = true
        throw failure
      },
    })
    expect((await page.request("GET", "/v1/events")).status).toBe(200)
    expect([ended, page.errors]).toEqual([true, [failure]])
  })

  test("a log that fails takes no answer with it", async () => {
    const page = openPage({
      upstream: createFakeFetch([json({}, { status: 500 })]).fetch,
      onError: () => {
        throw new Error("no log")
      },
    })
    expect((await page.request("GET", "/v1/events")).status).toBe(502)
  })
})

describe("time", () => {
  test("the page that goes away ends the request to the server", async () => {
    const upstream = createFakeFetch(["hang"])
    const page = openPage({ upstream: upstream.fetch })
    const { signal, abort } = bound(new AbortController())
    const answer = page.request("GET", "/v1/events", { signal })
    while (upstream.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    abort()
    expect((await answer).status).toBe(499)
    expect(upstream.requests[0]?.init.signal?.aborted).toBe(true)
    expect(page.audit).toMatchObject([{ outcome: "aborted", status: 499 }])
    expect(page.errors).toEqual([])
  })

  test("the page that goes away ends the call of the store, and an upload", async () => {
    const store = memoryStore()
    const called = Promise.withResolvers<AbortSignal | undefined>()
    const page = openPage({
      upstream: createFakeFetch([]).fetch,
      store: {
        ...store,
        flags: { ...store.flags, revision: false },
        load: (_, options) => new Promise(() => called.resolve(options?.signal)),
      },
    })
    const { signal, abort } = bound(new AbortController())
    const upload = page.request("POST", "/e/key", { body: new ReadableStream(), duplex: "half", signal } as RequestInit)
    const load = page.request("GET", "/v1/workflows/a", { signal })
    const signalOfStore = await called.promise
    abort()
    expect([(await upload).status, (await load).status, signalOfStore?.aborted]).toEqual([499, 499, true])
  })

  test("a server that is late is a 504, after the gateway's timeout or else the client's", async () => {
    const clock = createManualClock()
    for (const [options, durationMs] of [
      [{ timeout: "2s" }, 2_000],
      [{ behind: { clock, timeout: "7s" } }, 7_000],
    ] as const) {
      const page = openPage({ upstream: createFakeFetch(["hang"]).fetch, clock, behind: { clock }, ...options })
      const answer = await clock.runUntilSettled(page.request("GET", "/v1/events"))
      expect(answer.status).toBe(504)
      expect(page.audit).toMatchObject([{ outcome: "failed", status: 504, durationMs }])
    }
    expect(clock.pending).toBe(0)
  })

  test("one request of the page is one request to the server, whatever it answers", async () => {
    for (const reply of [json({}, { status: 503 }), json({}, { status: 429 }), new TypeError("fetch failed")]) {
      const upstream = createFakeFetch([reply])
      const page = openPage({ upstream: upstream.fetch })
      await page.request("GET", "/v1/events")
      expect(upstream.requests).toHaveLength(1)
    }
  })
})
