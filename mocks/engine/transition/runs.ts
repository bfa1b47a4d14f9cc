/**
 * Runs start and end.
 *
 * I1. A run ends once. What it waited for is forgotten with it, and what comes later for it is ignored.
 * I2. Every end tells: `inngest/function.finished`, and before it `failed` or `cancelled`, unless the run was itself started by a failure or an
 *     end; and whoever invoked it goes on.
 */
import type { FunctionRow } from "../app.ts"
import { parseCallEvent } from "../call-event.ts"
import { compileExpression } from "../expression.ts"
import { endEvents, invokeMemo } from "../internal-events.ts"
import { type EndPhase, type RunCause, type RunFailure, type RunRow, type StepPhase, isEnded } from "../run.ts"
import { registerRun } from "./register-run.ts"
import { storeEvent } from "./store-event.ts"
import { completeStep } from "./steps.ts"
import { type Turn, addJob, newId, setTimer } from "./turn.ts"

export interface RunDraft {
  readonly cause: RunCause
  readonly eventIds: readonly string[]
  readonly events: readonly string[]
  readonly eventName: string
  /** Not before this. @default now */
  readonly dueAtMs?: number
  /** Steps that count as done, or come with another input. */
  readonly keep?: (run: RunRow) => void
}

export function startRun(turn: Turn, fn: FunctionRow, draft: RunDraft): RunRow {
  const { state, atMs } = turn
  const run = createRun(newId(turn), fn, draft, atMs)
  draft.keep?.(run)
  registerRun(state, run)
  const dueAtMs = Math.max(atMs, draft.dueAtMs ?? atMs)
  addJob(turn, run, { kind: "call", dueAtMs })
  if (fn.startTimeoutMs !== undefined)
    setTimer(turn, dueAtMs + fn.startTimeoutMs, { kind: "run.start-limit", runId: run.id })
  return run
}

/** A run of which nothing has happened yet. */
export function createRun(
  id: string,
  fn: Pick<FunctionRow, "slug" | "id" | "appName" | "appId" | "maxAttempts">,
  { cause, eventIds, events, eventName }: RunDraft,
  queuedAtMs: number,
): RunRow {
  return {
    id,
    slug: fn.slug,
    functionId: fn.id,
    appName: fn.appName,
    appId: fn.appId,
    maxAttempts: fn.maxAttempts,
    cause,
    queuedAtMs,
    eventIds,
    events,
    eventName,
    phase: { kind: "queued" },
    requestVersion: -1,
    mustPlan: false,
    steps: new Map(),
    stack: [],
    pending: new Set(),
    jobs: new Map(),
    stateBytes: 0,
    attempts: [],
  }
}

/** The first call is on its way. */
export function markStarted(turn: Turn, run: RunRow): boolean {
  if (run.phase.kind !== "queued") return false
  run.phase = { kind: "running", startedAtMs: turn.atMs }
  const finishTimeoutMs = turn.state.functions.get(run.slug)?.finishTimeoutMs
  if (finishTimeoutMs !== undefined)
    setTimer(turn, turn.atMs + finishTimeoutMs, { kind: "run.finish-limit", runId: run.id })
  return true
}

export function completeRun(turn: Turn, run: RunRow, output: string): void {
  endRun(turn, run, { kind: "completed", startedAtMs: startOf(turn, run), endedAtMs: turn.atMs, output })
}

export function failRun(turn: Turn, run: RunRow, output: string, failure: RunFailure): void {
  endRun(turn, run, { kind: "failed", startedAtMs: startOf(turn, run), endedAtMs: turn.atMs, output, failure })
}

export function cancelRun(turn: Turn, run: RunRow, reason?: string): void {
  const startedAtMs = run.phase.kind === "queued" ? undefined : run.phase.startedAtMs
  const why = reason === undefined ? {} : { reason }
  endRun(turn, run, { kind: "cancelled", startedAtMs, endedAtMs: turn.atMs, ...why })
}

function startOf(turn: Turn, { phase }: RunRow): number {
  return phase.kind === "queued" ? turn.atMs : (phase.startedAtMs ?? turn.atMs)
}

function endRun(turn: Turn, run: RunRow, phase: EndPhase): void {
  // I1
  if (isEnded(run.phase)) return
  const { state } = turn
  run.phase = phase
  run.jobs.clear()
  run.pending.clear()
  for (const step of run.steps.values()) if (step.phase.kind !== "done") forgetStep(turn, step.phase)
  const open = state.runs.open.get(run.slug)
  open?.delete(run)
  if (open?.size === 0) state.runs.open.delete(run.slug)

  // I2
  const ends = endEvents(run, phase, turn.atMs, () => newId(turn))
  if (!/^inngest\/function\.(?:failed|finished)$/.test(run.eventName)) {
    for (const row of ends) storeEvent(state, row, { isOwn: true })
    turn.events.push(...ends)
  }
  const parent = state.invocations.get(run.id)
  if (parent === undefined) return
  state.invocations.delete(run.id)
  const caller = state.runs.byId.get(parent.runId)
  const step = caller?.steps.get(parent.stepId)
  if (caller === undefined || step?.phase.kind !== "invoking" || isEnded(caller.phase)) return
  state.timers.remove(step.phase.timer)
  completeStep(turn, caller, step, invokeMemo(phase, ends[0]), phase.kind === "failed" ? "failed" : "completed")
}

/** What a step waited for, taken out of the tables that lead to it. */
export function forgetStep({ state }: Turn, phase: Exclude<StepPhase, { kind: "done" }>): void {
  switch (phase.kind) {
    case "sleeping":
    case "invoking":
      state.timers.remove(phase.timer)
      break
    case "waiting": {
      state.timers.remove(phase.wait.timer)
      const waits = state.waits.get(phase.wait.event)
      waits?.delete(phase.wait)
      if (waits?.size === 0) state.waits.delete(phase.wait.event)
      break
    }
    case "listening":
      state.timers.remove(phase.wait.timer)
      if (state.signals.get(phase.wait.signal) === phase.wait) state.signals.delete(phase.wait.signal)
      break
    case "queued":
    case "requesting":
      break
  }
}

/** Runs of a function that go on and that a condition holds for. */
export function openRuns(
  { state, atMs }: Turn,
  slug: string,
  condition: string | undefined,
  isMeant: (run: RunRow) => boolean,
): RunRow[] {
  const runs = [...(state.runs.open.get(slug) ?? [])].filter(isMeant)
  if (condition === undefined || condition === "") return runs
  const compiled = compileExpression(condition)
  if (!compiled.ok) return []
  return runs.filter((run) =>
    compiled.expression.matches({ event: parseCallEvent(run.events[0] ?? "null"), nowMs: atMs }),
  )
}
