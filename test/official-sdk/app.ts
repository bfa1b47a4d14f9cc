// An app written with the official SDK, on a port, and our engine on another; between them a proxy that writes down what they say.
import { type IncomingMessage, type Server, createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { type Engine, createEngine } from "../../mocks/engine/engine.ts"
import { type Invoker, type RequestOutcome, createFetchInvoker } from "../../mocks/engine/invoker.ts"
import { type VirtualClock, createVirtualClock, standingClock } from "../../mocks/engine/virtual-clock.ts"
import { anyOrigin } from "../../mocks/handlers/cors.ts"
import { createGate } from "../../mocks/handlers/gate.ts"
import { createHandler } from "../../mocks/handlers/index.ts"
import { openPort } from "../../mocks/port.ts"
import { parseDuration } from "../../src/shared/duration.ts"
import { systemRandom } from "../../src/shared/random.ts"
import { type OfficialSdk, type SdkClient, loadOfficialSdk } from "../support/official-sdk.ts"
import type { Exchange } from "../support/sdk-traffic.ts"

export interface SdkApp {
  readonly client: SdkClient
  readonly engine: Engine
  readonly traffic: Exchange[]
  /** Where the app is served. */
  readonly url: string
  /** Calls of functions among the traffic. */
  calls(functionId?: string): Exchange[]
  send(event: object | object[]): Promise<string[]>
  /** A request to the engine's server, as anybody makes it. */
  post(path: string, body: unknown): Promise<void>
  /** Let time pass on the engine's clock, and everything happen that is due. */
  advance(duration: string): Promise<void>
  /** Let everything happen that is due now. */
  settle(): Promise<void>
  close(): Promise<void>
}

export interface SdkAppOptions {
  /** The app's id. */
  name: string
  functions: (client: SdkClient, sdk: OfficialSdk) => object[]
  client?: object
  /** Answers to requests of steps, by their URL; others go out. */
  requested?: ReadonlyMap<string, RequestOutcome>
  /** Whether the app is registered. @default true */
  isSynced?: boolean
  retryIntervalMs?: number
  /** Self-hosted mode. @default dev mode */
  keys?: ServerKeysOption
}

interface ServerKeysOption {
  eventKey: string
  signingKey: string
}

/** How far the engine's clock is ahead of the machine's. */
export const aheadMs = 60_000

const silent = { info() {}, warn() {}, error() {}, debug() {} }

export async function startApp({
  name,
  functions,
  client: clientOptions,
  requested,
  isSynced = true,
  retryIntervalMs,
  keys,
}: SdkAppOptions): Promise<SdkApp> {
  const sdk = await loadOfficialSdk()
  // Ahead of the SDK's own, whose events would else come from the future and wait for their time.
  const clock: VirtualClock = createVirtualClock(standingClock(Date.now() + aheadMs))
  const network = createFetchInvoker()
  const invoker: Invoker = {
    ...network,
    request: async (request, signal) => requested?.get(request.url) ?? network.request(request, signal),
  }
  const engine = createEngine({ clock, random: systemRandom, invoker, retryIntervalMs, signingKey: keys?.signingKey })
  const gate =
    keys === undefined ? undefined : await createGate({ eventKeys: [keys.eventKey], signingKey: keys.signingKey })
  const handle = createHandler({ engine, gate })
  const server = await openPort({
    hostname: "127.0.0.1",
    ports: [0],
    isAllowedOrigin: anyOrigin,
    instance: "test",
    handle,
  })
  const traffic: Exchange[] = []
  let sdkUrl = ""
  let open = 0
  const proxy = createServer((request, response) => {
    open++
    forward(request).then(
      ({ status, headers, body }) => {
        open--
        response.writeHead(status, headers)
        response.end(body)
      },
      (error: unknown) => {
        open--
        response.writeHead(502)
        response.end(String(error))
      },
    )
  })

  async function forward(request: IncomingMessage) {
    const path = request.url ?? "/"
    const isCall = path.startsWith("/api/inngest")
    const body = await readAll(request)
    const headers = fieldsOf(request.headers)
    const exchange = {
      direction: isCall ? ("server->sdk" as const) : ("sdk->server" as const),
      method: request.method ?? "GET",
      path,
      headers,
      body: parsed(body),
      status: 0,
      responseHeaders: {},
      responseBody: undefined as unknown,
    }
    traffic.push(exchange)
    const sent = Object.fromEntries(
      Object.entries(headers).filter(
        ([field]) => !/^(?:host|connection|content-length|transfer-encoding|expect)$/.test(field),
      ),
    )
    const answer = await fetch(`${isCall ? sdkUrl : server.url}${path}`, {
      method: exchange.method,
      headers: sent,
      redirect: "manual",
      ...(/^(?:GET|HEAD)$/.test(exchange.method) ? {} : { body }),
    })
    const text = await answer.text()
    const answered = Object.fromEntries(answer.headers)
    Object.assign(exchange, { status: answer.status, responseHeaders: answered, responseBody: parsed(text) })
    for (const field of ["content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"])
      delete answered[field]
    return { status: answer.status, headers: answered, body: text }
  }

  const proxyUrl = await listening(proxy)
  const client = new sdk.Inngest({
    id: name,
    isDev: true,
    baseUrl: proxyUrl,
    logger: silent,
    checkpointing: false,
    ...clientOptions,
  })
  const serve = sdk.createServer({
    client,
    functions: functions(client, sdk),
    servePath: "/api/inngest",
    serveOrigin: proxyUrl,
  })
  sdkUrl = await listening(serve)
  const url = `${proxyUrl}/api/inngest`
  if (isSynced) {
    const synced = await fetch(url, { method: "PUT" })
    if (synced.status !== 200) throw new Error(`the app was not taken: ${await synced.text()}`)
  }

  /** Over HTTP the end of an exchange and what follows from it lie a moment apart. */
  async function settle(): Promise<void> {
    for (;;) {
      await engine.idle()
      await new Promise((resolve) => setImmediate(resolve))
      await engine.idle()
      if (open === 0) return
    }
  }

  return {
    client,
    engine,
    traffic,
    url,
    calls: (functionId) =>
      traffic.filter(
        ({ direction, method, path }) =>
          direction === "server->sdk" &&
          method === "POST" &&
          (functionId === undefined || new URL(path, proxyUrl).searchParams.get("fnId") === `${name}-${functionId}`),
      ),
    async send(event) {
      const { ids } = await client.send(event)
      await settle()
      return ids
    },
    async post(path, body) {
      const headers = { "content-type": "application/json" }
      await fetch(`${proxyUrl}${path}`, { method: "POST", headers, body: JSON.stringify(body) })
    },
    advance: (duration) => clock.advance(parseDuration(duration) ?? 0, settle),
    settle,
    async close() {
      engine.close()
      for (const each of [proxy, serve]) {
        each.close()
        each.closeAllConnections()
      }
      await server.close()
    },
  }
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  )
}

function fieldsOf(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString("utf8")
}

function parsed(text: string): unknown {
  if (text === "") return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
