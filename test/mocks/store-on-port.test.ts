import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type InngestServer, listen } from "../../mocks/server.ts"
import { createInngestMock } from "../../mocks/index.ts"
import { httpStore } from "../../src/store/index.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"
import { testStore } from "../conformance/store.ts"

const flags = { list: "all", revision: true, watch: false } as const

testStore({
  name: "httpStore on the embedded server, in memory",
  async create() {
    const server = await listen({ port: 0 })
    const connect = () => httpStore({ baseURL: server.url })
    return { store: connect(), another: connect, close: () => server.close() }
  },
  flags,
})

testStore({
  name: "httpStore on the embedded server, on disk",
  async create() {
    const directory = temporaryDirectory()
    const server = await listen({ port: 0, dataDir: directory.path })
    const connect = () => httpStore({ baseURL: server.url })
    return {
      store: connect(),
      another: connect,
      async close() {
        await server.close()
        directory.remove()
      },
    }
  },
  flags,
})

testStore({
  name: "httpStore on the mock's fetch",
  create() {
    const { fetch } = createInngestMock()
    const connect = () => httpStore({ baseURL: "http://kit.test", fetch })
    return { store: connect(), another: connect }
  },
  flags,
})

describe("an absent workflow on the embedded server", () => {
  let server: InngestServer
  beforeAll(async () => {
    server = await listen({ port: 0 })
  })
  afterAll(() => server.close())

  test("is null to httpStore, which takes a text 404 with the server-kind header for an Inngest without the route", async () => {
    const store = httpStore({ baseURL: server.url })
    expect(await store.load("never-saved")).toBeNull()
    await expect(store.delete("never-saved")).resolves.toBeUndefined()
  })

  test("is a JSON 404 without that header, for all others", async () => {
    const answer = await fetch(`${server.url}/v1/workflows/never-saved`)
    expect(answer.status).toBe(404)
    expect(answer.headers.has("x-inngest-server-kind")).toBe(false)
    expect(answer.headers.get("content-type")).toBe("application/json")
  })
})
