/**
 * What the requests of the shell go through: plain HTTP over `node:http`, all else by the global `fetch`. Node loads the code of that one with
 * its first call, which takes a third of the time of a single command (measured, Node 24); most of them go to a server of this machine.
 */
import type { Fetch, FetchAnswer } from "../src/index.ts"

export const httpFetch: Fetch = (url, init) => (/^http:/i.test(url) ? ask(url, init) : globalThis.fetch(url, init))

async function ask(url: string, { method = "GET", headers, body, signal }: RequestInit): Promise<FetchAnswer> {
  signal?.throwIfAborted()
  // Not imported: a module's import asks for all exports, and one of these (WebSocket) makes Node load the code of `fetch`.
  const { Agent, globalAgent, request } = process.getBuiltinModule("node:http")
  const { promise, resolve, reject } = Promise.withResolvers<FetchAnswer>()
  const bytes = typeof body === "string" ? Buffer.from(body) : undefined
  const sent = request(url, {
    method,
    // A connection that is kept may be closed by the server just when the next request is on its way, and that may be one that can't be
    // repeated. A header that says so is not enough: Node goes on with a connection that the server keeps. All else as Node was told, proxies too.
    agent: new Agent({ ...(globalAgent as { options?: object }).options, keepAlive: false }),
    headers: {
      // What is compressed would have to be read by more than this.
      "accept-encoding": "identity",
      ...recordOf(headers),
      // By itself Node sets it for some methods alone, and what follows a DELETE would be the next request.
      ...(bytes && { "content-length": String(bytes.length) }),
    },
    ...(signal && { signal }),
  })
  // Otherwise as `fetch` words it: what happened is the cause.
  const reasonOf = (cause: unknown): unknown =>
    signal?.aborted ? signal.reason : new TypeError("fetch failed", { cause })
  const fail = (cause: unknown): void => reject(reasonOf(cause))
  sent.on("error", fail)
  // Whatever comes that is no answer, such as a change of protocols.
  sent.on("close", () => fail(new Error("the connection ended without an answer")))
  sent.on("response", (received) => {
    const { statusCode = 0, statusMessage = "" } = received
    // An answer that comes before all of the body was taken: nobody waits for the rest, which would hold the process.
    received.on("end", () => void (sent.writableFinished || sent.destroy()))
    const valueOf = (name: string): string | undefined => received.headersDistinct[name.toLowerCase()]?.join(", ")
    resolve({
      status: statusCode,
      statusText: statusMessage,
      headers: { get: (name) => valueOf(name) ?? null, has: (name) => valueOf(name) !== undefined },
      async arrayBuffer() {
        try {
          const chunks: Uint8Array[] = []
          for await (const chunk of received) chunks.push(chunk as Uint8Array)
          signal?.throwIfAborted()
          return new Uint8Array(Buffer.concat(chunks)).buffer
        } catch (cause) {
          throw reasonOf(cause)
        }
      },
    })
  })
  sent.end(bytes)
  return promise
}

function recordOf(headers: HeadersInit = {}): Record<string, string> {
  return Symbol.iterator in headers ? Object.fromEntries(headers as Iterable<[string, string]>) : headers
}
