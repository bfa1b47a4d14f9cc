import { connect } from "node:net"

export interface RawRequest {
  readonly method: string
  /** Written one byte per character (Latin-1), so that no target is out of reach. */
  readonly target: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

/** `status` is `null` when the connection was closed without an answer. */
export interface RawReply {
  readonly status: number | null
  readonly body: string
}

/** Send one HTTP/1.1 request as it is written, on a connection of its own, and read the reply. */
export function sendRaw(port: number, request: RawRequest): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const body = request.body ?? ""
    const headers = request.headers ?? [["Host", `127.0.0.1:${port}`]]
    const fields = [...headers, ["Connection", "close"]].map(([name, value]) => `${name}: ${value}\r\n`).join("")
    const socket = connect({ host: "127.0.0.1", port })
    let reply = ""
    socket.setEncoding("latin1")
    socket.on("data", (chunk: string) => (reply += chunk))
    socket.on("close", () => resolve(parseReply(reply)))
    // A server that refuses a request may reset the connection after its answer, or instead of one.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") reject(error)
    })
    socket.write(`${request.method} ${request.target} HTTP/1.1\r\n${fields}\r\n`, "latin1")
    socket.write(body, "utf8")
  })
}

function parseReply(text: string): RawReply {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]
  const end = text.indexOf("\r\n\r\n")
  const head = text.slice(0, end)
  const body = end === -1 ? "" : text.slice(end + 4)
  const bytes = Buffer.from(/^transfer-encoding: *chunked$/im.test(head) ? joinChunks(body) : body, "latin1")
  return { status: status === undefined ? null : Number(status), body: bytes.toString("utf8") }
}

function joinChunks(body: string): string {
  const sizeEnd = body.indexOf("\r\n")
  const size = Number.parseInt(body.slice(0, sizeEnd), 16)
  if (sizeEnd === -1 || !(size > 0)) return ""
  const start = sizeEnd + 2
  return body.slice(start, start + size) + joinChunks(body.slice(start + size + 2))
}
