/** What lists of runs and events are asked for: of the state, of the archive, and of both together. */
import type { RunPhase } from "./run.ts"

export type RunStatus = RunPhase["kind"]

export interface RunQuery {
  /** In full: `core-ship-order`. */
  slug?: string | undefined
  appName?: string | undefined
  status?: readonly RunStatus[] | undefined
  /** Exclusive: runs that were queued before this one, or with `order: "asc"` after it. */
  cursor?: string | undefined
  queuedAfterMs?: number | undefined
  queuedBeforeMs?: number | undefined
  /** @default "desc", newest first */
  order?: "asc" | "desc" | undefined
  limit: number
}

/** Of all that a list would show, page by page. */
export type RunCountQuery = Omit<RunQuery, "cursor" | "order" | "limit">
export type EventCountQuery = Omit<EventQuery, "cursor" | "limit">

/** When a run went through its life, for lists in the order of one of these times. */
export interface RunTimes {
  readonly id: string
  /** `undefined`: not yet, or never. */
  readonly startedAtMs: number | undefined
  readonly endedAtMs: number | undefined
}

export interface EventQuery {
  /** Exact, case-sensitive. */
  name?: string | undefined
  /** Internal id, exclusive: rows older than it. */
  cursor?: string | undefined
  receivedAfterMs?: number | undefined
  /** Inclusive. */
  receivedBeforeMs?: number | undefined
  /** Also those that the engine made: the ends of runs, invocations, cron ticks. @default false */
  isWithInternal?: boolean | undefined
  limit: number
}

export interface ArrivalQuery {
  name?: string | undefined
  /** A place, exclusive. */
  after: number
}
