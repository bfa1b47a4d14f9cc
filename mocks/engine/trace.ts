/**
 * Role: what happened in a run, as a tree of spans; REST v2 and GraphQL write it each in their words.
 * Boundary: pure, from the run alone.
 *
 * @source contract §6.5; recording `graphql-traces`
 */
import { jsonOf } from "./internal-events.ts"
import { type AttemptRow, type RunRow, type StepKind, type StepRow, isEnded } from "./run.ts"

export type SpanStatus = "QUEUED" | "RUNNING" | "WAITING" | "COMPLETED" | "FAILED" | "CANCELLED"

export type SpanType =
  | "RUN"
  | "SLEEP"
  | "WAIT_FOR_EVENT"
  | "INVOKE"
  | "WAIT_FOR_SIGNAL"
  | "FINALIZATION"
  | "AI_GATEWAY"
  | "FETCH"

export interface Span {
  /** 16 hex digits, stable. */
  readonly id: string
  readonly name: string
  readonly status: SpanStatus
  readonly queuedAtMs: number
  readonly startedAtMs: number | undefined
  readonly endedAtMs: number | undefined
  /** Hashed. */
  readonly stepId: string | undefined
  /** Absent for the root and for attempts. */
  readonly stepType: SpanType | undefined
  /** Index of the last attempt. */
  readonly attempts: number | undefined
  /** JSON text. */
  readonly input: string | undefined
  /** JSON text of what it gave. */
  readonly output: string | undefined
  /** JSON text of `{ name, message, stack? }`. */
  readonly error: string | undefined
  /** Of a run that was cancelled: why, where somebody said so. */
  readonly reason?: string | undefined
  readonly children: readonly Span[]
}

const spanTypes = {
  run: "RUN",
  sleep: "SLEEP",
  wait: "WAIT_FOR_EVENT",
  invoke: "INVOKE",
  signal: "WAIT_FOR_SIGNAL",
  fetch: "RUN",
  ai: "RUN",
} as const satisfies Record<StepKind, SpanType>

export const runStatuses: Record<RunRow["phase"]["kind"], SpanStatus> = {
  queued: "QUEUED",
  running: "RUNNING",
  completed: "COMPLETED",
  failed: "FAILED",
  cancelled: "CANCELLED",
}

export function traceOf(run: Readonly<RunRow>): Span {
  const { phase } = run
  const steps = [...run.steps.values()].map((step, index) => spanOfStep(run, step, index + 1))
  const isOver = phase.kind === "completed" || phase.kind === "failed"
  const last = isOver && run.attempts.length > 0 ? [finalization(run, steps.length + 1)] : []
  return {
    id: rootSpanId(run),
    name: "Run",
    status: runStatuses[phase.kind],
    queuedAtMs: run.queuedAtMs,
    startedAtMs: phase.kind === "queued" ? undefined : phase.startedAtMs,
    endedAtMs: isEnded(phase) ? phase.endedAtMs : undefined,
    stepId: undefined,
    stepType: undefined,
    attempts: undefined,
    input: `[${run.events.join(",")}]`,
    output: phase.kind === "completed" ? jsonOf(phase.output) : undefined,
    error: phase.kind === "failed" ? jsonOf(phase.output) : undefined,
    reason: phase.kind === "cancelled" ? phase.reason : undefined,
    children: [...steps, ...last],
  }
}

function spanOfStep(run: Readonly<RunRow>, step: StepRow, index: number): Span {
  const { phase, attempts } = step
  const isDone = phase.kind === "done"
  const first = attempts[0]
  const isOfSdk = step.kind === "run"
  const memo = isDone ? phase.memo : undefined
  return {
    id: spanId(run, index),
    name: step.name,
    status: statusOf(run, step),
    queuedAtMs: step.queuedAtMs,
    startedAtMs: first?.startedAtMs ?? (isOfSdk ? undefined : step.queuedAtMs),
    endedAtMs: isDone ? phase.endedAtMs : undefined,
    stepId: step.id,
    stepType: spanTypes[step.kind],
    attempts: Math.max(attempts.length - 1, 0),
    input: undefined,
    output: memo === undefined ? undefined : outputOf(memo),
    error: memo === undefined ? undefined : errorOf(memo),
    children: attempts.length > 1 ? attempts.map((attempt, at) => spanOfAttempt(run, step, attempt, index, at)) : [],
  }
}

/**
 * @source measured of steps that their run ended without: what waits fails with its run (recording `graphql-traces`, `signals`), and waits on for
 * ever when that is cancelled (`cancel-on`); of code that did not run any more there is no recording
 */
function statusOf(run: Readonly<RunRow>, { phase, attempts, kind }: StepRow): SpanStatus {
  if (phase.kind === "done") return phase.outcome === "failed" ? "FAILED" : "COMPLETED"
  if (run.phase.kind === "failed") return "FAILED"
  if (kind !== "run") return "WAITING"
  if (isEnded(run.phase)) return "CANCELLED"
  return attempts.length > 0 ? "RUNNING" : "QUEUED"
}

function spanOfAttempt(run: Readonly<RunRow>, step: StepRow, attempt: AttemptRow, index: number, at: number): Span {
  const isLast = at === step.attempts.length - 1
  const memo = isLast && step.phase.kind === "done" ? step.phase.memo : undefined
  return {
    id: spanId(run, index * 1_000 + at + 1),
    name: `Attempt ${at}`,
    status: attempt.error === undefined ? "COMPLETED" : "FAILED",
    queuedAtMs: attempt.startedAtMs,
    startedAtMs: attempt.startedAtMs,
    endedAtMs: attempt.endedAtMs,
    stepId: step.id,
    stepType: spanTypes[step.kind],
    attempts: at,
    input: undefined,
    output: memo === undefined ? undefined : outputOf(memo),
    error: attempt.error,
    children: [],
  }
}

/** The call in which the function came to its end. */
function finalization(run: Readonly<RunRow>, index: number): Span {
  const { phase, attempts } = run
  const [first, last] = [attempts[0], attempts.at(-1)]
  return {
    id: spanId(run, index),
    name: "Finalization",
    status: phase.kind === "failed" ? "FAILED" : "COMPLETED",
    queuedAtMs: first?.startedAtMs ?? run.queuedAtMs,
    startedAtMs: first?.startedAtMs,
    endedAtMs: last?.endedAtMs,
    stepId: undefined,
    stepType: "FINALIZATION",
    attempts: Math.max(attempts.length - 1, 0),
    input: undefined,
    output: phase.kind === "completed" ? jsonOf(phase.output) : undefined,
    error: phase.kind === "failed" ? jsonOf(phase.output) : undefined,
    children:
      attempts.length > 1
        ? attempts.map((attempt, at) => ({
            id: spanId(run, index * 1_000 + at + 1),
            name: `Attempt ${at}`,
            status: attempt.error === undefined ? ("COMPLETED" as const) : ("FAILED" as const),
            queuedAtMs: attempt.startedAtMs,
            startedAtMs: attempt.startedAtMs,
            endedAtMs: attempt.endedAtMs,
            stepId: undefined,
            stepType: "FINALIZATION" as const,
            attempts: at,
            input: undefined,
            output: undefined,
            error: attempt.error,
            children: [],
          }))
        : [],
  }
}

/** `{ data }` gives its data, an event itself, and what timed out or slept nothing. */
function outputOf(memo: string): string | undefined {
  if (memo === "null" || memo.startsWith('{"error":')) return undefined
  return memo.startsWith('{"data":') && isWrapped(memo) ? memo.slice('{"data":'.length, -1) : memo
}

/** A received event begins with its data as well, and goes on. */
function isWrapped(memo: string): boolean {
  const value = JSON.parse(memo) as object
  return Object.keys(value).length === 1
}

function errorOf(memo: string): string | undefined {
  return memo.startsWith('{"error":') && isWrapped(memo) ? memo.slice('{"error":'.length, -1) : undefined
}

/** Of the trace as a whole, without making it. */
export function rootSpanId(run: Readonly<RunRow>): string {
  return spanId(run, 0)
}

/** The run's own bits, moved by the place in its trace. */
function spanId(run: Readonly<RunRow>, place: number): string {
  let hash = 2_166_136_261
  for (const letter of `${run.id}/${place}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) >>> 0
  return hash.toString(16).padStart(8, "0") + ((hash ^ 0x5bd1e995) >>> 0).toString(16).padStart(8, "0")
}
