/** The fate of a call: what came of it → what the server is told. Pure, and the only place that decides whether something is tried again. */
import { isInngestKitError } from "../shared/error.ts"
import type { RetryAfterError } from "../shared/function-errors.ts"
import { encodeError } from "../protocol/error.ts"
import type { CallResponse } from "../protocol/execution.ts"
import { runCompleteId } from "../protocol/step.ts"
import { type Outcome, type RanStep, toStepRun } from "./execution.ts"
import { toJsonValue } from "../shared/loose-json.ts"

export interface Attempt {
  /** 0-based. */
  attempt: number
  maxAttempts: number
  /** Whether the end of the run is reported as an op: so it is when the server counts on checkpoints. */
  endsByOp: boolean
}

/** @source measured: contract §2.4, §2.9 */
export function toCallResponse(outcome: Outcome, attempt: Attempt): CallResponse {
  switch (outcome.kind) {
    case "returned": {
      const data = toJsonValue(outcome.value) ?? null
      return attempt.endsByOp
        ? { kind: "ops", ops: [{ op: "RunComplete", id: runCompleteId, data }] }
        : { kind: "done", data }
    }
    case "threw":
      return toErrorResponse(outcome.error, attempt)
    case "ran":
      return toRanResponse(outcome.step, attempt)
    case "found":
    case "unrecorded":
      return { kind: "ops", ops: outcome.ops }
    case "yielded":
      return { kind: "ops", ops: [{ op: "DiscoveryRequest", id: runCompleteId }] }
    case "lost":
      return toErrorResponse(new Error(`Step ${outcome.stepId} was not found; was the function changed?`), attempt)
    default:
      return outcome satisfies never
  }
}

function toErrorResponse(thrown: unknown, attempt: Attempt): CallResponse {
  const error = encodeError(thrown)
  // An uncaught failure of a step has had its attempts.
  const retryable = !isFinal(thrown, attempt) && codeOf(thrown) !== "step"
  return { kind: "error", error, output: error, retryable, retryAfter: retryable ? retryAfterOf(thrown) : undefined }
}

function toRanResponse(step: RanStep, attempt: Attempt): CallResponse {
  const done = toStepRun(step)
  if (done) return { kind: "ops", ops: [done] }
  const { result, ...identity } = step
  const thrown = result.kind === "error" ? result.error : undefined
  const error = encodeError(thrown)
  return isFinal(thrown, attempt)
    ? { kind: "ops", ops: [{ ...identity, op: "StepFailed", error }] }
    : { kind: "ops", ops: [{ ...identity, op: "StepError", error }], retryAfter: retryAfterOf(thrown) }
}

/** The last attempt, or an error that another one can't mend: by its author's word, or because a step was given what it does not take. */
function isFinal(error: unknown, { attempt, maxAttempts }: Attempt): boolean {
  return attempt + 1 >= maxAttempts || ["non-retriable", "validation"].includes(codeOf(error) ?? "")
}

/** Also of the class of this name from another SDK. A failed step is no such error, though it has the name of what failed it. */
function codeOf(error: unknown): string | undefined {
  if (isInngestKitError(error)) return error.code
  return error instanceof Error && error.name === "NonRetriableError" ? "non-retriable" : undefined
}

/** Whole seconds, or RFC 3339. @source measured (recording `retry-after-error`) */
function retryAfterOf(error: unknown): string | undefined {
  if (codeOf(error) !== "retry-after") return undefined
  const { retryAt, retryAfterMs = 0 } = error as RetryAfterError
  return retryAt === undefined ? String(Math.ceil(retryAfterMs / 1000)) : retryAt.toISOString()
}
