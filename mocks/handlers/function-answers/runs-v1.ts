/** Runs in REST v1. @source measured, vectors `run-*`, `event-runs-*` */
import type { PendingWork } from "../../engine/reads-runs.ts"
import { deterministicUuid } from "../../engine/uuid.ts"
import type { FunctionAnswers } from "../exchange.ts"
import { writeGoString } from "../go-json.ts"
import { type Reply, dataV1 } from "../reply.ts"
import { formatTime } from "../time-text.ts"
import { type RunView, endedAtOf, outputOf } from "./run-parts.ts"

/** How long the server's caching layer would keep an answer; told, but not done here. */
const runCachedForMs = 3_000
const jobsCachedForMs = 5_000
const runsOfEventCachedForMs = 15_000

const noUuid = "00000000-0000-0000-0000-000000000000"
const environmentId = "00000000-0000-4000-b000-000000000000"
const accountId = "00000000-0000-4000-a000-000000000000"

export const runAnswersV1: Pick<
  FunctionAnswers,
  "getRun" | "listJobs" | "cancelRun" | "listRunsOfEvent" | "setRunMetadata"
> = {
  async getRun({ engine }, runId) {
    const run = engine.reads.run(runId)
    await engine.settled()
    return run === undefined ? undefined : dataV1(writeRun(run, environmentId), engine.clock.now(), runCachedForMs)
  },
  async listJobs({ engine }, runId) {
    const run = engine.reads.run(runId)
    await engine.settled()
    if (run === undefined) return undefined
    const jobs = engine.reads.work(run).map((work, position) => writeJob(run, work, position))
    return dataV1(`[${jobs.join(",")}]`, engine.clock.now(), jobsCachedForMs)
  },
  async cancelRun({ engine }, runId) {
    const { outcome } = await engine.cancel(runId)
    return outcome === "unknown" ? undefined : emptyJson()
  },
  async listRunsOfEvent({ engine }, internalId) {
    const runs = engine.reads.runsOfEvent(internalId)
    await engine.settled()
    // Newest first, as the real server has them.
    const written = runs.toReversed().map((run) => writeRun(run, noUuid))
    return dataV1(`[${written.join(",")}]`, engine.clock.now(), runsOfEventCachedForMs)
  },
  /** Taken and forgotten: nothing here shows it. */
  async setRunMetadata({ engine }, runId) {
    return engine.reads.run(runId) === undefined ? undefined : emptyJson()
  },
}

function emptyJson(): Reply {
  return { status: 200, headers: { "content-type": "application/json" }, body: null }
}

const statusTexts = {
  queued: "Scheduled",
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
} as const satisfies Record<RunView["phase"]["kind"], string>

function writeRun(run: RunView, environment: string): string {
  const endedAtMs = endedAtOf(run)
  const output = outputOf(run)
  const { cause } = run
  return (
    `{"run_id":"${run.id}","run_started_at":"${formatTime(run.queuedAtMs)}","function_id":"${run.functionId}",` +
    `"function_version":0,"environment_id":"${environment}","event_id":"${run.eventIds[0] ?? ""}",` +
    `"status":"${statusTexts[run.phase.kind]}","ended_at":${endedAtMs === undefined ? "null" : `"${formatTime(endedAtMs)}"`}` +
    `${output === undefined ? "" : `,"output":${output}`}` +
    `${cause.kind === "rerun" ? `,"original_run_id":"${cause.originalRunId}"` : ""}` +
    `${cause.kind === "cron" ? `,"cron":${writeGoString(cause.cron)}` : ""}}`
  )
}

/** As the server's queue calls them. */
const jobKinds = {
  call: "edge",
  request: "edge",
  run: "edge",
  sleep: "sleep",
  wait: "pause",
  invoke: "pause",
  signal: "pause",
  fetch: "edge",
  ai: "edge",
} as const satisfies Record<PendingWork["kind"], string>

function writeJob(run: RunView, work: PendingWork, position: number): string {
  const { id, kind, dueAtMs, attempt, stepId = "step" } = work
  const [workflow, workspace] = [`"wfID":"${run.functionId}"`, `"wsID":"${environmentId}"`]
  const name = run.phase.kind === "queued" ? "start" : jobKinds[kind]
  const eventIds = run.eventIds.map((each) => `"${each}"`).join(",")
  const identifier =
    `{"runID":"${run.id}","wID":"${run.functionId}","wv":1,"evtID":"${run.eventIds[0] ?? ""}","eventIDs":[${eventIds}],` +
    `"aID":"${accountId}",${workspace},"appID":"${run.appId}","pf":0}`
  const data =
    `{"groupID":"${deterministicUuid(id)}",${workspace},"kind":"${name}","identifier":${identifier},"atts":${attempt},"maxAtts":${run.maxAttempts},` +
    `"payload":{"edge":{"incoming":"step","outgoing":${writeGoString(stepId)}}},"pf":0}`
  const raw =
    `{"id":${writeGoString(id)},"at":${dueAtMs},"wt":${dueAtMs},${workflow},${workspace},"genID":${attempt + 1},` +
    `"data":${data},"eat":${run.queuedAtMs}}`
  return (
    `{"JobID":${writeGoString(id)},"at":"${formatTime(dueAtMs)}","position":${position},"kind":"${name}",` +
    `"attempt":${attempt},"Raw":${raw}}`
  )
}
