/**
 * A run again, but from a step on: what was reported before that step and is done is taken over.
 *
 * @source https://www.inngest.com/docs/platform/manage/rerun-function-runs; the server's source, `reconstruct` (not measured). There the order
 * is that of starts, here that of reports, which differs within a parallel group alone.
 */
import type { RunRow, StepRow } from "../run.ts"

/** By its id, or by its name, where only one step has it. */
export function findStep(
  { steps }: Pick<RunRow, "steps">,
  asked: string,
): StepRow | { readonly fault: "unknown-step" | "several-steps" } {
  const exact = steps.get(asked)
  if (exact !== undefined) return exact
  const [first, second] = [...steps.values()].filter(({ name }) => name === asked)
  if (first === undefined) return { fault: "unknown-step" }
  return second === undefined ? first : { fault: "several-steps" }
}

/** @param input of the step; JSON text of a list. */
export function keepSteps(run: RunRow, original: RunRow, from: StepRow, input: string | undefined): void {
  for (const step of original.steps.values()) {
    if (step.id === from.id) break
    if (step.phase.kind !== "done") continue
    run.steps.set(step.id, { ...step, attempts: [...step.attempts] })
    run.stateBytes += step.phase.memo.length
  }
  run.stack.push(...original.stack.filter((id) => run.steps.has(id)))
  if (input === undefined) return
  const { id, kind, name, isRace } = from
  run.steps.set(id, {
    id,
    kind,
    name,
    isRace,
    queuedAtMs: run.queuedAtMs,
    attempts: [],
    phase: { kind: "queued" },
    input,
  })
}
