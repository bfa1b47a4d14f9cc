/**
 * What an SDK asks for in an answer: each kind of op, in one table.
 *
 * I1. More than one op is a parallel group: steps are planned from then on, and its members are pending until they end.
 * I2. Waits come first, so that an event which another member of the group sends is not missed.
 * I3. An op whose step is over, or already under way, changes nothing.
 *
 * @source contract §2.5–§2.8; recordings `parallel*`, `race`, `raw-server-reactions`
 */
import type { SerializedError } from "../../../src/protocol/error.ts"
import { type StepOp, memoizedError } from "../../../src/protocol/step.ts"
import { compileExpression } from "../expression.ts"
import { textOf } from "../json-text.ts"
import { maxOps, maxStateBytes, maxStepBytes, maxSteps, maxWaitMs, yearMs } from "../limits.ts"
import { parseMoment } from "../moment.ts"
import { type Job, type RunRow, type StepKind, type StepRow, isEnded } from "../run.ts"
import { type FailedAttempt, engineFault, failAttempt, retryAtMs } from "./attempts.ts"
import { startInvocation } from "./invocations.ts"
import { completeRun, failRun } from "./runs.ts"
import { completeStep, rowOf } from "./steps.ts"
import { type Turn, addJob, repeatJob, setTimer } from "./turn.ts"
import { listenForSignal, waitForEvent } from "./waits.ts"

/** An answer's ops, and what is known of the call that brought them. */
export interface OpsAnswer {
  readonly ops: readonly StepOp[]
  readonly startedAtMs: number
  readonly retryDelayMs: number
  readonly retryAfter: string | undefined
}

interface Report extends OpsAnswer {
  readonly turn: Turn
  readonly run: RunRow
  readonly job: Job
  /** Whether one of the ops has its job made again. */
  isRepeated: boolean
}

/** An SDK that answers with nothing at all is asked again. Not at once: a clock that stands still would never get past it. */
const emptyAnswerPauseMs = 100

export function handleOps(turn: Turn, run: RunRow, job: Job, answer: OpsAnswer): void {
  const { ops } = answer
  if (ops.length === 0) return addJob(turn, run, { kind: "call", dueAtMs: turn.atMs + emptyAnswerPauseMs })
  if (ops.length > maxOps)
    return overflow(
      turn,
      run,
      "InngestErrFunctionOverflowed",
      `the answer has ${ops.length} ops; the limit is ${maxOps}`,
    )
  // I1
  const counted = ops.filter(({ op }) => op !== "DeferAdd" && op !== "DeferAbort")
  if (counted.length > 1) run.mustPlan = true
  else if (job.stepId === undefined && counted.length === 1) run.mustPlan = false
  for (const op of counted) if (isAsync(op) && run.steps.get(op.id)?.phase.kind !== "done") run.pending.add(op.id)
  // I2
  const inOrder = [...ops.filter(({ op }) => op === "WaitForEvent"), ...ops.filter(({ op }) => op !== "WaitForEvent")]
  const report: Report = { ...answer, turn, run, job, isRepeated: false }
  for (const op of inOrder) {
    if (isEnded(run.phase)) return
    ;(handlers[op.op] as (op: StepOp, report: Report) => void)(op, report)
  }
  if (isEnded(run.phase)) return
  if (run.steps.size > maxSteps)
    overflow(turn, run, "InngestErrFunctionOverflowed", `the run has more than ${maxSteps} steps`)
  else if (run.stateBytes > maxStateBytes)
    overflow(turn, run, "InngestErrStateOverflowed", `the steps of the run gave more than ${maxStateBytes} bytes`)
}

/** Members of a group that end later than the answer. */
function isAsync({ op }: StepOp): boolean {
  return !/^(?:StepRun|StepFailed|Step|RunComplete|SyncRunComplete|DiscoveryRequest|None)$/.test(op)
}

/** A limit of the engine, or a request that can't be met: the run is over, at once. */
function overflow(turn: Turn, run: RunRow, code: string, message: string, stack?: string): void {
  const { output, failure } = engineFault(code, code, message, stack)
  failRun(turn, run, output, failure)
}

const handlers: { readonly [Op in StepOp["op"]]: (op: Extract<StepOp, { op: Op }>, report: Report) => void } = {
  StepRun: (op, report) => finish(op, report, `{"data":${textOf(op.data)}}`),
  Step: (op, report) => finish(op, report, textOf(op.data)),
  StepFailed: (op, report) => fail(op, report, op.error),
  StepError(op, report) {
    const { turn, run, job, startedAtMs, retryAfter, retryDelayMs } = report
    if (job.attempt + 1 >= run.maxAttempts) return fail(op, report, op.error)
    const step = ranRow(op, report)
    if (step.phase.kind === "done") return
    step.attempts.push({ startedAtMs, endedAtMs: turn.atMs, error: errorText(op.error) })
    if (!report.isRepeated) repeatJob(turn, run, job, retryAtMs(turn, retryAfter, retryDelayMs))
    report.isRepeated = true
  },
  StepPlanned(op, { turn, run, job }) {
    const step = rowOf(turn, run, { ...op, kind: "run", name: nameOf(op) })
    // I3
    if (step.phase.kind === "done" || [...run.jobs.values()].some(({ stepId }) => stepId === op.id)) return
    // Measured: it knows what the call knew that planned it, also where a checkpoint came in between.
    const { stackAtStart } = job
    addJob(turn, run, { kind: "call", stepId: op.id, stackAtStart })
  },
  Sleep(op, report) {
    const { turn, run } = report
    const untilMs = parseMoment(op.duration, turn.atMs)
    if (untilMs === undefined) return refuse(report, `the sleep ${JSON.stringify(op.duration)} is no duration`)
    const step = freshRow(op, report, "sleep")
    if (step === undefined || !isInTime(report, untilMs)) return
    const timer = setTimer(turn, Math.max(untilMs, turn.atMs), { kind: "step", runId: run.id, stepId: op.id })
    step.phase = { kind: "sleeping", timer }
  },
  WaitForEvent(op, report) {
    const { turn, run } = report
    const step = freshRow(op, report, "wait")
    if (step === undefined) return
    const compiled = op.if === undefined || op.if === "" ? undefined : compileExpression(op.if)
    if (compiled?.ok === false) {
      const message = "Wait for event If expression failed to compile"
      return overflow(turn, run, "InvalidExpression", message, `error compiling expression: ${compiled.message}`)
    }
    // Measured: without a timeout it is over at once.
    const untilMs = op.timeout === undefined ? turn.atMs : parseMoment(op.timeout, turn.atMs)
    if (untilMs === undefined) return refuse(report, `the timeout ${JSON.stringify(op.timeout)} is no duration`)
    if (!isInTime(report, untilMs)) return
    waitForEvent(turn, run, step, { event: op.event, condition: op.if, expression: compiled?.expression, untilMs })
  },
  WaitForSignal(op, report) {
    const { turn, run } = report
    const step = freshRow(op, report, "signal")
    if (step === undefined) return
    const untilMs = op.timeout === undefined ? turn.atMs + yearMs : parseMoment(op.timeout, turn.atMs)
    if (untilMs === undefined) return refuse(report, `the timeout ${JSON.stringify(op.timeout)} is no duration`)
    if (!isInTime(report, untilMs)) return
    if (!listenForSignal(turn, run, step, { signal: op.signal, untilMs, isReplacing: op.conflict === "replace" }))
      overflow(turn, run, "Error", "Signal conflict; signal wait already exists for another run")
  },
  InvokeFunction(op, report) {
    const { turn, run } = report
    const step = freshRow(op, report, "invoke")
    if (step === undefined) return
    const untilMs = op.timeout === undefined ? turn.atMs + yearMs : parseMoment(op.timeout, turn.atMs)
    if (untilMs === undefined) return refuse(report, `the timeout ${JSON.stringify(op.timeout)} is no duration`)
    if (!isInTime(report, untilMs)) return
    startInvocation(turn, run, step, { ...op, untilMs })
  },
  Gateway(op, report) {
    const { turn, run } = report
    const step = freshRow(op, report, "fetch")
    if (step === undefined) return
    step.phase = { kind: "requesting", request: { url: op.url, method: op.method, headers: op.headers, body: op.body } }
    addJob(turn, run, { kind: "request", stepId: op.id })
  },
  AIGateway(op, report) {
    const { turn, run } = report
    const step = freshRow(op, report, "ai")
    if (step === undefined) return
    const { url, headers = {}, body, auth_key: key, format } = op.opts
    const fields = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]))
    if (typeof key === "string" && key !== "") Object.assign(fields, keyHeaders(String(format), key))
    step.phase = {
      kind: "requesting",
      request: {
        url: String(url),
        method: "POST",
        headers: { "content-type": "application/json", ...fields },
        body: typeof body === "string" ? body : textOf(body),
      },
    }
    addJob(turn, run, { kind: "request", stepId: op.id })
  },
  RunComplete: (op, { turn, run, startedAtMs }) => {
    run.attempts.push({ startedAtMs, endedAtMs: turn.atMs, error: undefined })
    completeRun(turn, run, textOf(op.data))
  },
  SyncRunComplete: (op, { turn, run }) => completeRun(turn, run, textOf(op.data)),
  DiscoveryRequest: (_op, { turn, run }) => addJob(turn, run, { kind: "call" }),
  // Measured: nothing follows.
  None: () => {},
  DeferAdd: () => {},
  DeferAbort: () => {},
}

type RanOp = Extract<StepOp, { op: "StepRun" | "Step" | "StepFailed" | "StepError" }>

function ranRow(op: RanOp, { turn, run }: Report): StepRow {
  return rowOf(turn, run, { ...op, kind: "run", name: nameOf(op) })
}

/** The row of an op that starts something, unless that is over or under way (I3). */
function freshRow(op: StepOp, { turn, run }: Report, kind: StepKind): StepRow | undefined {
  const step = rowOf(turn, run, { ...op, kind, name: nameOf(op) })
  return step.phase.kind === "queued" && step.attempts.length === 0 ? step : undefined
}

function nameOf(op: StepOp): string {
  return op.displayName ?? op.userlandId ?? ("name" in op ? (op.name ?? op.id) : op.id)
}

function finish(op: RanOp, report: Report, memo: string): void {
  const { turn, run, startedAtMs } = report
  const step = ranRow(op, report)
  if (step.phase.kind === "done") return
  if (memo.length > maxStepBytes) {
    const message = `the step ${JSON.stringify(step.name)} gave ${memo.length} bytes; the limit is ${maxStepBytes}`
    return overflow(turn, run, "InngestErrStepOutputTooLarge", message)
  }
  step.attempts.push({ startedAtMs, endedAtMs: turn.atMs, error: undefined })
  completeStep(turn, run, step, memo, "completed")
}

function fail(op: RanOp, report: Report, error: SerializedError): void {
  const step = ranRow(op, report)
  if (step.phase.kind === "done") return
  step.attempts.push({ startedAtMs: report.startedAtMs, endedAtMs: report.turn.atMs, error: errorText(error) })
  const memo = textOf(memoizedError(error))
  completeStep(report.turn, report.run, step, memo, "failed")
}

function errorText(error: SerializedError): string {
  return textOf((memoizedError(error) as { error: unknown }).error)
}

/** An op that can't be carried out: a failed attempt. */
function refuse({ turn, run, job, startedAtMs, retryDelayMs, retryAfter }: Report, message: string): void {
  const { output, failure } = engineFault(message, "Error", message)
  const attempt: FailedAttempt = { output, failure, isFinal: false, retryAfter }
  failAttempt(turn, run, job, { startedAtMs, retryDelayMs }, attempt)
}

function isInTime({ turn, run }: Report, untilMs: number): boolean {
  if (untilMs - turn.atMs <= maxWaitMs) return true
  overflow(turn, run, "InngestErrTimeoutTooLong", "a sleep or a wait may take 366 days at most")
  return false
}

function keyHeaders(format: string, key: string): Record<string, string> {
  return format.startsWith("anthropic") ? { "x-api-key": key } : { authorization: `Bearer ${key}` }
}
