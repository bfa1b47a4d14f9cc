/**
 * Role: one run of a function, as data.
 * Boundary: made and changed by `transition/` only; `reads.ts` shows it.
 *
 * I1. What is JSON is kept as text: a call's body is put together from these texts, and nothing is rounded on the way.
 * I2. An ended run has no jobs and no open step, and never changes again.
 */
import type { Expression } from "./expression.ts"

export type RunPhase =
  /** No call was made yet. */
  { readonly kind: "queued" } | { readonly kind: "running"; readonly startedAtMs: number } | EndPhase

export type EndPhase =
  /** `output`: as the function gave it, JSON text unless the SDK wrote something else. */
  | {
      readonly kind: "completed"
      readonly startedAtMs: number
      readonly endedAtMs: number
      readonly output: string
    }
  | {
      readonly kind: "failed"
      readonly startedAtMs: number
      readonly endedAtMs: number
      readonly output: string
      readonly failure: RunFailure
    }
  /** `startedAtMs`: `undefined` when it was never called. */
  | {
      readonly kind: "cancelled"
      readonly startedAtMs: number | undefined
      readonly endedAtMs: number
      /** Why, where somebody said so. */
      readonly reason?: string
    }

/** Why a run failed. */
export interface RunFailure {
  /** What the internal events carry as `error.error`: `NonRetriableError`, `Unable to reach SDK URL`, … */
  readonly code: string
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** JSON text. */
  readonly cause: string | undefined
  /** Whether the SDK gave it, as an object; otherwise the engine did. */
  readonly isOfSdk: boolean
}

/** What started a run. */
export type RunCause =
  | { readonly kind: "event" }
  | { readonly kind: "cron"; readonly cron: string }
  /** `parent`: the step that waits for it; absent for an invocation over HTTP. */
  | { readonly kind: "invoke"; readonly parent: StepAddress | undefined }
  | { readonly kind: "rerun"; readonly originalRunId: string }

export interface StepAddress {
  readonly runId: string
  readonly stepId: string
}

export interface RunRow {
  /** ULID. */
  readonly id: string
  readonly slug: string
  readonly functionId: string
  readonly appName: string
  readonly appId: string
  readonly maxAttempts: number
  readonly cause: RunCause
  readonly queuedAtMs: number
  /** Internal ids of the events that started it. */
  readonly eventIds: readonly string[]
  /** The same events as a call holds them, JSON texts. */
  readonly events: readonly string[]
  /** Name of the first of them. */
  readonly eventName: string
  phase: RunPhase
  /** What the SDK answered with; -1 before that. */
  requestVersion: number
  /** Calls say `disable_immediate_execution`. */
  mustPlan: boolean
  /** In the order in which they were reported. */
  readonly steps: Map<string, StepRow>
  /** Ids of finished steps, in the order of their ends. */
  readonly stack: string[]
  /** Members of parallel groups that are not over. */
  readonly pending: Set<string>
  readonly jobs: Map<string, Job>
  /** Bytes of what its steps gave. */
  stateBytes: number
  /** Tries of the call that ended it, or of the one that failed. */
  readonly attempts: AttemptRow[]
}

/** One try of a step or of the function itself. */
export interface AttemptRow {
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** JSON text of the error; `undefined`: it went well. */
  readonly error: string | undefined
}

export type StepKind = "run" | "sleep" | "wait" | "invoke" | "signal" | "fetch" | "ai"

export interface StepRow {
  readonly id: string
  readonly kind: StepKind
  readonly name: string
  /** After it the run is called whether or not others of its group are open. */
  readonly isRace: boolean
  readonly queuedAtMs: number
  readonly attempts: AttemptRow[]
  phase: StepPhase
  /** What its code gets instead of what it had: JSON text of a list. */
  readonly input?: string
}

export type StepPhase =
  /** Its code has a job of its own, or is tried again by the discovery call. */
  | { readonly kind: "queued" }
  | { readonly kind: "sleeping"; readonly timer: Timer }
  | { readonly kind: "waiting"; readonly wait: EventWait }
  | { readonly kind: "invoking"; readonly timer: Timer; readonly childRunId: string }
  | { readonly kind: "listening"; readonly wait: SignalWait }
  | { readonly kind: "requesting"; readonly request: StepRequest }
  /** `memo`: what calls hold under its id, JSON text. */
  | { readonly kind: "done"; readonly endedAtMs: number; readonly memo: string; readonly outcome: StepOutcome }

export type StepOutcome = "completed" | "failed" | "timed-out"

/** A run that waits for an event. */
export interface EventWait extends StepAddress {
  readonly event: string
  /** As it was given; `undefined`: every event of that name. */
  readonly condition: string | undefined
  readonly expression: Expression | undefined
  readonly timer: Timer
}

/** A run that waits for a signal. */
export interface SignalWait extends StepAddress {
  readonly signal: string
  readonly timer: Timer
}

/** A request that the engine makes for a step. */
export interface StepRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Work outside of the engine: a call of the function, or a request for a step. Open until its answer has been taken. */
export interface Job {
  readonly id: string
  readonly runId: string
  /** `call` without a step discovers what comes next; with one it runs that step. */
  readonly kind: "call" | "request"
  readonly stepId: string | undefined
  readonly stackAtStart: number
  /** 0-based. */
  readonly attempt: number
  readonly dueAtMs: number
  readonly seq: number
}

/** Something that happens by itself at a time. `seq` orders what is due together. */
export type Timer = { readonly dueAtMs: number; readonly seq: number } & (
  | { readonly kind: "step"; readonly runId: string; readonly stepId: string }
  | { readonly kind: "run.start-limit" | "run.finish-limit"; readonly runId: string }
  /** `tick`: the minute it stands for. */
  | { readonly kind: "cron"; readonly slug: string; readonly cron: string; readonly tickAtMs: number }
)

export function isEnded(phase: RunPhase): phase is EndPhase {
  return phase.kind !== "queued" && phase.kind !== "running"
}
