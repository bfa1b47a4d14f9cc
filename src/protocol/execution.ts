/** A call from server to SDK, and the answer to it. Both directions: a server encodes calls and decodes answers, an SDK the reverse. */
import { type JsonObject, type JsonValue, isJsonObject, parseJson } from "../shared/json.ts"
import { type SerializedError, decodeError } from "./error.ts"
import { callHeaders as names, headers as commonNames } from "./headers.ts"
import { misread } from "./shape.ts"
import { type MemoizedStep, type StepOp, decodeStepOp, encodeStepOp } from "./step.ts"

/** `stepId` of a discovery call: find out what comes next. Any other is the hashed id of the step to run. */
export const discoveryStepId = "step"

/** The event of a call. Its data and user are `{}` where the sender gave none. */
export interface CallEvent {
  id: string
  name: string
  /** null where the sender wrote null (measured, recording `events-api`). */
  data: JsonObject | null
  /** Milliseconds since the epoch. */
  ts: number
  user: JsonObject
  v?: string | undefined
}

export interface CallContext {
  /** ULID. */
  runId: string
  /** 0-based, of this step or discovery. */
  attempt: number
  /** Retries plus one. */
  maxAttempts: number
  /** Hashed ids of the steps that are over, in the order in which they ended. */
  stack: string[]
  /** How many of them there were when this call was queued. */
  stackCurrent: number
  /** Plan steps, don't run them. */
  disableImmediateExecution: boolean
  /** `steps` and `events` are to be fetched: together they are more than 4 MiB. */
  useApi: boolean
  /** Branch environment; empty on a dev server. */
  env: string
  /** The function's UUID. */
  functionUuid: string
  queueItemId: string
  jobId: string
  requestId: string
  /** From 1, one more for each retry of the queue item. */
  generationId: number
}

export interface CallRequest {
  event: CallEvent
  /** One, unless batched. */
  events: CallEvent[]
  /** By hashed id. */
  steps: Record<string, MemoizedStep>
  context: CallContext
  /** The `x-inngest-req-version` of the SDK's last answer; -1 before the first. */
  version: number
}

/** @source measured (recordings `plain`, `parallel`): all members are always there */
export function encodeCall({ event, events, steps, context, version }: CallRequest): JsonObject {
  const { stack, stackCurrent } = context
  return {
    ctx: {
      attempt: context.attempt,
      disable_immediate_execution: context.disableImmediateExecution,
      env: context.env,
      fn_id: context.functionUuid,
      generation_id: context.generationId,
      job_id: context.jobId,
      max_attempts: context.maxAttempts,
      qi_id: context.queueItemId,
      request_id: context.requestId,
      run_id: context.runId,
      stack: { current: stackCurrent, stack },
      step_id: discoveryStepId,
      use_api: context.useApi,
    },
    defers: {},
    event: encodeCallEvent(event),
    events: events.map(encodeCallEvent),
    steps,
    use_api: context.useApi,
    version,
  }
}

export function encodeCallEvent({ data, id, name, ts, user, v }: CallEvent): JsonObject {
  return { data, id, name, ts, user, ...(v === undefined ? {} : { v }) }
}

/** Headers of a call besides its signature. @param stepId of the call's query. */
export function headersOfCall({ context, version }: CallRequest, stepId: string): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": "Inngest",
    [names.runId]: context.runId,
    [commonNames.requestId]: context.requestId,
    [names.generationId]: String(context.generationId),
    [names.jobId]: context.jobId,
    [names.requestVersion]: String(version),
    [names.stepId]: stepId,
  }
}

const route = "call"

/**
 * A call as an SDK reads it. Members that other servers leave out or write as null get their empty value.
 *
 * @throws ProtocolError naming the member that is of the wrong type.
 */
export function decodeCall(value: JsonValue | undefined): CallRequest {
  const call = isJsonObject(value) ? value : misread(route, "body", "an object", value)
  const context = objectOr(call.ctx, "ctx")
  const { stack, current } = objectOr(context.stack, "ctx.stack")
  const stackIds = listOr(stack, "ctx.stack.stack").map((id) => textOr(id, "", "ctx.stack.stack[]"))
  const events = listOr(call.events, "events").map(decodeCallEvent)
  const event = call.event === undefined || call.event === null ? events[0] : decodeCallEvent(call.event)
  const useApi = context.use_api === true || call.use_api === true
  return {
    event: event ?? (useApi ? noEvent : misread(route, "event", "an event", call.event)),
    events: events.length === 0 && event !== undefined ? [event] : events,
    steps: objectOr(call.steps, "steps"),
    context: {
      runId: textOr(context.run_id, "", "ctx.run_id"),
      attempt: numberOr(context.attempt, 0, "ctx.attempt"),
      maxAttempts: numberOr(context.max_attempts, defaultMaxAttempts, "ctx.max_attempts"),
      stack: stackIds,
      stackCurrent: numberOr(current, stackIds.length, "ctx.stack.current"),
      disableImmediateExecution: context.disable_immediate_execution === true,
      useApi,
      env: textOr(context.env, "", "ctx.env"),
      functionUuid: textOr(context.fn_id, "", "ctx.fn_id"),
      queueItemId: textOr(context.qi_id, "", "ctx.qi_id"),
      jobId: textOr(context.job_id, "", "ctx.job_id"),
      requestId: textOr(context.request_id, "", "ctx.request_id"),
      generationId: numberOr(context.generation_id, 1, "ctx.generation_id"),
    },
    version: numberOr(call.version, -1, "version"),
  }
}

/** @source measured: 4 retries where nothing is configured */
export const defaultMaxAttempts = 5

const noEvent: CallEvent = { id: "", name: "", data: {}, ts: 0, user: {} }

/** @throws ProtocolError */
export function decodeCallEvent(value: JsonValue | undefined): CallEvent {
  const event = isJsonObject(value) ? value : misread(route, "event", "an event", value)
  return {
    id: textOr(event.id, "", "event.id"),
    name: textOr(event.name, undefined, "event.name"),
    data: event.data === null ? null : objectOr(event.data, "event.data"),
    ts: numberOr(event.ts, 0, "event.ts"),
    user: objectOr(event.user, "event.user"),
    ...(typeof event.v === "string" && event.v !== "" ? { v: event.v } : {}),
  }
}

function objectOr(value: JsonValue | undefined, path: string): JsonObject {
  if (value === undefined || value === null) return {}
  return isJsonObject(value) ? value : misread(route, path, "an object", value)
}

function listOr(value: JsonValue | undefined, path: string): JsonValue[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : misread(route, path, "an array", value)
}

function textOr(value: JsonValue | undefined, otherwise: string | undefined, path: string): string {
  const text = value ?? otherwise
  return typeof text === "string" ? text : misread(route, path, "a string", value)
}

function numberOr(value: JsonValue | undefined, otherwise: number, path: string): number {
  if (value === undefined || value === null) return otherwise
  return typeof value === "number" ? value : misread(route, path, "a number", value)
}

/** What an SDK says to a call. `retryAfter` is the header's text: seconds, or a time in RFC 3339; see `retryAfterAtMs`. */
export type CallResponse =
  /** Go on: carry out these. */
  | { kind: "ops"; ops: StepOp[]; retryAfter?: string | undefined }
  /** The function returned; `data` is `null` for nothing. */
  | { kind: "done"; data: JsonValue }
  /** The function, or reaching it, failed. `output` is what the server shows as the run's. */
  | { kind: "error"; error: SerializedError; output: JsonValue; retryable: boolean; retryAfter?: string | undefined }

/** An HTTP answer with its body read. Header names are lower case. */
export interface CallAnswer {
  status: number
  headers: { get(name: string): string | null }
  body: string
}

const answerRoute = "call answer"

/**
 * An SDK's answer as a server reads it; see contract §2.8 for odd ones. Of status 206 a single op may stand without a list around it.
 *
 * @throws ProtocolError for ops that can't be read: a failed attempt, to be retried.
 * @source measured (recording `raw-server-reactions`): 200 is success whatever its body; any other status is an error, also 2xx; an answer
 * without `x-inngest-sdk` is one; whether to retry is said by `x-inngest-no-retry` alone
 */
export function decodeCallAnswer({ status, headers, body }: CallAnswer): CallResponse {
  const parsed = parseJson(body)
  const isSdk = Boolean(headers.get(names.sdk))
  const retryAfter = headers.get(commonNames.retryAfter)
  const after = retryAfter === null ? {} : { retryAfter }
  if (isSdk && status === 200) return { kind: "done", data: body === "" ? null : parsed.ok ? parsed.value : body }
  if (isSdk && status === 206) {
    if (!parsed.ok) return misread(answerRoute, "body", "JSON", body.slice(0, 80))
    const list = Array.isArray(parsed.value) ? parsed.value : [parsed.value]
    return { kind: "ops", ops: list.map((op, index) => decodeStepOp(op, answerRoute, `body[${index}]`)), ...after }
  }
  const output = body === "" ? `invalid status code: ${status}` : parsed.ok ? parsed.value : body
  return {
    kind: "error",
    error: decodeError(output),
    output,
    retryable: headers.get(names.noRetry) !== "true",
    ...after,
  }
}

/**
 * An SDK's answer as it goes out, besides the headers that every answer of it has.
 *
 * @source measured: `x-inngest-no-retry` comes with errors, also of steps, and with nothing else; a final error has status 400
 */
export function encodeCallAnswer(response: CallResponse): {
  status: number
  headers: Record<string, string>
  body: string
} {
  const fields: Record<string, string> = { "content-type": "application/json" }
  if (response.kind === "done") return { status: 200, headers: fields, body: JSON.stringify(response.data) }
  if (response.retryAfter !== undefined) fields[commonNames.retryAfter] = response.retryAfter
  if (response.kind === "error") {
    fields[names.noRetry] = String(!response.retryable)
    return { status: response.retryable ? 500 : 400, headers: fields, body: JSON.stringify(response.output) }
  }
  const { ops } = response
  const isFinal = ops.some(({ op }) => op === "StepFailed")
  if (isFinal || ops.some(({ op }) => op === "StepError")) fields[names.noRetry] = String(isFinal)
  return { status: 206, headers: fields, body: JSON.stringify(ops.map(encodeStepOp)) }
}

/** Bounds of what `retry-after` may ask for. @source measured and read in the server */
const minRetryAfterMs = 1_000
const maxRetryAfterMs = 86_400_000

/**
 * When to call again, in ms since the epoch; `undefined` for a text that is neither seconds nor a time.
 *
 * @source measured (recording `retry-after-error`): up to 7 characters are seconds, counted from now without its fraction of a second;
 * clamped to between 1 s and 24 h from now
 */
export function retryAfterAtMs(retryAfter: string, nowMs: number): number | undefined {
  const isSeconds = retryAfter.length <= 7
  const atMs = isSeconds ? Math.floor(nowMs / 1000) * 1000 + Number(retryAfter) * 1000 : Date.parse(retryAfter)
  if (Number.isNaN(atMs)) return undefined
  return Math.min(Math.max(atMs, nowMs + minRetryAfterMs), nowMs + maxRetryAfterMs)
}
