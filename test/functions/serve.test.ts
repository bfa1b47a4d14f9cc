import { describe, expect, test, vi } from "vitest"
import { isConfigError } from "../../src/errors.ts"
import { type ServeOptions, createFunction, eventTrigger, serve } from "../../src/functions/index.ts"
import { type ClientOptions, createClient } from "../../src/index.ts"
import { isSigned, signBody } from "../../src/protocol/signature.ts"
import { decodeInBandSync } from "../../src/protocol/sync.ts"
import type { JsonObject, JsonValue } from "../../src/shared/json.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { exchangesOf } from "../support/sdk-recordings.ts"

const signingKey = "signkey-prod-0123456789abcdef0123456789abcdef"
const signingKeyFallback = "signkey-prod-fedcba9876543210fedcba9876543210"
const url = "http://app.test/api/inngest"
const hello = createFunction({ id: "hello" }, eventTrigger("test/hello"), () => "hi")
const clock = createManualClock()

function start(client: ClientOptions = {}, options: Partial<ServeOptions> = {}) {
  const asked: { method: string | undefined; url: string; headers: Headers; body: JsonValue }[] = []
  let answer = () => Response.json({ ok: true, modified: true, sync_id: "s", app_id: "a" })
  const inngest = createClient({
    appId: "core",
    retry: { attempts: 1 },
    async fetch(input, init) {
      asked.push({
        method: init?.method,
        url: String(input),
        headers: new Headers(init?.headers),
        body: typeof init?.body === "string" ? (JSON.parse(init.body) as JsonValue) : null,
      })
      return answer()
    },
    ...client,
  })
  const handler = serve({ client: inngest, functions: [hello], clock, ...options })
  return {
    asked,
    handler,
    answerWith: (next: () => Response) => (answer = next),
    get: (headers = {}) => handler(new Request(url, { headers })),
    put: (body?: string, headers = {}, to = url) =>
      handler(new Request(to, { method: "PUT", headers, ...(body === undefined ? {} : { body }) })),
    call: (headers = {}, id = "core-hello", body = callBody) =>
      handler(new Request(`${url}?fnId=${id}&stepId=step`, { method: "POST", headers, body })),
  }
}

const callBody = JSON.stringify({
  event: { name: "test/hello", data: {} },
  steps: {},
  ctx: { run_id: "01H", attempt: 0, stack: { stack: [], current: 0 } },
})

describe("in dev mode", () => {
  test("a GET tells what is served, as recorded", async () => {
    const answer = await start().get()
    const [recorded] = exchangesOf("sync").filter(({ method }) => method === "GET")
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ ...(recorded?.responseBody as JsonObject), function_count: 1 })
  })

  test("a PUT registers the app, with the address that it came to", async () => {
    const { put, asked } = start({ env: "branch" })
    const answer = await put(undefined, {}, `${url}?deployId=abc`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ message: "Successfully registered", modified: true })
    expect(answer.headers.get("x-inngest-sync-kind")).toBe("out_of_band")
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({ method: "POST", url: "http://localhost:8288/fn/register?deployId=abc" })
    expect(asked[0]?.body).toMatchObject({
      url: `${url}?deployId=abc`,
      appName: "core",
      functions: [
        { steps: { step: { runtime: { url: `${url}?deployId=abc&fnId=core-hello&stepId=step` } } } },
      ] as object,
    })
    expect(Object.fromEntries(asked[0]?.headers ?? [])).toMatchObject({
      "x-inngest-sdk": expect.stringMatching(/^inngest-kit:v/),
      "x-inngest-framework": "fetch",
      "x-inngest-sync-kind": "out_of_band",
      "x-inngest-env": "branch",
    })
  })

  test("origin and path of the app may be told, and the kind of server that asks is held to", async () => {
    const { put, asked } = start({}, { serveOrigin: "https://shop.example", servePath: "/fn", framework: "hono" })
    await put(undefined, { "x-inngest-server-kind": "dev" })
    expect(asked[0]?.body).toMatchObject({ url: "https://shop.example/fn", framework: "hono" })
    expect(asked[0]?.headers.get("x-inngest-expected-server-kind")).toBe("dev")
  })

  test("a PUT in band is answered with the functions, and asks no server", async () => {
    const { put, asked } = start()
    const answer = await put(JSON.stringify({ url: "https://a.example/x" }), { "x-inngest-sync-kind": "in_band" })
    expect(answer.headers.get("x-inngest-sync-kind")).toBe("in_band")
    const app = decodeInBandSync((await answer.json()) as JsonValue)
    expect(app).toMatchObject({
      appId: "core",
      url: "https://a.example/x",
      functions: [{ id: "core-hello", url: "https://a.example/x?fnId=core-hello&stepId=step" }],
    })
    expect(asked).toEqual([])
  })

  test("a server that refuses the app, or is not there, is what the PUT says", async () => {
    const { put, answerWith } = start()
    answerWith(() =>
      Response.json({ error: "At least one function is invalid", data: null, status: 400 }, { status: 400 }),
    )
    const refused = await put()
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      message: expect.stringContaining("At least one function is invalid"),
      modified: false,
    })
    answerWith(() => {
      throw new TypeError("fetch failed")
    })
    expect((await put()).status).toBe(500)
  })

  test("other methods and unknown functions are answered as recorded", async () => {
    const { handler, call } = start()
    const deleted = await handler(new Request(url, { method: "DELETE" }))
    expect([deleted.status, await deleted.json()]).toEqual([405, { message: "Method not allowed" }])
    const unknown = await call({}, "core-nope")
    expect(unknown.status).toBe(500)
    expect(unknown.headers.get("x-inngest-no-retry")).toBeNull()
    expect(await unknown.json()).toMatchObject({
      type: "internal",
      name: "Error",
      message: 'Function "core-nope" was not found in this app; is the app synced correctly?',
      __serialized: true,
    })
  })

  test("a body that is no call is an error to be retried, that names what is wrong", async () => {
    const { call } = start()
    for (const [body, message] of [
      ["{nope", "JSON"],
      ["{}", "event"],
      ['{"event":{"name":7}}', "event.name"],
      ['{"event":{"name":"a"},"ctx":{"attempt":"x"}}', "ctx.attempt"],
    ] as const) {
      const answer = await call({}, "core-hello", body)
      expect(answer.status).toBe(500)
      expect(answer.headers.get("x-inngest-no-retry")).toBe("false")
      expect(((await answer.json()) as { message: string }).message).toContain(message)
    }
  })
})

describe("outside of dev mode", () => {
  const keyed = { signingKey, signingKeyFallback, eventKey: "e", baseURL: "https://inngest.example" }

  test("what is not signed is refused, as recorded", async () => {
    const { get, call } = start(keyed)
    const [recorded] = exchangesOf("signed").filter(({ status }) => status === 401)
    for (const answer of [
      await get(),
      await call(),
      await call({ "x-inngest-signature": `t=${clock.now() / 1000}&s=deadbeef` }),
      await call({ "x-inngest-signature": await signBody(`${callBody} `, signingKey, clock.now()) }),
      await call({ "x-inngest-signature": await signBody(callBody, signingKey, clock.now() - 301_000) }),
    ]) {
      expect(answer.status).toBe(recorded?.status)
      expect(await answer.json()).toEqual(recorded?.responseBody)
      expect(answer.headers.get("x-inngest-sdk")).toBeNull()
    }
  })

  test.each([signingKey, signingKeyFallback])(
    "a call under either key is answered under the same (%#)",
    async (key) => {
      const { call, get } = start(keyed)
      const answer = await call({ "x-inngest-signature": await signBody(callBody, key, clock.now()) })
      const text = await answer.text()
      expect([answer.status, text]).toEqual([200, '"hi"'])
      expect(await isSigned(text, answer.headers.get("x-inngest-signature"), key, clock.now())).toBe(true)
      const inspected = await get({ "x-inngest-signature": await signBody("", key, clock.now()) })
      expect(await inspected.json()).toMatchObject({ mode: "cloud", has_signing_key: true, has_event_key: true })
    },
  )

  test("an error to a signed call is signed, too", async () => {
    const { call } = start(keyed)
    const answer = await call({ "x-inngest-signature": await signBody(callBody, signingKey, clock.now()) }, "core-nope")
    const text = await answer.text()
    expect(await isSigned(text, answer.headers.get("x-inngest-signature"), signingKey, clock.now())).toBe(true)
  })

  test("a PUT needs no signature to register, and one to be told the functions", async () => {
    const { put, asked } = start(keyed)
    expect((await put()).status).toBe(200)
    expect(asked[0]?.url).toBe("https://inngest.example/fn/register")
    expect(asked[0]?.headers.get("authorization")).toMatch(/^Bearer signkey-prod-/)
    const body = JSON.stringify({ url })
    const inBand = { "x-inngest-sync-kind": "in_band" }
    expect((await put(body, inBand)).status).toBe(401)
    expect((await put("{nope", inBand)).status).toBe(401)
    const signature = await signBody(body, signingKey, clock.now())
    const answer = await put(body, { ...inBand, "x-inngest-signature": signature })
    const text = await answer.text()
    expect(answer.status).toBe(200)
    expect(await isSigned(text, answer.headers.get("x-inngest-signature"), signingKey, clock.now())).toBe(true)
  })

  test("no answer holds a key", async () => {
    const { get, put, call, answerWith } = start(keyed)
    answerWith(() => Response.json({ error: `key ${signingKey} unknown` }, { status: 401 }))
    const signature = await signBody(callBody, signingKey, clock.now())
    for (const answer of [await get(), await put(), await call(), await call({ "x-inngest-signature": signature })]) {
      const shown = `${await answer.text()} ${JSON.stringify([...answer.headers])}`
      expect(shown).not.toContain("0123456789abcdef")
      expect(shown).not.toContain("fedcba9876543210")
    }
  })

  test("without a signing key nobody is served, and is told why", async () => {
    const answer = await start({ dev: false }).call()
    expect(answer.status).toBe(500)
    expect(await answer.json()).toEqual({ message: expect.stringContaining("INNGEST_SIGNING_KEY") })
  })
})

describe("which mode it is", () => {
  test.each<[string, ClientOptions, Partial<ServeOptions>, "dev" | "cloud"]>([
    ["nothing is configured", {}, {}, "dev"],
    ["dev: true", { dev: true, signingKey }, {}, "dev"],
    ["dev with an address", { dev: "http://inngest.example:8288" }, {}, "dev"],
    ["a server on this machine and no key", { baseURL: "http://127.0.0.1:9000" }, {}, "dev"],
    ["a server on this machine and a key", { baseURL: "http://127.0.0.1:9000", signingKey }, {}, "cloud"],
    ["a host that only begins like this machine's", { baseURL: "http://localhost.example.com" }, {}, "cloud"],
    ["a server elsewhere", { baseURL: "https://inngest.example" }, {}, "cloud"],
    ["dev: false", { dev: false }, {}, "cloud"],
    ["a signing key alone", { signingKey }, {}, "cloud"],
    ["serve told dev", { signingKey }, { dev: true }, "dev"],
    ["serve told otherwise", {}, { dev: false }, "cloud"],
  ])("%s", async (_what, client, options, mode) => {
    const answer = await start(client, options).call()
    expect(answer.status === 200 ? "dev" : "cloud").toBe(mode)
  })
})

test("INNGEST_DEV says so where the client was not told", async () => {
  const elsewhere = { baseURL: "http://inngest:8288" }
  vi.stubEnv("INNGEST_DEV", "1")
  expect((await start(elsewhere).call()).status).toBe(200)
  expect((await start({ dev: false }).call()).status).toBe(500)
  vi.stubEnv("INNGEST_DEV", "0")
  expect((await start({ baseURL: "http://127.0.0.1:9000" }).call()).status).toBe(500)
  vi.unstubAllEnvs()
})

describe("what can't be served", () => {
  test("a client without an app", () => {
    expect(() => serve({ client: createClient(), functions: [] })).toThrow(
      expect.toSatisfy((error) => isConfigError(error) && error.option === "appId"),
    )
  })

  test("two functions of one id, also one that is another's failure handler", () => {
    const client = createClient({ appId: "core" })
    expect(() => serve({ client, functions: [hello, hello] })).toThrow(/"hello" is there twice/)
    const failing = createFunction({ id: "a", onFailure: () => 1 }, [], () => 1)
    const same = createFunction({ id: "a-failure" }, [], () => 1)
    expect(() => serve({ client, functions: [failing, same] })).toThrow(/"a-failure"/)
  })
})
