/**
 * Lists as GraphQL pages them.
 *
 * I1. A page reads what it shows, and what its filters drop on the way; all that matches is counted when `totalCount` is asked for, and then held
 *     nowhere at once.
 */
import { parseCallEvent } from "../../engine/call-event.ts"
import type { Engine } from "../../engine/engine.ts"
import type { EventRow } from "../../engine/event.ts"
import { compileSearch } from "../../engine/expression.ts"
import type { RunQuery, RunStatus, RunTimes } from "../../engine/queries.ts"
import { eachEvent, eachRun } from "../../engine/reads-all.ts"
import { timesOf } from "../../engine/tables.ts"
import { idOfCursor } from "../cursor.ts"
import { type RunView, cursorOfRun, outputOf } from "../function-answers/run-parts.ts"
import { formatTime } from "../time-text.ts"
import { eventCursor, eventIdOfCursor, eventViewV2 } from "./event-view.ts"
import { runView } from "./run-view.ts"

export interface EventsFilter {
  readonly from: string
  readonly until?: string | null
  readonly eventNames?: readonly string[] | null
  readonly includeInternalEvents: boolean
}

export interface RunsFilter {
  readonly from: string
  readonly until?: string | null
  readonly status?: readonly string[] | null
  readonly functionIDs?: readonly string[] | null
  readonly appIDs?: readonly string[] | null
  readonly query?: string | null
}

export interface RunsOrder {
  readonly field: "QUEUED_AT" | "STARTED_AT" | "ENDED_AT"
  readonly direction: "ASC" | "DESC"
}

export interface Page {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
}

export interface StreamQuery {
  readonly limit: number
  readonly before?: string | null
  readonly after?: string | null
  readonly includeInternalEvents: boolean
}

const defaultPage = 40
const maxPage = 400

export function pageSize(asked: number | null | undefined): number {
  return Math.min(Math.max(asked ?? defaultPage, 1), maxPage)
}

export function eventsPage(engine: Engine, { first, after }: Page, filter: EventsFilter): unknown {
  const { from, until, eventNames, includeInternalEvents } = filter
  const names = eventNames?.length ? eventNames : undefined
  const query = {
    name: names?.length === 1 ? names[0] : undefined,
    receivedAfterMs: timeOf(from, "from"),
    receivedBeforeMs: until ? timeOf(until, "until") : undefined,
    isWithInternal: includeInternalEvents,
  }
  const isMeant = ({ name }: EventRow): boolean => names === undefined || names.includes(name)
  const cursor = after ? eventIdOfCursor(after) : undefined
  return connection({
    rest: meantBy(eachEvent(engine.reads, { ...query, cursor }), isMeant),
    totalCount: () =>
      query.name === undefined && names !== undefined
        ? countOf(meantBy(eachEvent(engine.reads, query), isMeant))
        : engine.reads.countEvents(query),
    first: pageSize(first),
    after,
    cursorOf: eventCursor,
    view: (row) => eventViewV2(engine, row),
  })
}

export function runsPage(
  engine: Engine,
  { first, after }: Page,
  filter: RunsFilter,
  [order]: readonly RunsOrder[],
): unknown {
  const { from, until, status, functionIDs, appIDs, query: condition } = filter
  const matches = condition ? matcher(condition) : undefined
  const direction = order?.direction === "ASC" ? "asc" : "desc"
  const query = {
    status: status?.length ? status.flatMap(toRunStatus) : undefined,
    queuedAfterMs: timeOf(from, "from"),
    queuedBeforeMs: until ? timeOf(until, "until") : undefined,
    order: direction,
  } as const
  const isNarrowed = Boolean(functionIDs?.length || appIDs?.length) || matches !== undefined
  const isMeant = (run: RunView): boolean =>
    (!functionIDs?.length || functionIDs.includes(run.functionId)) &&
    (!appIDs?.length || appIDs.includes(run.appId)) &&
    (matches === undefined || matches(run))
  const all = (cursor?: string): Iterable<RunView> => meantBy(eachRun(engine.reads, { ...query, cursor }), isMeant)
  const last = after ? idOfCursor(after) : undefined
  return connection({
    rest:
      order === undefined || order.field === "QUEUED_AT"
        ? all(last)
        : sortedBy(engine, isNarrowed ? Array.from(all(), timesOf) : engine.reads.runTimes(query), order, last),
    totalCount: () => (isNarrowed ? countOf(all()) : engine.reads.countRuns(query)),
    first: pageSize(first),
    after,
    cursorOf: cursorOfRun,
    // Measured: a list does not read outputs.
    view: (run) => ({ ...runView(engine, run), output: null }),
  })
}

/** By a time that no list is kept in the order of. @param last the id after which it begins. */
function* sortedBy(
  { reads }: Engine,
  times: readonly RunTimes[],
  { field, direction }: RunsOrder,
  last: string | undefined,
): Generator<RunView> {
  const sign = direction === "ASC" ? 1 : -1
  const msOf = ({ startedAtMs, endedAtMs }: RunTimes): number => (field === "STARTED_AT" ? startedAtMs : endedAtMs) ?? 0
  // Of one moment in the order of ids.
  const places = times.toSorted((left, right) => sign * (msOf(left) - msOf(right) || (left.id < right.id ? -1 : 1)))
  for (const { id } of places.slice(places.findIndex((place) => place.id === last) + 1)) {
    const run = reads.run(id)
    if (run !== undefined) yield run
  }
}

/** Events and cron ticks, the newest first, with what each started. */
export function streamItems(engine: Engine, { limit, before, after, includeInternalEvents }: StreamQuery): unknown[] {
  const { reads } = engine
  const rows = eachEvent(reads, {
    receivedAfterMs: after ? timeOf(after, "after") : undefined,
    receivedBeforeMs: before ? timeOf(before, "before") : undefined,
    isWithInternal: true,
  })
  const items: unknown[] = []
  for (const row of rows) {
    if (items.length >= Math.min(Math.max(limit, 1), 1_000)) break
    const runs = reads.runsOfEvent(row.internalId)
    const tick = runs.find(({ cause }) => cause.kind === "cron")?.cause
    if (tick === undefined && !includeInternalEvents && row.name.startsWith("inngest/")) continue
    items.push({
      id: row.internalId,
      trigger: tick?.kind === "cron" ? tick.cron : row.name,
      type: tick === undefined ? "EVENT" : "CRON",
      createdAt: formatTime(row.receivedAtMs),
      runs: runs.map((run) => runView(engine, run)),
      inBatch: false,
    })
  }
  return items
}

function toRunStatus(text: string): NonNullable<RunQuery["status"]> {
  const known = ["queued", "running", "completed", "failed", "cancelled"] as const satisfies readonly RunStatus[]
  return known.filter((each) => each === text.toLowerCase())
}

/** @throws Error when the expression does not compile. */
function matcher(text: string): (run: RunView) => boolean {
  const compiled = compileSearch(text)
  if (!compiled.ok) throw new Error(compiled.message)
  return (run) => {
    const json = outputOf(run)
    const output: unknown = json === undefined ? undefined : JSON.parse(json)
    const nowMs = run.queuedAtMs
    return run.events.some((event) => compiled.expression.matches({ event: parseCallEvent(event), output, nowMs }))
  }
}

function* meantBy<Row>(rows: Iterable<Row>, isMeant: (row: Row) => boolean): Generator<Row> {
  for (const row of rows) if (isMeant(row)) yield row
}

function countOf(rows: Iterable<unknown>): number {
  let count = 0
  for (const _ of rows) count++
  return count
}

interface ConnectionDraft<Row> {
  /** What stands behind the cursor. */
  readonly rest: Iterable<Row>
  readonly totalCount: () => number
  readonly first: number
  readonly after: string | null | undefined
  readonly cursorOf: (row: Row) => string
  readonly view: (row: Row) => unknown
}

function connection<Row>({ rest, totalCount, first, after, cursorOf, view }: ConnectionDraft<Row>): unknown {
  const found: Row[] = []
  // One more than is shown tells whether there is more.
  for (const row of rest) if (found.push(row) > first) break
  const shown = found.slice(0, first)
  const [start, end] = [shown[0], shown.at(-1)]
  return {
    edges: shown.map((row) => ({ cursor: cursorOf(row), node: view(row) })),
    pageInfo: {
      hasNextPage: found.length > shown.length,
      hasPreviousPage: Boolean(after),
      startCursor: start === undefined ? null : cursorOf(start),
      endCursor: end === undefined ? null : cursorOf(end),
    },
    totalCount,
  }
}

function timeOf(text: string, name: string): number {
  const timeMs = Date.parse(text)
  if (Number.isNaN(timeMs)) throw new Error(`${name} is not a time: ${text}`)
  return timeMs
}
