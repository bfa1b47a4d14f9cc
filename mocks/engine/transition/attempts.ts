/**
 * Attempts fail.
 *
 * I1. Here alone it is decided what becomes of a failed attempt of a run: another one, or its end. (Of a step: `ops.ts`, by the same count.)
 */
import { retryAfterAtMs } from "../../../src/protocol/execution.ts"
import type { Job, RunFailure, RunRow } from "../run.ts"
import { failRun } from "./runs.ts"
import { type Turn, repeatJob } from "./turn.ts"

export interface EngineFault {
  readonly kind: "unreadable"
  readonly output: string
  readonly failure: RunFailure
}

/** What the engine itself says about an attempt. @source measured: `Unable to reach SDK URL` and the like */
export function engineFault(code: string, name: string, message: string, stack?: string): EngineFault {
  const shown = name === "Error" ? code : `${name}: ${message}`
  const output = JSON.stringify({ error: { error: shown, name, message, ...(stack === undefined ? {} : { stack }) } })
  return {
    kind: "unreadable",
    output,
    failure: { code, name: "Error", message: output, stack: undefined, cause: undefined, isOfSdk: false },
  }
}

export interface FailedAttempt {
  readonly output: string
  readonly failure: RunFailure
  readonly isFinal: boolean
  readonly retryAfter: string | undefined
}

/** I1 */
export function failAttempt(
  turn: Turn,
  run: RunRow,
  job: Job,
  { startedAtMs, retryDelayMs }: { startedAtMs: number; retryDelayMs: number },
  { output, failure, isFinal, retryAfter }: FailedAttempt,
): void {
  const step = job.stepId === undefined ? undefined : run.steps.get(job.stepId)
  const attempt = { startedAtMs, endedAtMs: turn.atMs, error: output }
  ;(step ?? run).attempts.push(attempt)
  if (!isFinal && job.attempt + 1 < run.maxAttempts) {
    repeatJob(turn, run, job, retryAtMs(turn, retryAfter, retryDelayMs))
    return
  }
  failRun(turn, run, output, failure)
}

export function retryAtMs({ atMs }: Turn, retryAfter: string | undefined, retryDelayMs: number): number {
  const askedAtMs = retryAfter === undefined ? undefined : retryAfterAtMs(retryAfter, atMs)
  return askedAtMs ?? atMs + retryDelayMs
}
