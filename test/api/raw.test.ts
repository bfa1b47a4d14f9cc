import { describe, expect, test } from "vitest"
import { createClient } from "../../src/index.ts"
import { type FakeFetch, createFakeFetch, json, reset } from "../support/fake-fetch.ts"

const setup = (server: FakeFetch): ReturnType<typeof createClient> =>
  createClient({
    baseURL: "http://kit.test",
    eventKey: "evt-key-123456",
    signingKey: "sig-key-123456",
    fetch: server.fetch,
    retry: { attempts: 2, minDelay: 0, maxDelay: 0 },
  })

describe("request", () => {
  test("asks any route with the key it needs, and gives the whole body", async () => {
    const server = createFakeFetch([json({ data: [], page: { hasMore: false } })])
    const { request } = setup(server)
    await expect(request("GET", "/v2/runs?limit=5", { query: { status: ["FAILED", "RUNNING"] } })).resolves.toEqual({
      data: [],
      page: { hasMore: false },
    })
    await request("PUT", "/v1/workflows/a", { body: { n: 10n ** 20n }, headers: { "If-Match": '"1"' } })
    await request("POST", "/e/other-key", { body: [{ name: "a/b" }] })
    expect(
      server.requests.map(({ method, path, headers, body }) => [method, path, headers.authorization, body]),
    ).toEqual([
      ["GET", "/v2/runs?limit=5&status=FAILED&status=RUNNING", "Bearer sig-key-123456", undefined],
      ["PUT", "/v1/workflows/a", "Bearer evt-key-123456", '{"n":100000000000000000000}'],
      ["POST", "/e/other-key", undefined, '[{"name":"a/b"}]'],
    ])
    expect(server.requests[1]?.headers["if-match"]).toBe('"1"')
  })

  test("gives text as text, and nothing as undefined", async () => {
    const server = createFakeFetch([new Response("# HELP x"), new Response(null, { status: 204 })])
    const { request } = setup(server)
    await expect(request("GET", "/metrics")).resolves.toBe("# HELP x")
    await expect(request("DELETE", "/v1/runs/x")).resolves.toBeUndefined()
  })

  test("has the same errors, also those inside a 200, and the same retries: POST is sent once", async () => {
    const hidden = setup(createFakeFetch([json({ error: "no", data: null, status: 404 })]))
    await expect(hidden.request("GET", "/v1/x")).rejects.toMatchObject({ code: "not-found" })
    const server = createFakeFetch([reset()])
    const { request } = setup(server)
    await expect(request("GET", "/x")).rejects.toMatchObject({ code: "connection" })
    await expect(request("POST", "/x", { body: {} })).rejects.toMatchObject({ code: "connection", retryable: false })
    expect(server.requests.map(({ method }) => method)).toEqual(["GET", "GET", "POST"])
  })

  test("masks the headers of the call in its errors, and in no other call's", async () => {
    const headers = { Authorization: "Bearer call-token-42", "x-signature": "0123456789abcdef", "x-token": "t0k" }
    const echo = "call-token-42 0123456789abcdef t0k application/json"
    const said = (error: unknown): string => {
      let shown = ""
      for (let each = error; each instanceof Error; each = each.cause)
        shown += `${each.message} ${JSON.stringify(each)} `
      return shown
    }
    for (const reply of [json({ error: echo }, { status: 401 }), new Error(`no route with ${echo}`)]) {
      const { request } = setup(createFakeFetch([reply]))
      const own = said(await request("GET", "/x", { headers }).catch((error: unknown) => error))
      expect(own).toContain("*** *** *** application/json")
      expect(own).not.toMatch(/call-token-42|0123456789abcdef|t0k/)
      expect(said(await request("GET", "/x").catch((error: unknown) => error))).toContain(echo)
    }
  })

  test.each([
    ["v2/runs", {}, "path"],
    ["http://elsewhere.test/x", {}, "path"],
    ["/x", { body: { n: NaN } }, "n"],
    ["/x", { headers: { "a b": "c" } }, "headers"],
  ])("refuses %j %j", async (path, options, text) => {
    const server = createFakeFetch([json({})])
    await expect(setup(server).request("POST", path, options)).rejects.toMatchObject({
      code: "validation",
      message: expect.stringContaining(text),
    })
    expect(server.requests).toEqual([])
  })
})
