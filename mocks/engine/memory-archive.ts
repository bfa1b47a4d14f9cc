/** An archive that lasts as long as its process: what is over, still as objects. */
import { compareValues } from "../../src/shared/sorted-list.ts"
import { type Archive, type Seen, nothingForgotten } from "./archive.ts"
import {
  addEvent,
  addRun,
  arrivedIn,
  createEventTables,
  createRunTables,
  eventsIn,
  forgetIn,
  runsAmong,
  timesOf,
} from "./tables.ts"

export function createMemoryArchive(): Archive {
  const runs = createRunTables()
  const events = createEventTables()
  const seen = new Map<string, Seen>()
  return {
    run: (runId) => runs.byId.get(runId),
    runs: (query) =>
      runsAmong(query.order === "asc" ? runs.all.ascending(query.cursor) : runs.all.descending(query.cursor), query),
    countRuns: (query) => runsAmong(runs.all.ascending(), { ...query, limit: Infinity }).length,
    runTimes: (query) => runsAmong(runs.all.ascending(), { ...query, limit: Infinity }).map(timesOf),
    // A run that was queued before another one may have ended after it.
    runsOfEvent: (internalId) =>
      (runs.byEvent.get(internalId) ?? []).toSorted((left, right) => compareValues(left.id, right.id)),
    event: (internalId) => events.all.equal(internalId)[0],
    events: (query) => eventsIn(events, query),
    countEvents: (query) => eventsIn(events, { ...query, cursor: undefined, limit: Infinity }).length,
    arrived: (query) => arrivedIn(events, query),
    seen: (key) => seen.get(key),
    take(leaving) {
      for (const run of leaving.runs) addRun(runs, run)
      for (const row of leaving.events) addEvent(events, row)
      // One by one: as arguments of one call there may be too many.
      for (const arrival of leaving.arrivals) events.arrivals.push(arrival)
      for (const [key, each] of leaving.seen) seen.set(key, each)
      for (const [key, { untilMs }] of seen) if (untilMs <= leaving.atMs) seen.delete(key)
      const { forget } = leaving
      if (forget === undefined) return nothingForgotten
      const kept = new Set(forget.keptEventIds)
      return forgetIn(runs, events, forget.beforeMs, (id) => kept.has(id), forget.limit)
    },
    hasBefore: () => runs.byId.size > 0 || events.all.size > 0,
  }
}
