// What the MSW handlers do, for whichever major of msw is installed.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import type { HttpHandler } from "msw"
import { type InngestMock, createInngestMock } from "../../mocks/index.ts"
import { routes } from "../../src/protocol/routes.ts"
import { createClient } from "../../src/index.ts"
import { httpStore } from "../../src/store/index.ts"
import { workflowIds } from "../conformance/ids.ts"

interface MswServer {
  listen(options?: object): void
  use(...handlers: HttpHandler[]): void
  resetHandlers(): void
  listHandlers(): readonly unknown[]
  close(): void
}

interface Msw {
  setupServer(...handlers: HttpHandler[]): MswServer
  http: Record<"get" | "post", (path: string, resolve: () => Response) => HttpHandler>
}

export function testHandlers(major: string, { setupServer, http }: Msw): void {
  describe(`handlers in msw ${major}`, () => {
    const inngest = createInngestMock()
    const server = setupServer(...inngest.handlers)
    beforeAll(() => server.listen(inngest.strict))
    afterEach(() => {
      server.resetHandlers()
      inngest.reset()
    })
    afterAll(() => server.close())

    test("take what is sent to the cloud's event host and to a local server, and give it back on the API hosts", async () => {
      const body = JSON.stringify({ name: "shop/order.paid", data: { id: 7 } })
      for (const url of ["https://inn.gs/e/my-key", "http://localhost:8288/e/my-key"])
        expect((await fetch(url, { method: "POST", body })).status).toBe(200)
      expect(inngest.sent("shop/order.paid")).toEqual(
        Array.from({ length: 2 }, () => expect.objectContaining({ data: { id: 7 } })),
      )
      for (const origin of ["https://api.inngest.com", "http://localhost:8288"]) {
        const { data } = (await (await fetch(`${origin}/v1/events`)).json()) as { data: unknown[] }
        expect(data).toHaveLength(2)
      }
    })

    test("serve this package's client as it is configured by a key alone", async () => {
      const client = createClient({ eventKey: "key", signingKey: "signkey-test-12345678", dev: false })
      const { ids } = await client.send([{ name: "a" }, { name: "b" }])
      expect((await client.events.list()).data.map(({ internalId }) => internalId)).toEqual(ids.toReversed())
      expect(await client.serverInfo()).toMatchObject({ kind: "cloud" })
    })

    test("carry every workflow id that a URL carries", async () => {
      const store = httpStore({ baseURL: "http://localhost:8288" })
      for (const id of workflowIds) {
        await store.save({ workflowId: id, status: "running" })
        expect((await store.load(id))?.workflowId, id).toBe(id)
      }
      expect(inngest.workflows.list()).toHaveLength(workflowIds.length)
      for await (const { workflowId } of store.list()) await store.delete(workflowId)
      expect(inngest.workflows.list()).toEqual([])
    })

    test("take Go's targets: a doubled slash, slashes in the id, invalid UTF-8", async () => {
      for (const path of ["//v1/workflows/a", "/v1/workflows/b/c", "/v1/workflows/d%FFe"])
        await fetch(`http://localhost:8288${path}`, { method: "PUT", body: "{}" })
      const raw = (await (await fetch("http://localhost:8288/v1/workflows")).json()) as { data: unknown[] }
      expect(raw.data).toHaveLength(3)
      expect(inngest.requests.map(({ route }) => route)).toEqual([
        ...Array.from({ length: 3 }, () => "workflows.save"),
        "workflows.list",
      ])
    })

    test("answer 501 by name for routes that the real server has and this one lacks", async () => {
      const answer = await fetch("http://localhost:8288/mcp", { method: "POST", body: "{}" })
      expect([answer.status, await answer.json()]).toEqual([
        501,
        { error: "mcp: this server does not answer POST /mcp yet", data: null, status: 501 },
      ])
    })

    test.each([
      [
        "https://eu.inn.gs/e/secret-key",
        "POST",
        'POST https://eu.inn.gs/e/*** (events.send) was sent to an origin at which this mock does not answer. It answers at https://inn.gs, http://localhost:8288. Add it: createInngestMock({ origins: ["https://eu.inn.gs"] }).',
      ],
      [
        "http://kit.test/api/inngest/v1/events?name=a",
        "GET",
        'GET http://kit.test/api/inngest/v1/events?name=a (events.list) was sent to an origin at which this mock does not answer. It answers at https://api.inngest.com, http://localhost:8288. Add it: createInngestMock({ origins: ["http://kit.test/api/inngest"] }).',
      ],
      [
        "http://kit.test/elsewhere",
        "GET",
        "GET http://kit.test/elsewhere is no route of an Inngest server, and no handler takes it. Add one of your own for it: setupServer(...inngest.handlers, http.get(…)).",
      ],
    ])("make an error of a request that none of them takes, which says what to add: %s", async (url, method, said) => {
      const complaint = vi.spyOn(console, "error").mockImplementation(() => {})
      const failure = await fetch(url, { method }).catch((error: unknown) => error)
      expect(complaint.mock.calls).toEqual([[`inngest-kit: ${said}`]])
      complaint.mockRestore()
      expect(failure).toBeInstanceOf(Error)
      const { message, cause } = failure as Error
      expect(`${message} ${cause instanceof Error ? cause.message : ""}`).toContain(said)
    })

    test("carry out planned failures: statuses, resets, broken bodies, silence", async () => {
      inngest.fail("send", { status: 503, times: 1 })
      inngest.fail("send", { reset: true, times: 1 })
      inngest.fail("send", { truncated: true, times: 1 })
      inngest.fail("send", { timeout: true, times: 1 })
      const sendOnce = (init?: RequestInit) =>
        fetch("https://inn.gs/e/key", { method: "POST", body: '{"name":"a"}', ...init })
      expect((await sendOnce()).status).toBe(503)
      await expect(sendOnce()).rejects.toThrow(TypeError)
      // Over the sockets of msw 3 not even the head comes through.
      await expect(sendOnce().then((response) => response.text())).rejects.toThrow(/./)
      expect(inngest.sent()).toHaveLength(1)
      const reason = new Error("gave up")
      const controller = new AbortController()
      const silent = sendOnce({ signal: controller.signal })
      await vi.waitFor(() => expect(inngest.requests).toHaveLength(4))
      controller.abort(reason)
      await expect(silent).rejects.toBe(reason)
      expect(inngest.requests.map(({ failure }) => failure)).toEqual(["status", "reset", "truncated", "timeout"])
      expect((await sendOnce()).status).toBe(200)
    })

    test("reject a request with what a served handler said that could not be read", async () => {
      const complaint = vi.spyOn(console, "error").mockImplementation(() => {})
      inngest.serve(() => new Response("not today", { status: 418 }))
      const failure = await fetch("https://inn.gs/e/key", { method: "POST", body: '{"name":"a"}' }).catch(
        (error: unknown) => error,
      )
      complaint.mockRestore()
      expect(failure).toBeInstanceOf(Error)
      const { message, cause } = failure as Error
      expect(`${message} ${cause instanceof Error ? cause.message : ""}`).toContain(
        "serve: the handler did not tell its functions: 418 not today",
      )
    })

    test("take an event key with an escape that is none", async () => {
      expect((await fetch("https://inn.gs/e/%FF", { method: "POST", body: '{"name":"a"}' })).status).toBe(200)
      expect((await fetch("https://api.inngest.com/v1/events/%E0%A4")).status).toBe(200)
      expect(inngest.requests.map(({ route }) => route)).toEqual(["events.send", "events.get"])
    })

    test("give way to a handler of the test's own, for one route and until the handlers are reset", async () => {
      server.use(http.post("https://inn.gs/e/:key", () => new Response("busy", { status: 503 })))
      const sendOnce = () => fetch("https://inn.gs/e/key", { method: "POST", body: '{"name":"a"}' })
      expect((await sendOnce()).status).toBe(503)
      expect(inngest.sent()).toEqual([])
      expect((await fetch("https://api.inngest.com/v1/events")).status).toBe(200)
      server.resetHandlers()
      expect((await sendOnce()).status).toBe(200)
    })

    test("of two mocks with the same origins the later one takes the requests", async () => {
      const later = createInngestMock()
      server.use(...later.handlers)
      await fetch("https://inn.gs/e/key", { method: "POST", body: '{"name":"a"}' })
      expect(later.sent()).toHaveLength(1)
      expect(inngest.sent()).toEqual([])
    })

    test("are one per route and origin, and are listed as the route table reads", () => {
      const listed = inngest.handlers.map(headerOf)
      expect(listed.slice(0, 2)).toEqual(["POST https://inn.gs/e/:key", "POST http://localhost:8288/e/:key"])
      expect(listed).toContain("GET https://api.inngest.com/v1/events/:id")
      for (const { method, path } of routes.filter(({ path: each }) => !each.startsWith("/v1/workflows")))
        expect(listed, path).toContain(`${method} http://localhost:8288${path}`)
      expect(listed.filter((each) => each.includes("workflows"))).toHaveLength(8)
      expect(new Set(listed).size).toBe(listed.length)
    })
  })

  describe(`where the handlers of msw ${major} answer`, () => {
    let inngest: InngestMock
    let server: MswServer
    const start = (options: Parameters<typeof createInngestMock>[0]) => {
      inngest = createInngestMock(options)
      server = setupServer(...inngest.handlers)
      server.listen(inngest.strict)
    }
    afterEach(() => server.close())

    test("is the base URL, also one with a path, and nowhere else", async () => {
      start({ baseURL: "http://kit.test/api/inngest" })
      const client = createClient({ baseURL: "http://kit.test/api/inngest", eventKey: "key" })
      await client.send({ name: "a" })
      await client.workflows.save({ workflowId: "a/b" })
      expect((await client.workflows.list()).data).toHaveLength(1)
      expect(inngest.sent()).toHaveLength(1)
      const complaint = vi.spyOn(console, "error").mockImplementation(() => {})
      await expect(fetch("https://inn.gs/e/key", { method: "POST", body: "{}" })).rejects.toThrow(/./)
      complaint.mockRestore()
    })

    test("is each of several origins", async () => {
      start({ origins: ["http://one.test", "http://two.test:81/"] })
      for (const origin of ["http://one.test", "http://two.test:81"])
        expect((await fetch(`${origin}/e/key`, { method: "POST", body: '{"name":"a"}' })).status).toBe(200)
      expect(inngest.sent()).toHaveLength(2)
    })
  })
}

function headerOf(handler: HttpHandler): string {
  return (handler as unknown as { info: { header: string } }).info.header
}
