/**
 * An Inngest that you can import: a real engine behind MSW handlers, and as a fetch function.
 *
 * Neutral: runs in Node, Deno, Bun, workers and pages, with msw 2.15 and later or 3.
 */
import type { HttpHandler } from "msw"
import { type Clock, systemClock } from "../src/shared/clock.ts"
import { type Random, systemRandom } from "../src/shared/random.ts"
import { type MockControls, createMockCore } from "./core.ts"
import { type Engine, createEngine } from "./engine/engine.ts"
import { createVirtualClock } from "./engine/virtual-clock.ts"
import { createHandler } from "./handlers/index.ts"
import { idleClock } from "./idle-clock.ts"
import { toFetch } from "./in-process-fetch.ts"
import { refuseUnknown } from "./options.ts"
import { type MockOrigins, createMswHandlers } from "./msw-handlers.ts"
import { resolveOrigins } from "./origins.ts"
import type { MockQuirks } from "./quirks.ts"
import type { MockSeed } from "./seed.ts"
import { type ServingControls, createServing } from "./serving.ts"
import { type StrictOptions, strictOptions } from "./unhandled.ts"

export type { EventListener } from "./arrivals.ts"
export type { MockControls } from "./core.ts"
export type { Failure, FailureLimits, FailurePlan, RequestMatch, StatusFailure } from "./failures.ts"
export type { MockQuirks } from "./quirks.ts"
export type { StoredWorkflows } from "./reading.ts"
export type { MockedRequest } from "./recorded-request.ts"
export type { RouteName, RoutePattern } from "./route-names.ts"
export type { MockSeed } from "./seed.ts"
export type { SeedRun, SeedRunStatus } from "./seed-run.ts"
export type { MockClock, MockedRun, ServeHandler, ServedAs, ServingControls, StartedByEvent } from "./serving.ts"
export type { StrictOptions } from "./unhandled.ts"
export { EventWaitError, type WaitForOptions } from "./wait.ts"

export interface InngestMockOptions {
  /** Where the code under test sends its requests, when that is neither the cloud nor http://localhost:8288. The handlers then answer there only. */
  baseURL?: string
  /** Several of them. @default the cloud's event and API hosts, and http://localhost:8288 */
  origins?: readonly string[]
  /** What is there from the start, and again after `reset()`. */
  seed?: MockSeed
  /** Traps of the real server that the mock does not have by itself. */
  quirks?: MockQuirks
  clock?: Clock
  random?: Random
}

const knownOptions = {
  baseURL: true,
  origins: true,
  seed: true,
  quirks: true,
  clock: true,
  random: true,
} satisfies Record<keyof InngestMockOptions, true>

export interface InngestMock extends MockControls, ServingControls {
  /** For `setupServer` of `msw/node` and `setupWorker` of `msw/browser`: one per route and origin. */
  readonly handlers: HttpHandler[]
  /**
   * For `server.listen()` and `worker.start()`, of msw 2 and 3: a request that nothing handles fails, and the message says which origin or handler
   * to add.
   */
  readonly strict: StrictOptions
  /** The server as a fetch function, without interception. Answers whatever the host. */
  readonly fetch: typeof globalThis.fetch
}

/**
 * A mock Inngest with a state of its own; there are no globals.
 *
 * @throws ConfigError for an option that is unknown, and for a `baseURL`, origin or quirk that is none. ValidationError for a seed that can't be
 * stored.
 */
export function createInngestMock(options: InngestMockOptions = {}): InngestMock {
  refuseUnknown(options, knownOptions, "createInngestMock")
  const { random = systemRandom, seed = {}, quirks = {} } = options
  const clock = createVirtualClock(options.clock ?? systemClock, options.clock ?? idleClock)
  const origins: MockOrigins = resolveOrigins(options)
  const prefixes = basePaths(origins)
  let engine: Engine | undefined
  const serving = createServing(
    () => core.engine(),
    clock,
    () => ownFetch,
  )
  const core = createMockCore({
    clock,
    seed,
    quirks,
    begin(asRead) {
      // A life that has ended calls no functions any more.
      engine?.close()
      serving.reset()
      engine = createEngine({ clock: clock.idle, random, invoker: serving.invoker })
      const handle = createHandler({
        engine: asRead(engine),
        onFault: (error) => {
          // In the process of a test a fault of ours belongs into its face.
          throw error
        },
      })
      return { engine, handle }
    },
  })
  const answer = (request: Request): Promise<Response | undefined> => {
    const carryOut = (): Promise<Response | undefined> => core.answer(withoutPrefix(request, prefixes))
    return serving.ready()?.then(carryOut) ?? carryOut()
  }

  const ownFetch = toFetch(answer, origins.api.at(-1) ?? "")

  return {
    ...core.controls,
    ...serving.controls,
    get requests() {
      return core.controls.requests
    },
    handlers: createMswHandlers(origins, answer),
    strict: strictOptions(origins),
    fetch: ownFetch,
  }
}

/** Base URLs may lie below a path; what lies below them is the route. */
function basePaths({ event, api }: MockOrigins): string[] {
  const paths = [...event, ...api].map((origin) => new URL(origin).pathname).filter((path) => path !== "/")
  return [...new Set(paths)].toSorted((left, right) => right.length - left.length)
}

function withoutPrefix(request: Request, prefixes: readonly string[]): Request {
  if (prefixes.length === 0) return request
  const url = new URL(request.url)
  const prefix = prefixes.find((each) => url.pathname.startsWith(`${each}/`))
  if (prefix === undefined) return request
  return new Request(`${url.origin}${url.pathname.slice(prefix.length)}${url.search}`, request)
}
