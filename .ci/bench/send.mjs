// `inngest.send` against a request by hand: the same bytes, headers and timeout, the answer read as JSON. By hand, too, an event has an id of its
// own, or the server takes the second for the first; so both sides make the bytes of each request. What that costs shows the comparison with one
// request that was made before and is sent again and again. Each side is a process of its own: in one, either collects the other's garbage (each
// `AbortSignal.timeout` stays for five seconds).
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { createClient } from "inngest-kit"

const event = { name: "shop/order.paid", data: { orderId: "7", total: 12.5, items: ["book", "pen"] } }
const timeoutMs = 5_000

/** @returns {Promise<{ pairs: import("./compare.mjs").Pair[], end: () => void }>} */
export async function pairs() {
  const server = start("server.mjs")
  const [url] = await once(server, "message")
  const names = /** @type {const} */ (["send", "sendTogether", "byHand", "again"])
  const processes = names.map((name) => start("send-side.mjs", name, String(url)))
  await Promise.all(processes.map(said))
  /** @param {(typeof names)[number]} name @param {number} callers @param {number} times */
  const side = (name, callers, times) => ({
    run: () => {
      const process = processes[names.indexOf(name)]
      process?.send({ callers, times })
      return process && said(process)
    },
  })
  /** @param {(typeof names)[number]} ours @param {"byHand" | "again"} baseline @param {[callers: number, times: number]} load */
  const pair = (ours, baseline, ...load) => ({ ours: side(ours, ...load), baseline: side(baseline, ...load) })
  return {
    pairs: [
      { name: "send, one after the other", ...pair("send", "byHand", 1, 300), goal: { ratio: 1 / 0.9 } },
      { name: "send, 32 callers", ...pair("send", "byHand", 32, 12), goal: { ratio: 1 / 0.95 }, shares: 4 },
      { name: "send, 32 callers, coalesced", ...pair("sendTogether", "byHand", 32, 36), goal: { ratio: 1 / 5 } },
      // How far apart two of the same are, on this machine and now.
      { name: "by hand, both, 32 callers", ...pair("byHand", "byHand", 32, 12), shares: 4 },
      { name: "one request again, 32 callers", ...pair("send", "again", 32, 12), shares: 4 },
    ],
    end: () => {
      for (const each of [server, ...processes]) each.disconnect()
    },
  }
}

/** What a side says next. It ends when one of its requests fails. @param {import("node:child_process").ChildProcess} side */
async function said(side) {
  const ended = new AbortController()
  const end = () => ended.abort(new Error("a side of the bench has ended; what it said stands above"))
  side.once("exit", end)
  try {
    return await once(side, "message", ended)
  } catch (error) {
    throw ended.signal.reason ?? error
  } finally {
    side.off("exit", end)
  }
}

/** @param {string} file @param {string[]} args */
function start(file, ...args) {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args)
}

/**
 * The client's send; the request that it makes, taken down from it and sent `again`; and the same with an id and a seed of its own each time,
 * as one makes it `byHand`.
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

  /** @param {HeadersInit} fields @param {string} text */
  const post = async (fields, text) => {
    const init = { method, headers: fields, body: text, signal: AbortSignal.timeout(timeoutMs) }
    const response = await fetch(url, init)
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
    return response.json()
  }
  const options = { appId: "bench", baseURL, timeout: timeoutMs }
  const inngest = createClient(options)
  const together = createClient({ ...options, coalesce: true })
  const seedHeader = "x-inngest-event-id-seed"
  const seed = taken.headers.get(seedHeader) ?? ""
  /** @type {string} */
  const id = JSON.parse(body)[0].id
  const usual = Object.fromEntries(headers)
  let count = 0
  return {
    send: () => inngest.send(event),
    sendTogether: () => together.send(event),
    again: () => post(headers, body),
    byHand: () => {
      const number = String(count++)
      // As long as the client's, and no other twice.
      const own = { id: id.slice(0, -number.length) + number, ...event }
      return post({ ...usual, [seedHeader]: seed.slice(0, -number.length) + number }, JSON.stringify([own]))
    },
  }
}

/** @param {() => Promise<unknown>} call @param {number} times */
export async function inTurn(call, times) {
  for (let left = times; left > 0; left--) await call()
}

/** @param {() => Promise<unknown>} call @param {number} callers @param {number} times */
export function atOnce(call, callers, times) {
  return Promise.all(Array.from({ length: callers }, () => inTurn(call, times)))
}
