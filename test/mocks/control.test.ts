import { execFile, spawnSync } from "node:child_process"
import { createConnection } from "node:net"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterEach, describe, expect, test } from "vitest"
import { type ControlledServer, type InngestServer, listen } from "../../mocks/server.ts"
import { isConfigError } from "../../src/errors.ts"
import { createClient } from "../../src/index.ts"

const open: InngestServer[] = []

async function start(): Promise<ControlledServer> {
  const server = await listen({ port: 0, control: true })
  open.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

describe("control over HTTP", () => {
  const python = ["python3", "python"].find(
    (name) => spawnSync(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"]).status === 0,
  )
  test("lets a test in Python seed, assert, break and reset", async ({ skip }) => {
    skip(python === undefined, "no Python 3.8 or later on this machine; the tests below ask for the same routes")
    const { url } = await start()
    const script = fileURLToPath(new URL("control_client.py", import.meta.url))
    const { stderr } = await promisify(execFile)(python ?? "", [script, url], { timeout: 30_000 })
    expect(stderr).toMatch(/^\.{5}\n-+\nRan 5 tests in [^\n]+\n\nOK\n$/)
  }, 40_000)

  test("is not there unless it was asked for", async () => {
    const server = await listen({ port: 0 })
    open.push(server)
    for (const path of ["/__mock", "/__mock/sent", "/__mock/reset"]) {
      const answer = await fetch(`${server.url}${path}`, { method: path.endsWith("reset") ? "POST" : "GET" })
      expect([answer.status, await answer.text()]).toEqual([404, "404 page not found\n"])
    }
  })

  test("says what there is", async () => {
    const { url } = await start()
    const { data } = (await (await fetch(`${url}/__mock`)).json()) as { data: string[] }
    expect(data.map((each) => each.split(" (")[0])).toEqual([
      "GET /__mock",
      "GET /__mock/sent",
      "GET /__mock/wait",
      "GET /__mock/requests",
      "GET /__mock/workflows",
      "POST /__mock/seed",
      "POST /__mock/fail",
      "POST /__mock/delay",
      "POST /__mock/offline",
      "DELETE /__mock/plans",
      "POST /__mock/reset",
    ])
  })

  test("is open to the process that listens, too", async () => {
    const server = await start()
    const client = createClient({ baseURL: server.url, eventKey: "key", retry: { attempts: 2, minDelay: 0 } })
    server.fail("send", { reset: "after", times: 1 })
    const waiting = server.waitFor("a")
    await client.send({ name: "a" })
    expect(await waiting).toMatchObject({ name: "a" })
    expect(server.requests.map(({ status, failure }) => [status, failure])).toEqual([
      [undefined, "reset"],
      [200, undefined],
    ])
    expect(server.sent()).toHaveLength(1)
    server.reset()
    expect([server.sent(), server.requests]).toEqual([[], []])
  })

  test("says what is wrong with a plan, and keeps none of a list with a wrong one", async () => {
    const { url } = await start()
    const ask = async (path: string, body: unknown) => {
      const answer = await fetch(`${url}/__mock${path}`, { method: "POST", body: JSON.stringify(body) })
      return [answer.status, ((await answer.json()) as { error?: string }).error]
    }
    expect(await ask("/delay", { route: "send" })).toEqual([400, expect.stringMatching(/^delay: must be a duration/)])
    const plans = [{ route: "send", status: 503 }, { route: "send" }]
    expect(await ask("/fail", plans)).toEqual([400, expect.stringMatching(/^fail: must say one of/)])
    const sent = await fetch(`${url}/e/key`, { method: "POST", body: '{"name":"a"}' })
    expect(sent.status).toBe(200)
    await sent.body?.cancel()
  })

  test("is open to pages of this machine, and to no others", async () => {
    const { url } = await start()
    const ask = async (method: string, origin: string) => {
      const headers = { origin, ...(method === "OPTIONS" ? { "access-control-request-method": "DELETE" } : {}) }
      const { status, headers: answered } = await fetch(`${url}/__mock/plans`, { method, headers })
      return [status, answered.get("access-control-allow-origin"), answered.get("access-control-allow-methods")]
    }
    const page = "http://localhost:5173"
    expect(await ask("OPTIONS", page)).toEqual([200, page, "DELETE"])
    expect(await ask("DELETE", page)).toEqual([200, page, null])
    expect(await ask("OPTIONS", "https://elsewhere.test")).toEqual([200, null, null])
    expect(await ask("DELETE", "https://elsewhere.test")).toEqual([403, null, null])
  })

  test("is refused with a data directory, which a reset would empty; quirks are refused without it", async () => {
    for (const options of [{ control: true, dataDir: "/nowhere" }, { quirks: { cachedGets: true } }] as const) {
      const refusal = await listen({ port: 0, ...options }).catch((error: unknown) => error)
      expect(isConfigError(refusal)).toBe(true)
    }
  })
})

describe("failures on a port", () => {
  test("a reset ends the connection without a byte; a truncated answer ends in its body", async () => {
    const server = await start()
    const answerTo = (request: string) =>
      new Promise<string>((resolve) => {
        let received = ""
        const socket = createConnection(server.port, "127.0.0.1", () => socket.write(request))
        socket.on("data", (chunk) => (received += String(chunk)))
        socket.on("error", (error) => (received += `!${(error as NodeJS.ErrnoException).code}`))
        socket.on("close", () => resolve(received))
      })
    const body = '{"name":"a"}'
    const send = `POST /e/key HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    server.fail("send", { reset: true, times: 1 })
    expect(await answerTo(send)).toBe("!ECONNRESET")
    server.fail("send", { truncated: true, times: 1 })
    const cut = await answerTo(send)
    expect(cut).toMatch(/^HTTP\/1\.1 200 /)
    const announced = Number(/content-length: (\d+)/i.exec(cut)?.[1])
    const [, part = ""] = cut.split("\r\n\r\n")
    expect(part).toMatch(/^\{"ids":\["01/)
    expect(part.replace(/!.*/, "").length).toBeLessThan(announced)
    expect(server.sent()).toHaveLength(1)
  })

  test("what stays silent ends when the server closes", async () => {
    const server = await start()
    server.fail("*", { timeout: true })
    const silent = fetch(`${server.url}/health`).catch((error: unknown) => error)
    await expect.poll(() => server.requests.length).toBe(1)
    await server.close()
    expect(await silent).toBeInstanceOf(TypeError)
  })

  test("a body over the bound is refused as it is without control", async () => {
    const server = await listen({ port: 0, control: true, maxBodyBytes: 10 })
    open.push(server)
    const answer = await fetch(`${server.url}/e/key`, { method: "POST", body: '{"name":"too long"}' })
    expect([answer.status, await answer.json()]).toEqual([
      413,
      { error: "Request body cannot exceed 10 bytes", data: null, status: 413 },
    ])
  })

  const script = fileURLToPath(new URL("control-life.ts", import.meta.url))
  const bin = (name: string): string => fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url))
  test.each([
    ["Node", process.execPath, []],
    ["Bun", bin("bun"), []],
    ["Deno", bin("deno"), ["run", "-A", "--no-check"]],
  ])(
    "are met by a caller in %s as in any other runtime",
    async (_, command, flags) => {
      const { stdout } = await promisify(execFile)(command, [...flags, script], { timeout: 30_000 })
      expect(JSON.parse(stdout)).toEqual({
        outcomes: ["503 read", "broken", "broken", "broken", "200 read"],
        sent: 3,
        left: 0,
      })
    },
    40_000,
  )
})
