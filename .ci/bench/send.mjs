// `inngest.send` against the bare request that it makes: the same bytes, headers and timeout, the answer read as JSON.
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { createClient } from "inngest-kit"

const event = { name: "shop/order.paid", data: { orderId: "7", total: 12.5, items: ["book", "pen"] } }
const timeoutMs = 5_000

/** @returns {Promise<{ pairs: import("./compare.mjs").Pair[], end: () => void }>} */
export async function pairs() {
  const server = fork(fileURLToPath(new URL("server.mjs", import.meta.url)))
  const [url] = await once(server, "message")
  const { send, sendTogether, bare } = await sides(String(url))
  return {
    pairs: [
      {
        name: "send, one after the other",
        ours: { run: () => inTurn(send, 300) },
        baseline: { run: () => inTurn(bare, 300) },
        goal: { ratio: 1 / 0.9 },
      },
      {
        name: "send, 32 callers",
        ours: { run: () => atOnce(send, 32, 12) },
        baseline: { run: () => atOnce(bare, 32, 12) },
        goal: { ratio: 1 / 0.95 },
      },
      {
        name: "send, 32 callers, coalesced",
        ours: { run: () => atOnce(sendTogether, 32, 12) },
        baseline: { run: () => atOnce(bare, 32, 12) },
        goal: { ratio: 1 / 5 },
      },
    ],
    end: () => void server.disconnect(),
  }
}

/**
 * The client's send, and the request that it makes, taken down from it and repeated by hand.
 *
 * @param {string} baseURL
 */
export async function sides(baseURL) {
  /** @type {Request | undefined} */
  let taken
  const answer = { ids: ["01M80QW2M991JVDTEKZ625P475"], status: 200 }
  const watched = createClient({
    appId: "bench",
    baseURL,
    timeout: timeoutMs,
    fetch: async (/** @type {RequestInfo | URL} */ input, /** @type {RequestInit | undefined} */ init) => {
      taken = new Request(input, init)
      return Response.json(answer)
    },
  })
  await watched.send(event)
  if (taken === undefined) throw new Error("The client sent nothing through its fetch option.")
  const { url, method } = taken
  const headers = [...taken.headers]
  const body = await taken.text()

  const options = { appId: "bench", baseURL, timeout: timeoutMs }
  const inngest = createClient(options)
  const together = createClient({ ...options, coalesce: true })
  return {
    send: () => inngest.send(event),
    sendTogether: () => together.send(event),
    bare: async () => {
      const response = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(timeoutMs) })
      if (!response.ok) throw new Error(`${url} answered ${response.status}`)
      return response.json()
    },
  }
}

/** @param {() => Promise<unknown>} call @param {number} times */
export async function inTurn(call, times) {
  for (let left = times; left > 0; left--) await call()
}

/** @param {() => Promise<unknown>} call @param {number} callers @param {number} times */
function atOnce(call, callers, times) {
  return Promise.all(Array.from({ length: callers }, () => inTurn(call, times)))
}
