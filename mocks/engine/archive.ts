/**
 * Role: the port behind which lies what is over: runs that ended, events that were looked at, ids that were seen. A start reads none of it.
 * Boundary: a log owns its archive and fills it when a snapshot is taken; `transition/` and `reads.ts` look things up in it. In memory in
 *     `memory-archive.ts`, in SQLite in `sqlite-archive.ts`; `test/conformance/archive.ts` asks both the same.
 *
 * I1. It changes with a snapshot only, in the same transaction. So the inputs since are replayed over what they met when they came first.
 * I2. Every row is either here or in the state. A run that is here has ended, and does not change.
 * I3. Lists are in the order of ids, and cursors are exclusive; a page costs the rows that it gives and those that its times drop.
 * I4. The time of a run's id is not before that of its queueing.
 * I5. What is forgotten: runs that ended before a time; events that were received before it, unless a run that is left, here or in the state, was
 *     started by them.
 */
import type { Arrival, EventRow } from "./event.ts"
import { StoreError } from "../../src/errors.ts"
import type { ArrivalQuery, EventCountQuery, EventQuery, RunCountQuery, RunQuery, RunTimes } from "./queries.ts"
import type { RunRow } from "./run.ts"

/** That an event or a key has started a run, and starts no other one until then. */
export interface Seen {
  readonly runId: string
  readonly untilMs: number
}

export interface ArchiveReads {
  run(runId: string): RunRow | undefined
  runs(query: RunQuery): readonly RunRow[]
  countRuns(query: RunCountQuery): number
  /** Of all that are meant, in the order of their ids. */
  runTimes(query: RunCountQuery): readonly RunTimes[]
  /** In the order in which they were queued. */
  runsOfEvent(internalId: string): readonly RunRow[]
  event(internalId: string): EventRow | undefined
  /** The newest internal id first. */
  events(query: EventQuery): readonly EventRow[]
  countEvents(query: EventCountQuery): number
  /** In the order of their places. */
  arrived(query: ArrivalQuery): readonly EventRow[]
  seen(key: string): Seen | undefined
}

/** What leaves the state for the archive. */
export interface Leaving {
  readonly runs: Iterable<RunRow>
  /** All of them, in any order; `arrivals` says which of them were sent. */
  readonly events: Iterable<EventRow>
  readonly arrivals: Iterable<Arrival>
  readonly seen: Iterable<readonly [key: string, seen: Seen]>
  /** What was seen until then counts no more, and is dropped. */
  readonly atMs: number
  readonly forget?: Forget | undefined
}

export interface Forget {
  readonly beforeMs: number
  /** Internal ids of the events that started runs which stay in the state. */
  readonly keptEventIds: readonly string[]
  /** Most runs, and most events, that are forgotten at once. */
  readonly limit: number
}

export interface Forgotten {
  readonly runs: number
  readonly events: number
}

export const nothingForgotten: Forgotten = { runs: 0, events: 0 }

export interface Archive extends ArchiveReads {
  /** Take what leaves, then forget what is to be forgotten. Durable with the transaction of the snapshot. @returns what was here and is forgotten. */
  take(leaving: Leaving): Forgotten
  /** Whether there may be something to forget. */
  hasBefore(beforeMs: number): boolean
}

/** Of something that is there and damaged. @param what names it */
export function unreadable(what: string, cause: unknown): StoreError {
  return new StoreError(
    `${what} can't be read (${cause instanceof Error ? cause.message : String(cause)})`,
    { workflowId: "", status: 503 },
    { cause, hint: "The data file is damaged: put a copy of it back, or name another data directory." },
  )
}
