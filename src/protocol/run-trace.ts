/** What happened in a run, and what of it is queued: `/v2/runs/{id}/trace`, `/v1/runs/{id}/jobs`. */
import type { JsonObject, JsonValue } from "../shared/json-value.ts"
import { isWrapped, runStatus } from "./run.ts"
import { type Decode, count, list, map, numberIf, object, shape, text, textIf } from "./shape.ts"

/** What happened in a run, as a tree. */
export interface RunTrace {
  runId: string
  rootSpan: RunSpan
}

export interface RunSpan {
  id: string
  name: string
  /** Lower case, as of runs; also `waiting`. */
  status: string
  queuedAt?: string | undefined
  startedAt?: string | undefined
  endedAt?: string | undefined
  /** Milliseconds. */
  durationMs?: number | undefined
  stepId?: string | undefined
  /** Lower case: `run`, `sleep`, `wait_for_event`, `invoke`, … */
  stepOp?: string | undefined
  input?: JsonValue | undefined
  /** What a step returned; its own `{ data: 7 }` reads as `7`, since nothing tells the two apart here. */
  output?: JsonValue | undefined
  /** `{ kind, scope, values, updatedAt }`, as the server has it. */
  metadata: JsonObject[]
  children: RunSpan[]
}

/** Queued work of a run. */
export interface RunJob {
  id: string
  /** When it is due, RFC 3339. */
  at: string
  kind: string
  /** 0-based. */
  attempt: number
  /** In its queue. */
  position: number
}

const bare: Decode<JsonValue | undefined> = (value) => (isWrapped(value) ? value.data : value)

const decodeSpan: Decode<RunSpan> = /* @__PURE__ */ shape({
  id: text,
  name: /* @__PURE__ */ map(textIf, (name = "") => name),
  status: runStatus,
  queuedAt: textIf,
  startedAt: textIf,
  endedAt: textIf,
  durationMs: numberIf,
  stepId: textIf,
  stepOp: /* @__PURE__ */ map(textIf, (op) => op?.toLowerCase()),
  input: bare,
  output: bare,
  metadata: /* @__PURE__ */ list(object),
  children: /* @__PURE__ */ list<RunSpan>((...span) => decodeSpan(...span)),
})

export const decodeRunTrace: Decode<RunTrace> = /* @__PURE__ */ shape({ runId: text, rootSpan: decodeSpan })

export const decodeRunJob: Decode<RunJob> = /* @__PURE__ */ shape({
  id: ["JobID", text],
  at: text,
  kind: text,
  attempt: count,
  position: count,
})
