/** Functions over HTTP, from Node, Bun and Deno: connections are kept, and a call may take as long as the engine lets it. */
import { Buffer } from "node:buffer"
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from "node:http"
import { Agent as HttpsAgent, request as httpsRequest } from "node:https"
import { type Invoker, type OutgoingRequest, createFetchInvoker, readAnswer, unreachable } from "./engine/invoker.ts"
import { maxAnswerBytes, maxCallMs } from "./engine/limits.ts"

/** @returns `close` lets go of the connections that are kept. */
export function createHttpInvoker(): Invoker & { close(): void } {
  // What a platform's fetch adds (a wait of 300 s for headers at most, copies of bodies) is in the way of long and of many calls.
  const agents = { "http:": new HttpAgent({ keepAlive: true }), "https:": new HttpsAgent({ keepAlive: true }) }
  const byFetch = createFetchInvoker()

  function call(request: OutgoingRequest, signal: AbortSignal): ReturnType<Invoker["call"]> {
    const url = URL.canParse(request.url) ? new URL(request.url) : undefined
    if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:"))
      return Promise.resolve(unreachable)
    if (signal.aborted) return Promise.resolve(unreachable)
    const send = url.protocol === "http:" ? httpRequest : httpsRequest
    const { method, headers, body = "" } = request
    return new Promise((resolve) => {
      const fail = (): void => resolve(unreachable)
      const outgoing = send(
        url,
        {
          method,
          agent: agents[url.protocol as keyof typeof agents],
          headers: { ...headers, "content-length": Buffer.byteLength(body) },
        },
        (answer) => {
          const finish = (text: string): void =>
            resolve(readAnswer(answer.statusCode ?? 0, (name) => fieldOf(answer, name), text))
          readAll(answer, finish, fail)
        },
      )
      // By the option `signal`, and with an iterator over the answer, a round trip costs a quarter more (measured, Node 24).
      signal.addEventListener("abort", () => outgoing.destroy(), { once: true })
      outgoing.on("error", fail)
      // One that sends nothing for so long will not.
      outgoing.setTimeout(maxCallMs, () => outgoing.destroy())
      outgoing.end(body)
    })
  }

  return {
    call,
    // Steps ask for any host, with any of HTTP's redirects.
    request: (request, signal) => byFetch.request(request, signal),
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

function fieldOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name]
  return Array.isArray(value) ? value.join(", ") : (value ?? null)
}

function readAll(answer: IncomingMessage, finish: (text: string) => void, fail: () => void): void {
  const chunks: Buffer[] = []
  let size = 0
  const end = (): void => finish(Buffer.concat(chunks).toString("utf8"))
  answer.on("data", (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.length
    if (size <= maxAnswerBytes) return
    // More than is taken: what has come shows the engine that it is.
    end()
    answer.destroy()
  })
  answer.once("end", end)
  answer.once("error", fail)
  answer.once("close", fail)
}
