/** A call from server to SDK, and the answer to it. Both directions: a server encodes calls and decodes answers, an SDK the reverse. */
import { type JsonObject, type JsonValue, describeJson, isJsonObject, parseJson } from "../shared/json.ts"
import { type SerializedError, decodeError } from "./error.ts"
import { callHeaders as names, callInfoHeaders as infoNames, requestIdHeader } from "./headers.ts"
import { parseOps } from "./ops-text.ts"
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
  v?: string
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
    [infoNames.runId]: context.runId,
    [requestIdHeader]: context.requestId,
    [infoNames.generationId]: String(context.generationId),
    [infoNames.jobId]: context.jobId,
    [names.requestVersion]: String(version),
    [infoNames.stepId]: stepId,
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
  const context = memberOf(call, "ctx", {})
  const stack = memberOf(context, "stack", {}, "ctx.")
  const ids = memberOf<JsonValue[]>(stack, "stack", [], "ctx.stack.").map(String)
  const useApi = context.use_api === true || call.use_api === true
  const events = memberOf<JsonValue[]>(call, "events", []).map(decodeCallEvent)
  // The events of a large run are fetched with its steps.
  const event =
    call.event || events.length === 0 ? decodeCallEvent(call.event ?? (useApi ? { name: "" } : null)) : events[0]
  return {
    event: event ?? misread(route, "event", "an event", null),
    events: events.length === 0 && event !== undefined ? [event] : events,
    steps: memberOf(call, "steps", {}),
    context: {
      runId: text("run_id"),
      attempt: number("attempt", 0),
      maxAttempts: number("max_attempts", defaultMaxAttempts),
      stack: ids,
      stackCurrent: memberOf(stack, "current", ids.length, "ctx.stack."),
      disableImmediateExecution: context.disable_immediate_execution === true,
      useApi,
      env: text("env"),
      functionUuid: text("fn_id"),
      queueItemId: text("qi_id"),
      jobId: text("job_id"),
      requestId: text("request_id"),
      generationId: number("generation_id", 1),
    },
    version: memberOf(call, "version", -1),
  }

  function text(name: string): string {
    return memberOf(context, name, "", "ctx.")
  }
  function number(name: string, otherwise: number): number {
    return memberOf(context, name, otherwise, "ctx.")
  }
}

/** @source measured: 4 retries where nothing is configured */
export const defaultMaxAttempts = 5

/** @throws ProtocolError */
export function decodeCallEvent(value: JsonValue | undefined): CallEvent {
  const event = isJsonObject(value) ? value : misread(route, "event", "an event", value)
  const { data, name, v } = event
  return {
    id: memberOf(event, "id", "", "event."),
    name: typeof name === "string" ? name : misread(route, "event.name", "a string", name),
    data: data === null ? null : memberOf(event, "data", {}, "event."),
    ts: memberOf(event, "ts", 0, "event."),
    user: memberOf(event, "user", {}, "event."),
    ...(v && typeof v === "string" ? { v } : {}),
  }
}

/** A member of the type of `otherwise`, which stands in where it is absent or null. @param path of the object, with a dot. */
function memberOf<T extends string | number | JsonObject | JsonValue[]>(
  object: JsonObject,
  name: string,
  otherwise: T,
  path = "",
): Widened<T> {
  const value = object[name] ?? otherwise
  return isAlike(value, otherwise) ? value : misread(route, path + name, describeJson(otherwise), value)
}

/** Not the literal that stands in. */
type Widened<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends JsonValue[]
      ? JsonValue[]
      : JsonObject

function isAlike<T>(value: JsonValue, sample: T): value is Widened<T> & JsonValue {
  return typeof value === typeof sample && Array.isArray(value) === Array.isArray(sample)
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
  const isSdk = Boolean(headers.get(names.sdk))
  const parsed = isSdk && status === 206 ? parseOps(body) : parseJson(body)
  const retryAfter = headers.get(names.retryAfter)
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
  const fields: Record<string, string> = {}
  if (response.kind === "done") return { status: 200, headers: fields, body: JSON.stringify(response.data) }
  if (response.retryAfter !== undefined) fields[names.retryAfter] = response.retryAfter
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
