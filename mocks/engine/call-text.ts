/** A call as it goes out: put together from texts, so that nothing is parsed and nothing rounded. */
import {
  type CallContext,
  type CallRequest,
  discoveryStepId,
  encodeCall,
  headersOfCall,
} from "../../src/protocol/execution.ts"
import type { FunctionRow } from "./app.ts"
import { maxCallBytes } from "./limits.ts"
import { ulidToHex } from "./mint.ts"
import type { Job, RunRow } from "./run.ts"

export interface OutgoingCall {
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** What differs from one dispatch of a job to the next. */
export interface Dispatch {
  /** ULID. */
  readonly requestId: string
  /** 16 hex digits. */
  readonly spanId: string
}

export function writeCall(fn: FunctionRow, run: RunRow, job: Job, { requestId, spanId }: Dispatch): OutgoingCall {
  const stepId = job.stepId ?? discoveryStepId
  const small = contextOf(run, job, requestId, false)
  const inline = writeBody(run, small, stepsText(run))
  // UTF-8 has at most three bytes for each unit of a text: what is surely small is not measured.
  const isLarge = inline.length * 3 > maxCallBytes && new TextEncoder().encode(inline).length > maxCallBytes
  const context = isLarge ? contextOf(run, job, requestId, true) : small
  return {
    url: withStep(fn.url, stepId),
    headers: {
      ...headersOfCall(requestOf(run, context), stepId),
      traceparent: `00-${ulidToHex(run.id)}-${spanId}-01`,
      tracestate: `inngest@fn=${run.functionId},inngest@app=${run.appId}`,
    },
    body: isLarge ? writeBody(run, context, "{}") : inline,
  }
}

/** What `/v0/runs/:id/actions` answers: the same as the call's `steps`. */
export function stepsText(run: RunRow): string {
  let text = ""
  for (const id of run.stack) {
    const phase = run.steps.get(id)?.phase
    if (phase?.kind === "done") text += `${text === "" ? "" : ","}${JSON.stringify(id)}:${phase.memo}`
  }
  if (run.cause.kind === "rerun")
    for (const { id, phase, input } of run.steps.values())
      if (input !== undefined && phase.kind !== "done")
        text += `${text === "" ? "" : ","}${JSON.stringify(id)}:{"input":${input}}`
  return `{${text}}`
}

function writeBody(run: RunRow, context: CallContext, steps: string): string {
  const { ctx } = encodeCall(requestOf(run, context))
  const use = context.useApi
  return (
    `{"ctx":${JSON.stringify(ctx)},"defers":{},"event":${run.events[0] ?? "{}"},"events":[${run.events.join(",")}],` +
    `"steps":${steps},"use_api":${use},"version":${run.requestVersion}}`
  )
}

const noEvent = { id: "", name: "", data: {}, ts: 0, user: {} }

function requestOf(run: RunRow, context: CallContext): CallRequest {
  return { event: noEvent, events: [], steps: {}, context, version: run.requestVersion }
}

function contextOf(run: RunRow, job: Job, requestId: string, useApi: boolean): CallContext {
  return {
    runId: run.id,
    attempt: job.attempt,
    maxAttempts: run.maxAttempts,
    stack: run.stack,
    stackCurrent: job.stackAtStart,
    disableImmediateExecution: run.mustPlan,
    useApi,
    env: "",
    functionUuid: run.functionId,
    queueItemId: btoa(`${job.id}::default`),
    jobId: job.id,
    requestId,
    generationId: job.attempt + 1,
  }
}

function withStep(url: string, stepId: string): string {
  if (url.includes("stepId=") && /[?&]stepId=/.test(url)) return url.replace(/([?&]stepId=)[^&#]*/, `$1${stepId}`)
  return `${url}${url.includes("?") ? "&" : "?"}stepId=${stepId}`
}
