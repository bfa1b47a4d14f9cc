/**
 * Role: what is. Everything that the engine knows, derived from its log alone.
 * Boundary: made here, changed by `transition/` only, read through `reads.ts`.
 *
 * I1. state = fold(log): two engines over equal logs, archives among them, answer every read alike.
 * I2. Texts are kept as they came (data as the server writes it, workflow documents as the client wrote them): nothing is lost by parsing.
 */
import { compareCodePoints } from "../../src/shared/code-points.ts"
import { type SortedList, compareValues, createSortedList } from "../../src/shared/sorted-list.ts"
import type { ArchiveReads, Seen } from "./archive.ts"
import type { AppRow, Cancelling, FunctionRow, Subscription } from "./app.ts"
import { createMemoryArchive } from "./memory-archive.ts"
import { type Mint, createMint } from "./mint.ts"
import type { EventWait, RunRow, SignalWait, Timer } from "./run.ts"
import { type EventTables, type RunTables, createEventTables, createRunTables } from "./tables.ts"

export type { EventRow } from "./event.ts"

/** A stored workflow state. */
export interface WorkflowRow {
  readonly key: string
  /** JSON text, as the client wrote it. */
  readonly document: string
  /** The document's status, for the list's filter. */
  readonly status: string
  /** Opaque, never used twice: also not by another engine that begins with an empty log. */
  readonly revision: string
  /** Place of its last save among all saves, counted from 1: the order of the list. */
  readonly sequence: number
}

/** The same rows in both orders that lists are asked for. */
export interface WorkflowLists {
  readonly inKeyOrder: SortedList<WorkflowRow, string>
  readonly inSaveOrder: SortedList<WorkflowRow, number>
}

/** A bulk cancellation that was asked for. It was done at once: only runs of the past are meant. */
export interface CancellationRow {
  readonly id: string
  readonly createdAtMs: number
  readonly slug: string
  /** `""` when there was no such function. */
  readonly appName: string
  readonly startedAfterMs: number | undefined
  readonly startedBeforeMs: number
  readonly condition: string | undefined
}

export interface EngineState {
  /** What is over and was there when the last snapshot was taken. What follows are the rest of it, and all that goes on. */
  readonly archive: ArchiveReads
  readonly events: EventTables & {
    /** Of the last event that was sent, here or in the archive. */
    lastPlace: number
  }
  readonly workflows: {
    readonly byKey: Map<string, WorkflowRow>
    /** By status, and all of them under `undefined`: a page of a filtered list looks at nothing that the filter drops. */
    readonly byStatus: Map<string | undefined, WorkflowLists>
    lastSequence: number
  }
  readonly mint: Mint
  readonly apps: Map<string, AppRow>
  readonly functions: Map<string, FunctionRow>
  readonly subscriptions: {
    /** By exact name. */
    readonly exact: Map<string, Subscription[]>
    /** By what stands before the `*`. */
    readonly wild: Map<string, Subscription[]>
    /** What cancels runs, by exact name. */
    readonly cancelling: Map<string, Cancelling[]>
  }
  readonly runs: RunTables & {
    /** Those that go on, by function. */
    readonly open: Map<string, Set<RunRow>>
  }
  /** By the name of the event. */
  readonly waits: Map<string, Set<EventWait>>
  /** By the name of the signal. */
  readonly signals: Map<string, SignalWait>
  /** By id, in the order in which they were asked for. */
  readonly cancellations: Map<string, CancellationRow>
  /** Steps that wait for an invoked run, by its id. */
  readonly invocations: Map<string, { readonly runId: string; readonly stepId: string }>
  readonly timers: SortedList<Timer, DueKey>
  lastSeq: number
  /** Until when a function does not run again for an event, by function and event id; or for an invocation's key. */
  readonly seen: Map<string, Seen>
}

/** Order of what is due. */
export interface DueKey {
  readonly dueAtMs: number
  readonly seq: number
}

export function compareDue(left: DueKey, right: DueKey): number {
  return left.dueAtMs - right.dueAtMs || left.seq - right.seq
}

export function createWorkflowLists(): WorkflowLists {
  return {
    inKeyOrder: createSortedList((row) => row.key, compareCodePoints),
    inSaveOrder: createSortedList((row) => row.sequence, compareValues<number>),
  }
}

export function createTimers(): EngineState["timers"] {
  return createSortedList((timer) => timer, compareDue)
}

/** Whether a run goes on. */
export function isOpen({ runs }: EngineState, run: RunRow): boolean {
  return runs.open.get(run.slug)?.has(run) === true
}

/** The state of an empty log. */
export function emptyState(archive: ArchiveReads = createMemoryArchive()): EngineState {
  return {
    archive,
    events: { ...createEventTables(), lastPlace: 0 },
    workflows: { byKey: new Map(), byStatus: new Map(), lastSequence: 0 },
    mint: createMint(),
    apps: new Map(),
    functions: new Map(),
    subscriptions: { exact: new Map(), wild: new Map(), cancelling: new Map() },
    runs: { ...createRunTables(), open: new Map() },
    waits: new Map(),
    signals: new Map(),
    cancellations: new Map(),
    invocations: new Map(),
    timers: createTimers(),
    lastSeq: 0,
    seen: new Map(),
  }
}
