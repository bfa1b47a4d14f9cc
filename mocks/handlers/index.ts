/**
 * The engine's HTTP face: one fetch handler over the route table. The mock's `fetch`, the MSW handlers and the port are doors to it.
 *
 * I1. It never throws, but for what `onFault` throws: a request that fails is an answer, without a stack.
 * I2. Every answer but a preflight's says `x-inngest-server-kind: dev`, except under `/v1/workflows`: there it would mean "a real Inngest, which
 *     has no such route" to a client that gets a 404.
 */
import { isStoreError } from "../../src/errors.ts"
import { headers as names } from "../../src/protocol/headers.ts"
import { matchWorkflowPath } from "../../src/protocol/workflow-path.ts"
import { createStoreHandler } from "../../src/store/handler.ts"
import { flagsHeader } from "../../src/store/wire.ts"
import { createEngineStore } from "../engine-store.ts"
import type { Engine } from "../engine/engine.ts"
import { type OriginPolicy, answerPreflight, anyOrigin, corsHeaders, isPreflight } from "./cors.ts"
import { BodyTooLarge, readBytes } from "./exchange.ts"
import { type Reply, errorV1 } from "./reply.ts"
import { partsOf } from "./request-route.ts"
import { matchRoute } from "./route-table.ts"

export interface HandlerOptions {
  engine: Engine
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
  isAllowedOrigin = anyOrigin,
  maxBodyBytes = Infinity,
  onFault = () => {},
  Response: ResponseClass = Response,
}: HandlerOptions): FetchHandler {
  const serveStore = createStoreHandler(
    createEngineStore(() => engine),
    {
      maxBodyBytes: Number.isFinite(maxBodyBytes) ? maxBodyBytes : Number.MAX_SAFE_INTEGER,
    },
  )

  return async (request) => {
    if (isPreflight(request)) return toResponse(answerPreflight(request, isAllowedOrigin))
    const workflow = matchWorkflowPath(request.url)
    if (workflow.kind !== "none") {
      const answered = await guarded(() => serveStore(request))
      const response = answered instanceof Response ? answered : toResponse(answered)
      const exposed = `Link, Mcp-Session-Id, ETag, ${flagsHeader}`
      for (const [name, value] of Object.entries(corsHeaders(request, isAllowedOrigin, exposed)))
        response.headers.set(name, value)
      return response
    }
    const [path, search] = partsOf(request.url)
    const match = matchRoute(request.method, path)
    const query = (): URLSearchParams => new URLSearchParams(search)
    let reading: Promise<Uint8Array<ArrayBuffer>> | undefined
    const bytes = (): Promise<Uint8Array<ArrayBuffer>> => (reading ??= readBytes(request, maxBodyBytes))
    const reply =
      match.kind === "none"
        ? match.answer()
        : await guarded(() => match.handle({ request, query, params: match.params, engine, bytes }))
    Object.assign(reply.headers, corsHeaders(request, isAllowedOrigin))
    // Measured: two layers of the old generation say it.
    if (path.startsWith("/v0/")) reply.headers.vary = "Origin, Origin"
    reply.headers[names.serverKind] = "dev"
    return toResponse(reply)
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
