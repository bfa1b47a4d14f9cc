/**
 * Role: what happened. The log holds these and nothing else.
 * Boundary: made by `engine.ts` from its ports, so that an input holds every id and time that its transition needs.
 */

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

export type EngineInput = EventsReceived | WorkflowSaved | WorkflowDeleted

/** What the one who dispatched an input is told. */
export interface EngineResults {
  "events.received": { readonly ids: readonly string[] }
  "workflow.saved":
    | { readonly saved: true; readonly revision: string }
    /** `actual`: the stored revision, `null` when nothing is stored. */
    | { readonly saved: false; readonly actual: string | null }
  "workflow.deleted": { readonly existed: boolean }
}

export type InputKind = EngineInput["kind"]
export type InputOf<Kind extends InputKind> = Extract<EngineInput, { kind: Kind }>
