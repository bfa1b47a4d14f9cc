/** What each field of the roots gives. A field that can't give it throws, in the server's words. */
import type { Engine } from "../../engine/engine.ts"
import { parseCallEvent } from "../../engine/call-event.ts"
import { compileSearch } from "../../engine/expression.ts"
import type { RunStatus } from "../../engine/reads-runs.ts"
import type { EventRow } from "../../engine/state.ts"
import { type RunView, cursorOfRun, endedAtOf, outputOf, startedAtOf } from "../function-answers/run-parts.ts"
import { idOfCursor } from "../cursor.ts"
import { formatTime } from "../time-text.ts"
import { announce } from "./announce.ts"
import { appView, functionView } from "./app-view.ts"
import { eventCursor, eventIdOfCursor, eventView, eventViewV2 } from "./event-view.ts"
import { outputView, runView, traceView, triggerTexts } from "./run-view.ts"

interface EventsFilter {
  readonly from: string
  readonly until?: string | null
  readonly eventNames?: readonly string[] | null
  readonly includeInternalEvents: boolean
}

interface RunsFilter {
  readonly from: string
  readonly until?: string | null
  readonly status?: readonly string[] | null
  readonly functionIDs?: readonly string[] | null
  readonly appIDs?: readonly string[] | null
  readonly query?: string | null
}

interface RunsOrder {
  readonly field: "QUEUED_AT" | "STARTED_AT" | "ENDED_AT"
  readonly direction: "ASC" | "DESC"
}

interface Page {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
}

const defaultPage = 40
const maxPage = 400
/** The measured text of a run that is not there. */
const noRun = "error retrieving run: sql: no rows in result set"

/** The fields of both roots and what each is asked with. No field of one is named like a field of the other. */
interface RootFields {
  apps: object
  app: { id: string }
  functions: object
  functionBySlug: { query: { functionSlug: string } }
  event: { query: { eventId: string } }
  events: { query: { limit?: number | null } }
  eventV2: { id: string }
  eventsV2: Page & { filter: EventsFilter }
  stream: { query: StreamQuery }
  run: { runID: string }
  runs: Page & { filter: RunsFilter; orderBy: readonly RunsOrder[] }
  runTrace: { runID: string }
  runTraceSpanOutputByID: { outputID: string }
  runTrigger: { runID: string }
  createApp: { input: { url: string } }
  deleteAppByName: { name: string }
  invokeFunction: { functionSlug: string; data?: unknown }
  cancelRun: { runID: string }
  rerun: { runID: string }
}

export type Resolvers = { [Field in keyof RootFields]: (args: RootFields[Field]) => unknown }

export function createResolvers(engine: Engine): Resolvers {
  const { reads } = engine

  function runOf(runId: string): RunView {
    const run = reads.run(runId.toUpperCase())
    if (run === undefined) throw new Error(noRun)
    return run
  }

  return {
    apps: () => reads.apps().map((app) => appView(engine, app)),
    app: ({ id }) => {
      const app = reads.apps().find((each) => each.id === id)
      return app === undefined ? null : appView(engine, app)
    },
    functions: () =>
      reads
        .apps()
        .flatMap((app) => reads.functionsOf(app))
        .toSorted((left, right) => (left.name < right.name ? -1 : 1))
        .map((fn) => functionView(engine, fn)),
    functionBySlug: ({ query }) => {
      const fn = reads.fn(query.functionSlug)
      return fn === undefined ? null : functionView(engine, fn)
    },

    event: ({ query }) => eventView(engine, eventOf(engine, query.eventId)),
    events: ({ query }) => reads.events({ limit: pageSize(query.limit) }).map((row) => eventView(engine, row)),
    eventV2: ({ id }) => eventViewV2(engine, eventOf(engine, id)),
    eventsV2: ({ first, after, filter }) => eventsPage(engine, { first, after }, filter),
    stream: ({ query }) => streamItems(engine, query),

    run: ({ runID }) => {
      // Measured: a run that is asked for by its id does not say its event's name.
      return { ...runView(engine, runOf(runID)), eventName: null }
    },
    runs: ({ first, after, filter, orderBy }) => runsPage(engine, { first, after }, filter, orderBy),
    runTrace: ({ runID }) => traceView(engine, runOf(runID), true),
    runTraceSpanOutputByID: ({ outputID }) => {
      const output = outputView(engine, outputID)
      if (output === undefined) throw new Error("no output found")
      return output
    },
    runTrigger: ({ runID }) => {
      const run = runOf(runID)
      const { cause } = run
      return {
        eventName: run.eventName,
        IDs: run.eventIds,
        payloads: triggerTexts(engine, run),
        timestamp: formatTime(reads.event(run.eventIds[0] ?? "")?.ts ?? run.queuedAtMs),
        isBatch: run.events.length > 1,
        batchID: null,
        cron: cause.kind === "cron" ? cause.cron : null,
      }
    },

    createApp: async ({ input }) => appView(engine, await announce(engine, input.url)),
    deleteAppByName: async ({ name }) => {
      const app = reads.app(name)
      return app !== undefined && (await engine.removeApp(app.url)).existed
    },
    // Measured: true for a function that is not there as well.
    invokeFunction: async ({ functionSlug, data }) => {
      await engine.invoke(functionSlug, { data: JSON.stringify(data ?? {}) })
      return true
    },
    cancelRun: async ({ runID }) => {
      await engine.cancel(runOf(runID).id)
      return runView(engine, runOf(runID))
    },
    rerun: async ({ runID }) => {
      const { runId } = await engine.rerun(runOf(runID).id)
      if (runId === undefined) throw new Error(noRun)
      return runId
    },
  }
}

function eventOf({ reads }: Engine, id: string): EventRow {
  const row = reads.event(id.toUpperCase())
  if (row === undefined) throw new Error(`event not found: ${id}`)
  return row
}

function pageSize(asked: number | null | undefined): number {
  return Math.min(Math.max(asked ?? defaultPage, 1), maxPage)
}

function eventsPage(engine: Engine, { first, after }: Page, filter: EventsFilter): unknown {
  const { from, until, eventNames, includeInternalEvents } = filter
  const names = eventNames?.length ? eventNames : undefined
  const all = engine.reads
    .events({
      name: names?.length === 1 ? names[0] : undefined,
      receivedAfterMs: timeOf(from, "from"),
      receivedBeforeMs: until ? timeOf(until, "until") : undefined,
      isWithInternal: includeInternalEvents,
      limit: Infinity,
    })
    .filter(({ name }) => names === undefined || names.includes(name))
  const last = after ? eventIdOfCursor(after) : undefined
  const rest = last === undefined ? all : all.filter(({ internalId }) => internalId < last)
  return connection(rest, all.length, pageSize(first), after, eventCursor, (row) => eventViewV2(engine, row))
}

function runsPage(engine: Engine, { first, after }: Page, filter: RunsFilter, [order]: readonly RunsOrder[]): unknown {
  const { from, until, status, functionIDs, appIDs, query } = filter
  const isMeant = query ? matcher(query) : () => true
  const direction = order?.direction === "ASC" ? "asc" : "desc"
  const all = engine.reads
    .runs({
      status: status?.length ? status.flatMap(toRunStatus) : undefined,
      queuedAfterMs: timeOf(from, "from"),
      queuedBeforeMs: until ? timeOf(until, "until") : undefined,
      order: direction,
      limit: Infinity,
    })
    .filter((run) => !functionIDs?.length || functionIDs.includes(run.functionId))
    .filter((run) => !appIDs?.length || appIDs.includes(run.appId))
    .filter((run) => isMeant(run))
  if (order !== undefined && order.field !== "QUEUED_AT") {
    const timeAt = order.field === "STARTED_AT" ? startedAtOf : endedAtOf
    const sign = direction === "asc" ? 1 : -1
    all.sort((left, right) => sign * ((timeAt(left) ?? 0) - (timeAt(right) ?? 0)))
  }
  const last = after ? idOfCursor(after) : undefined
  const rest = last === undefined ? all : all.slice(all.findIndex(({ id }) => id === last) + 1)
  // Measured: a list does not read outputs.
  return connection(rest, all.length, pageSize(first), after, cursorOfRun, (run) => ({
    ...runView(engine, run),
    output: null,
  }))
}

function toRunStatus(text: string): RunStatus[] {
  const known = ["queued", "running", "completed", "failed", "cancelled"] as const
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

/** @param rest what stands behind the cursor. */
function connection<Row>(
  rest: readonly Row[],
  totalCount: number,
  first: number,
  after: string | null | undefined,
  cursorOf: (row: Row) => string,
  view: (row: Row) => unknown,
): unknown {
  const shown = rest.slice(0, first)
  const [start, end] = [shown[0], shown.at(-1)]
  return {
    edges: shown.map((row) => ({ cursor: cursorOf(row), node: view(row) })),
    pageInfo: {
      hasNextPage: rest.length > shown.length,
      hasPreviousPage: Boolean(after),
      startCursor: start === undefined ? null : cursorOf(start),
      endCursor: end === undefined ? null : cursorOf(end),
    },
    totalCount,
  }
}

interface StreamQuery {
  readonly limit: number
  readonly before?: string | null
  readonly after?: string | null
  readonly includeInternalEvents: boolean
}

/** Events and cron ticks, the newest first, with what each started. */
function streamItems(engine: Engine, { limit, before, after, includeInternalEvents }: StreamQuery): unknown[] {
  const { reads } = engine
  const rows = reads.events({
    receivedAfterMs: after ? timeOf(after, "after") : undefined,
    receivedBeforeMs: before ? timeOf(before, "before") : undefined,
    isWithInternal: true,
    limit: Infinity,
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

function timeOf(text: string, name: string): number {
  const timeMs = Date.parse(text)
  if (Number.isNaN(timeMs)) throw new Error(`${name} is not a time: ${text}`)
  return timeMs
}
