/**
 * Role: a fetch handler on a port, in Node, Bun and Deno.
 * Boundary: `server.ts` gives the handler; srvx carries it.
 *
 * I1. Only requests by an allowed Host, and without an Origin or with an allowed one, reach the handler.
 * I2. `close` first lets nothing new in, then waits for what is in flight, but not for ever (`stalledMs`), then drops the connections.
 */
import { Buffer } from "node:buffer"
import { type Server, type ServerRequest, serve } from "srvx"
import { ConfigError } from "../src/errors.ts"
import { createHostCheck } from "./allowed-hosts.ts"
import { type OriginPolicy, isPreflight } from "./handlers/cors.ts"
import type { FetchHandler } from "./handlers/index.ts"

export interface PortOptions {
  hostname: string
  /** Tried in turn; 0 = any that is free. */
  ports: readonly number[]
  isAllowedOrigin: OriginPolicy
  /** Sent back to whoever asks by it, who can tell then that this is still the server whose address it was told. */
  instance: string
  handle: FetchHandler
}

export interface ListeningPort {
  url: string
  port: number
  close(): Promise<void>
}

/** For the last answers to get out, once nothing is in flight. */
const graceMs = 200

/** For what is in flight when a close begins: a sender may have stopped in the middle of its body. Nothing of such a request was acknowledged. */
const stalledMs = 2_000

export const instanceHeader = "x-inngest-kit-instance"

/** @throws ConfigError naming the port that can't be had. */
export async function openPort(options: PortOptions): Promise<ListeningPort> {
  const { hostname, ports, isAllowedOrigin, instance, handle } = options
  let url = ""
  let isOwnHost: (authority: string) => boolean = () => false
  let isClosing = false
  let inFlight = 0
  let onIdle = (): void => {}

  async function answer(request: Request): Promise<Response> {
    if (isClosing) return refuse(503, "the server is closing", { connection: "close", "retry-after": "0" })
    inFlight++
    try {
      const refused = check(request)
      if (refused !== undefined) return refused
      const response = await handle(request)
      // So that the connection ends with this answer instead of waiting for another request.
      if (isClosing) response.headers.set("connection", "close")
      if (request.headers.get(instanceHeader) === instance) response.headers.set(instanceHeader, instance)
      return response
    } finally {
      inFlight--
      if (inFlight === 0) onIdle()
    }
  }

  function check(request: Request): Response | undefined {
    // The address in the request line, where it has one, and the header: a proxy looks at the first, a browser sets the second.
    const hosts = [authorityOf(request.url), request.headers.get("host") ?? ""]
    if (!hosts.every(isOwnHost)) return refuse(403, `this server answers to the host ${authorityOf(url)} only`)
    const origin = request.headers.get("origin")
    return origin === null || isPreflight(request) || isAllowedOrigin(origin)
      ? undefined
      : refuse(403, "pages of this origin may not use this server; allow it with the cors option")
  }

  const server = await start(hostname, ports, answer)
  const port = Number(new URL(server.url ?? "").port || "80")
  url = `http://${nameOf(hostname)}:${port}`
  isOwnHost = createHostCheck(hostname, port)

  return {
    url,
    port,
    async close() {
      const closed = server.close().catch(() => {})
      const drop = (): void => void server.close(true).catch(() => {})
      isClosing = true
      // By the time of the machine, here and below: a clock of the caller's may stand still.
      if (inFlight > 0) {
        const idle = new Promise<void>((resolve) => (onIdle = resolve))
        const stalled = setTimeout(() => {
          drop()
          onIdle()
        }, stalledMs)
        await idle
        clearTimeout(stalled)
      }
      // What is left are connections that wait for another request, and those that never finish one.
      const dropping = setTimeout(drop, graceMs)
      // In Deno srvx can drop none (1.0.8), so that they are left to themselves.
      let leaving: ReturnType<typeof setTimeout> | undefined
      const left = new Promise<void>((resolve) => (leaving = setTimeout(resolve, 2 * graceMs)))
      await Promise.race([closed, left])
      clearTimeout(dropping)
      clearTimeout(leaving)
    },
  }
}

function authorityOf(url: string): string {
  return /^[^:]*:\/\/([^/?#]*)/.exec(url)?.[1] ?? ""
}

async function start(hostname: string, ports: readonly number[], handle: FetchHandler): Promise<Server> {
  let refusal: unknown
  for (const port of ports) {
    try {
      const fetch = (request: ServerRequest): Promise<Response> => handle(withQuickBytes(request))
      const server = serve({ hostname, port, fetch, silent: true, gracefulShutdown: false })
      await server.ready()
      return server
    } catch (error) {
      refusal = error
      if (!isTaken(error)) break
    }
  }
  const message = isTaken(refusal) ? "another program listens there" : String((refusal as Error | undefined)?.message)
  throw new ConfigError(
    `port ${ports.join(", ")} on ${hostname}: ${message}`,
    { option: isTaken(refusal) ? "port" : "hostname" },
    { cause: refusal, hint: "Name another port, or 0 for any that is free." },
  )
}

/**
 * On Node srvx makes a whole undici Request and a web stream for `arrayBuffer`: a third of the time of a small request (measured, 1.0.8). Here
 * the bytes come off Node's own stream.
 */
function withQuickBytes(request: ServerRequest): Request {
  const incoming = request.runtime?.node?.req
  if (incoming === undefined) return request
  const arrayBuffer = (): Promise<ArrayBuffer> =>
    new Promise((resolve, reject) => {
      const chunks: Uint8Array[] = []
      incoming.on("data", (chunk: Uint8Array) => chunks.push(chunk))
      let isWhole = false
      incoming.once("end", () => {
        isWhole = true
        resolve(new Uint8Array(Buffer.concat(chunks)).buffer)
      })
      incoming.once("error", reject)
      // A sender that goes away in the middle, or has gone before. The other closes are many, and an error takes long to make.
      const onClose = (): void => {
        if (!isWhole) reject(new Error("the request ended early"))
      }
      if (incoming.destroyed) onClose()
      else incoming.once("close", onClose)
    })
  return Object.defineProperty(request, "arrayBuffer", { value: arrayBuffer, configurable: true })
}

/** In the words of Node and Bun, and of Deno. */
function isTaken(error: unknown): boolean {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  return code === "EADDRINUSE" || name === "AddrInUse"
}

/** A name that clients on this machine reach it by. */
function nameOf(hostname: string): string {
  if (hostname === "0.0.0.0" || hostname === "::") return "127.0.0.1"
  return hostname.includes(":") ? `[${hostname}]` : hostname
}

function refuse(status: number, message: string, headers: Record<string, string> = {}): Response {
  return new Response(`${message}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff", ...headers },
  })
}
