/**
 * An app as one fetch handler: GET introspection, PUT sync, POST calls.
 *
 * I1  Outside of dev mode nothing of a body is looked at before its signature held, and every answer to a call is signed.
 * I2  No key leaves, in no answer and no error.
 */
import { ConfigError } from "../shared/error.ts"
import { encodeError } from "../protocol/error.ts"
import { decodeCall, encodeCallAnswer } from "../protocol/execution.ts"
import { callHeaders as names } from "../protocol/headers.ts"
import { isSigned, signBody } from "../protocol/signature.ts"
import { type Introspection, encodeIntrospection } from "../protocol/introspection.ts"
import { type Clock, systemClock } from "../shared/clock.ts"
import type { JsonValue } from "../shared/json.ts"
import type { Random } from "../shared/random.ts"
import { readEnv } from "../shared/runtime.ts"
import { version } from "../shared/version.ts"
import { createApp } from "./app.ts"
import { answerCall } from "./call.ts"
import type { InngestFunction } from "./create-function.ts"
import type { CheckpointOptions } from "./flow-control.ts"
import type { Middleware } from "./middleware.ts"
import { type ReadSetting, type ServeClient, settingsOf } from "./serve-client.ts"
import { type SyncAnswer, answerSync } from "./sync.ts"

export interface ServeOptions {
  /** Its `appId` names the app; events are sent, syncs made and keys taken from it. */
  client: ServeClient
  functions: readonly InngestFunction[]
  /**
   * Whether calls come from a dev server, unsigned. @default what the client says: `dev: true`, or nothing configured at all, or a server on
   * this machine and no key. Otherwise calls must be signed with the client's `signingKey`, or its fallback.
   */
  dev?: boolean | undefined
  /** Origin under which the server reaches this app, where that is not the one of the request: `https://shop.example`. */
  serveOrigin?: string | undefined
  /** Path, likewise: `/api/inngest`. */
  servePath?: string | undefined
  /** What serves it, for the dashboard: `hono`, `nextjs`, … @default "fetch" */
  framework?: string | undefined
  /** For all functions, outside of their own. */
  middleware?: readonly Middleware[] | undefined
  /** For the functions that don't say. @default false */
  checkpointing?: boolean | CheckpointOptions | undefined
  clock?: Clock | undefined
  random?: Pick<Random, "next"> | undefined
}

const sdk = `inngest-kit:v${version}`

/**
 * Serve functions: `export default { fetch: serve({ client, functions }) }`.
 *
 * @returns a fetch handler for Next, Nuxt, Hono, h3, SvelteKit, Deno, Bun, Workers, srvx. It throws nothing.
 * @throws ConfigError when the client has no `appId`, or two functions have one id.
 */
export function serve(options: ServeOptions): (request: Request) => Promise<Response> {
  const handle = createServeHandler(options)
  return async (request) => {
    const { body, ...init } = await handle(request)
    return new Response(body, init)
  }
}

/** What is read of a request. */
export type ServedRequest = Pick<Request, "method" | "url" | "text"> & { readonly headers: Pick<Headers, "get"> }

export interface ServedAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** The same without the platform's requests and answers, which cost more than a call: for whoever calls in process. */
export function createServeHandler(options: ServeOptions): (request: ServedRequest) => Promise<ServedAnswer> {
  const { client, framework = "fetch" } = options
  const appId = client.appId ?? ""
  if (appId === "") throw new ConfigError("appId: a client needs it to serve functions", { option: "appId" })
  const app = createApp(appId, options.functions)
  const setting = settingsOf(client)
  const isDev = options.dev ?? isDevServer(setting)
  const signingKeys = [setting("signingKey"), setting("signingKeyFallback")].filter((key) => key !== undefined)
  const identity = { [names.sdk]: sdk, [names.framework]: framework }
  const inspection: Introspection = {
    hasEventKey: setting("eventKey") !== undefined,
    hasSigningKey: setting("signingKey") !== undefined,
    functionCount: app.size,
    mode: isDev ? "dev" : "cloud",
  }
  const {
    middleware = [],
    checkpointing = false,
    clock = systemClock,
    random = { next: () => Math.random() },
  } = options
  const ports = {
    appId,
    app,
    framework,
    sdk,
    inspection,
    identity,
    options,
    env: setting("env"),
    send: client.send,
    sendSignal: client.signals.send,
    request: client.request,
    middleware,
    checkpointing,
    clock,
    random,
  }
  const { signature } = names
  const work: Readonly<Record<string, Work>> = {
    GET: async () => ({ status: 200, text: JSON.stringify(encodeIntrospection(inspection)), fields: {} }),
    PUT: async (...asked) => answerSync(...asked, ports),
    POST: call,
  }

  return async (request) => {
    try {
      const { method, headers } = request
      const answerTo = Object.hasOwn(work, method) ? work[method] : undefined
      if (!answerTo) return answer(405, { message: "Method not allowed" })
      const body = method === "GET" ? "" : await request.text()
      const isInBand = headers.get(names.syncKind) === "in_band"
      // The functions themselves are shown to whoever may call them; a registration goes to the server alone.
      const isOpen = isDev || (method === "PUT" && !isInBand)
      let key: string | undefined
      if (!isOpen) {
        for (const each of signingKeys)
          if (!key && (await isSigned(body, headers.get(signature), each, clock.now()))) key = each
        if (key === undefined) return refuse() // I1
      }
      const { status, text, fields } = await answerTo(request, body, isInBand)
      if (key !== undefined) fields[signature] = await signBody(text, key, clock.now())
      return answer(status, text, fields)
    } catch (error) {
      // Our own or a middleware's failure, or a body that is no call: not what the function did.
      return answer(500, encodeError(error))
    }
  }

  /** As measured: nothing but this. */
  function refuse(): ServedAnswer {
    return signingKeys.length > 0
      ? { status: 401, headers: jsonType, body: JSON.stringify({ message: "Unauthorized" }) }
      : answer(500, {
          message: "INNGEST_SIGNING_KEY is needed, or INNGEST_DEV=1",
        })
  }

  async function call(request: ServedRequest, body: string): Promise<SyncAnswer> {
    const searchParams = queryOf(request.url)
    const functionId = searchParams.get("fnId") ?? ""
    const served = app.get(functionId)
    const {
      status,
      headers,
      body: text,
    } = served === undefined
      ? unknownFunction(functionId)
      : await answerOf(async () => {
          const asked = decodeCall(JSON.parse(body) as JsonValue)
          return answerCall(served, asked, searchParams.get("stepId") ?? "step", ports)
        })
    const fields: Record<string, string> = { ...headers }
    for (const name of ["traceparent", "tracestate"]) {
      const trace = request.headers.get(name)
      if (trace !== null) fields[name] = trace
    }
    if (served?.options.optimizeParallelism === false) fields[names.requestVersion] = "1"
    return { status, text, fields }
  }

  function answer(status: number, content: JsonValue, fields: Record<string, string> = {}): ServedAnswer {
    const body = typeof content === "string" ? content : JSON.stringify(content)
    return { status, headers: { ...jsonType, ...identity, [names.requestVersion]: "2", ...fields }, body }
  }
}

type Work = (request: ServedRequest, body: string, isInBand: boolean) => Promise<SyncAnswer>

/** The query alone: the rest of the URL need not be read for each call. */
function queryOf(url: string): URLSearchParams {
  return new URLSearchParams(/\?([^#]*)/.exec(url)?.[1])
}

const jsonType = { "content-type": "application/json" }

type CallAnswer = ReturnType<typeof encodeCallAnswer>

async function answerOf(work: () => ReturnType<typeof answerCall>): Promise<CallAnswer> {
  try {
    return encodeCallAnswer(await work())
  } catch (error) {
    // A body that is no call, a state that can't be had, a middleware that failed: another attempt may get further.
    return { status: 500, headers: { [names.noRetry]: "false" }, body: JSON.stringify(encodeError(error)) }
  }
}

/** @source measured (recording `sync`): no word on retries */
function unknownFunction(id: string): CallAnswer {
  const error = new Error(`Function "${id}" was not found in this app; is the app synced correctly?`)
  return { status: 500, headers: {}, body: JSON.stringify({ type: "internal", ...encodeError(error) }) }
}

/** Where nothing is configured, or only the address of a server on this machine, there is nobody to keep out. */
function isDevServer(setting: ReadSetting): boolean {
  const apiURL = setting("apiURL") ?? ""
  if (setting("apiURL", "source") === "option dev") return apiURL !== cloudApiURL
  const dev = readEnv("INNGEST_DEV")
  if (dev !== undefined) return !/^(?:0|false)$/.test(dev)
  const isLocal = /^https?:\/\/(?:localhost|127[.\d]+|\[::1\])(?:[:/]|$)/.test(apiURL)
  return isLocal && setting("signingKey") === undefined && setting("eventKey") === undefined
}

/** Where a client with `dev: false` goes. */
const cloudApiURL = "https://api.inngest.com"
