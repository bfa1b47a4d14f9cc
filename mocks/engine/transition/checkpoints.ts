/**
 * Steps that an SDK reports while its call goes on.
 *
 * I1. They are kept, and nothing is queued: the call itself goes on. What it reports a second time changes nothing.
 */
import { parseOps } from "../../../src/protocol/ops-text.ts"
import { decodeStepOp, memoizedError } from "../../../src/protocol/step.ts"
import type { StepsCheckpointed } from "../inputs.ts"
import { textOf } from "../json-text.ts"
import { isEnded } from "../run.ts"
import type { EngineState } from "../state.ts"
import { settleEvents } from "./arrivals.ts"
import { runOf } from "./lookups.ts"
import { completeRun, markStarted } from "./runs.ts"
import { type Step, stepOf, unchanged } from "./step.ts"
import { rowOf, saveStep } from "./steps.ts"
import { createTurn } from "./turn.ts"

export function stepsCheckpointed(state: EngineState, input: StepsCheckpointed): Step<"steps.checkpointed"> {
  const { runId, steps, atMs } = input
  const run = runOf(state, runId)
  const list = parseOps(steps)
  if (run === undefined || !list.ok || !Array.isArray(list.value)) return unchanged(state, { taken: false })
  if (isEnded(run.phase)) return unchanged(state, { taken: true })
  const turn = createTurn(state, atMs)
  markStarted(turn, run)
  for (const [index, json] of list.value.entries()) {
    const op = decodeStepOp(json, "checkpoint.async", `steps[${index}]`)
    switch (op.op) {
      case "StepRun":
      case "Step":
      case "StepFailed": {
        const step = rowOf(turn, run, {
          id: op.id,
          kind: "run",
          name: op.displayName ?? op.userlandId ?? op.id,
        })
        if (step.phase.kind === "done") break
        const isFailed = op.op === "StepFailed"
        const startedAtMs = "timing" in op && op.timing !== undefined ? op.timing.startedAtMs : atMs
        const error = isFailed ? textOf((memoizedError(op.error) as { error: unknown }).error) : undefined
        step.attempts.push({ startedAtMs, endedAtMs: atMs, error })
        const memo =
          op.op === "StepFailed"
            ? textOf(memoizedError(op.error))
            : op.op === "Step"
              ? textOf(op.data)
              : `{"data":${textOf(op.data)}}`
        saveStep(turn, run, step, memo, isFailed ? "failed" : "completed")
        run.pending.delete(step.id)
        break
      }
      case "RunComplete":
      case "SyncRunComplete":
        completeRun(turn, run, textOf(op.data))
        break
      default:
        // Comes again in the answer of the call, which is where it is acted upon.
        break
    }
  }
  settleEvents(turn)
  return stepOf(turn, { taken: true })
}
