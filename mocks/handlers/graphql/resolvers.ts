/** What each field of the roots gives. A field that can't give it throws, in the server's words. */
import type { Engine } from "../../engine/engine.ts"
import type { EventRow } from "../../engine/state.ts"
import type { RunView } from "../function-answers/run-parts.ts"
import { formatTime } from "../time-text.ts"
import { announce } from "./announce.ts"
import { appView, functionView } from "./app-view.ts"
import { eventView, eventViewV2 } from "./event-view.ts"
import {
  type EventsFilter,
  type Page,
  type RunsFilter,
  type RunsOrder,
  type StreamQuery,
  eventsPage,
  pageSize,
  runsPage,
  streamItems,
} from "./pages.ts"
import { outputView, runView, traceView, triggerTexts } from "./run-view.ts"

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
      const repeated = await engine.rerun(runOf(runID).id)
      if (repeated.runId === undefined) throw new Error(noRun)
      return repeated.runId
    },
  }
}

function eventOf({ reads }: Engine, id: string): EventRow {
  const row = reads.event(id.toUpperCase())
  if (row === undefined) throw new Error(`event not found: ${id}`)
  return row
}
