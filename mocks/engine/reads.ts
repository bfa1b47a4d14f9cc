/**
 * Role: what the engine answers without changing anything.
 * Boundary: handlers and the mock read through this; nothing outside the engine touches the state.
 */
import { type RunReads, createRunReads } from "./reads-runs.ts"
import type { CancellationRow, EngineState, EventRow, WorkflowRow } from "./state.ts"

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

export interface WorkflowQuery {
  /** Exact; `undefined` = any. */
  status?: string | undefined
  limit: number
  /** `receipt`: last save first, `after` is a sequence. `id`: by code point, `after` is a key. */
  from: { order: "receipt"; after?: number | undefined } | { order: "id"; after?: string | undefined }
}

export interface EngineReads extends RunReads {
  event(internalId: string): EventRow | undefined
  /** Newest internal id first. Without those that the server makes itself: they are read by id only. */
  events(query: EventQuery): EventRow[]
  /** In the order of arrival. @param from how many of the first ones are left out. */
  arrived(name?: string, from?: number): EventRow[]
  /** Bulk cancellations, the last asked for first. */
  cancellations(): CancellationRow[]
  workflow(key: string): WorkflowRow | undefined
  /** One row more than `limit` when more follow. */
  workflows(query: WorkflowQuery): WorkflowRow[]
}

/** @param current the state of the moment: it is replaced with every transition. */
export function createReads(current: () => EngineState): EngineReads {
  return {
    ...createRunReads(current),
    event: (internalId) => current().events.all.equal(internalId)[0],
    events({ name, cursor, receivedAfterMs, receivedBeforeMs, isWithInternal = false, limit }) {
      const { all, byName } = current().events
      const list = name === undefined ? all : byName.get(name)
      const rows: EventRow[] = []
      if (list === undefined) return rows
      for (const row of list.descending(cursor)) {
        if (!isWithInternal && row.name.startsWith("inngest/")) continue
        if (receivedAfterMs !== undefined && row.receivedAtMs <= receivedAfterMs) continue
        if (receivedBeforeMs !== undefined && row.receivedAtMs > receivedBeforeMs) continue
        rows.push(row)
        if (rows.length === limit) break
      }
      return rows
    },
    arrived(name, from = 0) {
      const arrived = current().events.arrived.slice(from)
      return name === undefined ? arrived : arrived.filter((row) => row.name === name)
    },
    cancellations: () => [...current().cancellations.values()].toReversed(),
    workflow: (key) => current().workflows.byKey.get(key),
    workflows({ status, limit, from }) {
      const lists = current().workflows.byStatus.get(status)
      const rows: WorkflowRow[] = []
      if (lists === undefined) return rows
      const { inKeyOrder, inSaveOrder } = lists
      for (const row of from.order === "id" ? inKeyOrder.ascending(from.after) : inSaveOrder.descending(from.after)) {
        rows.push(row)
        if (rows.length > limit) break
      }
      return rows
    },
  }
}
