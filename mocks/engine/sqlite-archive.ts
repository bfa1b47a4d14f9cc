/**
 * Role: the archive in tables of the log's own file.
 * Boundary: implements `archive.ts`; `persistence.ts` makes the tables, and calls `take` inside of the transaction of a snapshot.
 *
 * I1. Rows are read when they are asked for, a page at a time, along an index; nothing is read at a start.
 * I2. The end of a run is not kept as text: its event is made from the run. It is written out when the run is forgotten before it.
 */
import { encodeUlid, maxUlidMs } from "../../src/shared/id.ts"
import { type Archive, type Forget, type Forgotten, type Leaving, nothingForgotten, unreadable } from "./archive.ts"
import type { SqlDatabase, SqlStatement, SqlValue } from "./database.ts"
import type { EventRow } from "./event.ts"
import { endEventOf, isEndEvent } from "./internal-events.ts"
import { merged } from "./merge.ts"
import type { EventCountQuery, RunCountQuery, RunQuery, RunStatus } from "./queries.ts"
import type { RunRow } from "./run.ts"
import { type RunHead, bodyTextOfRun, headOfRun, toRun } from "./run-text.ts"
import { isInternal, timesOf } from "./tables.ts"

/** Times are REAL, which holds every number of JavaScript. The last column of an index is there to be looked at without the row. */
export const archiveTables: string = `
CREATE TABLE run (
  id TEXT PRIMARY KEY, slug TEXT NOT NULL, app_name TEXT NOT NULL, status TEXT NOT NULL, queued_at_ms REAL NOT NULL,
  started_at_ms REAL, ended_at_ms REAL NOT NULL, event_name TEXT NOT NULL, event_ids TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX run_by_status ON run (status, id, queued_at_ms);
CREATE INDEX run_by_slug ON run (slug, status, id, queued_at_ms);
CREATE INDEX run_by_app ON run (app_name, status, id, queued_at_ms);
CREATE INDEX run_by_end ON run (ended_at_ms);
CREATE TABLE run_of_event (event_id TEXT NOT NULL, run_id TEXT NOT NULL, PRIMARY KEY (event_id, run_id)) STRICT, WITHOUT ROWID;
CREATE TABLE event (
  internal_id TEXT PRIMARY KEY, place INTEGER, name TEXT NOT NULL, is_internal INTEGER NOT NULL, received_at_ms REAL NOT NULL, id TEXT NOT NULL,
  ts REAL NOT NULL, v TEXT, user TEXT, run_id TEXT, data TEXT
) STRICT;
CREATE INDEX event_by_name ON event (name, internal_id, received_at_ms);
CREATE INDEX event_of_users ON event (internal_id, received_at_ms) WHERE is_internal = 0;
CREATE INDEX event_by_place ON event (place) WHERE place IS NOT NULL;
CREATE INDEX event_by_receipt ON event (received_at_ms);
CREATE INDEX event_of_run ON event (run_id) WHERE run_id IS NOT NULL;
CREATE TABLE seen (key TEXT PRIMARY KEY, run_id TEXT NOT NULL, until_ms REAL NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX seen_by_end ON seen (until_ms);
`

const runColumns = "id, slug, app_name, queued_at_ms, event_ids, event_name, status, body"
/** Less are sorted in no time. */
const fewEvents = 500
const endStatuses: readonly RunStatus[] = ["completed", "failed", "cancelled"]

/** @param database with the tables, or the ones that come to have them before anything is asked. */
export function createSqliteArchive(database: SqlDatabase): Archive {
  const statements = new Map<string, SqlStatement>()
  /** An event with a later id is not here: mostly nothing needs to be looked up. */
  let lastEventId: string | undefined
  let hasSeen: boolean | undefined

  function prepared(sql: string): SqlStatement {
    let statement = statements.get(sql)
    if (statement === undefined) statements.set(sql, (statement = database.prepare(sql)))
    return statement
  }

  function select<Item>(sql: string, values: readonly SqlValue[], toItem: (row: Row) => Item): Item[] {
    try {
      return Array.from(prepared(sql).rows(...values), toItem)
    } catch (cause) {
      throw unreadable("the archive of what is over", cause)
    }
  }

  function first(sql: string, ...values: SqlValue[]): Row | undefined {
    try {
      return prepared(sql).row(...values)
    } catch (cause) {
      throw unreadable("the archive of what is over", cause)
    }
  }

  function run(runId: string): RunRow | undefined {
    const row = first(`SELECT ${runColumns} FROM run WHERE id = ?`, runId)
    return row === undefined ? undefined : toRunRow(row)
  }

  function toEventRow(row: Row): EventRow {
    const { internal_id, name, received_at_ms, id, ts, v, user, run_id, data } = row
    const [internalId, receivedAtMs] = [String(internal_id), Number(received_at_ms)]
    if (typeof run_id === "string") return endEventOf(run_id, () => run(run_id), internalId, String(name), receivedAtMs)
    return {
      internalId,
      receivedAtMs,
      id: String(id),
      name: String(name),
      data: textOrNull(data),
      ts: Number(ts),
      v: textOrNull(v) ?? undefined,
      user: textOrNull(user) ?? undefined,
    }
  }

  /** Runs of one status, along the index that begins with the narrowest of what is asked. */
  function runsOfStatus(status: RunStatus, query: RunQuery): RunRow[] {
    const { cursor, order = "desc", limit } = query
    const where = conditionsOf(status, query)
    where.add(order === "asc" ? "id > ?" : "id < ?", cursor)
    const sql = `SELECT ${runColumns} FROM run WHERE ${where.sql()} ORDER BY id ${order} LIMIT ?`
    return select(sql, [...where.values, limitOf(limit)], toRunRow)
  }

  function isNarrow({ receivedAfterMs, receivedBeforeMs = Infinity }: EventCountQuery): boolean {
    if (receivedAfterMs === undefined) return false
    const sql =
      "SELECT count(*) AS n FROM (SELECT 1 FROM event WHERE received_at_ms > ? AND received_at_ms <= ? LIMIT ?)"
    return Number(first(sql, receivedAfterMs, receivedBeforeMs, fewEvents)?.n) < fewEvents
  }

  function put({ runs, events, arrivals, seen, atMs }: Leaving): void {
    const runIds = new Set<string>()
    for (const each of runs) {
      putRun(each)
      runIds.add(each.id)
    }
    const places = new Map<EventRow, number>()
    for (const { row, place } of arrivals) places.set(row, place)
    for (const row of events)
      // A run leaves together with its end, unless it was forgotten before.
      putEvent(row, { place: places.get(row), runId: isEndEvent(row) && runIds.has(row.runId) ? row.runId : null })
    const insertSeen = prepared("INSERT OR REPLACE INTO seen (key, run_id, until_ms) VALUES (?, ?, ?)")
    for (const [key, { runId, untilMs }] of seen) insertSeen.run(key, runId, untilMs)
    prepared("DELETE FROM seen WHERE until_ms <= ?").run(atMs)
  }

  function putRun(each: RunRow): void {
    const [id, slug, appName, queuedAtMs, eventIds, eventName, status] = headOfRun(each)
    // Before the phase is looked at: of a run that was loaded the text is still there.
    const body = bodyTextOfRun(each)
    const { startedAtMs = null, endedAtMs = queuedAtMs } = timesOf(each)
    prepared(
      "INSERT OR REPLACE INTO run (id, slug, app_name, status, queued_at_ms, started_at_ms, ended_at_ms, event_name, event_ids, body) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ).run(id, slug, appName, status, queuedAtMs, startedAtMs, endedAtMs, eventName, JSON.stringify(eventIds), body)
    const insertPair = prepared("INSERT OR IGNORE INTO run_of_event (event_id, run_id) VALUES (?, ?)")
    for (const eventId of eventIds) insertPair.run(eventId, id)
  }

  function putEvent(row: EventRow, { place, runId }: { place: number | undefined; runId: string | null }): void {
    const { internalId, name, receivedAtMs, id, ts, v, user } = row
    prepared(
      "INSERT OR REPLACE INTO event (internal_id, place, name, is_internal, received_at_ms, id, ts, v, user, run_id, data) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ).run(
      internalId,
      place ?? null,
      name,
      isInternal(name) ? 1 : 0,
      receivedAtMs,
      id,
      ts,
      v ?? null,
      user ?? null,
      runId,
      // I2
      runId === null ? row.data : null,
    )
  }

  function forget({ beforeMs, keptEventIds, limit }: Forget): Forgotten {
    const most = limitOf(limit)
    const old = select("SELECT id FROM run WHERE ended_at_ms < ? ORDER BY ended_at_ms LIMIT ?", [beforeMs, most], idOf)
    const ids = JSON.stringify(old)
    prepared(
      "DELETE FROM run_of_event WHERE (event_id, run_id) IN " +
        "(SELECT each.value, run.id FROM run, json_each(run.event_ids) AS each WHERE run.id IN (SELECT value FROM json_each(?)))",
    ).run(ids)
    const events = prepared(
      "DELETE FROM event WHERE internal_id IN (SELECT internal_id FROM event WHERE received_at_ms < ? " +
        "AND internal_id NOT IN (SELECT value FROM json_each(?)) " +
        "AND NOT EXISTS (SELECT 1 FROM run_of_event WHERE event_id = internal_id) LIMIT ?)",
    ).run(beforeMs, JSON.stringify(keptEventIds), most)
    // I2
    const ends = select("SELECT * FROM event WHERE run_id IN (SELECT value FROM json_each(?))", [ids], toEventRow)
    const writeOut = prepared("UPDATE event SET data = ?, run_id = NULL WHERE internal_id = ?")
    for (const { data, internalId } of ends) writeOut.run(data, internalId)
    const runs = prepared("DELETE FROM run WHERE id IN (SELECT value FROM json_each(?))").run(ids)
    return { runs, events }
  }

  return {
    run,
    runs(query) {
      let found: RunRow[] = []
      for (const status of statusesOf(query))
        found = merged(found, runsOfStatus(status, query), ({ id }) => id, query.order ?? "desc")
      return found.slice(0, query.limit)
    },
    countRuns(query) {
      let count = 0
      for (const status of statusesOf(query)) {
        const where = conditionsOf(status, query)
        count += Number(first(`SELECT count(*) AS n FROM run WHERE ${where.sql()}`, ...where.values)?.n)
      }
      return count
    },
    runTimes(query) {
      const where = conditionsOf(undefined, query)
      const statuses = JSON.stringify(statusesOf(query))
      where.add("+status IN (SELECT value FROM json_each(?))", statuses)
      const sql = `SELECT id, started_at_ms, ended_at_ms FROM run WHERE ${where.sql()} ORDER BY id`
      return select(sql, where.values, ({ id, started_at_ms, ended_at_ms }) => ({
        id: String(id),
        startedAtMs: started_at_ms === null ? undefined : Number(started_at_ms),
        endedAtMs: Number(ended_at_ms),
      }))
    },
    runsOfEvent: (internalId) =>
      select(
        `SELECT ${runColumns} FROM run_of_event JOIN run ON run.id = run_id WHERE event_id = ? ORDER BY run_id`,
        [internalId],
        toRunRow,
      ),
    event(internalId) {
      lastEventId ??= String(first("SELECT max(internal_id) AS last FROM event")?.last ?? "")
      if (internalId > lastEventId) return undefined
      const row = first("SELECT * FROM event WHERE internal_id = ?", internalId)
      return row === undefined ? undefined : toEventRow(row)
    },
    events(query) {
      const where = conditionsOfEvents(query)
      where.add("internal_id < ?", query.cursor)
      // Of a time that holds few events those are sorted, instead of looking through all ids for them.
      const source = isNarrow(query) ? "event INDEXED BY event_by_receipt" : "event"
      const sql = `SELECT * FROM ${source} WHERE ${where.sql()} ORDER BY internal_id DESC LIMIT ?`
      return select(sql, [...where.values, limitOf(query.limit)], toEventRow)
    },
    countEvents(query) {
      const where = conditionsOfEvents(query)
      return Number(first(`SELECT count(*) AS n FROM event WHERE ${where.sql()}`, ...where.values)?.n)
    },
    arrived({ name, after }) {
      const where = createConditions()
      where.add("place > ?", after)
      where.add("name = ?", name)
      return select(`SELECT * FROM event WHERE ${where.sql()} ORDER BY place`, where.values, toEventRow)
    },
    seen(key) {
      hasSeen ??= first("SELECT 1 AS any FROM seen LIMIT 1") !== undefined
      const row = hasSeen ? first("SELECT run_id, until_ms FROM seen WHERE key = ?", key) : undefined
      return row === undefined ? undefined : { runId: String(row.run_id), untilMs: Number(row.until_ms) }
    },
    take(leaving) {
      lastEventId = undefined
      hasSeen = undefined
      put(leaving)
      return leaving.forget === undefined ? nothingForgotten : forget(leaving.forget)
    },
    hasBefore: (beforeMs) =>
      first(
        "SELECT 1 AS any WHERE EXISTS (SELECT 1 FROM run WHERE ended_at_ms < ?1) OR EXISTS (SELECT 1 FROM event WHERE received_at_ms < ?1)",
        beforeMs,
      ) !== undefined,
  }
}

type Row = Record<string, unknown>

function idOf({ id }: Row): string {
  return String(id)
}

function toRunRow(row: Row): RunRow {
  const { id, slug, app_name, queued_at_ms, event_ids, event_name, status, body } = row
  const head: RunHead = [
    String(id),
    String(slug),
    String(app_name),
    Number(queued_at_ms),
    JSON.parse(String(event_ids)) as string[],
    String(event_name),
    String(status) as RunStatus,
  ]
  return toRun(head, String(body))
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null
}

function statusesOf({ status }: RunCountQuery): RunStatus[] {
  return endStatuses.filter((each) => status === undefined || status.includes(each))
}

function conditionsOf(status: RunStatus | undefined, query: RunCountQuery): Conditions {
  const { slug, appName, queuedAfterMs, queuedBeforeMs } = query
  const where = createConditions()
  where.add("status = ?", status)
  where.add("slug = ?", slug)
  where.add("app_name = ?", appName)
  // I4 of the port: older ids need not be looked at.
  where.add("id >= ?", queuedAfterMs === undefined ? undefined : lowestUlid(queuedAfterMs))
  where.add("queued_at_ms > ?", queuedAfterMs)
  where.add("queued_at_ms <= ?", queuedBeforeMs)
  return where
}

function conditionsOfEvents(query: EventCountQuery): Conditions {
  const { name, receivedAfterMs, receivedBeforeMs, isWithInternal = false } = query
  const where = createConditions()
  if (!isWithInternal) where.text("is_internal = 0")
  where.add("name = ?", name)
  where.add("received_at_ms > ?", receivedAfterMs)
  where.add("received_at_ms <= ?", receivedBeforeMs)
  return where
}

type Conditions = ReturnType<typeof createConditions>

/** What is asked, joined by AND; what is `undefined` is not asked. */
function createConditions() {
  const texts: string[] = []
  const values: SqlValue[] = []
  return {
    values,
    text: (sql: string) => void texts.push(sql),
    add(sql: string, value: SqlValue | undefined) {
      if (value === undefined) return
      texts.push(sql)
      values.push(value)
    },
    sql: () => (texts.length === 0 ? "TRUE" : texts.join(" AND ")),
  }
}

/** In SQLite no limit is a negative one. */
function limitOf(limit: number): number {
  return Number.isFinite(limit) ? limit : -1
}

const noBytes = new Uint8Array(10)

function lowestUlid(ms: number): string {
  return encodeUlid(Math.min(Math.max(Math.floor(ms), 0), maxUlidMs), noBytes)
}
