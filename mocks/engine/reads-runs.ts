/**
 * Role: what the engine knows of apps, functions and runs, for whoever shows it: REST, GraphQL, the mock.
 * Boundary: part of `reads.ts`. Rows are given as they are; nobody outside `transition/` changes them.
 */
import type { AppRow, FunctionRow } from "./app.ts"
import { stepsText } from "./call-text.ts"
import { merged } from "./merge.ts"
import type { RunCountQuery, RunQuery, RunStatus, RunTimes } from "./queries.ts"
import { type Job, type RunRow, type StepRow, type Timer, isEnded } from "./run.ts"
import type { EngineState } from "./state.ts"
import { runsAmong, timesOf } from "./tables.ts"
import { runOf } from "./transition/lookups.ts"
import { jobId } from "./transition/turn.ts"

export type { RunQuery, RunStatus } from "./queries.ts"

/** What a run waits for next. */
export interface PendingWork {
  readonly id: string
  readonly kind: "call" | "request" | StepRow["kind"]
  readonly dueAtMs: number
  readonly attempt: number
  /** Absent for a call that finds out what comes next. */
  readonly stepId: string | undefined
}

export interface RunReads {
  run(runId: string): Readonly<RunRow> | undefined
  runs(query: RunQuery): Readonly<RunRow>[]
  countRuns(query: RunCountQuery): number
  /** Of all that are meant, the first queued first. */
  runTimes(query: RunCountQuery): RunTimes[]
  /** Runs that an event started, in the order in which they were queued. */
  runsOfEvent(internalId: string): readonly Readonly<RunRow>[]
  /** Runs that go on. */
  openRuns(): Readonly<RunRow>[]
  /** What calls hold in `steps`: JSON text. */
  steps(run: Readonly<RunRow>): string
  work(run: Readonly<RunRow>): PendingWork[]
  apps(): AppRow[]
  app(name: string): AppRow | undefined
  fn(slug: string): FunctionRow | undefined
  /** In the order in which they were registered. */
  functionsOf(app: AppRow): FunctionRow[]
}

export function createRunReads(current: () => EngineState): RunReads {
  return {
    run: (runId) => runOf(current(), runId),
    runs(query) {
      const { order = "desc", limit, status } = query
      const recent = runsAmong(candidates(current(), query), query)
      const over = status?.every(isOpenStatus) === true ? [] : current().archive.runs(query)
      return merged(recent, over, idOf, order).slice(0, limit)
    },
    countRuns(query) {
      const { archive } = current()
      const recent = runsAmong(candidates(current(), { ...query, limit: Infinity }), { ...query, limit: Infinity })
      return recent.length + archive.countRuns(query)
    },
    runTimes(query) {
      const { archive } = current()
      const all = { ...query, order: "asc", limit: Infinity } as const
      return merged(runsAmong(candidates(current(), all), all).map(timesOf), archive.runTimes(query), idOf, "asc")
    },
    runsOfEvent(internalId) {
      const { runs, archive } = current()
      return merged(runs.byEvent.get(internalId) ?? [], archive.runsOfEvent(internalId), idOf, "asc")
    },
    openRuns: () => [...current().runs.open.values()].flatMap((runs) => [...runs]),
    steps: stepsText,
    work(run) {
      if (isEnded(run.phase)) return []
      const jobs = [...run.jobs.values()].map(workOfJob)
      const steps = [...run.steps.values()].flatMap((step) => workOfStep(step) ?? [])
      return [...jobs, ...steps].toSorted((left, right) => left.dueAtMs - right.dueAtMs)
    },
    apps: () => [...current().apps.values()],
    app: (name) => current().apps.get(name),
    fn: (slug) => current().functions.get(slug),
    functionsOf: (app) => app.slugs.flatMap((slug) => current().functions.get(slug) ?? []),
  }
}

function isOpenStatus(status: RunStatus): boolean {
  return status === "queued" || status === "running"
}

function idOf({ id }: { readonly id: string }): string {
  return id
}

/** Those that go on are few, and are asked for again and again: they are not looked for among all. */
function candidates({ runs }: EngineState, { status, order, cursor }: RunQuery): Iterable<RunRow> {
  if (status === undefined || !status.every(isOpenStatus))
    return order === "asc" ? runs.all.ascending(cursor) : runs.all.descending(cursor)
  const open = [...runs.open.values()]
    .flatMap((each) => [...each])
    .filter(({ id }) => cursor === undefined || (order === "asc" ? id > cursor : id < cursor))
  const sign = order === "asc" ? 1 : -1
  return open.toSorted((left, right) => (left.id < right.id ? -sign : sign))
}

function workOfJob({ id, kind, dueAtMs, attempt, stepId }: Job): PendingWork {
  return { id, kind, dueAtMs, attempt, stepId }
}

function workOfStep({ id, kind, phase }: StepRow): PendingWork | undefined {
  const timer = timerOf(phase)
  return timer === undefined
    ? undefined
    : { id: jobId(timer.seq), kind, dueAtMs: timer.dueAtMs, attempt: 0, stepId: id }
}

function timerOf(phase: StepRow["phase"]): Timer | undefined {
  if (phase.kind === "sleeping" || phase.kind === "invoking") return phase.timer
  return phase.kind === "waiting" || phase.kind === "listening" ? phase.wait.timer : undefined
}
