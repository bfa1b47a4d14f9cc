/** What people and programs ask of runs from outside: start, cancel, repeat, signal; and forget. */
import { callEventText } from "../call-event.ts"
import type {
  CancellationRemoved,
  FunctionInvoked,
  HistoryPruned,
  RunCancelled,
  RunRepeated,
  RunsCancelled,
  SignalSent,
} from "../inputs.ts"
import { idempotencyMs } from "../limits.ts"
import { type RunRow, isEnded } from "../run.ts"
import type { EngineState, EventRow } from "../state.ts"
import { forgetIn } from "../tables.ts"
import { seenKey, settleEvents } from "./arrivals.ts"
import { findStep, keepSteps } from "./rerun.ts"
import { cancelRun, forgetStep, openRuns, startRun } from "./runs.ts"
import { runOf, seenOf } from "./lookups.ts"
import { type Step, stepOf, unchanged } from "./step.ts"
import { completeStep } from "./steps.ts"
import { storeEvent } from "./store-event.ts"
import { createTurn } from "./turn.ts"

export function functionInvoked(state: EngineState, input: FunctionInvoked): Step<"function.invoked"> {
  const { slug, event, idempotencyKey, atMs } = input
  const key = idempotencyKey === undefined ? undefined : seenKey(`invoke ${slug}`, idempotencyKey)
  const seen = key === undefined ? undefined : seenOf(state, key)
  if (seen !== undefined && seen.untilMs > atMs)
    return unchanged(state, { eventId: event.internalId, runId: seen.runId, isRepeated: true })
  const turn = createTurn(state, atMs)
  const row: EventRow = {
    internalId: event.internalId,
    receivedAtMs: atMs,
    id: event.id ?? event.internalId,
    name: event.name,
    data: withInvocation(event.data, slug),
    ts: event.ts ?? atMs,
    v: event.v,
    user: event.user,
  }
  storeEvent(state, row, { isOwn: true })
  const fn = state.functions.get(slug)
  if (fn === undefined) return stepOf(turn, { eventId: row.internalId, runId: undefined, isRepeated: false })
  const run = startRun(turn, fn, {
    cause: { kind: "invoke", parent: undefined },
    eventIds: [row.internalId],
    events: [callEventText(row)],
    eventName: row.name,
    dueAtMs: row.ts,
  })
  if (key !== undefined) state.seen.set(key, { runId: run.id, untilMs: atMs + idempotencyMs })
  return stepOf(turn, { eventId: row.internalId, runId: run.id, isRepeated: false })
}

export function runCancelled(state: EngineState, { runId, reason, atMs }: RunCancelled): Step<"run.cancelled"> {
  const run = runOf(state, runId)
  if (run === undefined) return unchanged(state, { outcome: "unknown" })
  if (isEnded(run.phase))
    return unchanged(state, { outcome: run.phase.kind === "cancelled" ? "already-cancelled" : "already-ended" })
  const turn = createTurn(state, atMs)
  cancelRun(turn, run, reason)
  settleEvents(turn)
  return stepOf(turn, { outcome: "cancelled" })
}

export function runsCancelled(state: EngineState, input: RunsCancelled): Step<"runs.cancelled"> {
  const { id, slug, startedAfterMs = -Infinity, startedBeforeMs, condition, atMs } = input
  const turn = createTurn(state, atMs)
  const meant = openRuns(
    turn,
    slug,
    condition,
    ({ queuedAtMs }) => queuedAtMs >= startedAfterMs && queuedAtMs <= startedBeforeMs,
  )
  const appName = state.functions.get(slug)?.appName ?? ""
  const row = { id, createdAtMs: atMs, slug, appName, startedAfterMs: input.startedAfterMs, startedBeforeMs, condition }
  state.cancellations.set(id, row)
  for (const run of meant) cancelRun(turn, run)
  settleEvents(turn)
  return stepOf(turn, { count: meant.length })
}

export function cancellationRemoved(state: EngineState, { id }: CancellationRemoved): Step<"cancellation.removed"> {
  const existed = state.cancellations.delete(id)
  const result = { existed }
  return existed ? { state, effects: [{ kind: "record" }, { kind: "answer", result }] } : unchanged(state, result)
}

export function runRepeated(state: EngineState, { runId, fromStep, atMs }: RunRepeated): Step<"run.repeated"> {
  const original = runOf(state, runId)
  const fn = original === undefined ? undefined : state.functions.get(original.slug)
  if (original === undefined || fn === undefined)
    return unchanged(state, { runId: undefined, fault: "unknown-run" as const })
  const from = fromStep === undefined ? undefined : findStep(original, fromStep.step)
  if (from !== undefined && "fault" in from) return unchanged(state, { runId: undefined, fault: from.fault })
  const turn = createTurn(state, atMs)
  const { eventIds, events, eventName } = original
  const cause = { kind: "rerun", originalRunId: runId } as const
  const kept = from === undefined ? {} : { keep: (run: RunRow) => keepSteps(run, original, from, fromStep?.input) }
  const run = startRun(turn, fn, { cause, eventIds, events, eventName, ...kept })
  return stepOf(turn, { runId: run.id })
}

export function signalSent(state: EngineState, { signal, data, atMs }: SignalSent): Step<"signal.sent"> {
  const wait = state.signals.get(signal)
  const run = wait === undefined ? undefined : state.runs.byId.get(wait.runId)
  const step = wait === undefined ? undefined : run?.steps.get(wait.stepId)
  if (run === undefined || step?.phase.kind !== "listening") return unchanged(state, { runId: undefined })
  const turn = createTurn(state, atMs)
  forgetStep(turn, step.phase)
  completeStep(turn, run, step, `{"data":{"data":${data},"signal":${JSON.stringify(signal)}}}`, "completed")
  return stepOf(turn, { runId: run.id })
}

/** Of what the archive does not hold. There it happens as the snapshot is taken that follows. */
export function historyPruned(state: EngineState, { beforeMs }: HistoryPruned): Step<"history.pruned"> {
  const { runs, events } = state
  const result = forgetIn(runs, events, beforeMs, () => false)
  for (const [key, { untilMs }] of state.seen) if (untilMs < beforeMs) state.seen.delete(key)
  const outdated = [...state.cancellations.values()].filter(({ createdAtMs }) => createdAtMs < beforeMs)
  for (const { id } of outdated) state.cancellations.delete(id)
  return result.runs === 0 && result.events === 0 && outdated.length === 0
    ? unchanged(state, result)
    : { state, effects: [{ kind: "record" }, { kind: "answer", result }] }
}

/** What says who invoked: nobody. @source measured (recording `events-api`) */
function withInvocation(data: string | null, slug: string): string {
  const invocation = {
    expire: 0,
    fn_id: slug,
    gid: "",
    name: "",
    source_app_id: "",
    source_fn_id: "",
    source_fn_v: 0,
  }
  const rest = (data ?? "{}").slice(1)
  return `{"_inngest":${JSON.stringify(invocation)}${rest === "}" ? "" : ","}${rest}`
}
