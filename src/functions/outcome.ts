/** The fate of a call: what came of it → what the server is told. Pure, and the only place that decides whether something is tried again. */
import { isFunctionError, isNonRetriableError, isRetryAfterError, isStepError, isValidationError } from "../errors.ts"
import { decodeError, encodeError } from "../protocol/error.ts"
import type { CallResponse } from "../protocol/execution.ts"
import { runCompleteId } from "../protocol/step.ts"
import { type Outcome, type RanStep, toStepRun } from "./execution.ts"
import { toJsonValue } from "./loose-json.ts"

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
    case "threw": {
      const output = encodeError(outcome.error)
      // An uncaught failure of a step has had its attempts.
      const retryable = !isFinal(outcome.error, attempt) && !isStepError(outcome.error)
      return {
        kind: "error",
        error: decodeError(output),
        output,
        retryable,
        retryAfter: retryable ? retryAfterOf(outcome.error) : undefined,
      }
    }
    case "ran":
      return toRanResponse(outcome.step, attempt)
    case "found":
    case "unrecorded":
      return { kind: "ops", ops: outcome.ops }
    case "yielded":
      return { kind: "ops", ops: [{ op: "DiscoveryRequest", id: runCompleteId }] }
    case "lost": {
      const message = `The step ${outcome.stepId} was not found: the function no longer gets to it. Was its code changed while it ran?`
      const output = encodeError(new Error(message))
      return { kind: "error", error: decodeError(output), output, retryable: attempt.attempt + 1 < attempt.maxAttempts }
    }
    default:
      return outcome satisfies never
  }
}

function toRanResponse(step: RanStep, attempt: Attempt): CallResponse {
  const done = toStepRun(step)
  if (done !== undefined) return { kind: "ops", ops: [done] }
  const { result, ...identity } = step
  const thrown = result.kind === "error" ? result.error : undefined
  const error = decodeError(encodeError(thrown))
  return isFinal(thrown, attempt)
    ? { kind: "ops", ops: [{ ...identity, op: "StepFailed", error }] }
    : { kind: "ops", ops: [{ ...identity, op: "StepError", error }], retryAfter: retryAfterOf(thrown) }
}

/** The last attempt, or an error that another one can't mend: by its author's word, or because a step was given what it does not take. */
function isFinal(error: unknown, { attempt, maxAttempts }: Attempt): boolean {
  return attempt + 1 >= maxAttempts || isNonRetriable(error) || isValidationError(error)
}

/** Also the class of this name from another SDK. */
function isNonRetriable(error: unknown): boolean {
  return isFunctionError(error)
    ? isNonRetriableError(error)
    : error instanceof Error && error.name === "NonRetriableError"
}

/** Whole seconds, or RFC 3339. @source measured (recording `retry-after-error`) */
function retryAfterOf(error: unknown): string | undefined {
  if (!isRetryAfterError(error)) return undefined
  const { retryAt, retryAfterMs = 0 } = error
  return retryAt === undefined ? String(Math.ceil(retryAfterMs / 1000)) : retryAt.toISOString()
}
