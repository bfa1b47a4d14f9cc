// The archive in memory and in SQLite: one suite for both, broken ones that it notices, and any query on any history asked of both.
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Leaving } from "../../../mocks/engine/archive.ts"
import { openSqlite } from "../../../mocks/engine/database.ts"
import { createMemoryArchive } from "../../../mocks/engine/memory-archive.ts"
import { archiveTables, createSqliteArchive } from "../../../mocks/engine/sqlite-archive.ts"
import { type ArchiveUnderTest, archiveCases, runArchiveCase, testArchive } from "../../conformance/archive.ts"
import { brokenArchives } from "../../support/broken-archive.ts"
import { type PastRun, historyMs, leavingOf, pastEvent, pastRun, ulidAt } from "../../support/history.ts"
import { temporaryDirectory } from "../../support/temporary-directory.ts"

function sqliteArchive(): ArchiveUnderTest {
  const directory = temporaryDirectory()
  const file = join(directory.path, "archive.db")
  const database = openSqlite(file)
  // A test does not ask for a power cut.
  database.exec("PRAGMA synchronous = OFF")
  database.exec(archiveTables)
  const archive = createSqliteArchive(database)
  const others: (typeof database)[] = []
  return {
    archive,
    take(leaving: Leaving) {
      database.exec("BEGIN IMMEDIATE")
      const forgotten = archive.take(leaving)
      database.exec("COMMIT")
      return forgotten
    },
    another() {
      const other = openSqlite(file, { isReadOnly: true })
      others.push(other)
      return createSqliteArchive(other)
    },
    close() {
      for (const each of [database, ...others]) each.close()
      directory.remove()
    },
  }
}

testArchive({ name: "in memory", create: () => ({ archive: createMemoryArchive() }) })
testArchive({ name: "in SQLite", create: sqliteArchive })

describe("the suite for archives", () => {
  test.each(brokenArchives.flatMap((broken) => broken.fails.map((name) => [broken.fault, name, broken] as const)))(
    "notices an archive that %s: %s",
    (_fault, name, { around }) => {
      const noticing = archiveCases.find((each) => each.name === name)
      if (noticing === undefined) throw new Error("there is no such case")
      expect(() => runArchiveCase(noticing, () => ({ archive: around(createMemoryArchive()) }))).toThrow("expected")
    },
  )

  test("has a broken archive for each of its cases", () => {
    const noticed = new Set(brokenArchives.flatMap(({ fails }) => fails))
    expect(archiveCases.map(({ name }) => name).filter((name) => !noticed.has(name))).toEqual([])
  })
})

const eventIds = fc.uniqueArray(
  fc.integer({ min: 0, max: 9 }).map((ms) => ulidAt(ms)),
  { maxLength: 2 },
)
const run: fc.Arbitrary<PastRun> = fc.record({
  queuedMs: fc.integer({ min: 0, max: 20 }),
  endedMs: fc.integer({ min: 20, max: 40 }),
  fn: fc.constantFrom("one", "two"),
  app: fc.constantFrom("a", "b"),
  kind: fc.constantFrom("completed", "failed", "cancelled"),
  eventIds,
})
const event = fc.record({
  ms: fc.integer({ min: 0, max: 9 }),
  receivedMs: fc.integer({ min: 0, max: 40 }),
  name: fc.constantFrom("e/one", "e/two", "inngest/scheduled.timer"),
  isSent: fc.boolean(),
})
const time = fc.option(
  fc.integer({ min: -1, max: 41 }).map((ms) => historyMs + ms),
  { nil: undefined },
)
const optional = <Value>(...values: Value[]): fc.Arbitrary<Value | undefined> =>
  fc.constantFrom<Value | undefined>(undefined, ...values)
const cursor = fc.option(
  fc.integer({ min: 0, max: 20 }).map((ms) => ulidAt(ms, 3)),
  { nil: undefined },
)
const limit = fc.constantFrom(1, 3, Infinity)
const runQuery = fc.record({
  slug: optional("a-one", "b-two"),
  appName: optional("a", "b"),
  status: fc.option(fc.subarray(["queued", "running", "completed", "failed", "cancelled"] as const), {
    nil: undefined,
  }),
  cursor,
  queuedAfterMs: time,
  queuedBeforeMs: time,
  order: optional("asc" as const, "desc" as const),
  limit,
})
const eventQuery = fc.record({
  name: optional("e/one", "inngest/scheduled.timer"),
  cursor,
  receivedAfterMs: time,
  receivedBeforeMs: time,
  isWithInternal: fc.boolean(),
  limit,
})

test("both give the same rows for any query on any history, also after some of it was forgotten", () => {
  fc.assert(
    fc.property(
      fc.array(run, { maxLength: 12 }),
      fc.uniqueArray(event, { maxLength: 10, selector: ({ ms }) => ms }),
      fc.array(runQuery, { minLength: 1, maxLength: 6 }),
      fc.array(eventQuery, { minLength: 1, maxLength: 6 }),
      fc.record({
        beforeMs: fc.integer({ min: 0, max: 41 }).map((ms) => historyMs + ms),
        keptEventIds: eventIds,
        limit: fc.constant(Infinity),
      }),
      (runs, events, runQueries, eventQueries, forget) => {
        const rows = events.map(({ ms, receivedMs, name, isSent }) => ({
          row: pastEvent(ms, { receivedAtMs: historyMs + receivedMs, name }),
          isSent,
        }))
        const leaving = leavingOf({
          runs: runs.map((each, n) => pastRun({ ...each, n })),
          events: rows.filter(({ isSent }) => !isSent).map(({ row }) => row),
          sent: rows.filter(({ isSent }) => isSent).map(({ row }) => row),
        })
        const memory = createMemoryArchive()
        const { archive: sqlite, take, close } = sqliteArchive()
        try {
          const compare = (): void => {
            for (const query of runQueries)
              expect(sqlite.runs(query).map(({ id }) => id)).toEqual(memory.runs(query).map(({ id }) => id))
            for (const query of runQueries) expect(sqlite.countRuns(query)).toBe(memory.countRuns(query))
            for (const query of runQueries) expect(sqlite.runTimes(query)).toEqual(memory.runTimes(query))
            for (const query of eventQueries) expect(sqlite.events(query)).toEqual(memory.events(query))
            for (const query of eventQueries) expect(sqlite.countEvents(query)).toBe(memory.countEvents(query))
            expect(sqlite.arrived({ after: 2 })).toEqual(memory.arrived({ after: 2 }))
            for (const { row } of rows)
              expect(
                sqlite
                  .runsOfEvent(row.internalId)
                  .map(({ id }) => id)
                  .toSorted(),
              ).toEqual(
                memory
                  .runsOfEvent(row.internalId)
                  .map(({ id }) => id)
                  .toSorted(),
              )
          }
          memory.take(leaving)
          take?.(leaving)
          compare()
          const forgotten = memory.take(leavingOf({ forget }))
          expect(take?.(leavingOf({ forget }))).toEqual(forgotten)
          compare()
        } finally {
          close?.()
        }
      },
    ),
    { numRuns: 60 },
  )
})
