// What a real network does, to the real fetch of Node: the other tests of the transport drive a fetch by hand.
import { type AddressInfo, type Server, type Socket, createServer } from "node:net"
import { afterEach, expect, test } from "vitest"
import { request } from "../../src/http/request.ts"
import { type Transport, createTransport } from "../../src/http/transport.ts"
import { eventsList, signalsSend } from "../../src/protocol/routes.ts"

let server: Server | undefined
const sockets = new Set<Socket>()

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  const closing = server
  server = undefined
  await new Promise<void>((resolve) => (closing === undefined ? resolve() : closing.close(() => resolve())))
})

/** A server that treats the n-th request by the n-th reaction, further ones by the last. */
async function listen(
  ...reactions: ((socket: Socket) => void)[]
): Promise<{ transport: Transport; port: number; count: () => number }> {
  let requests = 0
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on("error", () => {})
    // Not at the connection: Node opens some that it does not use.
    socket.once("data", () => (reactions[requests++] ?? reactions.at(-1))?.(socket))
  })
  await new Promise<void>((resolve) => server?.listen(0, "localhost", resolve))
  const { port } = server.address() as AddressInfo
  return { transport: transportTo(port), port, count: () => requests }
}

function transportTo(port: number, timeoutMs = 10_000): Transport {
  const url = `http://localhost:${port}`
  return createTransport({
    eventURL: url,
    apiURL: url,
    timeoutMs,
    retry: { attempts: 3, minDelayMs: 0, maxDelayMs: 0 },
  })
}

const list = (transport: Transport): Promise<unknown> => request(transport, eventsList, { path: eventsList.path })
const signal = (transport: Transport): Promise<unknown> =>
  request(transport, signalsSend, { path: signalsSend.path, body: "{}" })

const answer = (socket: Socket): void => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{"ok":true}')
const reset = (socket: Socket): void => void socket.resetAndDestroy()
const cut = (socket: Socket): void => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{"ok":')
const unchunked = (socket: Socket): void =>
  void socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\n{")
const redirect = (socket: Socket): void =>
  void socket.end("HTTP/1.1 301 Moved Permanently\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n")
const silence = (): void => {}

/** A port where nothing listens. */
async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, "localhost", resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

test.each([
  ["a reset connection", reset],
  ["a body that ends early", cut],
  ["a chunk that ends early", unchunked],
])("after %s the request is sent again", async (_what, react) => {
  const { transport, count } = await listen(react, react, answer)
  await expect(list(transport)).resolves.toMatchObject({ body: { ok: true } })
  expect(count()).toBe(3)
})

test("a reset after a signal was sent is final, and says that it may have happened", async () => {
  const { transport, count } = await listen(reset, answer)
  await expect(signal(transport)).rejects.toMatchObject({
    code: "connection",
    retryable: false,
    message: expect.stringContaining("may have"),
  })
  expect(count()).toBe(1)
})

test("where nothing listens, even a signal is tried again, and the error has the system's code", async () => {
  const transport = transportTo(await freePort())
  const error = await signal(transport).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    code: "connection",
    retryable: true,
    message: expect.stringMatching(/ECONNREFUSED.* after 3 attempts$/),
  })
  expect((error as { cause: { cause: unknown } }).cause.cause).toMatchObject({ code: "ECONNREFUSED" })
})

test("a server that takes the request and says nothing times out each time", async () => {
  const { count, port } = await listen(silence)
  await expect(list(transportTo(port, 30))).rejects.toMatchObject({ code: "timeout", timeoutMs: 30 })
  expect(count()).toBe(3)
})

test("a redirect is an answer", async () => {
  const { transport, count } = await listen(redirect)
  await expect(list(transport)).rejects.toMatchObject({
    status: 301,
    message: expect.stringContaining("301 Moved Permanently to /x"),
  })
  expect(count()).toBe(1)
})
