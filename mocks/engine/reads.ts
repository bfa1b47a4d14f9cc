/**
 * Role: what the engine answers without changing anything.
 * Boundary: handlers and the mock read through this; nothing outside the engine touches the state.
 */
import { merged } from "./merge.ts"
import type { EventCountQuery, EventQuery } from "./queries.ts"
import { type RunReads, createRunReads } from "./reads-runs.ts"
import type { CancellationRow, EngineState, EventRow, WorkflowRow } from "./state.ts"
import { arrivedIn, eventsIn } from "./tables.ts"
import { eventOf } from "./transition/lookups.ts"

export type { EventQuery } from "./queries.ts"

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
  countEvents(query: EventCountQuery): number
  /** What was sent, in the order of arrival. @param after the place of the last one that is left out. */
  arrived(name?: string, after?: number): EventRow[]
  /** The place of what was sent last, counted from 1; 0 when nothing was. */
  lastPlace(): number
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
    event: (internalId) => eventOf(current(), internalId),
    events(query) {
      const { events, archive } = current()
      const key = (row: EventRow): string => row.internalId
      return merged(eventsIn(events, query), archive.events(query), key, "desc").slice(0, query.limit)
    },
    countEvents(query) {
      const { events, archive } = current()
      return eventsIn(events, { ...query, cursor: undefined, limit: Infinity }).length + archive.countEvents(query)
    },
    arrived(name, after = 0) {
      const { events, archive } = current()
      // Whoever asks for what came last asks for nothing of the archive.
      const first = events.arrivals[0]?.place ?? events.lastPlace + 1
      return [...(after + 1 >= first ? [] : archive.arrived({ name, after })), ...arrivedIn(events, { name, after })]
    },
    lastPlace: () => current().events.lastPlace,
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
