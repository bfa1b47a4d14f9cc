/**
 * The engine's HTTP face: one fetch handler over the route table. The mock's `fetch`, the MSW handlers and the port are doors to it.
 *
 * I1. It never throws, but for what `onFault` throws: a request that fails is an answer, without a stack.
 * I2. Every answer but a preflight's says `x-inngest-server-kind: dev`, except under `/v1/workflows`: there it would mean "a real Inngest, which
 *     has no such route" to a client that gets a 404.
 */
import { isStoreError } from "../../src/errors.ts"
import { headers as names } from "../../src/protocol/headers.ts"
import { type Route, workflowsDelete, workflowsList, workflowsLoad, workflowsSave } from "../../src/protocol/routes.ts"
import { matchWorkflowPath } from "../../src/protocol/workflow-path.ts"
import { createStoreHandler } from "../../src/store/handler.ts"
import { flagsHeader } from "../../src/store/wire.ts"
import { createEngineStore } from "../engine-store.ts"
import type { Engine } from "../engine/engine.ts"
import { type OriginPolicy, answerPreflight, anyOrigin, isPreflight, setCorsHeaders } from "./cors.ts"
import { BodyTooLarge, readBytes } from "./exchange.ts"
import { errorV1 } from "./reply.ts"
import { matchRoute } from "./route-table.ts"

export interface HandlerOptions {
  engine: Engine
  /** @default every origin, as the real server does */
  isAllowedOrigin?: OriginPolicy
  /** Bytes of the largest body taken. @default no bound */
  maxBodyBytes?: number
  /** Told of every request that has been answered. Bodies are read for it, so leave it out where nobody asks. */
  onAnswered?: (answered: AnsweredRequest) => void
  /** Told of a fault of ours; what it throws is thrown. */
  onFault?: (error: unknown) => void
}

export interface AnsweredRequest {
  method: string
  url: string
  /** `undefined` when no route is meant. */
  route: Route | undefined
  body: string
  status: number
}

export type FetchHandler = (request: Request) => Promise<Response>

export function createHandler({
  engine,
  isAllowedOrigin = anyOrigin,
  maxBodyBytes = Infinity,
  onAnswered,
  onFault = () => {},
}: HandlerOptions): FetchHandler {
  const serveStore = createStoreHandler(
    createEngineStore(() => engine),
    {
      maxBodyBytes: Number.isFinite(maxBodyBytes) ? maxBodyBytes : Number.MAX_SAFE_INTEGER,
    },
  )

  return async (request) => {
    if (isPreflight(request)) return answerPreflight(request, isAllowedOrigin)
    if (onAnswered === undefined) return (await answer(request)).response
    // Read before it is handled, since a body can be read once.
    const bytes = request.body === null ? undefined : await readBytes(request, maxBodyBytes).catch(() => undefined)
    const buffered = bytes === undefined ? request : withBody(request, bytes)
    const { response, route } = await answer(buffered)
    onAnswered({
      method: request.method,
      url: request.url,
      route,
      body: bytes === undefined ? "" : new TextDecoder().decode(bytes),
      status: response.status,
    })
    return response
  }

  async function answer(request: Request): Promise<{ response: Response; route: Route | undefined }> {
    const workflow = matchWorkflowPath(request.url)
    if (workflow.kind !== "none") {
      const response = await guarded(() => serveStore(request))
      setCorsHeaders(request, response.headers, isAllowedOrigin, `Link, Mcp-Session-Id, ETag, ${flagsHeader}`)
      return { response, route: workflowRoute(request.method, workflow.kind) }
    }
    const url = new URL(request.url)
    const match = matchRoute(request.method, url.pathname)
    const response =
      match.kind === "none"
        ? match.answer()
        : await guarded(() =>
            match.handle({ request, url, params: match.params, engine, bytes: () => readBytes(request, maxBodyBytes) }),
          )
    setCorsHeaders(request, response.headers, isAllowedOrigin)
    response.headers.set(names.serverKind, "dev")
    return { response, route: match.kind === "route" ? match.route : undefined }
  }

  async function guarded(handle: () => Response | Promise<Response>): Promise<Response> {
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
}

function workflowRoute(method: string, kind: "list" | "workflow"): Route | undefined {
  if (kind === "list") return method === "GET" ? workflowsList : undefined
  return [workflowsLoad, workflowsSave, workflowsDelete].find((route) => route.method === method)
}

function withBody(request: Request, body: Uint8Array<ArrayBuffer>): Request {
  const { method, url, headers, signal } = request
  return new Request(url, { method, headers, body, signal })
}
