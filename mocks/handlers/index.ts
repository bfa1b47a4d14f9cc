/**
 * The engine's HTTP face: one fetch handler over the route table. The mock's `fetch`, the MSW handlers and the port are doors to it.
 *
 * I1. It never throws, but for what `onFault` throws: a request that fails is an answer, without a stack.
 * I2. Every answer but a preflight's says `x-inngest-server-kind`, except under `/v1/workflows`: there it would mean "a real Inngest, which
 *     has no such route" to a client that gets a 404.
 */
import { isStoreError } from "../../src/errors.ts"
import { serverKindHeader } from "../../src/protocol/headers.ts"
import { matchWorkflowPath } from "../../src/protocol/workflow-path.ts"
import { createStoreHandler } from "../../src/store/handler.ts"
import { flagsHeader } from "../../src/store/wire.ts"
import { createEngineStore } from "../engine-store.ts"
import type { Engine } from "../engine/engine.ts"
import { type OriginPolicy, answerPreflight, anyOrigin, corsHeaders, isPreflight } from "./cors.ts"
import { BodyTooLarge, isSurelySmall, maxDocumentBytes, readBytes } from "./body-limits.ts"
import type { Exchange, FunctionAnswers } from "./exchange.ts"
import { functionAnswers } from "./function-answers/index.ts"
import type { Gate } from "./gate.ts"
import { type Reply, errorV1 } from "./reply.ts"
import { partsOf } from "./request-route.ts"
import { type RouteMatch, matchRoute } from "./route-table.ts"

export interface HandlerOptions {
  engine: Engine
  /** What is registered and what ran. @default the engine's */
  functions?: Partial<FunctionAnswers>
  /** Lets in whoever has a key. @default everybody, as in dev mode */
  gate?: Gate | undefined
  /** @default every origin, as the real server does */
  isAllowedOrigin?: OriginPolicy
  /** Bytes of the largest body taken. @default no bound */
  maxBodyBytes?: number
  /** Makes the answers. @default the platform's Response */
  Response?: new (body: string | null, init: ResponseInit) => Response
  /** Told of a fault of ours; what it throws is thrown. */
  onFault?: (error: unknown) => void
}

export type FetchHandler = (request: Request) => Promise<Response>

export function createHandler({
  engine,
  functions = functionAnswers,
  gate,
  isAllowedOrigin = anyOrigin,
  maxBodyBytes = Infinity,
  onFault = () => {},
  Response: ResponseClass = Response,
}: HandlerOptions): FetchHandler {
  const maxBytesOfState = maxBodyBytes === Infinity ? Infinity : Math.min(maxBodyBytes, maxDocumentBytes)
  const serveStore = createStoreHandler(
    createEngineStore(() => engine),
    { maxBodyBytes: Math.min(maxBytesOfState, Number.MAX_SAFE_INTEGER) },
  )
  const serverKind = gate === undefined ? "dev" : "cloud"

  return async (request) => {
    if (isPreflight(request)) return toResponse(answerPreflight(request, isAllowedOrigin))
    if (matchWorkflowPath(request.url).kind !== "none") return answerWorkflow(request)
    const [path, search] = partsOf(request.url)
    const match = matchRoute(request.method, path)
    const reply = refusal(request, match) ?? (await answerRoute(request, match, search))
    // What an answer says itself holds.
    reply.headers = Object.assign(corsHeaders(request, isAllowedOrigin), reply.headers)
    // Measured: two layers of the old generation say it.
    if (path.startsWith("/v0/")) reply.headers.vary = "Origin, Origin"
    reply.headers[serverKindHeader] = serverKind
    return toResponse(reply)
  }

  /** What is no route is nobody's business without a key either. */
  function refusal(request: Request, match: RouteMatch): Reply | undefined {
    if (gate === undefined) return undefined
    return match.kind === "route"
      ? gate.refusal(request, match.route.auth, match.params.key)
      : gate.refusal(request, "signing-key")
  }

  async function answerRoute(request: Request, match: RouteMatch, search: string): Promise<Reply> {
    if (match.kind === "none") return match.answer()
    const { params, handle } = match
    const query: Exchange["query"] = () => new URLSearchParams(search)
    const bytes: Exchange["bytes"] = (maxBytes = Infinity) => readBytes(request, maxBytes, maxBodyBytes)
    return guarded(() => handle({ request, query, params, engine, functions, serverKind, keys: gate?.keys, bytes }))
  }

  async function answerWorkflow(request: Request): Promise<Response> {
    const answered = gate?.refusal(request, "event-or-signing") ?? (await guarded(() => serveState(request)))
    const response = answered instanceof Response ? answered : toResponse(answered)
    const exposed = `Link, Mcp-Session-Id, ETag, ${flagsHeader}`
    for (const [name, value] of Object.entries(corsHeaders(request, isAllowedOrigin, exposed)))
      response.headers.set(name, value)
    return response
  }

  async function serveState(request: Request): Promise<Response> {
    if (request.method !== "PUT" || maxBytesOfState === Infinity || isSurelySmall(request)) return serveStore(request)
    return serveStore(withBody(request, await readBytes(request, maxBytesOfState, maxBodyBytes)))
  }

  async function guarded<Answer>(handle: () => Answer | Promise<Answer>): Promise<Answer | Reply> {
    try {
      return await handle()
    } catch (error) {
      if (error instanceof BodyTooLarge) return errorV1(413, error.message)
      // The engine has halted; see its I3.
      if (isStoreError(error) && error.status === 503) return errorV1(503, error.message)
      onFault(error)
      return errorV1(500, "internal error")
    }
  }

  function toResponse({ body, ...init }: Reply): Response {
    return new ResponseClass(body, init)
  }
}

/** The same request, with its body in hand. It keeps its URL, which a new one would write anew. */
function withBody(request: Request, bytes: Uint8Array<ArrayBuffer>): Request {
  return Object.defineProperties(request, {
    arrayBuffer: { value: async () => bytes.buffer },
    body: { get: () => new Blob([bytes]).stream() },
  })
}
