/** Runs of a seed, checked. */
import { ConfigError } from "../src/errors.ts"
import type { EventPayload } from "../src/protocol/event.ts"
import type { RunStatus } from "../src/protocol/run.ts"
import { maxUlidMs } from "../src/shared/id.ts"
import { stringifyJson } from "../src/shared/json.ts"
import type { SeededRun } from "./engine/engine.ts"
import type { RunPhase } from "./engine/run.ts"
import { toDraft } from "./event-draft.ts"
import { refuseUnknown } from "./options.ts"

/** A run of the embedded server is never skipped. */
export type SeedRunStatus = Exclude<RunStatus, "skipped">

export interface SeedRun {
  /** Within its app: `ship-order`. */
  functionId: string
  /** @default "app" */
  appId?: string
  /** @default "completed" */
  status?: SeedRunStatus
  /** Of a completed run: what the function returned. JSON. @default null */
  output?: unknown
  /** Of a failed run. @default `{ name: "Error", message: "failed" }` */
  error?: { name?: string; message: string; stack?: string }
  /** What started it. @default `{ name: "app/run.requested" }` */
  event?: EventPayload
  /** A Date, RFC 3339 text, or ms since the epoch. @default now */
  queuedAt?: Date | string | number
  /** @default `queuedAt` */
  startedAt?: Date | string | number
  /** @default `startedAt` */
  endedAt?: Date | string | number
}

const runParts = {
  functionId: true,
  appId: true,
  status: true,
  output: true,
  error: true,
  event: true,
  queuedAt: true,
  startedAt: true,
  endedAt: true,
} satisfies Record<keyof SeedRun, true>

/** What a run needs of its seed, by its status. */
const phases: Record<SeedRunStatus, (run: SeedRun, times: Times, path: string) => RunPhase> = {
  queued: () => ({ kind: "queued" }),
  running: (_, { startedAtMs }) => ({ kind: "running", startedAtMs }),
  completed: ({ output = null }, times, path) => ({
    kind: "completed",
    ...times,
    output: toJson(output, `${path}.output`),
  }),
  failed({ error }, times, path) {
    const { name = "Error", message = "failed", stack } = error ?? {}
    const failure = { code: name, name, message, stack, cause: undefined, isOfSdk: true }
    return {
      kind: "failed",
      ...times,
      failure,
      output: toJson({ name, message, ...(stack && { stack }) }, `${path}.error`),
    }
  },
  cancelled: (_, times) => ({ kind: "cancelled", ...times }),
}

interface Times {
  readonly startedAtMs: number
  readonly endedAtMs: number
}

/** @throws ConfigError naming the field. ValidationError for an event that can't be sent. */
export function toSeededRun(run: SeedRun, path: string, nowMs: number): SeededRun {
  const at = `seed: ${path}`
  if (typeof run !== "object" || run === null) throw wrong(`${at}: must be an object`)
  refuseUnknown(run, runParts, at)
  const { functionId, appId = "app", status = "completed", event = { name: "app/run.requested" } } = run
  if (typeof functionId !== "string" || functionId === "")
    throw wrong(`${at}.functionId: must be the name of a function`)
  if (typeof appId !== "string" || appId === "") throw wrong(`${at}.appId: must be the name of an app`)
  if (!Object.hasOwn(phases, status)) throw wrong(`${at}.status: must be one of ${Object.keys(phases).join(", ")}`)
  const queuedAtMs = timeOf(run.queuedAt, nowMs, `${at}.queuedAt`)
  const startedAtMs = timeOf(run.startedAt, queuedAtMs, `${at}.startedAt`)
  const endedAtMs = timeOf(run.endedAt, startedAtMs, `${at}.endedAt`)
  return {
    slug: functionId.startsWith(`${appId}-`) ? functionId : `${appId}-${functionId}`,
    appName: appId,
    event: toDraft(event, `${path}.event`),
    queuedAtMs,
    phase: phases[status](run, { startedAtMs, endedAtMs }, at),
  }
}

function timeOf(time: Date | string | number | undefined, fallbackMs: number, path: string): number {
  if (time === undefined) return fallbackMs
  // Whole milliseconds, as a Date has them.
  const timeMs = new Date(time).getTime()
  if (!(timeMs >= 0 && timeMs <= maxUlidMs)) throw wrong(`${path}: must be a time`)
  return timeMs
}

function toJson(value: unknown, path: string): string {
  const json = stringifyJson(value)
  if (!json.ok) throw wrong(`${path}: ${json.message}`)
  return json.value
}

function wrong(message: string): ConfigError {
  return new ConfigError(message, { option: "seed" })
}
