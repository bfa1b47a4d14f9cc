/**
 * Role: functions that a test serves to its mock, in process, and time that the test moves.
 * Boundary: `index.ts` gives it the engine of the moment; nothing of it touches the network.
 *
 * I1. What was served is known before anything else is answered: `serve` need not be awaited.
 */
import { ConfigError } from "../src/errors.ts"
import type { InngestFunction } from "../src/functions/index.ts"
import type { Run } from "../src/protocol/run.ts"
import type { Duration } from "../src/shared/duration.ts"
import type { JsonValue } from "../src/shared/json.ts"
import type { Engine } from "./engine/engine.ts"
import {
  type Invoker,
  type OutgoingRequest,
  createFetchInvoker,
  readAnswer,
  toRawAnswer,
  unreachable,
} from "./engine/invoker.ts"
import type { RunRow } from "./engine/run.ts"
import type { VirtualClock } from "./engine/virtual-clock.ts"
import { endedAtOf, outputOf, shortId, startedAtOf } from "./handlers/function-answers/run-parts.ts"
import { formatTime } from "./handlers/time-text.ts"
import { durationMs } from "./options.ts"

/** A serve handler, as every SDK gives one. */
export type ServeHandler = (request: Request) => Response | Promise<Response>

export interface MockClock {
  /** Milliseconds since the epoch, as the mock has it. */
  now(): number
  /**
   * Let time pass and everything happen that is due in it, in order: sleeps and waits end, retries are made, crons fire. Nothing really waits.
   *
   * @throws ConfigError for what is no duration.
   */
  advance(duration: Duration): Promise<void>
}

/** A run of a served function. */
export interface MockedRun extends Omit<Run, "output"> {
  /** What the function returned; of a failed run its error, `{ name, message, stack }`. */
  output?: JsonValue
}

/** An event, and what it started. */
export interface StartedByEvent {
  event: { id: string; name: string }
  /** Functions, each with the run. */
  started: { functionId: string; runId: string }[]
}

/** Whose functions they are. */
export interface ServedAs {
  appId?: string | undefined
  client?: { readonly appId: string | undefined } | undefined
}

export interface ServingControls {
  /**
   * Run functions in process: those of this package, or the fetch handler of any SDK. Events that are sent from now on start them. Gone after
   * `reset()`.
   *
   * Called at once; whatever is sent next waits until the functions are known. They take the place of those that were served before as the same
   * app, as in every sync. What steps of this package's functions send comes to this mock.
   *
   * @param options.appId of functions; a handler has its own. @default that of `client`, else "app"
   * @param options.client that the program serves them with. It is asked for its `appId` alone: nothing goes where it would send.
   */
  serve(functions: readonly InngestFunction[] | ServeHandler, options?: ServedAs): void
  /** The time of the mock: that of the machine, moved on by `advance`. */
  readonly clock: MockClock
  /** Run all that is due now. @returns the events that came since the last `drain`, and which functions each of them started. */
  drain(): Promise<StartedByEvent[]>
  /** Runs in the order in which they were started; of one function, by its id within the app or in full, when one is given. */
  runs(functionId?: string): MockedRun[]
}

export interface Serving {
  readonly controls: ServingControls
  readonly invoker: Invoker
  /** Resolves when all that was served is known; `undefined`: it is. Rejects with what a handler said that could not be read. */
  ready(): Promise<void> | undefined
  /** Forget what was served. */
  reset(): void
}

/** Nobody's host: what is served is found by it. */
const host = "inngest-kit.mock"
const origin = `http://${host}/`

/** @param ownFetch the mock as a fetch function, by which functions in process reach it. */
export function createServing(
  engine: () => Engine,
  clock: VirtualClock,
  ownFetch: () => typeof globalThis.fetch,
): Serving {
  let apps: (Call | undefined)[] = []
  let syncing: Promise<void> | undefined
  let lastDrained = 0

  const network = createFetchInvoker()

  async function callApp(request: OutgoingRequest): ReturnType<Call> {
    const app = apps[Number.parseInt(request.url.slice(origin.length), 10)]
    if (app === undefined) return unreachable
    try {
      return await app(request)
    } catch {
      return unreachable
    }
  }

  async function sync(app: Call, url: string): Promise<void> {
    const headers = {
      "content-type": "application/json",
      "x-inngest-sync-kind": "in_band",
      "x-inngest-server-kind": "dev",
    }
    const answer = await app({ url, method: "PUT", headers, body: JSON.stringify({ url }) })
    const { status, body: text } = answer.kind === "answered" ? answer : { status: 0, body: answer.message }
    const about = parse(text)
    if (status !== 200 || typeof about.app_id !== "string" || !Array.isArray(about.functions))
      throw new ConfigError(
        `serve: the handler did not tell its functions: ${status} ${text.slice(0, 200)}`,
        { option: "serve" },
        { hint: "Give it the fetch handler of an SDK in dev mode." },
      )
    await engine().sync({
      url,
      appName: about.app_id,
      framework: typeof about.framework === "string" ? about.framework : "",
      sdk: typeof about.sdk === "string" ? about.sdk : "",
      functions: JSON.stringify(about.functions),
    })
  }

  const settle = async (): Promise<void> => {
    await syncing
    await engine().idle()
  }

  return {
    invoker: {
      call: (request, signal) => (isServed(request.url) ? callApp(request) : network.call(request, signal)),
      request: (request, signal) => network.request(request, signal),
    },
    ready: () => syncing,
    reset() {
      apps = []
      syncing = undefined
      lastDrained = 0
    },
    controls: {
      serve(given, { client, appId = client?.appId ?? "app" } = {}) {
        // Its place is taken: what is called before it is there finds nobody.
        const [list, place] = [apps, apps.push(undefined) - 1]
        const url = `http://${host}/${place}/api/inngest`
        const before = syncing ?? Promise.resolve()
        const current = before.then(async () => {
          const app = typeof given === "function" ? byHandler(given) : await byFunctions(given, appId, ownFetch())
          list[place] = app
          await sync(app, url)
        })
        syncing = current
        current.then(
          () => {
            if (syncing === current) syncing = undefined
          },
          // Whoever asks next is told.
          () => {},
        )
      },
      clock: {
        now: () => clock.now(),
        async advance(duration) {
          await clock.advance(durationMs(duration, "advance"), settle)
        },
      },
      async drain() {
        await settle()
        const { reads } = engine()
        const events = reads.arrived(undefined, lastDrained)
        lastDrained = reads.lastPlace()
        return events.map(({ id, name, internalId }) => ({
          event: { id, name },
          started: reads
            .runsOfEvent(internalId)
            .map((run) => ({ functionId: shortId(run.slug, run.appName), runId: run.id })),
        }))
      },
      runs(functionId) {
        const { reads } = engine()
        const runs = reads.runs({ order: "asc", limit: Infinity })
        return runs
          .filter(
            ({ slug, appName }) =>
              functionId === undefined || functionId === slug || functionId === shortId(slug, appName),
          )
          .map((run) => toMockedRun(run, reads.fn(run.slug)?.name))
      },
    },
  }
}

/** One request to an app in process. */
type Call = (request: OutgoingRequest) => ReturnType<Invoker["call"]>

function byHandler(handler: ServeHandler): Call {
  return async ({ url, method, headers, body }) => {
    const request = new Request(url, { method, headers, ...(body === undefined ? {} : { body }) })
    // As over a socket: the official SDK's handler for edge runtimes takes its own URL from it. (A page may not set it.)
    request.headers.set("host", host)
    return toRawAnswer(await handler(request))
  }
}

/** Loaded when it is asked for: tests that send events only do without. */
async function byFunctions(
  functions: readonly InngestFunction[],
  appId: string,
  fetch: typeof globalThis.fetch,
): Promise<Call> {
  const [{ createServeHandler }, { createClient }] = await Promise.all([
    import("../src/functions/serve.ts"),
    import("../src/index.ts"),
  ])
  const client = createClient({ appId, baseURL: `http://${host}`, dev: true, fetch })
  const handle = createServeHandler({ client, functions, dev: true })
  return async ({ url, method, headers, body = "" }) => {
    const text = async (): Promise<string> => body
    const answer = await handle({ url, method, text, headers: { get: (name) => headers[name] ?? null } })
    return readAnswer(answer.status, (name) => answer.headers[name] ?? null, answer.body)
  }
}

function isServed(url: string): boolean {
  return url.startsWith(origin)
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function toMockedRun(run: Readonly<RunRow>, functionName: string | undefined): MockedRun {
  const [startedAtMs, endedAtMs] = [startedAtOf(run), endedAtOf(run)]
  const output = outputOf(run)
  return {
    id: run.id,
    status: run.phase.kind,
    appId: run.appName,
    functionId: shortId(run.slug, run.appName),
    functionName,
    eventIds: [...run.eventIds],
    queuedAt: formatTime(run.queuedAtMs),
    startedAt: startedAtMs === undefined ? undefined : formatTime(startedAtMs),
    endedAt: endedAtMs === undefined ? undefined : formatTime(endedAtMs),
    durationMs: startedAtMs === undefined || endedAtMs === undefined ? undefined : endedAtMs - startedAtMs,
    ...(output === undefined || run.phase.kind === "cancelled" ? {} : { output: JSON.parse(output) as JsonValue }),
  }
}
