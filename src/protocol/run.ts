/** Runs on the wire, of both REST generations: `/v2/runs`, `/v1/runs/{id}` and what hangs on them. */
import { type JsonObject, type JsonValue, isJsonObject } from "../shared/json-value.ts"
import { type Decode, asIs, list, map, numberIf, shape, text, textIf } from "./shape.ts"

/** `skipped`: never ran, its function was paused. Others come as the server names them, in lower case. */
export type RunStatus = "queued" | "running" | "completed" | "failed" | "cancelled" | "skipped"

/** One run of a function. Times are RFC 3339, with up to nanoseconds. */
export interface Run {
  id: string
  status: RunStatus | (string & {})
  /** Absent where the server has only REST v1. */
  appId?: string | undefined
  /** Within its app (`ship-order`); where the server has only REST v1, its UUID. */
  functionId: string
  functionName?: string | undefined
  /** Internal ids of the events that started it; more than one for a batch. */
  eventIds: string[]
  queuedAt?: string | undefined
  startedAt?: string | undefined
  endedAt?: string | undefined
  /** Milliseconds from `startedAt` to `endedAt`. */
  durationMs?: number | undefined
  /** What the function returned; of a failed run `{ name, message, stack }`. */
  output?: JsonValue | undefined
}

/** Spellings besides the ones of `RunStatus`. A paused function's runs are running ones that don't get on. */
const otherStatuses: ReadonlyMap<string, RunStatus> = new Map([
  ["canceled", "cancelled"],
  ["overflowed", "failed"],
  ["paused", "running"],
  ["scheduled", "queued"],
])

/** Of either generation and spelling: `COMPLETED`, `Completed`, `canceled`. */
export function toRunStatus(given: string): RunStatus | (string & {}) {
  const lower = given.toLowerCase()
  return otherStatuses.get(lower) ?? lower
}

export function isEnded(run: Pick<Run, "status" | "endedAt">): boolean {
  return run.endedAt !== undefined || /^(completed|failed|cancelled|skipped)$/.test(run.status)
}

export const runStatus: Decode<string> = /* @__PURE__ */ map(text, toRunStatus)

/**
 * Whether a value may have been no object: REST v2 writes only objects, `7` as `{ data: 7 }`, just as a function's own `{ data: 7 }`.
 *
 * @source measured: the list of events in a recorded trace
 */
export function isWrapped(value: JsonValue | undefined): value is JsonObject & { data: JsonValue } {
  return isJsonObject(value) && `${Object.keys(value)}` === "data" && !isJsonObject(value["data"])
}

/** A run as v2 gives it, alone and in lists. */
export const decodeRun: Decode<Run> = /* @__PURE__ */ shape({
  id: text,
  status: runStatus,
  appId: ["app.id", textIf],
  functionId: ["function.id", text],
  functionName: ["function.name", textIf],
  eventIds: ["trigger.eventIds", /* @__PURE__ */ list(text)],
  queuedAt: textIf,
  startedAt: textIf,
  endedAt: textIf,
  durationMs: numberIf,
  output: asIs,
})

/** A run as v1 gives it. Its `run_started_at` is when it was queued: the same time as `queuedAt` of v2, not `startedAt` (measured). */
export const decodeRunV1: Decode<Run> = /* @__PURE__ */ shape({
  id: ["run_id", text],
  status: runStatus,
  functionId: ["function_id", text],
  eventIds: ["event_id", /* @__PURE__ */ map(text, (id) => [id])],
  queuedAt: ["run_started_at", textIf],
  endedAt: ["ended_at", textIf],
  output: asIs,
})
