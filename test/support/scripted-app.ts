// An app whose functions answer by script, on an engine with a clock of its own: nothing in it is an SDK.
import type { Invoker } from "../../mocks/engine/invoker.ts"
import { readAnswer, unreachable } from "../../mocks/engine/invoker.ts"
import { type Engine, createEngine } from "../../mocks/engine/engine.ts"
import type { EngineLog } from "../../mocks/engine/log.ts"
import { type VirtualClock, createVirtualClock, standingClock } from "../../mocks/engine/virtual-clock.ts"
import { parseDuration } from "../../src/shared/duration.ts"
import { type Random, seededRandom } from "../../src/shared/random.ts"

/** What a call holds, as far as scripts look at it. */
export interface ScriptedCall {
  ctx: {
    run_id: string
    attempt: number
    generation_id: number
    max_attempts: number
    disable_immediate_execution: boolean
    stack: { current: number; stack: string[] }
    use_api: boolean
  }
  event: { id: string; name: string; data: Record<string, unknown>; ts: number }
  steps: Record<string, unknown>
  version: number
  /** Of the query: `step`, or the step to run. */
  stepId: string
}

export interface ScriptedAnswer {
  status: number
  /** JSON, unless it is a text and `isRaw`. */
  body?: unknown
  isRaw?: boolean
  headers?: Record<string, string>
}

/** @param count of the calls of this function, from 1. `undefined`: nobody answers. */
export type Script = (
  call: ScriptedCall,
  count: number,
) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>

export interface ScriptedFunction {
  /** By their events, or `{ event, expression }`. @default [`app/<id>`] */
  triggers?: object[]
  /** @default 0 */
  retries?: number
  options?: object
  script: Script
}

export interface ScriptedApp {
  readonly engine: Engine
  readonly clock: VirtualClock
  readonly calls: { functionId: string; atMs: number; call: ScriptedCall }[]
  readonly warnings: string[]
  send(name: string, data?: object, more?: { id?: string; ts?: number }): Promise<string>
  /** Send `app/<id>`, let everything happen that is due, and give back the run. */
  run(functionId: string, data?: object): Promise<string>
  advance(duration: string): Promise<void>
  phase(runId: string): NonNullable<ReturnType<Engine["reads"]["run"]>>["phase"]
}

export interface ScriptedAppOptions {
  random?: Random
  log?: EngineLog
  clock?: VirtualClock
  retryIntervalMs?: number
  /** Inputs until what is over goes to the archive. @default as the engine */
  compactAfter?: number
  /** @default true; otherwise the app is in the log already. */
  isSynced?: boolean
}

export const startMs: number = Date.UTC(2026, 0, 31, 12)

export async function startScripted(
  functions: Readonly<Record<string, ScriptedFunction | Script>>,
  options: ScriptedAppOptions = {},
): Promise<ScriptedApp> {
  const { random = seededRandom(1), clock = createVirtualClock(standingClock(startMs)), log, isSynced = true } = options
  const calls: ScriptedApp["calls"] = []
  const warnings: string[] = []
  const counts = new Map<string, number>()
  const invoker: Invoker = {
    async call({ url, body }) {
      const { searchParams } = new URL(url)
      const id = (searchParams.get("fnId") ?? "").replace(/^app-/, "")
      const call = { ...(JSON.parse(body ?? "{}") as ScriptedCall), stepId: searchParams.get("stepId") ?? "" }
      calls.push({ functionId: id, atMs: clock.now(), call })
      const count = (counts.get(id) ?? 0) + 1
      counts.set(id, count)
      const fn = functions[id]
      const script = typeof fn === "function" ? fn : fn?.script
      const answer = await script?.(call, count)
      if (answer === undefined) return unreachable
      const headers: Record<string, string> = {
        "x-inngest-sdk": "js:v9.9.9",
        "x-inngest-req-version": "2",
        ...answer.headers,
      }
      const text = answer.isRaw === true ? String(answer.body) : JSON.stringify(answer.body ?? null)
      return readAnswer(answer.status, (name) => headers[name] ?? null, text)
    },
    request: async () => ({ kind: "unreachable", message: "no network" }),
  }
  const engine = createEngine({
    clock,
    random,
    invoker,
    onWarning: (message) => warnings.push(message),
    ...(log === undefined ? {} : { log }),
    ...(options.compactAfter === undefined ? {} : { compactAfter: options.compactAfter }),
    ...(options.retryIntervalMs === undefined ? {} : { retryIntervalMs: options.retryIntervalMs }),
  })
  if (isSynced) {
    const configs = Object.entries(functions).map(([id, given]) => {
      const fn = typeof given === "function" ? { script: given } : given
      const runtime = { type: "http", url: `http://app.test/?fnId=app-${id}&stepId=step` }
      const step = { id: "step", name: "step", runtime, retries: { attempts: fn.retries ?? 0 } }
      return {
        id: `app-${id}`,
        name: id,
        triggers: fn.triggers ?? [{ event: `app/${id}` }],
        steps: { step },
        ...fn.options,
      }
    })
    const app = { url: "http://app.test/", appName: "app", framework: "test", sdk: "js:v9.9.9" }
    await engine.sync({ ...app, functions: JSON.stringify(configs) })
  }

  const send: ScriptedApp["send"] = async (name, data = {}, more = {}) => {
    const [id = ""] = await engine.receive([{ name, data: JSON.stringify(data), ...more }])
    await engine.idle()
    return id
  }
  return {
    engine,
    clock,
    calls,
    warnings,
    send,
    async run(functionId, data) {
      const eventId = await send(`app/${functionId}`, data)
      const runs = engine.reads.runsOfEvent(eventId)
      return runs[0]?.id ?? ""
    },
    async advance(duration) {
      await clock.advance(parseDuration(duration) ?? 0, () => engine.idle())
    },
    phase(runId) {
      const run = engine.reads.run(runId)
      if (run === undefined) throw new Error(`there is no run ${runId}`)
      return run.phase
    },
  }
}

/** An answer of 206 with these ops. */
export function ops(...list: object[]): ScriptedAnswer {
  return { status: 206, body: list }
}

export function done(value: unknown = null): ScriptedAnswer {
  return { status: 200, body: value }
}
