/**
 * Steps begin and end.
 *
 * I1. A step ends once, and its result never changes: what is reported again under its id is ignored.
 * I2. After a parallel group there is one discovery call, when its last member has ended; with version 1, and in race mode, one after each.
 * I3. From that call on steps run at once again, unless it was a sleep that ended last (measured, recordings `parallel` and `wait-if-functions`).
 */
import type { RunRow, StepKind, StepOutcome, StepRow } from "../run.ts"
import { type Turn, addJob } from "./turn.ts"

export interface StepDraft {
  readonly id: string
  readonly kind: StepKind
  readonly name: string
  readonly parallelMode?: "race" | undefined
}

/** The row of a step, made when it is reported for the first time. */
export function rowOf(turn: Turn, run: RunRow, { id, kind, name, parallelMode }: StepDraft): StepRow {
  let step = run.steps.get(id)
  if (step === undefined) {
    const isRace = parallelMode === "race"
    step = { id, kind, name, isRace, queuedAtMs: turn.atMs, attempts: [], phase: { kind: "queued" } }
    run.steps.set(id, step)
  }
  return step
}

/** Keep what a step gave. @param memo JSON text. */
export function saveStep(turn: Turn, run: RunRow, step: StepRow, memo: string, outcome: StepOutcome): void {
  // I1
  if (step.phase.kind === "done") return
  step.phase = { kind: "done", endedAtMs: turn.atMs, memo, outcome }
  run.stack.push(step.id)
  run.stateBytes += memo.length
}

/** Keep what a step gave, and go on with the run. */
export function completeStep(turn: Turn, run: RunRow, step: StepRow, memo: string, outcome: StepOutcome): void {
  if (step.phase.kind === "done") return
  saveStep(turn, run, step, memo, outcome)
  run.pending.delete(step.id)
  // I2
  if (run.pending.size > 0 && !step.isRace && run.requestVersion !== 1) return
  // I3
  if (step.kind !== "sleep" && run.requestVersion !== 1) run.mustPlan = false
  addJob(turn, run, { kind: "call" })
}
