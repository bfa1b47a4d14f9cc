/**
 * An Inngest that you can import: a real engine behind MSW handlers, and as a fetch function.
 *
 * Neutral: runs in Node, Deno, Bun, workers and pages, with msw 2.15 and later or 3.
 */
import type { HttpHandler } from "msw"
import type { ReceivedEvent } from "../src/protocol/event.ts"
import { type Clock, systemClock } from "../src/shared/clock.ts"
import { type Random, systemRandom } from "../src/shared/random.ts"
import { type Engine, createEngine } from "./engine/engine.ts"
import { toFetch } from "./in-process-fetch.ts"
import { type AnsweredRequest, type FetchHandler, createHandler } from "./handlers/index.ts"
import { type MockOrigins, createMswHandlers } from "./msw-handlers.ts"
import { resolveOrigins } from "./origins.ts"
import { type StoredWorkflows, createReading } from "./reading.ts"
import { type MockSeed, plant } from "./seed.ts"

export type { StoredWorkflows } from "./reading.ts"
export type { MockSeed } from "./seed.ts"

export interface InngestMockOptions {
  /** Where the code under test sends its requests, when that is neither the cloud nor http://localhost:8288. The handlers then answer there only. */
  baseURL?: string
  /** Several of them. @default the cloud's event and API hosts, and http://localhost:8288 */
  origins?: readonly string[]
  /** What is there from the start, and again after `reset()`. */
  seed?: MockSeed
  clock?: Clock
  random?: Random
}

/** A request that reached the mock, and what it got. */
export interface MockedRequest {
  method: string
  /** With event keys masked: `http://localhost:8288/e/***`. */
  url: string
  /** Name in the route table (`events.send`, `workflows.save`, …); `undefined` when no route is meant. */
  route: string | undefined
  /** As text; `""` when there is none. */
  body: string
  status: number
}

export interface InngestMock {
  /** For `setupServer` of `msw/node` and `setupWorker` of `msw/browser`: one per route and origin. */
  readonly handlers: HttpHandler[]
  /** For `server.listen()` and `worker.start()`: requests that nothing handles are errors, in msw 2 (the first name) and 3 (the second). */
  readonly strict: { readonly onUnhandledRequest: "error"; readonly onUnhandledFrame: "error" }
  /** The server as a fetch function, without interception. Answers whatever the host. */
  readonly fetch: typeof globalThis.fetch
  /** Events that were sent, in the order of their arrival; of one name when one is given. Those of a seed are not among them. */
  sent(name?: string): ReceivedEvent[]
  /** Requests in the order in which they were answered. A new array each time. */
  readonly requests: MockedRequest[]
  /** The stored workflow states. */
  readonly workflows: StoredWorkflows
  /** Add events and workflow states, at once. Gone after `reset()`. @throws ValidationError */
  seed(seed: MockSeed): void
  /** Back to how it was created: the seed of the options, nothing sent, no requests. */
  reset(): void
}

interface Life {
  readonly engine: Engine
  readonly handle: FetchHandler
  readonly seeded: Set<string>
  readonly requests: MockedRequest[]
}

/**
 * A mock Inngest with a state of its own; there are no globals.
 *
 * @throws ConfigError for a `baseURL` or origin that is none. ValidationError for a seed that can't be stored.
 */
export function createInngestMock(options: InngestMockOptions = {}): InngestMock {
  const { clock = systemClock, random = systemRandom, seed = {} } = options
  const origins: MockOrigins = resolveOrigins(options)
  const prefixes = basePaths(origins)
  let life = begin()

  function begin(): Life {
    const engine = createEngine({ clock, random })
    const requests: MockedRequest[] = []
    const handle = createHandler({
      engine,
      onAnswered: (answered) => requests.push(toMockedRequest(answered)),
      onFault: (error) => {
        // In the process of a test a fault of ours belongs into its face.
        throw error
      },
    })
    return { engine, handle, requests, seeded: new Set(plant(engine, seed)) }
  }

  const answer = (request: Request): Promise<Response> => life.handle(withoutPrefix(request, prefixes))
  const reading = createReading(
    () => life.engine,
    (internalId) => life.seeded.has(internalId),
  )

  return {
    handlers: createMswHandlers(origins, answer),
    strict: { onUnhandledRequest: "error", onUnhandledFrame: "error" },
    fetch: toFetch(answer, origins.api.at(-1) ?? ""),
    sent: reading.sent,
    get requests() {
      return life.requests.slice()
    },
    workflows: reading.workflows,
    seed(more) {
      for (const internalId of plant(life.engine, more)) life.seeded.add(internalId)
    },
    reset() {
      life = begin()
    },
  }
}

/** Base URLs may lie below a path; what lies below them is the route. */
function basePaths({ event, api }: MockOrigins): string[] {
  const paths = [...event, ...api].map((origin) => new URL(origin).pathname).filter((path) => path !== "/")
  return [...new Set(paths)].toSorted((left, right) => right.length - left.length)
}

function withoutPrefix(request: Request, prefixes: readonly string[]): Request {
  const url = new URL(request.url)
  const prefix = prefixes.find((each) => url.pathname.startsWith(`${each}/`))
  if (prefix === undefined) return request
  return new Request(`${url.origin}${url.pathname.slice(prefix.length)}${url.search}`, request)
}

function toMockedRequest({ method, url, route, body, status }: AnsweredRequest): MockedRequest {
  return { method, url: url.replace(/(\/e\/)[^/?#]+/, "$1***"), route: route?.name, body, status }
}
