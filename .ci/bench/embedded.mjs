// The embedded server's `POST /e/:key`, in memory, against a bare srvx handler that reads the body and answers as many bytes. Each is in
// a process of its own; the requests are written to sockets by hand, so that the caller takes as little of the time as it can.
import { fork } from "node:child_process"
import { once } from "node:events"
import { connect } from "node:net"
import { fileURLToPath } from "node:url"

const connections = 8
const requestsEach = 125
const event = { name: "shop/order.paid", data: { orderId: "7", total: 12.5, items: ["book", "pen"] } }

/** @returns {Promise<{ pairs: import("./compare.mjs").Pair[], end: () => void }>} */
export async function pairs() {
  const ours = await start("embedded-server.mjs")
  const bare = await start("server.mjs")
  return {
    pairs: [
      {
        name: "embedded POST /e, in memory",
        ours: { run: () => load(ours.url, "/e/key") },
        baseline: { run: () => load(bare.url, "/e/key") },
      },
    ],
    end: () => {
      ours.end()
      bare.end()
    },
  }
}

/** @param {string} file */
async function start(file) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)))
  const [url] = await once(child, "message")
  return { url: String(url), end: () => void child.disconnect() }
}

/** @param {string} url @param {string} path */
function load(url, path) {
  const { host, hostname, port } = new URL(url)
  const body = JSON.stringify(event)
  const request =
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  return Promise.all(Array.from({ length: connections }, () => inTurn(Number(port), hostname, request)))
}

/**
 * @param {number} port
 * @param {string} hostname
 * @param {string} request
 * @returns {Promise<void>}
 */
function inTurn(port, hostname, request) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port, noDelay: true })
    let left = requestsEach
    let received = ""
    socket.setEncoding("latin1")
    socket.once("error", reject)
    socket.once("close", () => reject(new Error(`${hostname}:${port} closed the connection`)))
    socket.on("data", (/** @type {string} */ chunk) => {
      received += chunk
      if (!isWhole(received)) return
      if (!received.startsWith("HTTP/1.1 200 ")) return void socket.destroy(new Error(received))
      received = ""
      if (--left > 0) return void socket.write(request)
      socket.removeAllListeners("close").destroy()
      resolve()
    })
    socket.write(request)
  })
}

/** @param {string} answer */
function isWhole(answer) {
  const headEnd = answer.indexOf("\r\n\r\n")
  if (headEnd === -1) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1]
  return length === undefined ? answer.endsWith("0\r\n\r\n") : answer.length >= headEnd + 4 + Number(length)
}
