import { readdirSync, statSync } from "node:fs"
import { connect, createServer } from "node:net"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { createHostCheck, createOriginPolicy } from "../../mocks/allowed-hosts.ts"
import { type InngestServer, type ListenOptions, listen, openDataDirectory } from "../../mocks/server.ts"
import { isConfigError, isValidationError } from "../../src/errors.ts"
import { createClient } from "../../src/index.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { socketDoor } from "../support/vector-http.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"

const open: InngestServer[] = []

async function start(options: ListenOptions = {}) {
  const server = await listen({ port: 0, ...options })
  open.push(server)
  return { server, ask: socketDoor(server.url) }
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

describe("a listening server", () => {
  test("says where it listens, and tells what was sent and saved", async () => {
    const { server } = await start({
      seed: { events: [{ name: "seed" }], workflows: [{ workflowId: "w", status: "running" }] },
    })
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    const client = createClient({ baseURL: server.url, appId: "core" })
    await client.send({ name: "shop/order.paid", data: { id: 7 } })
    expect(server.sent()).toMatchObject([{ name: "shop/order.paid", data: { id: 7 } }])
    expect(server.workflows.get("w")?.status).toBe("running")
    expect(await client.serverInfo()).toMatchObject({ kind: "embedded", workflowState: true })
    expect((await server.fetch("/health")).status).toBe(200)
  })

  test("keeps what it holds in a data directory over restarts, and plants the seed each time", async () => {
    const directory = temporaryDirectory()
    const options = { dataDir: directory.path, seed: { events: [{ name: "seed" }] } }
    const first = await start(options)
    await first.ask({ method: "POST", path: "/e/key", body: '{"name":"a"}' })
    await first.server.close()
    const second = await start(options)
    expect(second.server.sent().map(({ name }) => name)).toEqual(["seed", "a"])
    await second.server.close()
    directory.remove()
  })

  test("gives its data to its own user alone", async () => {
    const directory = temporaryDirectory()
    const { server, ask } = await start({ dataDir: directory.path })
    await ask({ method: "POST", path: "/e/key", body: '{"name":"a"}' })
    const files = readdirSync(directory.path)
    expect(files).toEqual(expect.arrayContaining(["lock.db", "log.db", "log.db-wal", "owner.json"]))
    const readable = files.filter((name) => (statSync(join(directory.path, name)).mode & 0o077) !== 0)
    expect(readable).toEqual([])
    await server.close()
    directory.remove()
  })

  test("on a port that is taken is refused with its number; a data directory takes another one", async () => {
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve))
    const { port } = blocker.address() as { port: number }
    const refusal = await listen({ port }).catch((error: unknown) => error)
    expect(isConfigError(refusal)).toBe(true)
    expect(String(refusal)).toContain(`port ${port} on 127.0.0.1: another program listens there`)
    const directory = temporaryDirectory()
    const named = await openDataDirectory(directory.path, { port }).catch((error: unknown) => error)
    expect(String(named)).toContain(`port ${port}`)
    // What could not start has let go of the directory.
    const free = await openDataDirectory(directory.path, { port: 0 })
    expect(free.role).toBe("owner")
    if (free.role === "owner") await free.close()
    await new Promise((resolve) => blocker.close(resolve))
    directory.remove()
  })

  test("refuses an option that it does not have, by name", async () => {
    const refusal = await listen({ port: 0, datadir: "x" } as ListenOptions).catch((error: unknown) => error)
    expect(isConfigError(refusal) && refusal.message).toBe("listen: datadir: the option is called dataDir")
  })

  test("with a seed that can't be stored does not start", async () => {
    const refusal = await listen({ port: 0, seed: { events: [{ name: "" }] } }).catch((error: unknown) => error)
    expect(isValidationError(refusal)).toBe(true)
  })
})

test("runs that ended, and events, are kept as long as was asked", async () => {
  const directory = temporaryDirectory()
  const clock = createManualClock()
  const options: ListenOptions = { port: 0, dataDir: directory.path, clock, keep: "3h" }
  const server = await listen(options)
  try {
    await server.fetch("/e/key", { method: "POST", body: JSON.stringify({ name: "old" }) })
    await clock.advance(2 * 3_600_000)
    await server.fetch("/e/key", { method: "POST", body: JSON.stringify({ name: "new" }) })
    expect(server.sent().map(({ name }) => name)).toEqual(["old", "new"])
    await clock.advance(2 * 3_600_000)
    expect(server.sent().map(({ name }) => name)).toEqual(["new"])
  } finally {
    await server.close()
  }
  await clock.advance(2 * 3_600_000)
  // Over a restart: in the archive by now.
  const again = await listen(options)
  expect(again.sent()).toEqual([])
  await again.close()
  await expect(listen({ port: 0, keep: "long" })).rejects.toThrow("keep")
  directory.remove()
})

describe("the Host header", () => {
  test.each([
    ["127.0.0.1:8288", true],
    ["localhost:8288", true],
    ["LOCALHOST:8288", true],
    ["[::1]:8288", true],
    ["127.0.0.2:8288", true],
    ["2130706433:8288", true],
    ["localhost", false],
    ["localhost:9000", false],
    ["evil.test:8288", false],
    ["localhost.evil.test:8288", false],
    ["127.0.0.1.evil.test:8288", false],
    ["192.168.0.7:8288", false],
    ["user@localhost:8288", true],
    ["localhost:8288@evil.test:8288", false],
    ["", false],
    ["a b", false],
  ])("%j is this server's own: %s", (host, isOwn) => {
    expect(createHostCheck("127.0.0.1", 8288)(host)).toBe(isOwn)
  })

  test("of a server that listens on all addresses is any literal; of one with a name that name", () => {
    expect(createHostCheck("0.0.0.0", 8288)("192.168.0.7:8288")).toBe(true)
    expect(createHostCheck("0.0.0.0", 8288)("[fe80::1]:8288")).toBe(true)
    expect(createHostCheck("0.0.0.0", 8288)("evil.test:8288")).toBe(false)
    expect(createHostCheck("build.example", 80)("build.example")).toBe(true)
    expect(createHostCheck("192.168.0.7", 8288)("192.168.0.7:8288")).toBe(true)
  })

  test("of another name is refused before anything is read: a page whose name points here gets nothing", async () => {
    const { server, ask } = await start({ cors: "*" })
    for (const host of ["evil.test", `evil.test:${server.port}`, "localhost"]) {
      const answer = await ask({ method: "POST", path: "/e/key", headers: { host }, body: '{"name":"a"}' })
      expect(answer.status, host).toBe(403)
      expect(answer.body).toBe(`this server answers to the host 127.0.0.1:${server.port} only\n`)
    }
    expect(
      (await ask({ method: "GET", path: "/v1/events", headers: { host: `localhost:${server.port}` } })).status,
    ).toBe(200)
    expect(server.sent()).toEqual([])
  })
})

describe("pages of other origins", () => {
  const evil = "https://evil.test"

  test("may neither read nor write; those of this machine may, on any port", async () => {
    const { server, ask } = await start()
    const refused = await ask({ method: "POST", path: "/e/key", headers: { origin: evil }, body: '{"name":"a"}' })
    expect([refused.status, refused.headers["access-control-allow-origin"]]).toEqual([403, undefined])
    const preflight = { origin: evil, "access-control-request-method": "POST" }
    expect((await ask({ method: "OPTIONS", path: "/e/key", headers: preflight })).headers).not.toHaveProperty(
      "access-control-allow-origin",
    )
    expect(server.sent()).toEqual([])
    for (const origin of ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:5173"]) {
      const answer = await ask({ method: "GET", path: "/v1/events", headers: { origin } })
      expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([200, origin])
      const { headers } = await ask({
        method: "OPTIONS",
        path: "/v1/workflows/x",
        headers: { origin, "access-control-request-method": "PUT", "access-control-request-headers": "if-match" },
      })
      expect(headers).toMatchObject({
        "access-control-allow-methods": "PUT",
        "access-control-allow-headers": "If-Match",
      })
    }
  })

  test.each(["https://my.site", ["https://my.site/"], ["https://MY.site"], ["my.site"], ["https://my.site:443"], [5]])(
    "can't be named as %j, which no page's origin would be",
    async (cors) => {
      const refusal = await listen({ port: 0, cors: cors as never }).catch((error: unknown) => error)
      expect(isConfigError(refusal) && refusal.option).toBe("cors")
    },
  )

  test("may when they are named, or when all are", async () => {
    const named = await start({ cors: [evil] })
    expect((await named.ask({ method: "GET", path: "/health", headers: { origin: evil } })).status).toBe(200)
    expect((await named.ask({ method: "GET", path: "/health", headers: { origin: "null" } })).status).toBe(403)
    const all = await start({ cors: "*" })
    for (const origin of [evil, "null"])
      expect(
        (await all.ask({ method: "GET", path: "/health", headers: { origin } })).headers["access-control-allow-origin"],
      ).toBe(origin)
  })

  test.each([
    "http://localhost.evil.test",
    "http://evil.test/localhost",
    "http://127.0.0.1.evil.test",
    "null",
    "",
    "file://",
    "ftp://localhost",
    "chrome-extension://localhost",
  ])("%j is not of this machine", (origin) => {
    expect(createOriginPolicy(undefined)(origin)).toBe(false)
  })
})

describe("bodies", () => {
  test("larger than the bound are refused, announced or not, and the server goes on", async () => {
    const { server, ask } = await start({ maxBodyBytes: 1_000 })
    const body = JSON.stringify({ name: "a", data: { p: "x".repeat(2_000) } })
    for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
      for (const [method, path] of [
        ["POST", "/e/key"],
        ["PUT", "/v1/workflows/w"],
        ["POST", "/v2/events"],
      ] as const)
        expect((await ask({ method, path, body, headers })).status, path).toBe(413)
    }
    expect((await ask({ method: "POST", path: "/e/key", body: '{"name":"a"}' })).status).toBe(200)
    expect(server.sent()).toHaveLength(1)
  })

  test("that end early are no events", async () => {
    const { server, ask } = await start()
    const socket = connect(server.port, "127.0.0.1")
    socket.write(`POST /e/key HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nContent-Length: 100\r\n\r\n{"name":"a"}`)
    await new Promise((resolve) => socket.once("ready", resolve))
    socket.destroy()
    expect((await ask({ method: "GET", path: "/health" })).status).toBe(200)
    expect(server.sent()).toEqual([])
  })
})

describe("odd targets", () => {
  let server: InngestServer
  beforeAll(async () => {
    server = await listen({ port: 0 })
  })
  afterAll(() => server.close())

  /** A request line as it is, with nothing in between that could tidy it. */
  function raw(method: string, target: string, body = "{}"): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const socket = connect(server.port, "127.0.0.1")
      let text = ""
      socket.setEncoding("latin1")
      socket.on("data", (chunk) => (text += String(chunk)))
      socket.on("end", () => resolve({ status: Number(text.split(" ")[1]), text }))
      socket.on("error", reject)
      socket.write(
        Buffer.from(
          `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
          "latin1",
        ),
      )
    })
  }

  test.each([
    ["//v1/workflows/doubled", "doubled"],
    ["/v1/workflows/a/b", "a/b"],
    ["/v1/workflows/a%2Fb%20c", "a/b c"],
    ["/v1/workflows/d%FFe", "d\ufffde"],
    ["/v1/workflows/f?query=1", "f"],
    ["/v1/workflows/%zz", "%zz"],
  ])("PUT %s keeps the workflow %j", async (target, id) => {
    expect((await raw("PUT", target)).status).toBe(204)
    expect(server.workflows.get(id)).not.toBeNull()
  })

  // No runtime hands these on as they came; so what holds is that they are refused and touch nothing.
  test.each([
    "/v1/workflows/.",
    "/v1/workflows/..",
    "/v1/workflows/a/../../admin",
    "/v1/workflows/%2e%2e/x",
    "/v1/workflows/x/..\\..\\y",
    "/v1/workflows/\xff",
    "/v1/workflows/a b",
    "http://other.test/v1/workflows/x",
    "https://evil.test:443/v1/workflows/x",
    "*",
    "v1/workflows/x",
  ])("PUT %j is refused and stores nothing", async (target) => {
    const before = server.workflows.list().length
    const { status, text } = await raw("PUT", target)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(text).not.toMatch(/node_modules|\.ts:\d+|at .*\(/)
    expect(server.workflows.list()).toHaveLength(before)
  })
})

describe("closing", () => {
  test("answers what is in flight, takes nothing new, and is done at once", async () => {
    const { server } = await start()
    const body = JSON.stringify({ name: "a", data: { p: "x".repeat(1_000_000) } })
    const sending = Array.from({ length: 5 }, () => fetch(`${server.url}/e/key`, { method: "POST", body }))
    // Under way once the first of them is answered.
    await sending[0]
    const [answers] = await Promise.all([Promise.allSettled(sending), server.close(), server.close()])
    const taken = answers.filter((answer) => answer.status === "fulfilled" && answer.value.status === 200).length
    expect(server.sent()).toHaveLength(taken)
    await expect(fetch(`${server.url}/health`)).rejects.toThrow(/./)
  })

  test("does not wait for connections that ask nothing", async () => {
    const { server } = await start()
    const socket = connect(server.port, "127.0.0.1")
    await new Promise((resolve) => socket.once("connect", resolve))
    socket.write("GET /health HTTP/1.1\r\n")
    const gone = new Promise((resolve) => socket.once("close", resolve))
    await server.close()
    await gone
  })

  test("does not wait for an upload that has stalled, and lets go of the directory", async () => {
    const directory = temporaryDirectory()
    const { server } = await start({ dataDir: directory.path })
    const socket = connect(server.port, "127.0.0.1")
    const gone = new Promise((resolve) => socket.once("close", resolve))
    const host = `127.0.0.1:${server.port}`
    socket.write(`POST /e/key HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n{"na`)
    // The head has been read, and the request is being handled.
    await new Promise((resolve) => socket.once("data", resolve))
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    try {
      const closing = server.close()
      await vi.advanceTimersByTimeAsync(60_000)
      await Promise.all([closing, gone])
    } finally {
      vi.useRealTimers()
    }
    const next = await start({ dataDir: directory.path })
    expect(next.server.sent()).toEqual([])
    await next.server.close()
    directory.remove()
  })
})
