/** What an attacker with a page of their own, or with a session of little power, would try. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Permission } from "../../src/gateway/index.ts"
import { accessOf } from "../../src/gateway/route-access.ts"
import { readTarget } from "../../src/gateway/target.ts"
import { buildPath, routes } from "../../src/protocol/routes.ts"
import { memoryStore } from "../../src/store/index.ts"
import { type FakeFetch, createFakeFetch, json } from "../support/fake-fetch.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { everything, openPage, origin } from "./page.ts"

const ulid = "01M80QVQQSZJ5WGK4BNHR1SX0Q"
const server = (): FakeFetch => createFakeFetch(() => json({ data: { runId: ulid }, ids: [ulid], page: {} }))

/** As Deno shows it, the path unresolved; other runtimes resolve some of it before any handler is called. */
function rawRequest(path: string, init: RequestInit = {}): Request {
  const headers = { "x-inngest-gateway": "1", ...init.headers }
  return Object.defineProperty(new Request(origin, { ...init, headers }), "url", { value: origin + path })
}

describe("paths", () => {
  test.each([
    "/api/inngest/../inngest/v1/events",
    "/public/../api/inngest/v1/events",
    "/api/inngest/v1/./events",
    "/api/inngest/v1/%2e/events",
    "/api/inngest/%2E%2e/v1/events",
    "/api/inngest/.%2e/v1/events",
    "/api\\inngest\\v1\\events",
    "/api/inngest/v1/events\\..\\..",
    "/api/inngest/v1/ev ents",
    "/api/inngest/v1/events\t",
    "/api/inngest/v1/events\0",
    "/api/inngest/v1//events",
    "/api/inngest/v1/events/",
    "/api/inngest/V1/events",
    "/api/inngest/v1/Events",
    "/api/inngest/v1;x/events",
    "/api/inngest/v1/events;x",
    "/api/inngest/v1%2Fevents",
    "/api/inngest/%761/events",
    "/api/inngest/e/",
    "/api/inngest/e",
    "/api/inngest/e/k/",
    "/api/inngest/e/k/x",
    "/api/inngest/api/v2/keys/signing/",
    "",
    "/",
    "//",
    "/api/inngest",
  ])("%j names nothing, and asks nothing of the server", async (path) => {
    const upstream = server()
    const page = openPage({ upstream: upstream.fetch })
    const method = path.includes("/e") && !path.includes("ev") ? "POST" : "GET"
    const answer = await page.gateway(rawRequest(path, { method, ...(method === "POST" && { body: "{}" }) }))
    expect([answer.status, upstream.requests]).toEqual([404, []])
  })

  test.each([
    "..%2f..%2fv2%2fkeys%2fsigning",
    "%2e%2e%2fx",
    "..%5c..%5cv2",
    "..;",
    "a;b=c",
    "a%2fb",
    "a%5cb",
    "a%3fx=1",
    "a%23b",
    "%252e%252e",
    "%252f",
    "a%00",
    "a%0d%0aX-Header:1",
    "%e2%80%a8",
    "%ff",
    "%zz",
    "%",
    "...%",
  ])("an id %s is none, since something on the way could read it as a path", async (id) => {
    const upstream = server()
    const page = openPage({ upstream: upstream.fetch })
    for (const [method, path] of [
      ["GET", `/v1/runs/${id}`],
      ["DELETE", `/v1/runs/${id}`],
      ["POST", `/v2/runs/${id}/cancel`],
      ["GET", `/v2/apps/${id}/functions`],
      ["POST", `/v2/apps/core/functions/${id}/invoke`],
      ["DELETE", `/v1/cancellations/${id}`],
    ] as const) {
      const answer = await page.gateway(rawRequest(`/api/inngest${path}`, { method }))
      expect([path, answer.status]).toEqual([path, 400])
    }
    expect(upstream.requests).toEqual([])
  })

  test.each(["__proto__", "constructor", "toString", "a.b", "..a", "ü ö", "a+b", "a:b@c", "'--", "a&b=c"])(
    "an id %s is an id like any other",
    async (id) => {
      const upstream = server()
      const page = openPage({ upstream: upstream.fetch })
      await page.request("GET", `/v2/runs/${encodeURIComponent(id)}?includeOutput=true`)
      expect(upstream.requests.map(({ path }) => path)).toEqual([
        `/v2/runs/${encodeURIComponent(id)}?includeOutput=true`,
      ])
    },
  )

  test("whatever is asked, the server is asked for a route that is open, in its canonical form", async () => {
    const canonical = routes
      .filter(({ name }) => accessOf(name) !== "closed")
      .map(({ path }) => new RegExp(`^${path.replace(/:\w+\+?/g, "[^/?#;\\\\]+")}(\\?|$)`))
    const part = fc.oneof(
      fc.constantFrom(
        "v1",
        "v2",
        "e",
        "events",
        "runs",
        "apps",
        "functions",
        "invoke",
        "core",
        "..",
        ".",
        "",
        "%2e%2e",
        "%2F",
        "%5C",
        ";",
        "\\",
        "//",
        "keys",
        "signing",
        "?name=x",
        "#",
        "%00",
        "@evil.test",
        ":80",
        ulid,
      ),
      fc.string({ maxLength: 4 }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "DELETE", "HEAD"),
        fc.array(part, { minLength: 1, maxLength: 8 }),
        async (method, parts) => {
          const upstream = server()
          const page = openPage({ upstream: upstream.fetch })
          const body = method === "POST" ? { body: '{"name":"shop/a"}' } : {}
          await page.gateway(rawRequest(`/api/inngest/${parts.join("/")}`, { method, ...body }))
          for (const { url, path } of upstream.requests) {
            expect(url.startsWith("http://inngest.internal/")).toBe(true)
            expect(canonical.some((pattern) => pattern.test(path))).toBe(true)
          }
        },
      ),
      { numRuns: 3_000 },
    )
  })

  test.each(["/", "/v1", "/v1/workflow", "/e/", "/%2", "/v1/workflows"])(
    "a path of a hundred thousand times %s is read in no time",
    async (unit) => {
      const page = openPage({ upstream: server().fetch })
      const answer = await page.gateway(rawRequest(unit.repeat(100_000)))
      expect([200, 400, 404, 405]).toContain(answer.status)
    },
    1_000,
  )

  test("a path is read once and the same way: what is matched is what the parameters say", () => {
    fc.assert(
      fc.property(fc.constantFrom(...routes), fc.string({ minLength: 1 }), (route, id) => {
        if (route.path.startsWith("/v1/workflows")) return
        const values = { id, key: id, app: id, fn: id, run: id, slug: id, env: id }
        if (id.isWellFormed()) {
          const path = buildPath(route.path as "/:id/:key/:app/:fn/:run/:slug/:env", values)
          const target = readTarget(`${origin}/api/inngest${path}`, "/api/inngest")
          if (target.kind !== "routes") return
          const params = target.byMethod.get(route.method)?.params ?? {}
          for (const value of Object.values(params)) expect(value).toBe(id)
        }
      }),
    )
  })

  test("workflow ids of any shape reach the store as they are, or not at all", async () => {
    const store = memoryStore()
    const page = openPage({ upstream: server().fetch, store })
    for (const path of ["/v1/workflows/%2e%2e", "/v1/workflows/a/../b", "/v1/workflows/..", "/v1/workflows/."])
      expect((await page.gateway(rawRequest(`/api/inngest${path}`))).status).toBe(404)
    expect((await page.request("GET", "/v1/workflows/")).status).toBe(400)
    for (const [path, id] of [
      ["a%2F..%2Fb", "a/../b"],
      ["__proto__", "__proto__"],
      ["a%00b", "a\0b"],
      ["%ff", "\ufffd"],
      ["a%3Fb%23c", "a?b#c"],
      ["%252e", "%2e"],
    ] as const) {
      const saved = await page.gateway(rawRequest(`/api/inngest/v1/workflows/${path}`, { method: "PUT", body: "{}" }))
      expect([path, saved.status]).toEqual([path, 204])
      expect(await store.load(id)).not.toBeNull()
    }
  })
})

describe("parameters and methods", () => {
  test.each([
    "?_method=DELETE",
    "?name=a&include_internal=true",
    "?limit=1&__proto__=x",
    "?constructor=1",
    "?token=abc",
    "?Name=x",
    "?name%00=x",
    "?includeOutput=true",
  ])("%s has a parameter that is refused, not dropped", async (query) => {
    const upstream = server()
    const page = openPage({ upstream: upstream.fetch })
    expect((await page.request("GET", `/v1/events${query}`)).status).toBe(400)
    expect(upstream.requests).toEqual([])
  })

  test("a parameter can't bring another one along", async () => {
    const upstream = server()
    const page = openPage({ upstream: upstream.fetch })
    await page.request("GET", "/v1/events?name=a%26cursor%3Dx%23&limit=1")
    expect(upstream.requests[0]?.path).toBe("/v1/events?name=a%26cursor%3Dx%23&limit=1")
  })

  test("a method is not overridden by a header", async () => {
    const store = memoryStore()
    await store.save({ workflowId: "a", status: "running" })
    const upstream = server()
    const page = openPage({ upstream: upstream.fetch, store, allow: ["runs.read", "workflows.load"] })
    for (const name of ["x-http-method-override", "x-http-method", "x-method-override"]) {
      const headers = { [name]: "DELETE" }
      expect((await page.request("GET", `/v1/runs/${ulid}`, { headers })).status).toBe(200)
      expect((await page.request("GET", "/v1/workflows/a", { headers })).status).toBe(200)
    }
    expect(upstream.requests.every(({ method }) => method === "GET")).toBe(true)
    expect(await store.load("a")).not.toBeNull()
  })

  test("no header of a page goes on, and no seed that is none", async () => {
    const upstream = server()
    const page = openPage({ upstream: upstream.fetch })
    const headers = {
      authorization: "Bearer mine",
      cookie: "a=b",
      "x-inngest-env": "production",
      "x-forwarded-host": "evil.test",
      "x-original-url": "/v2/keys/signing",
      "x-rewrite-url": "/v2/keys/signing",
      "x-inngest-signature": "t=1&s=2",
      "content-type": "text/plain",
      "transfer-encoding": "chunked",
      host: "evil.test",
      expect: "100-continue",
    }
    await page.request("POST", "/e/k", { headers, body: '{"name":"shop/a"}' })
    expect(upstream.requests[0]?.headers).toEqual({ accept: "application/json", "content-type": "application/json" })
    expect(upstream.requests[0]?.url).toMatch(/^http:\/\/inngest\.internal\/e\/evk-/)
    for (const seed of [
      "x",
      "1,x",
      "1,AAAAAAAAAAAAAA==,2",
      "-1,AAAAAAAAAAAAAA==",
      `${"9".repeat(40)},AAAAAAAAAAAAAA==`,
    ])
      expect(
        (await page.request("POST", "/e/k", { headers: { "x-inngest-event-id-seed": seed }, body: '{"name":"a"}' }))
          .status,
      ).toBe(400)
    expect(upstream.requests).toHaveLength(1)
  })
})

describe("events", () => {
  const allow: Permission[] = ["events.send:shop/*"]
  const post = async (body: BodyInit, more: RequestInit = {}) => {
    const upstream = server()
    const page = openPage({ upstream: upstream.fetch, allow })
    const answer = await page.request("POST", "/e/k", { body, ...more })
    return { status: answer.status, sent: upstream.requests.map((request) => request.body), answer }
  }

  test.each([
    ["another name", '{"name":"admin/purge"}'],
    ["a name in another letter case", '{"name":"Shop/paid"}'],
    ["a name with a slash before", '{"name":"/shop/paid"}'],
    ["a name with a blank before", '{"name":" shop/paid"}'],
    ["a name that looks alike", '{"name":"ѕhop/paid"}'],
    ["a letter that some fold", '{"name":"\\u017fhop/paid"}'],
    ["a name that is twice there, the last one counts", '{"name":"shop/paid","name":"admin/purge"}'],
    ["a name with an escaped letter", '{"name":"\\u0061dmin/purge"}'],
    ["one of many", '[{"name":"shop/paid"},{"name":"admin/purge"}]'],
    ["a NUL before", '{"name":"\\u0000shop/paid"}'],
    ["the prefix alone, cut", '{"name":"shop"}'],
    ["a name of a prototype", '{"name":"__proto__"}'],
  ])("%s is not allowed, and nothing is sent", async (_, body) => {
    const { status, sent, answer } = await post(body)
    expect([status, sent]).toEqual([403, []])
    expect(await answer.json()).toMatchObject({ permission: expect.stringMatching(/^events\.send:/) })
  })

  test.each([
    ["a name in capitals beside, which the server would take", '{"name":"shop/paid","NAME":"admin/purge"}'],
    ["such a name alone", '{"Name":"shop/paid"}'],
    ["data in capitals", '{"name":"shop/paid","Data":{}}'],
    ["a member that is unknown", '{"name":"shop/paid","meta":{}}'],
    ["a prototype", '{"name":"shop/paid","__proto__":{"name":"admin/purge"}}'],
    ["a name of the server's own", '{"name":"inngest/function.invoked"}'],
    ["no name", '{"data":{}}'],
    ["an empty name", '{"name":""}'],
    ["a name that is a list", '{"name":["shop/paid"]}'],
    ["a list in a list", '[[{"name":"shop/paid"}]]'],
    ["null", "null"],
    ["a text", '"shop/paid"'],
    ["nothing", ""],
    ["an empty list", "[]"],
    ["lines", '{"name":"shop/paid"}\n{"name":"admin/purge"}'],
    ["what follows", '[{"name":"shop/paid"}] [{"name":"admin/purge"}]'],
    ["a list that is cut, which the server would take", '[{"name":"shop/paid"}'],
    ["a byte order mark", '\ufeff{"name":"shop/paid"}'],
    ["a form", "name=shop/paid"],
    ["a number that can't be held", '{"name":"shop/paid","data":{"a":1e400}}'],
    ["a depth that ends the stack", `{"name":"shop/paid","data":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`],
    ["a time that is none", '{"name":"shop/paid","ts":"now"}'],
    ["more events than a request takes", `[${Array.from({ length: 5_001 }, () => '{"name":"shop/a"}').join(",")}]`],
  ])("%s is refused, and nothing is sent", async (_, body) => {
    const { status, sent } = await post(body)
    expect([status, sent]).toEqual([400, []])
  })

  test.each([
    ["invalid UTF-8", Uint8Array.from([...new TextEncoder().encode('{"name":"shop/'), 0xff, 0x22, 0x7d])],
    ["UTF-16", Uint8Array.from(Buffer.from('{"name":"shop/paid"}', "utf16le"))],
    ["gzip", Uint8Array.from([0x1f, 0x8b, 8, 0])],
  ])("%s is refused", async (_, body) => {
    expect((await post(body, { headers: { "content-encoding": "gzip" } })).status).toBe(400)
  })

  test("half a character in a name is one character to both", async () => {
    const { sent } = await post('{"name":"shop/\\ud800"}')
    expect(sent).toEqual(['[{"name":"shop/\ufffd"}]'])
  })

  test("what is sent is what was checked, whatever else the text held", async () => {
    const { sent } = await post(
      '[{"name":"admin/x","name":"shop/a","data":{"__proto__":{"b":1},"n":12345678901234567890}}]',
    )
    expect(sent).toEqual(['[{"name":"shop/a","data":{"__proto__":{"b":1},"n":12345678901234567890}}]'])
  })

  test("a name that is not allowed is named, at most 256 characters of it, and only inside JSON", async () => {
    const { answer } = await post(JSON.stringify({ name: `x\r\nset-cookie: a=b\r\n${"y".repeat(10_000)}` }))
    const text = await answer.text()
    expect(text.length).toBeLessThan(800)
    expect(answer.headers.has("set-cookie")).toBe(false)
    expect(JSON.parse(text)).toMatchObject({ status: 403 })
  })

  test("only what meets a pattern gets through, whatever the name", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), fc.boolean(), async (text, isWithin) => {
        const { status, sent } = await post(JSON.stringify({ name: isWithin ? `shop/${text}` : text }))
        const isAllowed = isWithin || text.startsWith("shop/")
        const isReserved = /^inngest\//i.test(text)
        expect([status, sent.length]).toEqual(isAllowed ? [200, 1] : [isReserved ? 400 : 403, 0])
      }),
      { numRuns: 500 },
    )
  })
})

describe("functions", () => {
  const invoke = async (allow: Permission[], app: string, fn: string, body = '{"data":{}}') => {
    const upstream = server()
    const page = openPage({ upstream: upstream.fetch, allow })
    const path = `/v2/apps/${encodeURIComponent(app)}/functions/${encodeURIComponent(fn)}/invoke`
    const { status } = await page.request("POST", path, { body })
    return [status, ...upstream.requests.map((request) => request.path)]
  }

  test.each<[Permission, string, string, string]>([
    ["functions.invoke:core-*", "core", "ship", "/v2/apps/core/functions/ship/invoke"],
    ["functions.invoke:core-*", "core", "core-ship", "/v2/apps/core/functions/ship/invoke"],
    ["functions.invoke:core-ship", "core", "ship", "/v2/apps/core/functions/ship/invoke"],
    ["functions.invoke:core-ship", "core", "core-ship", "/v2/apps/core/functions/ship/invoke"],
    ["functions.invoke:core-*", "core", "core-core-x", "/v2/apps/core/functions/core-x/invoke"],
    ["functions.invoke:*", "a", "b", "/v2/apps/a/functions/b/invoke"],
    ["functions.invoke", "core", "core-ship", "/v2/apps/core/functions/core-ship/invoke"],
  ])("%s allows %s %s", async (allow, app, fn, path) => {
    expect(await invoke([allow], app, fn)).toEqual([200, path])
  })

  test.each<[Permission, string, string]>([
    ["functions.invoke:core-*", "admin", "core-ship"],
    ["functions.invoke:core-*", "admin", "purge"],
    ["functions.invoke:core-*", "Core", "ship"],
    ["functions.invoke:core-*", "cor", "e-ship"],
    ["functions.invoke:core-ship", "core", "ship2"],
    ["functions.invoke:core-ship", "core", "shi"],
    ["functions.invoke:core-core-x", "core", "core-core-x"],
    ["functions.invoke:core-x", "core", "core-core-x"],
    ["functions.invoke:core-", "core", "core-"],
    ["functions.invoke:core-*", "00000000-0000-4000-a000-000000000000", "core-ship"],
    ["runs.*", "core", "ship"],
  ])("%s does not allow %s %s", async (allow, app, fn) => {
    expect(await invoke([allow], app, fn)).toEqual([403])
  })

  test("what the server might also read in a body is refused", async () => {
    for (const body of [
      '{"data":{},"Data":{}}',
      '{"data":{},"functionId":"admin-purge"}',
      "[]",
      '"x"',
      '{"__proto__":1}',
    ])
      expect(await invoke(["functions.invoke"], "core", "ship", body)).toEqual([400])
    const upstream = server()
    const page = openPage({ upstream: upstream.fetch })
    for (const body of ['{"fromStep":{"stepId":"x"}}', '{"input":{}}'])
      expect((await page.request("POST", `/v2/runs/${ulid}/rerun`, { body })).status).toBe(400)
    expect((await page.request("POST", "/v1/signals", { body: '{"signal":"a","Signal":"b"}' })).status).toBe(400)
    expect(upstream.requests).toEqual([])
  })
})

describe("endurance", () => {
  test("a thousand requests at once leave no timer behind, and each is told to the audit", async () => {
    const clock = createManualClock()
    const page = openPage({ upstream: server().fetch, clock, behind: { clock } })
    await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        page.request("GET", index % 2 === 0 ? "/v1/events" : "/v1/workflows/a"),
      ),
    )
    expect([page.audit.length, clock.pending]).toEqual([1_000, 0])
  })

  test("one page's broken request does not touch another's", async () => {
    const page = openPage({ upstream: server().fetch, allow: everything })
    const bad = rawRequest("/api/inngest/e/k", { method: "POST", body: "{" })
    const statuses = await Promise.all([page.gateway(bad), page.request("GET", "/v1/events")])
    expect(statuses.map(({ status }) => status)).toEqual([400, 200])
  })
})
