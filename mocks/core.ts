/**
 * Role: a mock whatever its door: it answers requests by the engine or by a planned failure, and tells what came.
 * Boundary: `index.ts` puts MSW handlers and a fetch function before it, `server.ts` a port. No msw and no Node in here.
 *
 * I1. One life at a time: a request belongs to the life in which it came, also when it is answered after `reset`.
 * I2. A request is recorded when its fate is decided, before its caller knows it.
 * I3. `reset` ends what hangs or is delayed: no promise of an earlier life stays open.
 */
import type { ReceivedEvent } from "../src/protocol/event.ts"
import { type Clock, wait } from "../src/shared/clock.ts"
import type { Duration } from "../src/shared/duration.ts"
import { type Arrivals, type EventListener, createArrivals } from "./arrivals.ts"
import type { Engine } from "./engine/engine.ts"
import {
  type Failure,
  type FailureLimits,
  type FailurePlan,
  type Failures,
  createFailures,
  kindOf,
} from "./failures.ts"
import { isPreflight } from "./handlers/cors.ts"
import { BodyTooLarge, readBytes } from "./handlers/body-limits.ts"
import type { FetchHandler } from "./handlers/index.ts"
import { routeOf } from "./handlers/request-route.ts"
import { durationMs } from "./options.ts"
import { plannedAnswer, truncate } from "./planned-answer.ts"
import { type MockQuirks, checkQuirks, withDelayedEvents, withQuirks } from "./quirks.ts"
import { type StoredWorkflows, createReading } from "./reading.ts"
import { type MockedRequest, type RecordedRequest, toMockedRequest } from "./recorded-request.ts"
import { type RoutePattern, type RouteTest, compileRoutes } from "./route-names.ts"
import { type MockSeed, plant } from "./seed.ts"
import { type WaitForOptions, waitForEvent } from "./wait.ts"

/** What a test holds of a mock, whatever its door. */
export interface MockControls {
  /** Events that were sent, in the order of their arrival; of one name when one is given. Those of a seed are not among them. */
  sent(name?: string): ReceivedEvent[]
  /** Requests in the order in which they were answered or failed. A new array each time. */
  readonly requests: MockedRequest[]
  /** The stored workflow states. */
  readonly workflows: StoredWorkflows
  /** Add events, workflow states and runs, at once. Gone after `reset()`. @throws ValidationError */
  seed(seed: MockSeed): void
  /**
   * Let requests fail.
   *
   * @returns takes it back.
   * @throws ConfigError naming what is wrong with the plan.
   * @example
   * import { createInngestMock } from "inngest-kit/mocks"
   * const inngest = createInngestMock()
   * inngest.fail("send", { status: 503, times: 2 })
   * inngest.fail("workflows.*", { reset: "after", rate: 0.3, seed: 7 })
   * inngest.fail({ route: "send", timeout: true, match: { event: "shop/order.paid" } })
   */
  fail(plan: FailurePlan): () => void
  fail(route: RoutePattern, failure: Failure & FailureLimits): () => void
  /** Let a route's answers come later, by the mock's clock. @returns takes it back. @throws ConfigError */
  delay(route: RoutePattern, duration: Duration): () => void
  /** Let every request find nobody there. @returns goes online again. */
  offline(): () => void
  /**
   * The first event of this name that was sent: at once if it is there, else as soon as it comes.
   *
   * @param options.timeout by the time of the machine. @default 1 s
   * @param options.match which of them.
   * @throws EventWaitError that says what arrived instead. Rejects when the mock is reset meanwhile.
   */
  waitFor(name: string, options?: WaitForOptions): Promise<ReceivedEvent>
  /** Called with each event that is sent from now on, of one name when one is given. @returns ends it; so does `reset()`. */
  onEvent(listener: EventListener): () => void
  onEvent(name: string, listener: EventListener): () => void
  /** Back to how it was created: the seed of the options, nothing sent, no requests, no failures, no listeners. */
  reset(): void
}

export interface MockCore {
  readonly controls: MockControls
  /** @returns `undefined`: the connection ends without an answer. */
  answer(request: Request): Promise<Response | undefined>
  /** The engine of the moment. */
  engine(): Engine
  /** End what hangs or is delayed, for good. */
  close(): void
}

export interface MockCoreOptions {
  /** A new engine, and its face; asked at each reset. `handle` must read bodies by `arrayBuffer()`. */
  begin(withEngine: (engine: Engine) => Engine): { engine: Engine; handle: FetchHandler }
  clock: Clock
  seed: MockSeed
  quirks: MockQuirks
  maxBodyBytes?: number
}

interface Life {
  readonly engine: Engine
  readonly handle: FetchHandler
  readonly seeded: Set<string>
  readonly arrivals: Arrivals
  readonly requests: RecordedRequest[]
  readonly failures: Failures
  readonly delays: Set<{ isRoute: RouteTest; delayMs: number }>
  isOffline: boolean
  /** Aborts when it ends. */
  readonly end: AbortController
}

interface Decided {
  readonly request: Request
  readonly bytes: Bytes
  readonly failure?: RecordedRequest["failure"]
}

type Bytes = Uint8Array<ArrayBuffer>

const noBytes: Bytes = new Uint8Array()

export function createMockCore({ begin, clock, seed, quirks, maxBodyBytes = Infinity }: MockCoreOptions): MockCore {
  checkQuirks(quirks)
  let life = beginLife()

  function beginLife(): Life {
    const { engine, handle } = begin((each) => withDelayedEvents(each, quirks.visibleAfterMs ?? 0))
    const seeded = new Set(plant(engine, seed))
    return {
      engine,
      handle: withQuirks(handle, quirks, clock),
      seeded,
      arrivals: createArrivals(engine, (internalId) => seeded.has(internalId)),
      requests: [],
      failures: createFailures(),
      delays: new Set(),
      isOffline: false,
      end: new AbortController(),
    }
  }

  async function answer(request: Request): Promise<Response | undefined> {
    const current = life // I1
    if (current.isOffline) return decide(current, { request, bytes: noBytes, failure: "offline" })
    if (isPreflight(request)) return current.handle(request)
    let bytes = noBytes
    // Not by `body`: on a port asking for it begins to read it in another way.
    if (request.method !== "GET" && request.method !== "HEAD") {
      try {
        bytes = await readBytes(request, maxBodyBytes)
      } catch (error) {
        if (!(error instanceof BodyTooLarge)) throw error
        return decide(current, { request, bytes }, plannedAnswer({ status: 413 }, request, undefined, error.message))
      }
    }
    if (current.delays.size > 0 && !(await isDelayedOver(current, request)))
      return decide(current, { request, bytes, failure: "reset" })
    const failure = current.failures.next({
      request,
      route: () => routeOf(request),
      body: () => new TextDecoder().decode(bytes),
    })
    if (failure !== undefined) return fail(current, failure, request, bytes)
    return decide(current, { request, bytes }, await carryOut(current, request, bytes))
  }

  /** I2 */
  function decide(current: Life, { request, bytes, failure }: Decided, response?: Response): Response | undefined {
    const { method, url, headers } = request
    current.requests.push({ method, url, headers, bytes, status: response?.status, failure })
    return response
  }

  async function carryOut({ handle, arrivals }: Life, request: Request, bytes: Bytes): Promise<Response> {
    const response = await handle(withBytes(request, bytes))
    arrivals.check()
    return response
  }

  /** @returns false when the life or the request ended meanwhile. */
  async function isDelayedOver({ delays, end }: Life, request: Request): Promise<boolean> {
    const route = routeOf(request)
    const delaysMs = [...delays].filter(({ isRoute }) => isRoute(route)).map(({ delayMs }) => delayMs)
    if (delaysMs.length === 0) return true
    const total = delaysMs.reduce((sum, each) => sum + each)
    return wait(clock, total, AbortSignal.any([end.signal, request.signal])).then(
      () => true,
      () => false,
    )
  }

  async function fail(current: Life, failure: Failure, request: Request, bytes: Bytes): Promise<Response | undefined> {
    const recorded = { request, bytes, failure: kindOf(failure) }
    if (failure.status !== undefined) {
      const message = `planned failure (${failure.status})`
      return decide(current, recorded, plannedAnswer(failure, request, routeOf(request), message))
    }
    if (failure.truncated !== undefined)
      return decide(current, recorded, await truncate(await carryOut(current, request, bytes)))
    if (failure.reset === "after" || failure.timeout === "after") await carryOut(current, request, bytes)
    decide(current, recorded)
    if (failure.timeout !== undefined) await aborted(AbortSignal.any([current.end.signal, request.signal]))
    return undefined
  }

  const reading = createReading(
    () => life.engine,
    (internalId) => life.seeded.has(internalId),
  )
  const requests = (): MockedRequest[] => life.requests.map(toMockedRequest)

  const controls: MockControls = {
    sent: reading.sent,
    get requests() {
      return requests()
    },
    workflows: reading.workflows,
    seed(more) {
      for (const internalId of plant(life.engine, more)) life.seeded.add(internalId)
    },
    fail(first: RoutePattern | FailurePlan, failure?: Failure & FailureLimits) {
      return life.failures.add(typeof first === "string" ? ({ ...failure, route: first } as FailurePlan) : first)
    },
    delay(route, duration) {
      const delay = { isRoute: compileRoutes(route), delayMs: durationMs(duration, "delay") }
      const { delays } = life
      delays.add(delay)
      return () => void delays.delete(delay)
    },
    offline() {
      const current = life
      current.isOffline = true
      return () => {
        current.isOffline = false
      }
    },
    async waitFor(name, options = {}) {
      const { arrivals, end } = life
      return waitForEvent(name, options, { sent: reading.sent, requests, arrivals, end: end.signal })
    },
    onEvent(first: string | EventListener, second?: EventListener) {
      if (typeof first === "function") return life.arrivals.add(first)
      return life.arrivals.add((event) => {
        if (event.name === first) second?.(event)
      })
    },
    reset() {
      const ended = life
      life = beginLife()
      ended.end.abort() // I3
    },
  }

  return { controls, answer, engine: () => life.engine, close: () => life.end.abort() }
}

/** The handlers read the body once more. */
function withBytes(request: Request, bytes: Bytes): Request {
  if (request.method === "GET" || request.method === "HEAD") return request
  const { method, url, headers, signal } = request
  // Workflow states are read as a stream where their length was not announced.
  if (method === "PUT") return new Request(url, { method, headers, body: bytes, signal })
  return Object.defineProperty(request, "arrayBuffer", { value: async () => bytes.buffer, configurable: true })
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }))
}
