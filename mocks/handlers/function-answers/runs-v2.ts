/** Runs in REST v2. @source measured, vectors `v2-run*`, `v2-event-runs*`, `v2-rerun*` */
import type { RunQuery, RunStatus } from "../../engine/reads-runs.ts"
import { type Span, runStatuses, traceOf } from "../../engine/trace.ts"
import { idOfCursor } from "../cursor.ts"
import type { Exchange, FunctionAnswers, PageQuery } from "../exchange.ts"
import { writeGoString } from "../go-json.ts"
import { type Reply, dataV2, errorV2, pageV2 } from "../reply.ts"
import { formatTimeV2, parseQueryTime } from "../time-text.ts"
import { type RunView, cursorOfRun, endedAtOf, outputOf, shortId, startedAtOf } from "./run-parts.ts"

type Answers = Pick<
  FunctionAnswers,
  "getRunV2" | "traceRun" | "cancelRunV2" | "rerun" | "listRuns" | "listRunsOfEventV2" | "listRunsOfFunction"
>

export const runAnswersV2: Answers = {
  async getRunV2(exchange, runId) {
    const { engine } = exchange
    const run = engine.reads.run(runId)
    await engine.settled()
    if (run === undefined) return undefined
    return dataV2(writeRun(exchange, run, isWithOutput(exchange)), engine.clock.now())
  },
  async traceRun(exchange, runId) {
    const { engine } = exchange
    const run = engine.reads.run(runId)
    await engine.settled()
    if (run === undefined) return undefined
    const span = writeSpan(traceOf(run), isWithOutput(exchange))
    return dataV2(`{"rootSpan":${span},"runId":"${run.id}"}`, engine.clock.now())
  },
  async cancelRunV2({ engine }, runId, reason) {
    const { outcome } = await engine.cancel(runId, reason)
    switch (outcome) {
      case "unknown":
        return undefined
      case "already-ended":
        return errorV2(409, "run_already_ended", "Run has already ended")
      case "already-cancelled":
        return errorV2(409, "run_already_cancelled", "Run is already cancelled")
      case "cancelled":
        return dataV2(`{"runId":"${runId}"}`, engine.clock.now())
    }
  },
  async rerun({ engine }, runId, fromStep) {
    const repeated = await engine.rerun(runId, fromStep)
    if (repeated.runId !== undefined) return dataV2(`{"runId":"${repeated.runId}"}`, engine.clock.now())
    switch (repeated.fault) {
      case "unknown-run":
        return undefined
      case "unknown-step":
        return errorV2(400, "invalid_request", "Step not found in original run")
      case "several-steps":
        return errorV2(400, "invalid_request", "Step name matches multiple steps in original run")
    }
  },
  listRuns: (exchange, page) => listPage(exchange, page, {}),
  async listRunsOfEventV2(exchange, internalId, { limit, cursor }) {
    const { engine } = exchange
    const runs = engine.reads.runsOfEvent(internalId).toReversed()
    await engine.settled()
    const after = cursor === undefined ? undefined : idOfCursor(cursor)
    const rest = after === undefined ? runs : runs.filter(({ id }) => id < after)
    return writePage(exchange, rest.slice(0, limit + 1), limit)
  },
  async listRunsOfFunction(exchange, app, fn, page) {
    const known = exchange.engine.reads.app(app)
    const slug = known?.slugs.find((each) => each === fn || each === `${app}-${fn}`)
    return slug === undefined ? undefined : listPage(exchange, page, { slug })
  },
}

async function listPage(exchange: Exchange, { limit, cursor }: PageQuery, given: Partial<RunQuery>): Promise<Reply> {
  const { engine } = exchange
  const query = exchange.query()
  const status = query.getAll("status").flatMap(toStatuses)
  const appName = query.get("appId") ?? undefined
  const slug = given.slug ?? toSlug(exchange, query.get("functionId"), appName)
  const runs = engine.reads.runs({
    slug,
    appName,
    ...(status.length === 0 ? {} : { status }),
    cursor: cursor === undefined ? undefined : idOfCursor(cursor),
    queuedAfterMs: timeOf(query.get("from")),
    queuedBeforeMs: timeOf(query.get("until")),
    order: /^asc$/i.test(query.get("order") ?? "") ? "asc" : "desc",
    limit: limit + 1,
  })
  await engine.settled()
  return writePage(exchange, runs, limit)
}

function writePage(exchange: Exchange, runs: readonly RunView[], limit: number): Reply {
  const hasMore = runs.length > limit
  const shown = hasMore ? runs.slice(0, limit) : runs
  const items = shown.map((run) => writeRun(exchange, run, isWithOutput(exchange)))
  const last = shown.at(-1)
  const next = hasMore && last !== undefined ? `"cursor":"${cursorOfRun(last)}","hasMore":true,` : ""
  return pageV2(items, exchange.engine.clock.now(), `{${next}"limit":${limit}}`)
}

/** In full, in short, or by its UUID. */
function toSlug({ engine }: Exchange, asked: string | null, appName: string | undefined): string | undefined {
  if (asked === null || asked === "") return undefined
  const functions = engine.reads.apps().flatMap((app) => engine.reads.functionsOf(app))
  const isMeant = (fn: (typeof functions)[number]): boolean =>
    [fn.slug, fn.id, shortId(fn.slug, fn.appName)].includes(asked) && (appName === undefined || appName === fn.appName)
  return functions.find(isMeant)?.slug ?? asked
}

function toStatuses(text: string): RunStatus[] {
  return text
    .split(",")
    .map((each) => each.trim().toLowerCase())
    .filter((each): each is RunStatus => Object.hasOwn(runStatuses, each))
}

function timeOf(text: string | null): number | undefined {
  return text === null || text === "" ? undefined : parseQueryTime(text)
}

function isWithOutput(exchange: Exchange): boolean {
  return exchange.query().get("includeOutput") === "true"
}

function writeRun({ engine }: Exchange, run: RunView, withOutput: boolean): string {
  const [startedAtMs, endedAtMs] = [startedAtOf(run), endedAtOf(run)]
  const output = withOutput ? outputOf(run) : undefined
  const name = engine.reads.fn(run.slug)?.name ?? run.slug
  const members = [`"app":{"id":${writeGoString(run.appName)}}`]
  if (startedAtMs !== undefined && endedAtMs !== undefined) members.push(`"durationMs":"${endedAtMs - startedAtMs}"`)
  if (endedAtMs !== undefined) members.push(`"endedAt":"${formatTimeV2(endedAtMs)}"`)
  members.push(`"function":{"id":${writeGoString(shortId(run.slug, run.appName))},"name":${writeGoString(name)}}`)
  members.push(`"id":"${run.id}"`)
  if (output !== undefined) members.push(`"output":${asStruct(output)}`)
  members.push(`"queuedAt":"${formatTimeV2(run.queuedAtMs)}"`)
  if (startedAtMs !== undefined) members.push(`"startedAt":"${formatTimeV2(startedAtMs)}"`)
  members.push(`"status":"${runStatuses[run.phase.kind]}"`)
  members.push(`"trigger":{"eventIds":[${run.eventIds.map((id) => `"${id}"`).join(",")}]}`)
  return `{${members.join(",")}}`
}

/** What is no object comes as the `data` of one. */
function asStruct(json: string): string {
  return json.startsWith("{") ? json : `{"data":${json}}`
}

function writeSpan(span: Span, withOutput: boolean): string {
  const members: string[] = []
  const children = span.children.map((child) => writeSpan(child, withOutput))
  if (children.length > 0) members.push(`"children":[${children.join(",")}]`)
  if (span.startedAtMs !== undefined && span.endedAtMs !== undefined)
    members.push(`"durationMs":"${span.endedAtMs - span.startedAtMs}"`)
  if (span.endedAtMs !== undefined) members.push(`"endedAt":"${formatTimeV2(span.endedAtMs)}"`)
  members.push(`"id":"${span.id}"`)
  if (span.reason !== undefined && span.endedAtMs !== undefined)
    members.push(`"metadata":[${writeReason(span.reason, span.endedAtMs)}]`)
  if (withOutput && span.input !== undefined) members.push(`"input":${asStruct(span.input)}`)
  members.push(`"name":${writeGoString(span.name)}`)
  const output = span.error ?? span.output
  if (withOutput && output !== undefined) members.push(`"output":${asStruct(output)}`)
  members.push(`"queuedAt":"${formatTimeV2(span.queuedAtMs)}"`)
  if (span.startedAtMs !== undefined) members.push(`"startedAt":"${formatTimeV2(span.startedAtMs)}"`)
  members.push(`"status":"${span.status}"`)
  if (span.stepId !== undefined) members.push(`"stepId":${writeGoString(span.stepId)}`)
  if (span.stepType !== undefined) members.push(`"stepOp":"${span.stepType}"`)
  return `{${members.join(",")}}`
}

/** As whoever runs the server would write a note about a run. @source the shape is measured, vector `v2-run-trace`; this kind is ours */
function writeReason(reason: string, atMs: number): string {
  const values = `{"reason":${writeGoString(reason)}}`
  return `{"kind":"userland.cancellation","scope":"run","updatedAt":"${formatTimeV2(atMs)}","values":${values}}`
}
