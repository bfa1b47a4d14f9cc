// Archives with one fault each, around a sound one: each must be noticed by the suite for archives.
import type { Archive } from "../../mocks/engine/archive.ts"

export interface BrokenArchive {
  fault: string
  /** Names of the cases that notice it. */
  fails: readonly string[]
  around(archive: Archive): Archive
}

export const brokenArchives: readonly BrokenArchive[] = [
  {
    fault: "loses the steps of runs",
    fails: ["what it took is there as it was, also for another process"],
    around: (archive) => ({
      ...archive,
      run(id) {
        const run = archive.run(id)
        return run === undefined ? undefined : { ...run, steps: new Map() }
      },
    }),
  },
  {
    fault: "finds some run for every id",
    fails: ["what it did not take it does not know"],
    around: (archive) => ({ ...archive, run: () => archive.runs({ limit: 1 })[0] }),
  },
  {
    fault: "begins a page with the row of its cursor",
    fails: ["runs are listed in the order of their ids, from a cursor on, and no more than asked for"],
    around: (archive) => ({
      ...archive,
      runs(query) {
        const at = query.cursor === undefined ? undefined : archive.run(query.cursor)
        return [...(at === undefined ? [] : [at]), ...archive.runs(query)]
      },
    }),
  },
  {
    fault: "looks at no status",
    fails: ["runs are narrowed by function, app, status and time"],
    around: (archive) => ({ ...archive, runs: (query) => archive.runs({ ...query, status: undefined }) }),
  },
  {
    fault: "tells the times of other runs, too",
    fails: ["the times of runs are told, in the order of ids"],
    around: (archive) => ({ ...archive, runTimes: () => archive.runTimes({}) }),
  },
  {
    fault: "counts what it does not show",
    fails: ["what lists would show is counted"],
    around: (archive) => ({ ...archive, countEvents: () => archive.countEvents({ isWithInternal: true }) }),
  },
  {
    fault: "lists the events of the engine, too",
    fails: [
      "events are listed with the newest id first, by name and by time, without those of the engine unless they are asked for",
    ],
    around: (archive) => ({ ...archive, events: (query) => archive.events({ ...query, isWithInternal: true }) }),
  },
  {
    fault: "gives what was sent in the order of ids",
    fails: ["what was sent is given in the order in which it arrived, from a place on"],
    around: (archive) => ({
      ...archive,
      arrived: (query) =>
        archive.arrived(query).toSorted((left, right) => (left.internalId < right.internalId ? -1 : 1)),
    }),
  },
  {
    fault: "gives one run of an event",
    fails: ["the runs of an event are given in the order in which they were queued, whenever they were taken"],
    around: (archive) => ({ ...archive, runsOfEvent: (id) => archive.runsOfEvent(id).slice(-1) }),
  },
  {
    fault: "remembers what was seen for ever",
    fails: ["what was seen is known until it counts no more, by what was said last"],
    around: (archive) => ({ ...archive, take: (leaving) => archive.take({ ...leaving, atMs: 0 }) }),
  },
  {
    fault: "keeps no data of the ends of runs",
    fails: [
      "the event of a run's end tells what the run came to",
      "the event of an end stays whole while a run that it started does, also when its own run is forgotten",
    ],
    around: (archive) => ({
      ...archive,
      event(id) {
        const row = archive.event(id)
        return row === undefined ? undefined : { ...row, data: "{}" }
      },
    }),
  },
  {
    fault: "forgets all at once",
    fails: ["no more is forgotten at once than is asked for"],
    around: (archive) => ({
      ...archive,
      take: ({ forget, ...leaving }) =>
        archive.take({ ...leaving, forget: forget === undefined ? undefined : { ...forget, limit: Infinity } }),
    }),
  },
  {
    fault: "forgets the events of runs that go on",
    fails: ["what was over before a time is forgotten, but the events that started what is left"],
    around: (archive) => ({
      ...archive,
      take: ({ forget, ...leaving }) =>
        archive.take({ ...leaving, forget: forget === undefined ? undefined : { ...forget, keptEventIds: [] } }),
    }),
  },
]
