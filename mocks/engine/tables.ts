/** Runs and events in memory, in the orders that lists are asked for: of the state, and of an archive that is kept in memory. */
import { type SortedList, compareValues, createSortedList } from "../../src/shared/sorted-list.ts"
import type { Forgotten } from "./archive.ts"
import type { Arrival, EventRow } from "./event.ts"
import type { ArrivalQuery, EventQuery, RunQuery, RunTimes } from "./queries.ts"
import { type RunRow, isEnded } from "./run.ts"

export type EventList = SortedList<EventRow, string>

export interface EventTables {
  /** By internal id, of which no two are equal. */
  readonly all: EventList
  readonly byName: Map<string, EventList>
  /** In the order of their places. */
  readonly arrivals: Arrival[]
}

export interface RunTables {
  readonly byId: Map<string, RunRow>
  /** By id, which is the order in which they were queued. */
  readonly all: SortedList<RunRow, string>
  readonly byEvent: Map<string, RunRow[]>
}

export function createEventTables(): EventTables {
  return { all: createEventList(), byName: new Map(), arrivals: [] }
}

function createEventList(): EventList {
  return createSortedList((row) => row.internalId, compareValues<string>)
}

export function createRunTables(): RunTables {
  return { byId: new Map(), all: createSortedList((run) => run.id, compareValues<string>), byEvent: new Map() }
}

export function addEvent({ all, byName }: EventTables, row: EventRow): void {
  all.add(row)
  let named = byName.get(row.name)
  if (named === undefined) byName.set(row.name, (named = createEventList()))
  named.add(row)
}

export function addRun({ byId, all, byEvent }: RunTables, run: RunRow): void {
  byId.set(run.id, run)
  all.add(run)
  for (const id of run.eventIds) {
    const ofEvent = byEvent.get(id)
    if (ofEvent === undefined) byEvent.set(id, [run])
    else ofEvent.push(run)
  }
}

/** @param candidates in the order and from the place that the query asks for. */
export function runsAmong(candidates: Iterable<RunRow>, query: RunQuery): RunRow[] {
  const { slug, appName, status, queuedAfterMs, queuedBeforeMs, limit } = query
  const found: RunRow[] = []
  for (const run of candidates) {
    if (slug !== undefined && run.slug !== slug) continue
    if (appName !== undefined && run.appName !== appName) continue
    if (status !== undefined && !status.includes(run.phase.kind)) continue
    if (queuedAfterMs !== undefined && run.queuedAtMs <= queuedAfterMs) continue
    if (queuedBeforeMs !== undefined && run.queuedAtMs > queuedBeforeMs) continue
    found.push(run)
    if (found.length === limit) break
  }
  return found
}

export function timesOf({ id, phase }: RunRow): RunTimes {
  const startedAtMs = phase.kind === "queued" ? undefined : phase.startedAtMs
  return { id, startedAtMs, endedAtMs: isEnded(phase) ? phase.endedAtMs : undefined }
}

export function eventsIn({ all, byName }: EventTables, query: EventQuery): EventRow[] {
  const { name, cursor, receivedAfterMs, receivedBeforeMs, isWithInternal = false, limit } = query
  const list = name === undefined ? all : byName.get(name)
  const rows: EventRow[] = []
  if (list === undefined) return rows
  for (const row of list.descending(cursor)) {
    if (!isWithInternal && isInternal(row.name)) continue
    if (receivedAfterMs !== undefined && row.receivedAtMs <= receivedAfterMs) continue
    if (receivedBeforeMs !== undefined && row.receivedAtMs > receivedBeforeMs) continue
    rows.push(row)
    if (rows.length === limit) break
  }
  return rows
}

/** Whether the engine alone makes events of this name. */
export function isInternal(name: string): boolean {
  return name.startsWith("inngest/")
}

export function arrivedIn({ arrivals }: EventTables, { name, after }: ArrivalQuery): EventRow[] {
  return arrivals.flatMap(({ place, row }) => (place > after && (name === undefined || row.name === name) ? row : []))
}

/** At most so many of each. Runs that go on are kept, and the events that started what is kept. */
export function forgetIn(
  runs: RunTables,
  events: EventTables,
  beforeMs: number,
  isKept: (eventId: string) => boolean,
  limit: number = Infinity,
): Forgotten {
  const old: RunRow[] = []
  // The oldest first, so that no part looks through all.
  for (const run of runs.all.ascending()) {
    if (old.length >= limit) break
    if (isEnded(run.phase) && run.phase.endedAtMs < beforeMs) old.push(run)
  }
  for (const run of old) {
    runs.byId.delete(run.id)
    runs.all.remove(run)
    for (const id of run.eventIds) {
      const rest = (runs.byEvent.get(id) ?? []).filter((each) => each !== run)
      if (rest.length === 0) runs.byEvent.delete(id)
      else runs.byEvent.set(id, rest)
    }
  }
  const { all, byName, arrivals } = events
  const gone = new Set<EventRow>()
  for (const row of all.ascending()) {
    if (gone.size >= limit) break
    const { receivedAtMs, internalId } = row
    if (receivedAtMs < beforeMs && !runs.byEvent.has(internalId) && !isKept(internalId)) gone.add(row)
  }
  for (const row of gone) {
    all.remove(row)
    const named = byName.get(row.name)
    named?.remove(row)
    if (named?.size === 0) byName.delete(row.name)
  }
  let kept = 0
  for (const arrival of arrivals) if (!gone.has(arrival.row)) arrivals[kept++] = arrival
  arrivals.length = kept
  return { runs: old.length, events: gone.size }
}
