/** A request that a step asked for (`step.fetch`, `step.ai.infer`) came to its end. @source recording `fetch-ai` */
import type { RequestAnswered } from "../inputs.ts"
import { textOf } from "../json-text.ts"
import { isEnded } from "../run.ts"
import type { EngineState } from "../state.ts"
import { settleEvents } from "./arrivals.ts"
import { type Step, stepOf, unchanged } from "./step.ts"
import { completeStep } from "./steps.ts"
import { createTurn, repeatJob } from "./turn.ts"

export function requestAnswered(state: EngineState, input: RequestAnswered): Step<"request.answered"> {
  const { runId, jobId, attempt, answer, atMs, startedAtMs, retryDelayMs } = input
  const run = state.runs.byId.get(runId)
  const job = run?.jobs.get(jobId)
  const step = job?.stepId === undefined ? undefined : run?.steps.get(job.stepId)
  if (run === undefined || job === undefined || step === undefined || isEnded(run.phase) || job.attempt !== attempt)
    return unchanged(state, undefined)
  const turn = createTurn(state, atMs)
  run.jobs.delete(jobId)
  if (answer.kind === "answered") {
    step.attempts.push({ startedAtMs, endedAtMs: atMs, error: undefined })
    const { url, status, headers, body } = answer
    // Any status is an answer.
    const data = step.kind === "ai" ? jsonOr(body) : textOf({ url, status_code: status, headers, body })
    completeStep(turn, run, step, `{"data":${data}}`, "completed")
  } else {
    const error = textOf({ message: answer.message, name: "GatewayError" })
    step.attempts.push({ startedAtMs, endedAtMs: atMs, error })
    if (job.attempt + 1 < run.maxAttempts) repeatJob(turn, run, job, atMs + retryDelayMs)
    else completeStep(turn, run, step, `{"error":${error}}`, "failed")
  }
  settleEvents(turn)
  return stepOf(turn, undefined)
}

function jsonOr(body: string): string {
  try {
    JSON.parse(body)
    return body
  } catch {
    return textOf(body)
  }
}
