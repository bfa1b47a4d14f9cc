// A network between a client and a server that loses what passes through it: a TCP proxy that understands just enough HTTP/1.1 to know where
// a request ends.
import { type AddressInfo, type Socket, connect, createServer } from "node:net"

/** What happens to a request. `before`: the server never sees it. `after`: the server has taken it, and its answer gets lost. */
export type Fault =
  | "reset before"
  | "reset after"
  | "silence before"
  | "silence after"
  | "503 with Retry-After"
  | "cut answer"

export const faults: readonly Fault[] = [
  "reset before",
  "reset after",
  "silence before",
  "silence after",
  "503 with Retry-After",
  "cut answer",
]

export interface FaultyServer {
  readonly url: string
  /** Requests that came in, those with a fault included. */
  readonly requests: number
  /** How often each fault was injected. */
  readonly injected: ReadonlyMap<Fault, number>
  /** Connections that are open, those of clients. */
  readonly connections: number
  close(): Promise<void>
}

const unavailable = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n"

/**
 * Listen on a free port and hand everything on to `targetPort`.
 *
 * @param plan the fault of a request, by its body; `undefined`: it passes.
 */
export async function listenFaulty(
  targetPort: number,
  plan: (body: string) => Fault | undefined,
): Promise<FaultyServer> {
  let requests = 0
  const injected = new Map<Fault, number>()
  const clients = new Set<Socket>()
  const server = createServer((client) => {
    clients.add(client)
    // Made for the first request that passes, and kept for the others of this connection.
    let upstream: Socket | undefined
    let received = Buffer.alloc(0)
    // Of the request whose answer comes next; a client of HTTP/1.1 that does not pipeline has one at a time.
    let fault: Fault | undefined

    client.on("data", (chunk) => {
      received = Buffer.concat([received, chunk])
      for (let end = endOfRequest(received); end !== undefined; end = endOfRequest(received)) {
        const request = received.subarray(0, end)
        received = received.subarray(end)
        take(request)
      }
    })
    client.on("error", () => {})
    client.on("close", () => {
      clients.delete(client)
      upstream?.destroy()
    })

    function take(request: Buffer): void {
      requests++
      fault = plan(request.toString("utf8", request.indexOf("\r\n\r\n") + 4))
      if (fault !== undefined) injected.set(fault, (injected.get(fault) ?? 0) + 1)
      switch (fault) {
        case "reset before":
          client.resetAndDestroy()
          return
        case "silence before":
          return
        case "503 with Retry-After":
          client.write(unavailable)
          return
        default:
          upstream ??= open()
          upstream.write(withHost(request, `127.0.0.1:${targetPort}`))
      }
    }

    function open(): Socket {
      const socket = connect(targetPort, "127.0.0.1")
      socket.on("error", () => client.destroy())
      socket.on("close", () => client.destroy())
      // The first byte of an answer says that the server has taken the request.
      socket.on("data", (chunk) => {
        switch (fault) {
          case "reset after":
            client.resetAndDestroy()
            break
          case "silence after":
            break
          case "cut answer":
            client.end(chunk.subarray(0, -8))
            break
          default:
            client.write(chunk)
        }
      })
      return socket
    }
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests
    },
    injected,
    get connections() {
      return clients.size
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const client of clients) client.destroy()
      return closed
    },
  }
}

/** Where the first request in `bytes` ends, once it is there as a whole. Of lengths only an announced one is known. */
function endOfRequest(bytes: Buffer): number | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n")
  if (headEnd === -1) return undefined
  const length = /^content-length: *(\d+)/im.exec(bytes.toString("latin1", 0, headEnd))?.[1] ?? "0"
  const end = headEnd + 4 + Number(length)
  return end <= bytes.length ? end : undefined
}

/** The server answers to its own name only. */
function withHost(request: Buffer, host: string): Buffer {
  const headEnd = request.indexOf("\r\n\r\n")
  const head = request.toString("latin1", 0, headEnd).replace(/^(host: ).*$/im, `$1${host}`)
  return Buffer.concat([Buffer.from(head, "latin1"), request.subarray(headEnd)])
}
