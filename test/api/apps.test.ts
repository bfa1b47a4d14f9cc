import { describe, expect, test } from "vitest"
import { type InngestClient, createClient } from "../../src/index.ts"
import { type FakeFetch, createFakeFetch, json, refused, reset } from "../support/fake-fetch.ts"
import { serverOf, vector } from "../support/inngest-vectors.ts"
import { createManualClock } from "../support/manual-clock.ts"

const clock = createManualClock()

function appsOf({ fetch }: FakeFetch, attempts = 1): InngestClient["apps"] {
  return createClient({
    baseURL: "http://kit.test",
    signingKey: "signkey-test-12345678",
    eventKey: "evt-12345678",
    env: "branch",
    headers: { cookie: "sid=12345678" },
    fetch,
    clock,
    retry: { attempts, minDelay: 1 },
  }).apps
}

describe("a list of apps", () => {
  test("has what is known of each: zeros and empty texts are left out by the server", async () => {
    const { data } = await appsOf(serverOf(vector("v2-apps"))).list()
    expect(data).toEqual([
      {
        id: "old",
        name: "old",
        method: "serve",
        functionCount: 0,
        createdAt: "2026-11-22T04:22:33Z",
        latestSync: {
          url: "http://localhost:1/x",
          framework: "raw",
          sdkLanguage: "js",
          sdkVersion: "v3.40.0",
          error: "sdk_version_denied",
        },
      },
      expect.objectContaining({
        id: "38628d2f-3dcc-5cc3-9130-381291504e64",
        method: "api",
        functionCount: 1,
        latestSync: {},
      }),
      expect.objectContaining({ id: "empty-app" }),
      expect.objectContaining({ id: "demo-app", functionCount: 6 }),
    ])
  })

  test("is all of them, awaited and iterated, in the server's pages of 100", async () => {
    const server = createFakeFetch(({ url }) => {
      const cursor = new URL(url).searchParams.get("cursor")
      return cursor === null
        ? json({ data: [{ id: "a" }], page: { cursor: "next", hasMore: true } })
        : json({ data: [{ id: "b" }], page: {} })
    })
    const { list } = appsOf(server)
    await expect(list()).resolves.toMatchObject({ data: [{ id: "a" }, { id: "b" }] })
    const seen = []
    for await (const { id } of list()) seen.push(id)
    expect(seen).toEqual(["a", "b"])
    expect(server.requests.map(({ path }) => path).slice(0, 2)).toEqual([
      "/v2/apps?limit=100",
      "/v2/apps?limit=100&cursor=next",
    ])
  })
})

describe("syncing an app", () => {
  const url = "https://shop.example/api/inngest/?deployId=7"

  test("asks the app itself to announce its functions, and hands it no key", async () => {
    const server = createFakeFetch([json({ message: "Successfully registered", modified: true })])
    await expect(appsOf(server).sync(url)).resolves.toEqual({ message: "Successfully registered", modified: true })
    expect(server.requests[0]).toMatchObject({ method: "PUT", url, body: undefined })
    expect(JSON.stringify(server.requests[0]?.headers)).not.toMatch(/12345678|branch/)
  })

  test("takes whatever an app of another SDK answers", async () => {
    await expect(appsOf(createFakeFetch([new Response("")])).sync(url)).resolves.toEqual({})
    await expect(appsOf(createFakeFetch([json({ ok: true, modified: "yes" })])).sync(url)).resolves.toEqual({})
  })

  test("of an address that is no app's is an error that names it", async () => {
    await expect(appsOf(createFakeFetch([new Response("", { status: 405 })])).sync(url)).rejects.toMatchObject({
      status: 405,
      request: { method: "PUT", url },
    })
    await expect(appsOf(createFakeFetch([new Response("<html>")])).sync(url)).rejects.toMatchObject({
      code: "protocol",
    })
  })

  test("is not asked twice once bytes were sent: the error says that it may have happened", async () => {
    const server = createFakeFetch([reset()])
    await expect(appsOf(server, 4).sync(url)).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining("may have been carried out"),
    })
    expect(server.requests).toHaveLength(1)
    const down = createFakeFetch([refused(), json({ modified: false })])
    await expect(clock.runUntilSettled(appsOf(down, 2).sync(url))).resolves.toEqual({ modified: false })
  })

  test.each(["shop.example/api", "ftp://shop.example", "/api/inngest", ""])(
    "refuses %j, which is no address of an app",
    async (bad) => {
      const server = createFakeFetch([json({})])
      await expect(appsOf(server).sync(bad)).rejects.toMatchObject({ code: "validation" })
      expect(server.requests).toEqual([])
    },
  )
})
