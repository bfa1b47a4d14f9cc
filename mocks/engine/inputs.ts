/**
 * Role: what happened. The log holds these and nothing else.
 * Boundary: made by `engine.ts` from its ports, so that an input holds every id and time that its transition needs.
 */

import type { RunPhase } from "./run.ts"

/** An event on its way in. What is left out is filled in by the transition: `ts` by the input's time, `id` by the internal id. */
export interface IncomingEvent {
  readonly internalId: string
  readonly name: string
  /** JSON text of an object; `null` when there is none. */
  readonly data: string | null
  readonly id?: string | undefined
  readonly ts?: number | undefined
  readonly v?: string | undefined
  readonly user?: string | undefined
}

export interface EventsReceived {
  readonly kind: "events.received"
  readonly atMs: number
  readonly events: readonly IncomingEvent[]
}

export interface WorkflowSaved {
  readonly kind: "workflow.saved"
  readonly atMs: number
  readonly key: string
  readonly document: string
  readonly status: string
  /** The revision that this save makes, if it is taken. */
  readonly revision: string
  /** Save only if this is the stored revision; `null`: only if nothing is stored. */
  readonly ifRevision?: string | null | undefined
}

export interface WorkflowDeleted {
  readonly kind: "workflow.deleted"
  readonly atMs: number
  readonly key: string
}

/** An engine with functions has started on its log: waits go on, and cron ticks that were missed are not made up. */
export interface EngineStarted {
  readonly kind: "engine.started"
  readonly atMs: number
  /** See `mint.ts`. */
  readonly seed: string
}

/** An app announced its functions; those that it left out are gone. */
export interface AppSynced {
  readonly kind: "app.synced"
  readonly atMs: number
  readonly seed: string
  readonly url: string
  readonly appName: string
  readonly framework: string
  readonly sdk: string
  /** JSON text of the list, as it was sent. */
  readonly functions: string
  /** UUIDs, by slug, and the app's own. */
  readonly ids: Readonly<Record<string, string>>
  readonly appId: string
  readonly checksum: string
}

/** An app's functions are called no more; its runs are cancelled. */
export interface AppRemoved {
  readonly kind: "app.removed"
  readonly atMs: number
  readonly url: string
}

/** What is due by now happens: sleeps and waits end, limits run out, crons fire. */
export interface TimePassed {
  readonly kind: "time.passed"
  readonly atMs: number
}

/** The first call of a run is on its way. */
export interface RunStarted {
  readonly kind: "run.started"
  readonly atMs: number
  readonly runId: string
}

/** A call came to its end. */
export interface CallAnswered {
  readonly kind: "call.answered"
  readonly atMs: number
  readonly runId: string
  readonly jobId: string
  /** Of the job: an answer to an earlier one is too late. */
  readonly attempt: number
  readonly startedAtMs: number
  /** Before the next try, if there must be one and the answer does not say when. */
  readonly retryDelayMs: number
  readonly answer: RawAnswer
}

/** What came back over the wire, undecoded, so that a replay reads it by the same rules. */
export type RawAnswer =
  | {
      readonly kind: "answered"
      readonly status: number
      readonly isSdk: boolean
      readonly noRetry: boolean
      readonly retryAfter: string | null
      /** `x-inngest-req-version` */
      readonly version: number
      readonly body: string
    }
  /** No answer, or none that counts. */
  | { readonly kind: "unreachable"; readonly message: string }

/** A request that a step asked for came to its end. */
export interface RequestAnswered {
  readonly kind: "request.answered"
  readonly atMs: number
  readonly runId: string
  readonly jobId: string
  readonly attempt: number
  readonly startedAtMs: number
  readonly retryDelayMs: number
  readonly answer:
    | {
        readonly kind: "answered"
        readonly url: string
        readonly status: number
        readonly headers: Readonly<Record<string, string>>
        readonly body: string
      }
    | { readonly kind: "unreachable"; readonly message: string }
}

/** An SDK reported steps while its call goes on. */
export interface StepsCheckpointed {
  readonly kind: "steps.checkpointed"
  readonly atMs: number
  readonly runId: string
  /** JSON text of the list of ops. */
  readonly steps: string
}

/** A function is started by name. */
export interface FunctionInvoked {
  readonly kind: "function.invoked"
  readonly atMs: number
  readonly slug: string
  readonly event: IncomingEvent
  /** The same key starts one run in 24 h. */
  readonly idempotencyKey?: string | undefined
}

export interface RunCancelled {
  readonly kind: "run.cancelled"
  readonly atMs: number
  readonly runId: string
  readonly reason?: string | undefined
}

/** The same events start the function again. */
export interface RunRepeated {
  readonly kind: "run.repeated"
  readonly atMs: number
  readonly runId: string
  /** What was done before it is taken over, not done again. */
  readonly fromStep?: FromStep | undefined
}

export interface FromStep {
  /** Its id, hashed, or its name where only one step has it. */
  readonly step: string
  /** What its code gets instead: JSON text of a list. */
  readonly input?: string | undefined
}

export interface SignalSent {
  readonly kind: "signal.sent"
  readonly atMs: number
  readonly signal: string
  /** JSON text. */
  readonly data: string
}

/** Cancel all runs of a function that were queued in a span of time. */
export interface RunsCancelled {
  readonly kind: "runs.cancelled"
  readonly atMs: number
  readonly id: string
  readonly slug: string
  readonly startedAfterMs: number | undefined
  readonly startedBeforeMs: number
  readonly condition: string | undefined
}

/** Forget that runs were cancelled in bulk; they stay cancelled. */
export interface CancellationRemoved {
  readonly kind: "cancellation.removed"
  readonly atMs: number
  readonly id: string
}

/** Forget runs that ended, and events and bulk cancellations that were received, before a time. */
export interface HistoryPruned {
  readonly kind: "history.pruned"
  readonly atMs: number
  readonly beforeMs: number
}

/** A run is put in place as if it had happened: no function is called for it. */
export interface RunSeeded {
  readonly kind: "run.seeded"
  readonly atMs: number
  readonly runId: string
  readonly slug: string
  readonly functionId: string
  readonly appName: string
  readonly appId: string
  /** What started it; it starts nothing else. */
  readonly event: IncomingEvent
  readonly queuedAtMs: number
  readonly phase: RunPhase
}

export type EngineInput =
  | EventsReceived
  | WorkflowSaved
  | WorkflowDeleted
  | EngineStarted
  | AppSynced
  | AppRemoved
  | TimePassed
  | RunStarted
  | CallAnswered
  | RequestAnswered
  | StepsCheckpointed
  | FunctionInvoked
  | RunCancelled
  | RunRepeated
  | SignalSent
  | RunsCancelled
  | CancellationRemoved
  | HistoryPruned
  | RunSeeded

/** What the one who dispatched an input is told. */
export interface EngineResults {
  "events.received": { readonly ids: readonly string[] }
  "workflow.saved":
    | { readonly saved: true; readonly revision: string }
    /** `actual`: the stored revision, `null` when nothing is stored. */
    | { readonly saved: false; readonly actual: string | null }
  "workflow.deleted": { readonly existed: boolean }
  "engine.started": { readonly missedTicks: number }
  "app.synced": {
    readonly modified: boolean
    /** Options that the functions ask for and this engine does not apply, by slug. */
    readonly notApplied: Readonly<Record<string, readonly string[]>>
  }
  "app.removed": { readonly existed: boolean }
  "time.passed": undefined
  "run.started": undefined
  "call.answered": undefined
  "request.answered": undefined
  /** `false`: no run of this id goes on. */
  "steps.checkpointed": { readonly taken: boolean }
  "function.invoked": {
    readonly eventId: string
    /** `undefined`: there is no such function. */
    readonly runId: string | undefined
    /** Whether the key had started this run before. */
    readonly isRepeated: boolean
  }
  "run.cancelled": { readonly outcome: "cancelled" | "unknown" | "already-cancelled" | "already-ended" }
  "run.repeated":
    | { readonly runId: string }
    | { readonly runId: undefined; readonly fault: "unknown-run" | "unknown-step" | "several-steps" }
  "signal.sent": { readonly runId: string | undefined }
  "runs.cancelled": { readonly count: number }
  "cancellation.removed": { readonly existed: boolean }
  "run.seeded": { readonly runId: string }
  "history.pruned": { readonly runs: number; readonly events: number }
}

export type InputKind = EngineInput["kind"]
export type InputOf<Kind extends InputKind> = Extract<EngineInput, { kind: Kind }>
