// A server that answers with recorded bytes, whatever is asked, and keeps what was asked. A raw socket: no HTTP library would send a body cut
// short, or drop a connection in place of an answer.
import { type AddressInfo, type Socket, createServer } from "node:net"
import { type GoReply, replyBytes } from "./go-vectors.ts"

export interface SeenByReplay {
  method: string
  target: string
  headers: Map<string, string>
  body: Uint8Array
}

export interface ReplayServer {
  /** `127.0.0.1:49152` */
  host: string
  requests: SeenByReplay[]
  close: () => Promise<void>
}

/** Answers the list of workflows as a server without one, so that a probe takes no recorded answer. */
const listTarget = /^\/+(?:api\/+)?v1\/workflows(?:\?|$)/

/**
 * @param replies one for each request, in order; a request beyond them is answered 599.
 * @param onHeld called where the recording waited 400 ms, before the head or before the body; nothing more is sent then.
 */
export async function startReplay(replies: readonly GoReply[], onHeld: () => void = () => {}): Promise<ReplayServer> {
  const requests: SeenByReplay[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    socket.on("error", () => {})
    let received = Buffer.alloc(0)
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk])
      for (let request = takeRequest(); request !== undefined; request = takeRequest()) answer(socket, request)
    })

    function takeRequest(): SeenByReplay | undefined {
      const headEnd = received.indexOf("\r\n\r\n")
      if (headEnd === -1) return undefined
      const [start = "", ...lines] = received.subarray(0, headEnd).toString("latin1").split("\r\n")
      const headers = new Map(
        lines.map((line) => {
          const colon = line.indexOf(":")
          return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
        }),
      )
      const end = headEnd + 4 + Number(headers.get("content-length") ?? 0)
      if (received.length < end) return undefined
      const [method = "", target = ""] = start.split(" ")
      const body = Uint8Array.from(received.subarray(headEnd + 4, end))
      received = received.subarray(end)
      return { method, target, headers, body }
    }
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }

  function answer(socket: Socket, request: SeenByReplay): void {
    if (listTarget.test(request.target)) return send(socket, { status: 404, headers: [], body: "404 page not found\n" })
    requests.push(request)
    send(socket, replies[requests.length - 1] ?? { status: 599, headers: [] })
  }

  function send(socket: Socket, reply: GoReply): void {
    if (reply.dropped) return void socket.destroy()
    if (reply.delayBeforeHeadMs !== undefined) return onHeld()
    const bytes = replyBytes(reply)
    const isBodiless = reply.status === 204 || reply.status === 304
    const length = isBodiless || reply.framing !== undefined ? [] : [`Content-Length: ${bytes.length}`]
    const framing = reply.framing === "chunked" ? ["Transfer-Encoding: chunked"] : ["Connection: close"]
    const head = [
      `HTTP/1.1 ${reply.status} Recorded`,
      ...reply.headers.map(([name, value]) => `${name}: ${value}`),
      ...length,
      ...(reply.framing === undefined ? [] : framing),
    ]
    socket.write(`${head.join("\r\n")}\r\n\r\n`)
    if (reply.delayBeforeBodyMs !== undefined) return onHeld()
    if (isBodiless) return
    if (reply.framing === "chunked") {
      socket.write(`${bytes.length.toString(16)}\r\n`)
      socket.write(bytes)
      socket.write("\r\n0\r\n\r\n")
    } else socket.write(bytes.subarray(0, reply.cutAfterBytes ?? bytes.length))
    if (reply.framing === "close-delimited") socket.end()
    // What was written goes out before the connection ends.
    if (reply.cutAfterBytes !== undefined) socket.end()
  }
}
