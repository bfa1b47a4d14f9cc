import { inspect } from "node:util"
import { afterEach, describe, expect, test, vi } from "vitest"
import { type InngestClient, createClient } from "../src/index.ts"
import { createEventServer } from "./support/event-server.ts"
import { createFakeFetch, json } from "./support/fake-fetch.ts"
import { serverOf, vector } from "./support/inngest-vectors.ts"

afterEach(() => {
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})

describe("a client", () => {
  test("asks nothing before it is used", () => {
    const { fetch, requests } = createFakeFetch([json({})])
    createClient({ baseURL: "http://kit.test", fetch })
    expect(requests).toEqual([])
  })

  test("sends, reads and keeps states on one server, each with the right key", async () => {
    const { fetch, requests } = createFakeFetch(({ path }) =>
      path.includes("/e/") ? json({ ids: ["01M80QNCRS438XK89TD174R7X6"], status: 200 }) : json({ data: [] }),
    )
    const options = { baseURL: "http://kit.test/inngest/", eventKey: "evt-key-1234", signingKey: "sig-key-1234", fetch }
    const inngest = createClient(options)
    await inngest.send({ name: "a/b" })
    await inngest.events.list()
    await inngest.workflows.delete("order 7/a")
    expect(requests.map(({ method, path, headers }) => [method, path.split("?")[0], headers.authorization])).toEqual([
      ["POST", "/inngest/e/evt-key-1234", undefined],
      ["GET", "/inngest/v1/events", "Bearer sig-key-1234"],
      ["DELETE", "/inngest/v1/workflows/order%207%2Fa", "Bearer evt-key-1234"],
    ])
  })

  test.each<[string, (client: InngestClient, options: object) => PromiseLike<unknown>]>([
    ["send", (client, options) => client.send({ name: "a/b" }, options)],
    ["events.list", (client, options) => client.events.list(options)],
    ["events.runs", (client, options) => client.events.runs("01M80QNCRS438XK89TD174R7X6", options)],
    ["runs.list", (client, options) => client.runs.list(options)],
    ["runs.wait", (client, options) => client.runs.wait("01M80QNCRS438XK89TD174R7X6", options)],
    ["functions.list", (client, options) => client.functions.list(options)],
    ["functions.invoke", (client, options) => client.functions.invoke("core-a", { appId: "core", ...options })],
    ["apps.sync", (client, options) => client.apps.sync("http://app.test", options)],
    ["request", (client, options) => client.request("GET", "/v1/x", options)],
    ["serverInfo", (client, options) => client.serverInfo(options)],
    ["workflows.load", (client, options) => client.workflows.load("a", options)],
    ["workflows.save", (client, options) => client.workflows.save({ workflowId: "a" }, options)],
    ["workflows.list", (client, options) => client.workflows.list(options)],
  ])("refuses an option that %s does not have, by name, and asks nothing", async (_call, make) => {
    const { fetch, requests } = createFakeFetch([json({ data: [] })])
    const client = createClient({ baseURL: "http://kit.test", fetch })
    await expect(make(client, { tiemout: 1 })).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringMatching(/^tiemout: is none of the options signal, timeout/),
    })
    expect(requests).toEqual([])
  })

  test("reads its settings from the environment once, when it is made", async () => {
    vi.stubEnv("INNGEST_BASE_URL", "http://env.test")
    vi.stubEnv("INNGEST_EVENT_KEY", "evt-from-env")
    const server = createEventServer()
    const inngest = createClient({ fetch: server.fetch })
    vi.stubEnv("INNGEST_BASE_URL", "http://later.test")
    await inngest.send({ name: "a/b" })
    expect(server.requests[0]?.url).toBe("http://env.test/e/evt-from-env")
  })

  test("works without any key: the segment is there, so that no event is lost", async () => {
    const server = createEventServer()
    vi.stubGlobal("fetch", server.fetch)
    await createClient().send({ name: "a/b" })
    expect(server.requests[0]?.url).toBe("http://localhost:8288/e/NO_EVENT_KEY_SET")
    expect(server.requests[0]?.headers).not.toHaveProperty("authorization")
  })

  test("in a page is at home on the page's own server", async () => {
    vi.stubGlobal("window", {})
    vi.stubGlobal("document", {})
    vi.stubGlobal("location", { href: "https://admin.example/inngest/index.html" })
    const server = createEventServer()
    await createClient({ baseURL: "/api/inngest", fetch: server.fetch }).send({ name: "a/b" })
    expect(server.requests[0]?.url).toBe("https://admin.example/api/inngest/e/NO_EVENT_KEY_SET")
    expect(() => createClient({ signingKey: "sig" })).toThrow(expect.objectContaining({ option: "signingKey" }))
  })

  test("says where it goes and why, and shows no key", () => {
    vi.stubEnv("INNGEST_SIGNING_KEY", "sig-unique-1")
    const headers = { cookie: "sid=unique-3" }
    const inngest = createClient({ appId: "core", eventKey: "evt-unique-2", baseURL: "http://kit.test", headers })
    expect(inngest.appId).toBe("core")
    expect(JSON.parse(JSON.stringify(inngest))).toEqual({
      appId: "core",
      eventURL: { value: "http://kit.test", source: "option baseURL" },
      apiURL: { value: "http://kit.test", source: "option baseURL" },
      eventKey: { value: "***", source: "option eventKey" },
      signingKey: { value: "***", source: "INNGEST_SIGNING_KEY" },
      signingKeyFallback: { source: "default" },
      env: { source: "default" },
    })
    expect(inspect(inngest, { depth: 20, showHidden: true, getters: true })).not.toMatch(/unique/)
  })

  test("knows a stock server that keeps no workflow state", async () => {
    const { fetch } = serverOf(vector("workflow-get"))
    const { workflows } = createClient({ baseURL: "http://kit.test", fetch })
    await expect(workflows.load("order-7")).rejects.toMatchObject({ code: "unsupported", flag: "workflows" })
  })
})
