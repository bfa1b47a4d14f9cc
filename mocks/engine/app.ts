/**
 * Role: what an app registered: its functions, and which event starts, cancels or resumes what.
 * Boundary: made by `transition/apps.ts` from a sync; read when events arrive.
 */
import type { Expression } from "./expression.ts"

/** An app as it was synced last. */
export interface AppRow {
  /** The app's own id, its `appName`. */
  readonly name: string
  /** UUID, derived from the name. */
  readonly id: string
  /** Where its functions are called. */
  readonly url: string
  readonly framework: string
  /** `js:v4.24.0` */
  readonly sdk: string
  readonly createdAtMs: number
  readonly syncedAtMs: number
  /** Of the last payload: an equal one changes nothing. */
  readonly checksum: string
  readonly slugs: readonly string[]
}

export type FunctionTrigger =
  | { readonly kind: "event"; readonly event: string; readonly expression: string | undefined }
  | { readonly kind: "cron"; readonly cron: string; readonly jitterMs: number }

/** An event that cancels runs of a function. */
export interface CancelRule {
  readonly event: string
  readonly expression: string | undefined
  /** Counted from the start of the run; after it the event has no effect. `undefined` = one year. */
  readonly timeoutMs: number | undefined
}

export interface FunctionRow {
  /** In full: `core-ship-order`. */
  readonly slug: string
  /** UUID, derived from app and slug. */
  readonly id: string
  readonly appName: string
  readonly appId: string
  readonly name: string
  /** Where it is called, with its query. */
  readonly url: string
  readonly triggers: readonly FunctionTrigger[]
  /** Retries and the first try. */
  readonly maxAttempts: number
  readonly cancelOn: readonly CancelRule[]
  readonly startTimeoutMs: number | undefined
  readonly finishTimeoutMs: number | undefined
  /** JSON text of what was registered. */
  readonly config: string
  /** Options that were asked for and are not applied: `concurrency`, … */
  readonly notApplied: readonly string[]
  readonly createdAtMs: number
  /** Counts the syncs that changed its app. */
  readonly version: number
}

/** What an event name starts. */
export interface Subscription {
  readonly slug: string
  /** `undefined`: always. */
  readonly expression: Expression | undefined
}

/** What an event name cancels. */
export interface Cancelling {
  readonly slug: string
  readonly expression: Expression | undefined
  readonly timeoutMs: number
}
