/** What every archive of what is over does. A driver runs it with `testArchive`. */
import { describe, expect, test } from "vitest"
import type { Archive, Forgotten, Leaving } from "../../mocks/engine/archive.ts"
import { endEvents, eventNames } from "../../mocks/engine/internal-events.ts"
import { type RunRow, type StepRow, isEnded } from "../../mocks/engine/run.ts"
import { historyMs, leavingOf, pastEvent, pastRun, ulidAt } from "../support/history.ts"

export interface ArchiveUnderTest {
  /** Empty. */
  archive: Archive
  /** As a log does it. @default at once */
  take?: (leaving: Leaving) => Forgotten
  /** The same data as another process finds it. Without it `archive` stands in. */
  another?: () => Archive
  close?: () => void
}

export interface ArchiveSuite {
  name: string
  /** Called for each test. */
  create: () => ArchiveUnderTest
}

export interface ArchiveCase {
  name: string
  run(target: ArchiveTarget): void
}

export interface ArchiveTarget {
  archive: Archive
  take: (leaving: Leaving) => Forgotten
  another: () => Archive
}

export function testArchive({ name, create }: ArchiveSuite): void {
  describe(`archive ${name}`, () => {
    test.each(archiveCases)("$name", (each) => runArchiveCase(each, create))
  })
}

export function runArchiveCase({ run }: ArchiveCase, create: ArchiveSuite["create"]): void {
  const { archive, take = (leaving) => archive.take(leaving), another = () => archive, close } = create()
  try {
    run({ archive, take, another })
  } finally {
    close?.()
  }
}

/** Its members one by one: some come from getters. */
function plain(run: RunRow | undefined): RunRow | undefined {
  if (run === undefined) return undefined
  const { id, slug, functionId, appName, appId, maxAttempts, cause, queuedAtMs, eventIds, events, eventName } = run
  const { phase, requestVersion, mustPlan, steps, stack, pending, jobs, stateBytes, attempts } = run
  const first = { id, slug, functionId, appName, appId, maxAttempts, cause, queuedAtMs, eventIds, events, eventName }
  return { ...first, phase, requestVersion, mustPlan, steps, stack, pending, jobs, stateBytes, attempts }
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id)
const internalIdsOf = (rows: readonly { internalId: string }[]): string[] => rows.map(({ internalId }) => internalId)

export const archiveCases: readonly ArchiveCase[] = [
  {
    name: "what it took is there as it was, also for another process",
    run({ take, another }) {
      const event = pastEvent(0, { id: "mine", ts: 7, v: "1", user: '{"a":1}', data: '{"n":9007199254740993}' })
      const bare = pastEvent(1, { data: null })
      const steps: StepRow[] = [
        {
          id: "a",
          kind: "run",
          name: "first",
          isRace: false,
          queuedAtMs: historyMs,
          attempts: [{ startedAtMs: 1, endedAtMs: 2, error: '{"message":"once"}' }],
          phase: { kind: "done", endedAtMs: historyMs, memo: '{"data":1.0}', outcome: "completed" },
        },
      ]
      const run = pastRun({ queuedMs: 0, kind: "failed", eventIds: [event.internalId], steps })
      take(leavingOf({ runs: [run], sent: [event, bare] }))
      const archive = another()
      expect(plain(archive.run(run.id))).toEqual(run)
      expect(archive.event(event.internalId)).toEqual(event)
      expect(archive.event(bare.internalId)).toEqual(bare)
    },
  },
  {
    name: "what it did not take it does not know",
    run({ archive, take }) {
      take(leavingOf({ runs: [pastRun({ queuedMs: 5 })], sent: [pastEvent(5)], seen: [["a", seenUntil(1)]] }))
      expect(archive.run(ulidAt(4))).toBeUndefined()
      expect(archive.event(ulidAt(4))).toBeUndefined()
      expect(archive.event(ulidAt(6))).toBeUndefined()
      expect(archive.seen("b")).toBeUndefined()
      expect(archive.runsOfEvent(ulidAt(5))).toEqual([])
    },
  },
  {
    name: "runs are listed in the order of their ids, from a cursor on, and no more than asked for",
    run({ archive, take }) {
      const kinds = ["completed", "failed", "cancelled"] as const
      const runs = Array.from({ length: 9 }, (_, n) => pastRun({ queuedMs: n, kind: kinds[n % 3] ?? "failed" }))
      take(leavingOf({ runs: runs.slice(0, 5) }))
      take(leavingOf({ runs: runs.slice(5) }))
      const ids = idsOf(runs)
      expect(idsOf(archive.runs({ order: "asc", limit: Infinity }))).toEqual(ids)
      expect(idsOf(archive.runs({ limit: 4 }))).toEqual(ids.toReversed().slice(0, 4))
      expect(idsOf(archive.runs({ limit: 4, cursor: ids[4] }))).toEqual(ids.slice(0, 4).toReversed())
      expect(idsOf(archive.runs({ order: "asc", limit: 2, cursor: ids[4] }))).toEqual(ids.slice(5, 7))
    },
  },
  {
    name: "runs are narrowed by function, app, status and time",
    run({ archive, take }) {
      const runs = [
        pastRun({ queuedMs: 0 }),
        pastRun({ queuedMs: 10, fn: "other" }),
        pastRun({ queuedMs: 20, app: "second", kind: "failed" }),
        pastRun({ queuedMs: 30, kind: "cancelled" }),
        pastRun({ queuedMs: 40, kind: "failed" }),
      ]
      take(leavingOf({ runs }))
      const places = (query: Partial<Parameters<Archive["runs"]>[0]>): number[] =>
        archive.runs({ order: "asc", limit: Infinity, ...query }).map(({ queuedAtMs }) => queuedAtMs - historyMs)
      expect(places({ slug: "app-fn" })).toEqual([0, 30, 40])
      expect(places({ appName: "second" })).toEqual([20])
      expect(places({ appName: "second", slug: "app-fn" })).toEqual([])
      expect(places({ status: ["failed", "cancelled"] })).toEqual([20, 30, 40])
      expect(places({ status: ["running", "failed"], slug: "app-fn" })).toEqual([40])
      expect(places({ status: ["queued", "running"] })).toEqual([])
      expect(places({ queuedAfterMs: historyMs + 10, queuedBeforeMs: historyMs + 30 })).toEqual([20, 30])
    },
  },
  {
    name: "the times of runs are told, in the order of ids",
    run({ archive, take }) {
      take(leavingOf({ runs: [pastRun({ queuedMs: 1, kind: "cancelled", endedMs: 9 }), pastRun({ queuedMs: 0 })] }))
      const times = [
        { id: ulidAt(0), startedAtMs: historyMs, endedAtMs: historyMs + 1 },
        { id: ulidAt(1), startedAtMs: undefined, endedAtMs: historyMs + 9 },
      ]
      expect(archive.runTimes({})).toEqual(times)
      expect(archive.runTimes({ status: ["cancelled"] })).toEqual(times.slice(1))
      expect(archive.runTimes({ slug: "app-none" })).toEqual([])
    },
  },
  {
    name: "what lists would show is counted",
    run({ archive, take }) {
      const runs = [0, 1, 2].map((queuedMs) => pastRun({ queuedMs, kind: queuedMs === 1 ? "failed" : "completed" }))
      const tick = pastEvent(9, { name: eventNames.timer })
      take(leavingOf({ runs, events: [tick], sent: [pastEvent(0), pastEvent(1, { name: "app/other" })] }))
      expect(archive.countRuns({})).toBe(3)
      expect(archive.countRuns({ status: ["failed", "running"] })).toBe(1)
      expect(archive.countRuns({ slug: "app-fn", queuedAfterMs: historyMs })).toBe(2)
      expect([{}, { isWithInternal: true }, { name: "app/go" }].map((query) => archive.countEvents(query))).toEqual([
        2, 3, 1,
      ])
      expect(archive.countEvents({ receivedBeforeMs: historyMs })).toBe(1)
    },
  },
  {
    name: "events are listed with the newest id first, by name and by time, without those of the engine unless they are asked for",
    run({ archive, take }) {
      // Received in another order than that of the ids.
      const rows = [5, 3, 4, 1].map((id, place) =>
        pastEvent(id, { receivedAtMs: historyMs + place, name: id === 3 ? "app/three" : "app/go" }),
      )
      const tick = pastEvent(2, { name: eventNames.timer, receivedAtMs: historyMs + 9 })
      take(leavingOf({ events: [tick], sent: rows }))
      const ids = (query: Partial<Parameters<Archive["events"]>[0]>): string[] =>
        internalIdsOf(archive.events({ limit: Infinity, ...query }))
      expect(ids({})).toEqual([5, 4, 3, 1].map((id) => ulidAt(id)))
      expect(ids({ isWithInternal: true })).toEqual([5, 4, 3, 2, 1].map((id) => ulidAt(id)))
      expect(ids({ name: "app/three" })).toEqual([ulidAt(3)])
      expect(ids({ name: eventNames.timer })).toEqual([])
      expect(ids({ name: eventNames.timer, isWithInternal: true })).toEqual([ulidAt(2)])
      expect(ids({ cursor: ulidAt(4) })).toEqual([ulidAt(3), ulidAt(1)])
      expect(ids({ limit: 2 })).toEqual([ulidAt(5), ulidAt(4)])
      expect(ids({ receivedAfterMs: historyMs, receivedBeforeMs: historyMs + 2 })).toEqual([ulidAt(4), ulidAt(3)])
    },
  },
  {
    name: "what was sent is given in the order in which it arrived, from a place on",
    run({ archive, take }) {
      const rows = [5, 3, 4].map((id) => pastEvent(id, { name: id === 3 ? "app/three" : "app/go" }))
      take(leavingOf({ events: [pastEvent(1, { name: eventNames.timer })], sent: rows.slice(0, 2) }))
      take(leavingOf({ sent: rows.slice(2), firstPlace: 3 }))
      expect(internalIdsOf(archive.arrived({ after: 0 }))).toEqual([5, 3, 4].map((id) => ulidAt(id)))
      expect(internalIdsOf(archive.arrived({ after: 1 }))).toEqual([3, 4].map((id) => ulidAt(id)))
      expect(internalIdsOf(archive.arrived({ name: "app/go", after: 0 }))).toEqual([5, 4].map((id) => ulidAt(id)))
      expect(archive.arrived({ after: 3 })).toEqual([])
    },
  },
  {
    name: "the runs of an event are given in the order in which they were queued, whenever they were taken",
    run({ archive, take }) {
      const event = pastEvent(0)
      const runs = [3, 1, 2].map((queuedMs) => pastRun({ queuedMs, eventIds: [event.internalId] }))
      take(leavingOf({ runs: runs.slice(0, 1), sent: [event] }))
      take(leavingOf({ runs: [...runs.slice(1), pastRun({ queuedMs: 4, eventIds: [ulidAt(9)] })] }))
      expect(idsOf(archive.runsOfEvent(event.internalId))).toEqual([1, 2, 3].map((ms) => ulidAt(ms)))
    },
  },
  {
    name: "what was seen is known until it counts no more, by what was said last",
    run({ archive, take }) {
      take(
        leavingOf({
          seen: [
            ["a", seenUntil(10)],
            ["b", seenUntil(10)],
          ],
        }),
      )
      take(leavingOf({ seen: [["b", seenUntil(20)]], atMs: historyMs + 9 }))
      expect([archive.seen("a"), archive.seen("b")]).toEqual([seenUntil(10), seenUntil(20)])
      take(leavingOf({ atMs: historyMs + 10 }))
      expect([archive.seen("a"), archive.seen("b")]).toEqual([undefined, seenUntil(20)])
    },
  },
  {
    name: "the event of a run's end tells what the run came to",
    run({ take, another }) {
      const run = pastRun({ queuedMs: 0, kind: "failed" })
      const ends = endsOf(run)
      take(leavingOf({ runs: [run], events: ends }))
      const archive = another()
      for (const { internalId, id, name, data, ts } of ends)
        expect(archive.event(internalId)).toMatchObject({ id, name, data, ts })
      expect(ends[0]?.data).toContain('"run_id"')
    },
  },
  {
    name: "what was over before a time is forgotten, but the events that started what is left",
    run({ archive, take }) {
      const [old, shared, kept, late] = [0, 1, 2, 20].map((ms) => pastEvent(ms))
      if (old === undefined || shared === undefined || kept === undefined || late === undefined) return
      const runs = [
        pastRun({ queuedMs: 0, eventIds: [old.internalId] }),
        pastRun({ queuedMs: 1, eventIds: [shared.internalId] }),
        pastRun({ queuedMs: 2, endedMs: 15, eventIds: [shared.internalId] }),
        pastRun({ queuedMs: 20, eventIds: [late.internalId] }),
      ]
      take(leavingOf({ runs, sent: [old, shared, kept, late] }))
      expect(archive.hasBefore(historyMs + 10)).toBe(true)
      const forget = { beforeMs: historyMs + 10, keptEventIds: [kept.internalId], limit: Infinity }
      expect(take(leavingOf({ forget }))).toEqual({ runs: 2, events: 1 })
      expect(idsOf(archive.runs({ order: "asc", limit: Infinity }))).toEqual([ulidAt(2), ulidAt(20)])
      expect(internalIdsOf(archive.arrived({ after: 0 }))).toEqual([1, 2, 20].map((ms) => ulidAt(ms)))
      expect(idsOf(archive.runsOfEvent(shared.internalId))).toEqual([ulidAt(2)])
      expect(archive.runsOfEvent(old.internalId)).toEqual([])
      expect(take(leavingOf({ forget }))).toEqual({ runs: 0, events: 0 })
    },
  },
  {
    name: "no more is forgotten at once than is asked for",
    run({ archive, take }) {
      const events = [0, 1, 2, 3].map((ms) => pastEvent(ms))
      const runs = [0, 1, 2].map((queuedMs) => pastRun({ queuedMs, eventIds: [ulidAt(queuedMs)] }))
      take(leavingOf({ runs, sent: events }))
      const forget = { beforeMs: historyMs + 10, keptEventIds: [], limit: 2 }
      const parts = [1, 2, 3].map(() => take(leavingOf({ forget })))
      expect(parts).toEqual([
        { runs: 2, events: 2 },
        { runs: 1, events: 2 },
        { runs: 0, events: 0 },
      ])
      expect(archive.hasBefore(historyMs + 10)).toBe(false)
    },
  },
  {
    name: "the event of an end stays whole while a run that it started does, also when its own run is forgotten",
    run({ take, another }) {
      const run = pastRun({ queuedMs: 0, kind: "failed" })
      const ends = endsOf(run)
      const failed = ends[1]
      if (failed === undefined) return
      const handler = pastRun({ queuedMs: 2, endedMs: 15, eventIds: [failed.internalId], eventName: failed.name })
      take(leavingOf({ runs: [run, handler], events: ends }))
      expect(take(leavingOf({ forget: { beforeMs: historyMs + 10, keptEventIds: [], limit: Infinity } }))).toEqual({
        runs: 1,
        events: 1,
      })
      const { internalId, id, name, data } = failed
      expect(another().event(internalId)).toMatchObject({ internalId, id, name, data, ts: failed.ts })
    },
  },
]

function seenUntil(ms: number): { runId: string; untilMs: number } {
  return { runId: ulidAt(0), untilMs: historyMs + ms }
}

function endsOf(run: RunRow) {
  if (!isEnded(run.phase)) throw new Error("it has not ended")
  let n = 0
  return endEvents(run, run.phase, run.phase.endedAtMs, () => ulidAt(1, ++n))
}
