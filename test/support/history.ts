// Runs that ended and events of the past, to be put into an archive.
import type { Leaving } from "../../mocks/engine/archive.ts"
import type { EventRow } from "../../mocks/engine/event.ts"
import type { EndPhase, RunRow, StepRow } from "../../mocks/engine/run.ts"
import { encodeUlid } from "../../src/shared/id.ts"

export const historyMs: number = Date.UTC(2026, 0, 31, 12)

/** The n-th id of a moment, counted from `historyMs`. */
export function ulidAt(afterMs: number, n = 0): string {
  const bytes = new Uint8Array(10)
  bytes[9] = n
  return encodeUlid(historyMs + afterMs, bytes)
}

export interface PastRun {
  /** Counted from `historyMs`; the id is of this time. */
  queuedMs: number
  /** @default 0 */
  n?: number
  fn?: string
  app?: string
  kind?: EndPhase["kind"]
  /** @default 1 after it was queued */
  endedMs?: number
  eventIds?: string[]
  steps?: StepRow[]
  eventName?: string
}

export function pastRun(run: PastRun): RunRow {
  const { queuedMs, n = 0, fn = "fn", app = "app", kind = "completed", endedMs = queuedMs + 1 } = run
  const { eventIds = [], steps = [], eventName = "app/go" } = run
  const [startedAtMs, endedAtMs] = [historyMs + queuedMs, historyMs + endedMs]
  const failure = { code: "Error", name: "Error", message: "no", stack: undefined, cause: undefined, isOfSdk: true }
  const phase: EndPhase =
    kind === "completed"
      ? { kind, startedAtMs, endedAtMs, output: '{"n":1}' }
      : kind === "failed"
        ? { kind, startedAtMs, endedAtMs, output: '{"message":"no"}', failure }
        : { kind, startedAtMs: undefined, endedAtMs }
  return {
    id: ulidAt(queuedMs, n),
    slug: `${app}-${fn}`,
    functionId: `id of ${fn}`,
    appName: app,
    appId: `id of ${app}`,
    maxAttempts: 4,
    cause: { kind: "event" },
    queuedAtMs: historyMs + queuedMs,
    eventIds,
    events: eventIds.map((id) => `{"name":"app/go","id":"${id}"}`),
    eventName,
    phase,
    requestVersion: 2,
    mustPlan: false,
    steps: new Map(steps.map((step) => [step.id, step])),
    stack: steps.map(({ id }) => id),
    pending: new Set(),
    jobs: new Map(),
    stateBytes: 7,
    attempts: [{ startedAtMs, endedAtMs, error: undefined }],
  }
}

export function pastEvent(receivedMs: number, more: Partial<EventRow> = {}): EventRow {
  const internalId = ulidAt(receivedMs)
  const receivedAtMs = historyMs + receivedMs
  return {
    internalId,
    receivedAtMs,
    id: more.internalId ?? internalId,
    name: "app/go",
    data: `{"at":${receivedMs}}`,
    ts: receivedAtMs,
    v: undefined,
    user: undefined,
    ...more,
  }
}

/** What leaves a state; `arrivals` are counted on from `firstPlace`. */
export function leavingOf(
  what: Partial<Omit<Leaving, "arrivals">> & { sent?: readonly EventRow[]; firstPlace?: number },
): Leaving {
  const { runs = [], events = [], sent = [], firstPlace = 1, seen = [], atMs = historyMs, forget } = what
  const arrivals = sent.map((row, index) => ({ place: firstPlace + index, row }))
  return { runs, events: [...events, ...sent], arrivals, seen, atMs, forget }
}
