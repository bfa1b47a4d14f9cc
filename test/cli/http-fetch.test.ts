import { type IncomingMessage, type ServerResponse, createServer } from "node:http"
import { type AddressInfo, createServer as createRawServer } from "node:net"
import { describe, expect, onTestFinished, test } from "vitest"
import { httpFetch } from "../../cli/http-fetch.ts"
import type { Fetch } from "../../src/index.ts"
import { startProcess } from "./support/process.ts"
import { freePort, startServer as startInngest } from "./support/servers.ts"
import { makeDirectory, runCli } from "./support/shell.ts"

type Answer = (request: IncomingMessage, response: ServerResponse) => void

async function startServer(answer: Answer): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server that tells what it was asked. */
const echo: Answer = (request, response) => {
  const { method, url, headers } = request
  const chunks: Buffer[] = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => {
    const { host: _host, ...rest } = headers
    const sent = Object.fromEntries(Object.entries(rest).filter(([name]) => !ofTheClient.has(name)))
    response.end(JSON.stringify({ method, url, headers: sent, body: Buffer.concat(chunks).toString("utf8") }))
  })
}

/** What each HTTP client says of itself and of its connection. */
const ofTheClient = new Set([
  "connection",
  "user-agent",
  "accept",
  "accept-language",
  "accept-encoding",
  "sec-fetch-mode",
])

const sides: readonly (readonly [name: string, fetch: Fetch])[] = [
  ["the shell's", httpFetch],
  ["the global fetch", (url, init) => globalThis.fetch(url, { redirect: "manual", ...init })],
]

describe.each(sides)("a request by %s", (_name, fetch) => {
  const textOf = async (url: string, init: RequestInit = {}): Promise<string> =>
    new TextDecoder().decode(await (await fetch(url, init)).arrayBuffer())

  test("sends method, path, headers and body", async () => {
    const url = await startServer(echo)
    const init = { method: "POST", headers: { "content-type": "application/json", "x-one": "1" }, body: '{"ü":1}' }
    expect(JSON.parse(await textOf(`${url}/e/a%2Fb?x=%20y`, init))).toEqual({
      method: "POST",
      url: "/e/a%2Fb?x=%20y",
      headers: { "content-type": "application/json", "content-length": "8", "x-one": "1" },
      body: '{"ü":1}',
    })
    expect(JSON.parse(await textOf(`${url}/v1/events`))).toEqual({
      method: "GET",
      url: "/v1/events",
      headers: {},
      body: "",
    })
  })

  test("says how long the body is, whatever the method", async () => {
    const url = await startServer(echo)
    for (const method of ["DELETE", "PUT", "PATCH"])
      expect(JSON.parse(await textOf(url, { method, body: '{"ü":1}' }))).toMatchObject({
        method,
        headers: { "content-length": "8" },
        body: '{"ü":1}',
      })
  })

  test("takes headers in each of their forms", async () => {
    const url = await startServer(echo)
    for (const headers of [{ "X-One": "1" }, [["x-one", "1"]] as [string, string][], new Headers({ "x-one": "1" })])
      expect(JSON.parse(await textOf(url, { headers }))).toMatchObject({ headers: { "x-one": "1" } })
  })

  test("gives status, reason, headers of any letter case, repeated ones joined, and the bytes", async () => {
    const url = await startServer((_request, response) => {
      response.writeHead(418, "I'm a teapot", { ETag: '"1"', Vary: ["a", "b"] })
      response.write(Buffer.from([0xff, 0x00]))
      response.end(Buffer.from([0xfe]))
    })
    const answer = await fetch(url, {})
    expect([answer.status, answer.statusText]).toEqual([418, "I'm a teapot"])
    expect(["etag", "ETag", "vary", "none"].map((name) => answer.headers.get(name))).toEqual([
      '"1"',
      '"1"',
      "a, b",
      null,
    ])
    expect(["ETAG", "none"].map((name) => answer.headers.has(name))).toEqual([true, false])
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0xff, 0x00, 0xfe])
  })

  test("follows no redirect", async () => {
    const url = await startServer((_request, response) => response.writeHead(301, { location: "/elsewhere" }).end())
    const answer = await fetch(url, {})
    expect([answer.status, answer.headers.get("location")]).toEqual([301, "/elsewhere"])
  })

  test("fails with the system's code where nothing listens", async () => {
    const error = (await fetch(`http://127.0.0.1:${await freePort()}/`, {}).catch((thrown: unknown) => thrown)) as Error
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ message: "fetch failed", cause: { code: "ECONNREFUSED" } })
  })

  test("fails when the connection ends before the answer, and within it", async () => {
    const url = await startServer((request, response) => {
      if (request.url === "/within") response.writeHead(200, { "content-length": "10" }).write("12345")
      setImmediate(() => request.socket.destroy())
    })
    await expect(fetch(`${url}/before`, {})).rejects.toThrow("fetch failed")
    await expect(fetch(`${url}/within`, {}).then((answer) => answer.arrayBuffer())).rejects.toThrow(TypeError)
  })

  test("fails when the server would go on by another protocol", async () => {
    const url = await startServer((request) => {
      request.socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n")
    })
    await expect(fetch(url, {})).rejects.toThrow("fetch failed")
  })

  test("ends with the signal's reason: at once, before the answer and within it", async () => {
    const reason = new Error("enough")
    const reached = Promise.withResolvers<void>()
    const url = await startServer((request, response) => {
      if (request.url === "/within") response.writeHead(200, { "content-length": "10" }).write("12345")
      reached.resolve()
    })
    await expect(fetch(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const before = new AbortController()
    const waiting = fetch(url, { signal: before.signal })
    await reached.promise
    before.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    const unread = new AbortController()
    const late = await fetch(`${url}/within`, { signal: unread.signal })
    unread.abort(reason)
    await expect(late.arrayBuffer()).rejects.toBe(reason)
    const within = new AbortController()
    const answer = await fetch(`${url}/within`, { signal: within.signal })
    const reading = answer.arrayBuffer()
    within.abort(reason)
    await expect(reading).rejects.toBe(reason)
  })
})

describe("an answer that comes before all of the body was taken", () => {
  test("is read, and the rest of the body does not hold the connection", async () => {
    const read = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<number>()
    const server = createRawServer((socket) => {
      let count = 0
      socket.on("error", () => {})
      socket.once("data", () => {
        socket.pause()
        socket.write("HTTP/1.1 413 Payload Too Large\r\ncontent-length: 2\r\n\r\nno")
        void read.promise.then(() => socket.resume())
      })
      socket.on("data", (chunk) => (count += chunk.length))
      socket.once("close", () => closed.resolve(count))
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const answer = await httpFetch(url, { method: "POST", body: "x".repeat(30_000_000) })
    expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([413, 2])
    read.resolve()
    expect(await closed.promise).toBeLessThan(30_000_000)
  })
})

test("doctor takes the time of a server whose answer breaks off", async () => {
  const url = await startServer((request, response) => {
    if (request.url !== "/health")
      return void response.setHeader("x-inngest-server-kind", "dev").end(JSON.stringify({ version: "1.2.3" }))
    response.writeHead(200, { "content-length": "1000" }).write("123")
    setImmediate(() => request.socket.destroy())
  })
  const { out } = await runCli(["doctor", "--url", url])
  expect(out).toMatch(/✓ {2}clock {2,}as here, to the second/)
})

describe("a single command to a plain HTTP server", () => {
  /** @param before runs in the process first. */
  async function send(before = ""): Promise<{ code: number | null; err: string }> {
    const tell = `process.on("exit", () => process._rawDebug(process.moduleLoadList.some((name) => name.includes("undici"))))`
    const program = startProcess(["send", "shop/order.paid", "id:=7", "--url", await startInngest()], {
      state: makeDirectory(),
      nodeFlags: ["--import", `data:text/javascript,${encodeURIComponent(`${before};${tell}`)}`],
    })
    program.child.stdin?.end()
    return program.ended
  }

  // Loading it takes as long as all else that the command does.
  test("does not make Node load its fetch", async () => {
    expect(await send()).toMatchObject({ code: 0, err: "false\n" })
    expect(await send("globalThis.Headers")).toMatchObject({ code: 0, err: "true\n" })
  })
})
