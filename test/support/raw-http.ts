import { connect } from "node:net"

export interface RawAnswer {
  readonly status: number
  readonly head: string
}

/**
 * Write bytes to a port as they are, say that nothing follows, and read until the other side closes.
 *
 * @returns the first answer; `undefined` when there was none. Rejects when the connection is still open after `withinMs`.
 */
export function writeRaw(port: number, bytes: Uint8Array, withinMs: number): Promise<RawAnswer | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1")
    let text = ""
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`the server neither answered nor closed within ${withinMs} ms; so far: ${text.slice(0, 200)}`))
    }, withinMs)
    socket.setEncoding("latin1")
    socket.on("data", (chunk: string) => (text += chunk))
    // A server that refuses a request may reset the connection after its answer.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") reject(error)
    })
    socket.on("close", () => {
      clearTimeout(timer)
      const head = text.slice(0, text.indexOf("\r\n\r\n") + 4)
      const status = /^HTTP\/1\.1 (\d{3}) ?[^\r\n]*\r\n/.exec(head)?.[1]
      if (text === "") resolve(undefined)
      else if (status === undefined) reject(new Error(`not an answer of HTTP/1.1: ${text.slice(0, 200)}`))
      else resolve({ status: Number(status), head })
    })
    socket.end(bytes)
  })
}
