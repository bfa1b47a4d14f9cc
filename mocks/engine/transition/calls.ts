/**
 * A call was answered.
 *
 * I1. An answer counts for the attempt of the job that asked for it, and once: all others change nothing.
 */
import { ProtocolError } from "../../../src/errors.ts"
import { type CallResponse, decodeCallAnswer } from "../../../src/protocol/execution.ts"
import { callHeaders } from "../../../src/protocol/headers.ts"
import type { SerializedError } from "../../../src/protocol/error.ts"
import { type JsonValue, isJsonObject, parseJson } from "../../../src/shared/json.ts"
import type { CallAnswered, RawAnswer, RunStarted } from "../inputs.ts"
import { textOf } from "../json-text.ts"
import { maxAnswerBytes } from "../limits.ts"
import { type Job, type RunFailure, type RunRow, isEnded } from "../run.ts"
import type { EngineState } from "../state.ts"
import { type EngineFault, engineFault, failAttempt } from "./attempts.ts"
import { handleOps } from "./ops.ts"
import { settleEvents } from "./arrivals.ts"
import { completeRun, markStarted } from "./runs.ts"
import { type Step, stepOf, unchanged } from "./step.ts"
import { type Turn, createTurn } from "./turn.ts"

export function runStarted(state: EngineState, { atMs, runId }: RunStarted): Step<"run.started"> {
  const run = state.runs.byId.get(runId)
  const turn = createTurn(state, atMs)
  return run !== undefined && markStarted(turn, run) ? stepOf(turn, undefined) : unchanged(state, undefined)
}

export function callAnswered(state: EngineState, input: CallAnswered): Step<"call.answered"> {
  const { runId, jobId, attempt, answer, atMs } = input
  const run = state.runs.byId.get(runId)
  const job = run?.jobs.get(jobId)
  // I1
  if (run === undefined || job === undefined || isEnded(run.phase) || job.attempt !== attempt)
    return unchanged(state, undefined)
  const turn = createTurn(state, atMs)
  markStarted(turn, run)
  run.jobs.delete(jobId)
  const decoded = decode(answer)
  // Measured: an answer without ops tells no version (recording `fn-fail-final`).
  if (answer.kind === "answered" && decoded.kind === "ops" && run.requestVersion === -1 && answer.version > 0)
    run.requestVersion = answer.version
  take(turn, run, job, input, decoded)
  settleEvents(turn)
  return stepOf(turn, undefined)
}

/** An answer as this engine goes on from it. */
type Decoded = CallResponse | EngineFault

function decode(answer: RawAnswer): Decoded {
  if (answer.kind === "unreachable") return engineFault(answer.message, "Error", answer.message)
  if (answer.body.length > maxAnswerBytes) {
    const message = `the answer has ${answer.body.length} bytes; ${maxAnswerBytes} at most are taken`
    return engineFault("InngestErrFunctionOutputTooLarge", "InngestErrFunctionOutputTooLarge", message)
  }
  const fields: Record<string, string | null> = {
    [callHeaders.sdk]: answer.isSdk ? "sdk" : null,
    [callHeaders.noRetry]: answer.noRetry ? "true" : null,
    [callHeaders.retryAfter]: answer.retryAfter,
  }
  try {
    return decodeCallAnswer({ ...answer, headers: { get: (name) => fields[name] ?? null } })
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    const message = `error reading generator opcode response: ${unknownOpcode(error, answer.body) ?? error.message}`
    return engineFault(message, "Error", message)
  }
}

/** @source measured: `Bogus does not belong to Opcode values` */
function unknownOpcode({ path }: ProtocolError, body: string): string | undefined {
  if (!path.endsWith(".op")) return undefined
  const parsed = parseJson(body)
  const list = parsed.ok ? (Array.isArray(parsed.value) ? parsed.value : [parsed.value]) : []
  const op = list[Number(/\[(\d+)\]/.exec(path)?.[1] ?? 0)]
  return isJsonObject(op) && typeof op.op === "string" ? `${op.op} does not belong to Opcode values` : undefined
}

function take(turn: Turn, run: RunRow, job: Job, input: CallAnswered, decoded: Decoded): void {
  const { startedAtMs, answer } = input
  const attempt = (error?: string) => ({ startedAtMs, endedAtMs: turn.atMs, error })
  switch (decoded.kind) {
    case "done":
      run.attempts.push(attempt())
      completeRun(turn, run, answer.kind === "answered" && answer.body !== "" ? answer.body : "null")
      return
    case "ops":
      handleOps(turn, run, job, { ...input, retryAfter: decoded.retryAfter, ops: decoded.ops })
      return
    case "error": {
      const output = failedOutput(answer, decoded.output)
      const failure = sdkFailure(decoded.error, decoded.output, answer)
      failAttempt(turn, run, job, input, {
        output,
        failure,
        isFinal: !decoded.retryable,
        retryAfter: decoded.retryAfter,
      })
      return
    }
    case "unreadable":
      failAttempt(turn, run, job, input, { ...decoded, isFinal: false, retryAfter: undefined })
      return
    default:
      decoded satisfies never
  }
}

/** What a failed run shows. @source measured: of a success that is none (201, 204) not the body */
function failedOutput(answer: RawAnswer, output: JsonValue): string {
  if (answer.kind !== "answered") return textOf(output)
  const { body, status, isSdk } = answer
  if (isSdk && status > 200 && status < 300) return body === "" ? "null" : textOf("invalid status code: 0")
  return body === "" ? textOf(output) : body
}

function sdkFailure(error: SerializedError, output: JsonValue, answer: RawAnswer): RunFailure {
  const status = answer.kind === "answered" ? answer.status : 0
  return {
    // Measured: of whatever class the error was.
    code: answer.kind === "answered" && answer.noRetry ? "NonRetriableError" : `invalid status code: ${status}`,
    name: error.name,
    message: error.message,
    stack: error.stack,
    cause: isJsonObject(output) && output.cause !== undefined ? textOf(output.cause) : undefined,
    isOfSdk: isJsonObject(output),
  }
}
