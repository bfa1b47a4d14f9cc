/** Runs and their traces as GraphQL shows them. @source vectors `gql-run*`, `gql-trace-output`; recording `graphql-traces` */
import type { Engine } from "../../engine/engine.ts"
import { eventNames } from "../../engine/internal-events.ts"
import type { StepRow } from "../../engine/run.ts"
import type { EventRow } from "../../engine/state.ts"
import { type Span, rootSpanId, runStatuses, traceOf } from "../../engine/trace.ts"
import { type RunView, endedAtOf, outputOf, startedAtOf } from "../function-answers/run-parts.ts"
import { readCursor, writeCursor } from "../cursor.ts"
import { writeGoString } from "../go-json.ts"
import { formatTime } from "../time-text.ts"
import { appView, functionView } from "./app-view.ts"

export type RunFields = Record<string, unknown>

export function runView(engine: Engine, run: RunView): RunFields {
  const { cause } = run
  return {
    id: run.id,
    appID: run.appId,
    app: () => {
      const app = engine.reads.app(run.appName)
      return app === undefined ? null : appView(engine, app)
    },
    functionID: run.functionId,
    function: () => {
      const fn = engine.reads.fn(run.slug)
      return fn === undefined ? null : functionView(engine, fn)
    },
    status: runStatuses[run.phase.kind],
    queuedAt: formatTime(run.queuedAtMs),
    startedAt: timeOrNull(startedAtOf(run)),
    endedAt: timeOrNull(endedAtOf(run)),
    output: () => (run.phase.kind === "cancelled" ? null : (outputOf(run) ?? null)),
    eventName: run.eventName,
    eventID: run.eventIds[0] ?? null,
    triggerIDs: run.eventIds,
    cronSchedule: cause.kind === "cron" ? cause.cron : null,
    isBatch: run.events.length > 1,
    batchCreatedAt: null,
    traceID: traceId(run),
    hasAI: [...run.steps.values()].some(({ kind }) => kind === "ai"),
    trace: ({ preview = false }: { preview?: boolean | null }) => traceView(engine, run, preview === true),
  }
}

/** @param isPreview the newer shape of a trace, which the dashboard asks for. */
export function traceView(engine: Engine, run: RunView, isPreview: boolean): RunFields {
  return spanView({ engine, run, isPreview, isRoot: true, parentId: undefined }, traceOf(run))
}

interface SpanPlace {
  readonly engine: Engine
  readonly run: RunView
  readonly isPreview: boolean
  readonly isRoot: boolean
  readonly parentId: string | undefined
}

function spanView(place: SpanPlace, span: Span): RunFields {
  const { engine, run, isPreview, isRoot, parentId } = place
  const isEnd = span.stepType === "FINALIZATION"
  const step = span.stepId === undefined ? undefined : run.steps.get(span.stepId)
  return {
    runID: run.id,
    traceID: traceId(run),
    spanID: span.id,
    appID: run.appId,
    functionID: run.functionId,
    name: isPreview ? span.name : olderName(run, span, isRoot),
    status: span.status,
    attempts: span.attempts ?? 0,
    duration: span.startedAtMs === undefined || span.endedAtMs === undefined ? null : span.endedAtMs - span.startedAtMs,
    queuedAt: formatTime(span.queuedAtMs),
    startedAt: timeOrNull(span.startedAtMs),
    endedAt: timeOrNull(span.endedAtMs),
    isRoot,
    isUserland: false,
    stepID: span.stepId ?? null,
    stepType: span.stepType ?? "",
    stepOp: isEnd ? null : (span.stepType ?? null),
    stepInfo: step === undefined ? null : stepInfo(engine, run, step),
    outputID: hasOutput(span, isRoot) ? writeOutputId(run, span.id) : null,
    parentSpanID: parentId ?? null,
    childrenSpans: span.children.map((child) => spanView({ ...place, isRoot: false, parentId: span.id }, child)),
    metadata: [],
  }
}

/** Before there were previews, the root had the name of its function and the end a sentence. */
function olderName(run: RunView, span: Span, isRoot: boolean): string {
  if (isRoot) return run.slug
  if (span.stepType !== "FINALIZATION") return span.name
  return span.status === "FAILED" ? "function error" : "function success"
}

/** The root has one from the start: its input is there. */
function hasOutput(span: Span, isRoot: boolean): boolean {
  return isRoot || span.output !== undefined || span.error !== undefined
}

function stepInfo(engine: Engine, run: RunView, step: StepRow): RunFields | null {
  const { kind, phase, name } = step
  const timedOut = phase.kind === "done" ? phase.outcome === "timed-out" : null
  switch (kind) {
    case "run":
    case "fetch":
    case "ai":
      return { __typename: "RunStepInfo", type: null }
    case "sleep": {
      const untilMs =
        phase.kind === "sleeping" ? phase.timer.dueAtMs : phase.kind === "done" ? phase.endedAtMs : undefined
      return untilMs === undefined ? null : { __typename: "SleepStepInfo", sleepUntil: formatTime(untilMs) }
    }
    case "wait": {
      const wait = phase.kind === "waiting" ? phase.wait : undefined
      return {
        __typename: "WaitForEventStepInfo",
        eventName: wait?.event ?? foundEvent(step)?.name ?? name,
        expression: wait?.condition ?? null,
        timeout: timeOrNull(wait?.timer.dueAtMs),
        foundEventID: foundEvent(step)?.id ?? null,
        timedOut,
      }
    }
    case "signal":
      return {
        __typename: "WaitForSignalStepInfo",
        signal: phase.kind === "listening" ? phase.wait.signal : name,
        timeout: timeOrNull(phase.kind === "listening" ? phase.wait.timer.dueAtMs : undefined),
        timedOut,
      }
    case "invoke":
      return { __typename: "InvokeStepInfo", timedOut, ...invocationView(engine, invokedRun(engine, run, step)) }
  }
}

/** The run that a step invoked: of those that were queued when it was asked for, the one that names it. */
function invokedRun({ reads }: Engine, run: RunView, step: StepRow): RunView | undefined {
  if (step.phase.kind === "invoking") return reads.run(step.phase.childRunId)
  const { queuedAtMs } = step
  return reads
    .runs({ queuedAfterMs: queuedAtMs - 1, queuedBeforeMs: queuedAtMs, cursor: run.id, order: "asc", limit: Infinity })
    .find(({ cause }) => cause.kind === "invoke" && cause.parent?.runId === run.id && cause.parent.stepId === step.id)
}

function invocationView({ reads }: Engine, child: RunView | undefined): RunFields {
  if (child === undefined) return { runID: null }
  const endedAtMs = endedAtOf(child)
  return {
    runID: child.id,
    functionID: child.slug,
    triggeringEventID: child.eventIds[0] ?? null,
    timeout: timeOrNull(expiryOf(child)),
    returnEventID: () =>
      endedAtMs === undefined
        ? null
        : (reads
            .events({
              name: eventNames.finished,
              receivedAfterMs: endedAtMs - 1,
              receivedBeforeMs: endedAtMs,
              isWithInternal: true,
              limit: Infinity,
            })
            .find(({ data }) => data !== null && objectOf(data)?.run_id === child.id)?.internalId ?? null),
  }
}

/** Until when whoever invoked a run waits for it: its event says so. */
function expiryOf({ events }: RunView): number | undefined {
  const { expire } = fieldOf(fieldOf(objectOf(events[0] ?? ""), "data"), "_inngest") ?? {}
  return typeof expire === "number" ? expire : undefined
}

function fieldOf(value: Record<string, unknown> | undefined, name: string): Record<string, unknown> | undefined {
  const field = value?.[name]
  return typeof field === "object" && field !== null ? (field as Record<string, unknown>) : undefined
}

/** The event that a wait got. */
function foundEvent({ phase }: StepRow): { id: string; name: string } | undefined {
  if (phase.kind !== "done") return undefined
  const { id, name } = objectOf(phase.memo) ?? {}
  return typeof id === "string" && typeof name === "string" ? { id, name } : undefined
}

/** The events that started a run, as they were sent: without a user where there was none. */
export function triggerTexts({ reads }: Engine, run: RunView): string[] {
  return run.eventIds.map((id, index) => {
    const row = reads.event(id)
    return row === undefined ? (run.events[index] ?? "null") : sentText(row)
  })
}

function sentText({ id, name, data, ts, user, v }: EventRow): string {
  const owner = user === undefined || user === "{}" ? "" : `,"user":${user}`
  const version = v === undefined ? "" : `,"v":${writeGoString(v)}`
  return `{"id":${writeGoString(id)},"name":${writeGoString(name)},"data":${data ?? "{}"},"ts":${ts}${owner}${version}}`
}

/** What a span took and gave. `undefined` = no such span. */
export function outputView(engine: Engine, outputId: string): RunFields | undefined {
  const place = readOutputId(outputId)
  const run = place === undefined ? undefined : engine.reads.run(place.runId)
  const span = run === undefined ? undefined : find(traceOf(run), place?.spanId ?? "")
  if (run === undefined || span === undefined) return undefined
  const { input = null, output, error } = span
  return {
    input,
    data: output ?? (error === undefined ? "" : null),
    error: error === undefined ? null : errorView(error),
  }
}

function find(span: Span, id: string): Span | undefined {
  if (span.id === id) return span
  for (const child of span.children) {
    const found = find(child, id)
    if (found !== undefined) return found
  }
  return undefined
}

function errorView(text: string): RunFields {
  const told = objectOf(text)
  // What the engine says of a run that it failed itself has the error within.
  const { name = "Error", message = text, stack = null, cause = null } = fieldOf(told, "error") ?? told ?? {}
  return { name, message, stack, cause }
}

interface OutputPlace {
  readonly runId: string
  readonly spanId: string
}

const noId = "00000000-0000-0000-0000-000000000000"

/** The real server's is JSON in base64 as well. */
function writeOutputId(run: RunView, spanId: string): string {
  const { appId: appID, functionId: fnID } = run
  const place = { acctID: noId, wsID: noId, appID, fnID, tid: traceId(run), sid: spanId, rid: run.id, preview: true }
  return writeCursor(place)
}

function readOutputId(outputId: string): OutputPlace | undefined {
  const { rid, sid } = readCursor(outputId) ?? {}
  return typeof rid === "string" && typeof sid === "string" ? { runId: rid, spanId: sid } : undefined
}

/** What is only shown again: numbers may be rounded. */
function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** 32 hex digits, the same whenever it is asked for. */
function traceId(run: RunView): string {
  return run.functionId.replaceAll("-", "").slice(0, 16) + rootSpanId(run)
}

function timeOrNull(timeMs: number | undefined): string | null {
  return timeMs === undefined ? null : formatTime(timeMs)
}
