/** What the real server does and the embedded one does not, unless a test of a client asks for it. */
import { type Clock } from "../src/shared/clock.ts"
import { ConfigError } from "../src/errors.ts"
import { matchWorkflowPath } from "../src/protocol/workflow-path.ts"
import type { Engine } from "./engine/engine.ts"
import { anyOrigin, corsHeaders } from "./handlers/cors.ts"
import type { FetchHandler } from "./handlers/index.ts"
import { notFoundPage } from "./handlers/reply.ts"
import { refuseUnknown } from "./options.ts"

/** All by the mock's clock. */
export interface MockQuirks {
  /**
   * A GET whose answer says `max-age` is answered with the same copy until that has passed, as `text/plain` and without `cache-control`: an
   * event by its id 5 s, its runs 15 s, a run 3 s, its jobs 5 s. Another query string asks anew. @default false
   */
  cachedGets?: boolean
  /** Milliseconds until a sent event is listed and found; 250 is what the real server takes at most when it is idle. @default 0 */
  visibleAfterMs?: number
  /** No routes for workflow state, as on a stock Inngest: all of `/v1/workflows` is a 404 as text. @default false */
  noWorkflowState?: boolean
}

const knownQuirks = { cachedGets: true, visibleAfterMs: true, noWorkflowState: true } satisfies Record<
  keyof MockQuirks,
  true
>

/** @source measured: a body of 833 bytes was kept, one of 1033 bytes was not */
const largestCopyBytes = 1_024

/** @throws ConfigError naming the quirk. */
export function checkQuirks(quirks: MockQuirks): void {
  refuseUnknown(quirks, knownQuirks, "quirks")
  const { visibleAfterMs = 0 } = quirks
  if (!Number.isFinite(visibleAfterMs) || visibleAfterMs < 0)
    throw new ConfigError(`quirks: visibleAfterMs: must be milliseconds, not ${String(visibleAfterMs)}`, {
      option: "quirks.visibleAfterMs",
    })
}

/** The engine as its readers see it. */
export function withDelayedEvents(engine: Engine, visibleAfterMs: number): Engine {
  if (visibleAfterMs === 0) return engine
  const { reads, clock } = engine
  return {
    ...engine,
    reads: {
      ...reads,
      event(internalId) {
        const row = reads.event(internalId)
        return row !== undefined && row.receivedAtMs + visibleAfterMs <= clock.now() ? row : undefined
      },
      events({ receivedBeforeMs = Infinity, ...query }) {
        return reads.events({ ...query, receivedBeforeMs: Math.min(receivedBeforeMs, clock.now() - visibleAfterMs) })
      },
      countEvents({ receivedBeforeMs = Infinity, ...query }) {
        const beforeMs = Math.min(receivedBeforeMs, clock.now() - visibleAfterMs)
        return reads.countEvents({ ...query, receivedBeforeMs: beforeMs })
      },
    },
  }
}

export function withQuirks(handle: FetchHandler, quirks: MockQuirks, clock: Clock): FetchHandler {
  const withState = quirks.noWorkflowState === true ? withoutWorkflowState(handle) : handle
  return quirks.cachedGets === true ? withCopies(withState, clock) : withState
}

function withoutWorkflowState(handle: FetchHandler): FetchHandler {
  return async (request) => {
    if (matchWorkflowPath(request.url).kind !== "none") {
      const { status, headers, body } = notFoundPage()
      const kind = { "x-inngest-server-kind": "dev" }
      return new Response(body, { status, headers: { ...headers, ...corsHeaders(request, anyOrigin), ...kind } })
    }
    const response = await handle(request)
    if (new URL(request.url).pathname !== "/dev" || response.status !== 200) return response
    // By its version a client tells that states are kept.
    const body = (await response.text()).replace(/"inngest-kit\/[^"]*"/, '"dev"')
    return new Response(body, { status: 200, headers: response.headers })
  }
}

interface Copy {
  readonly body: string
  /** Of the answer that it was. */
  readonly headers: Headers
  readonly untilMs: number
}

function withCopies(handle: FetchHandler, clock: Clock): FetchHandler {
  const copies = new Map<string, Copy>()
  return async (request) => {
    if (request.method !== "GET") return handle(request)
    const { pathname, search } = new URL(request.url)
    // One caller's copy is not for another's eyes.
    const key = `${pathname}${search} ${request.headers.get("authorization")}`
    const copy = copies.get(key)
    if (copy !== undefined && copy.untilMs > clock.now()) {
      const headers = new Headers(copy.headers)
      headers.delete("cache-control")
      headers.set("content-type", "text/plain; charset=utf-8")
      for (const [name, value] of Object.entries(corsHeaders(request, anyOrigin))) headers.set(name, value)
      return new Response(copy.body, { headers })
    }
    const response = await handle(request)
    const maxAge = /\bmax-age=(\d+)/.exec(response.headers.get("cache-control") ?? "")?.[1]
    if (maxAge === undefined || response.status !== 200) return response
    const body = await response.text()
    if (body.length <= largestCopyBytes) {
      const { headers } = response
      copies.set(key, { body, headers, untilMs: clock.now() + Number(maxAge) * 1_000 })
    }
    return new Response(body, { status: 200, headers: response.headers })
  }
}
