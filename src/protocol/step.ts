/** Steps on the wire: the ops that an SDK reports, and what the server gives back for each in the next call (its memoised state). */
import { type JsonObject, type JsonValue, isJsonObject } from "../shared/json.ts"
import { compact } from "../shared/compact.ts"
import { sha1Hex } from "../shared/hash.ts"
import { type EncodedError, type SerializedError, decodeError } from "./error.ts"
import { misread } from "./shape.ts"

/**
 * The id of a step on the wire: SHA-1 of the user's id; of its second use in a run `id:1`, of its third `id:2`.
 *
 * @source measured (recording `repeat-ids`)
 */
export function hashStepId(id: string, repeat = 0): string {
  const text = repeat === 0 ? id : `${id}:${repeat}`
  const known = hashes.get(text)
  if (known !== undefined) return known
  const hash = sha1Hex(text)
  if (hashes.size >= maxHashes) hashes.clear()
  hashes.set(text, hash)
  return hash
}

/** Each call of a run hashes the ids of all steps before it again; a program has few of them. */
const hashes = new Map<string, string>()
const maxHashes = 1_000

/** What every op says about its step. */
export interface StepIdentity {
  /** Of a member of a parallel group, where that says how it goes on. */
  parallelMode?: ParallelMode | undefined
  /** Hashed, see `hashStepId`. */
  id: string
  /** What people see. */
  displayName?: string | undefined
  /** The user's id. */
  userlandId?: string | undefined
  /** How many steps of the run had the same id before this one; absent for 0. */
  userlandIndex?: number | undefined
}

/** When a step's code ran. */
export interface StepTiming {
  /** Milliseconds since the epoch. */
  startedAtMs: number
  durationMs: number
}

/** How the members of a parallel group go on: `race` asks for a discovery call after each of them. */
export type ParallelMode = "race"

/** Opcodes whose step ran in the SDK. */
interface RanOp extends StepIdentity {
  /** The user's id, or what kind of step it was: `sendEvent`, `sendSignal`. */
  name?: string | undefined
  /** `{ type: "step.sendEvent" }` and the like; empty for a plain step. */
  opts?: JsonObject | undefined
  timing?: StepTiming | undefined
}

/** One op of a 206 answer. Text members that the server reads as durations are as on the wire: `1s`, `1h30m`, or a time in RFC 3339. */
export type StepOp =
  | (RanOp & { op: "StepRun"; data?: JsonValue | undefined })
  /** To be tried again. */
  | (RanOp & { op: "StepError"; error: SerializedError | EncodedError })
  /** For good. */
  | (RanOp & { op: "StepFailed"; error: SerializedError | EncodedError })
  /** Found, not run: the server calls once for each. */
  | (StepIdentity & {
      op: "StepPlanned"
      name?: string | undefined
      input?: JsonValue | undefined
    })
  | (StepIdentity & { op: "Sleep"; duration: string })
  | (StepIdentity & { op: "WaitForEvent"; event: string; timeout?: string | undefined; if?: string | undefined })
  | (StepIdentity & {
      op: "InvokeFunction"
      /** In full: `core-ship-order`. */
      functionId: string
      payload: { data?: JsonValue | undefined; user?: JsonValue | undefined; v?: string | undefined }
      timeout?: string | undefined
    })
  | (StepIdentity & {
      op: "WaitForSignal"
      signal: string
      timeout?: string | undefined
      /** What happens when another run waits for the same signal. @default "fail" */
      conflict?: "fail" | "replace" | undefined
    })
  | (StepIdentity & {
      op: "Gateway"
      url: string
      method: string
      headers: Record<string, string>
      body?: string | undefined
    })
  | (StepIdentity & { op: "AIGateway"; opts: JsonObject })
  /** The run is over; used under checkpointing, alone or behind other ops. */
  | (StepIdentity & { op: "RunComplete"; data?: JsonValue | undefined })
  | (StepIdentity & { op: "SyncRunComplete"; data?: JsonValue | undefined })
  /** Call again. */
  | (StepIdentity & { op: "DiscoveryRequest" })
  | (StepIdentity & { op: "None" })
  /** Of ancient SDKs: `data` is stored as it is. */
  | (StepIdentity & { op: "Step"; data?: JsonValue | undefined })
  /** Never count as members of a parallel group. */
  | (StepIdentity & { op: "DeferAdd"; opts: JsonObject })
  | (StepIdentity & { op: "DeferAbort"; opts: JsonObject })

export type Opcode = StepOp["op"]

/** The id under which a finished run is reported: `hashStepId("complete")`. */
export const runCompleteId: string = /* @__PURE__ */ hashStepId("complete")

/**
 * An op as JSON. `opts` is left out where it would be empty and is no part of the measured shape; lists are never null.
 *
 * A wait carries its event both as `name` (official SDK 4.x) and as `opts.event` (the written protocol); a sleep its duration as `name`.
 */
export function encodeStepOp(op: StepOp): JsonObject {
  const { id, displayName, userlandId, userlandIndex, data, error, timing }: WireMembers = op
  const { name, opts } = nameAndOptions(op)
  const given = compact(opts ?? {})
  return compact({
    id,
    op: op.op,
    name,
    opts: Object.keys(given).length > 0 ? given : undefined,
    displayName,
    userland: userlandId === undefined ? undefined : compact({ id: userlandId, index: userlandIndex || undefined }),
    data,
    // As a `SerializedError` it is JSON, but for members that are undefined.
    error: error && compact({ ...error, cause: error.cause as JsonValue | undefined, __serialized: true }),
    timing: timing && { a: timing.startedAtMs * 1e6, b: timing.durationMs * 1e6 },
  })
}

type Loose = { [member: string]: JsonValue | undefined }

/** What an op may carry as it is. */
interface WireMembers extends StepIdentity {
  op: Opcode
  name?: string | undefined
  opts?: Loose | undefined
  data?: JsonValue | undefined
  error?: SerializedError | EncodedError | undefined
  timing?: StepTiming | undefined
}

/** What the kinds of op differ in. */
function nameAndOptions(op: StepOp): Partial<Pick<WireMembers, "op" | "name" | "opts">> {
  switch (op.op) {
    case "StepPlanned":
      return { name: op.name, opts: { parallelMode: op.parallelMode, input: op.input } }
    case "Sleep":
      return { name: op.duration }
    case "WaitForEvent":
      return { name: op.event, opts: { event: op.event, timeout: op.timeout, if: op.if } }
    case "InvokeFunction":
      return { opts: { function_id: op.functionId, payload: compact(op.payload), timeout: op.timeout } }
    case "WaitForSignal":
      return { name: op.signal, opts: { signal: op.signal, timeout: op.timeout, conflict: op.conflict } }
    case "Gateway":
      return { opts: { url: op.url, method: op.method, headers: op.headers, body: op.body } }
    default:
      return op
  }
}

/**
 * An op as a server reads it, in either spelling of sleeps and waits.
 *
 * @throws ProtocolError for an opcode that the server does not know (`StepNotFound` is one), or a member of the wrong type.
 * @source measured (recording `raw-server-reactions`): an op without id has the id `""`
 */
export function decodeStepOp(value: JsonValue | undefined, route: string, path: string): StepOp {
  const json = isJsonObject(value) ? value : misread(route, path, "an op", value)
  const op = typeof json.op === "string" ? json.op : misread(route, `${path}.op`, "an opcode", json.op)
  const decode = decoders[op as Opcode]
  if (!Object.hasOwn(decoders, op)) return misread(route, `${path}.op`, "a known opcode", op)
  const userland = isJsonObject(json.userland) ? json.userland : {}
  const opts = isJsonObject(json.opts) ? json.opts : {}
  const identity: StepIdentity = {
    id: typeof json.id === "string" ? json.id : "",
    ...textMember("displayName", json.displayName),
    ...textMember("userlandId", userland.id),
    ...(typeof userland.index === "number" ? { userlandIndex: userland.index } : {}),
    ...(opts.parallelMode === "race" ? { parallelMode: "race" as const } : {}),
  }
  return decode({ identity, json, opts, route, path })
}

interface OpReading {
  identity: StepIdentity
  json: JsonObject
  opts: JsonObject
  route: string
  path: string
}

const decoders: { readonly [Op in Opcode]: (reading: OpReading) => Extract<StepOp, { op: Op }> } = {
  StepRun: (reading) => ({ ...ranOf(reading), ...dataOf(reading), op: "StepRun" }),
  StepError: (reading) => ({ ...ranOf(reading), op: "StepError", error: errorOf(reading.json.error) }),
  StepFailed: (reading) => ({
    ...ranOf(reading),
    op: "StepFailed",
    error: errorOf(reading.json.error ?? reading.json.data),
  }),
  StepPlanned: ({ identity, json, opts }) => ({
    ...identity,
    op: "StepPlanned",
    ...textMember("name", json.name),
    ...(opts.input === undefined ? {} : { input: opts.input }),
  }),
  Sleep: ({ identity, json, opts, route, path }) => ({
    ...identity,
    op: "Sleep",
    duration: firstText(opts.duration, json.name) ?? misread(route, `${path}.name`, "a duration", json.name),
  }),
  WaitForEvent: ({ identity, json, opts, route, path }) => ({
    ...identity,
    op: "WaitForEvent",
    event: firstText(opts.event, json.name) ?? misread(route, `${path}.name`, "the name of an event", json.name),
    ...textMember("timeout", opts.timeout),
    ...textMember("if", opts.if),
  }),
  InvokeFunction: ({ identity, opts, route, path }) => {
    const { data, user, v } = isJsonObject(opts.payload) ? opts.payload : {}
    return {
      ...identity,
      op: "InvokeFunction",
      functionId:
        firstText(opts.function_id) ?? misread(route, `${path}.opts.function_id`, "a function id", opts.function_id),
      payload: {
        ...(data === undefined ? {} : { data }),
        ...(user === undefined ? {} : { user }),
        ...textMember("v", v),
      },
      ...textMember("timeout", opts.timeout),
    }
  },
  WaitForSignal: ({ identity, json, opts, route, path }) => ({
    ...identity,
    op: "WaitForSignal",
    signal:
      firstText(opts.signal, json.name) ?? misread(route, `${path}.opts.signal`, "the name of a signal", opts.signal),
    ...textMember("timeout", opts.timeout),
    ...(opts.conflict === "replace" || opts.conflict === "fail" ? { conflict: opts.conflict } : {}),
  }),
  Gateway: ({ identity, opts, route, path }) => ({
    ...identity,
    op: "Gateway",
    url: firstText(opts.url) ?? misread(route, `${path}.opts.url`, "a URL", opts.url),
    method: firstText(opts.method) ?? "GET",
    headers: textMembers(opts.headers),
    ...textMember("body", opts.body),
  }),
  AIGateway: ({ identity, opts }) => ({ ...identity, op: "AIGateway", opts }),
  RunComplete: (reading) => ({ ...reading.identity, ...dataOf(reading), op: "RunComplete" }),
  SyncRunComplete: (reading) => ({ ...reading.identity, ...dataOf(reading), op: "SyncRunComplete" }),
  DiscoveryRequest: ({ identity }) => ({ ...identity, op: "DiscoveryRequest" }),
  None: ({ identity }) => ({ ...identity, op: "None" }),
  Step: (reading) => ({ ...reading.identity, ...dataOf(reading), op: "Step" }),
  DeferAdd: ({ identity, opts }) => ({ ...identity, op: "DeferAdd", opts }),
  DeferAbort: ({ identity, opts }) => ({ ...identity, op: "DeferAbort", opts }),
}

function ranOf({ identity, json, opts }: OpReading): RanOp {
  const timing = isJsonObject(json.timing) ? json.timing : {}
  return {
    ...identity,
    ...textMember("name", json.name),
    ...(Object.keys(opts).length === 0 ? {} : { opts }),
    // Nanoseconds beyond 2^53 come as bigint or as a rounded number; whole milliseconds survive either.
    ...(timing.a === undefined
      ? {}
      : {
          timing: { startedAtMs: Math.round(Number(timing.a) / 1e6), durationMs: Math.round(Number(timing.b) / 1e6) },
        }),
  }
}

function errorOf(value: JsonValue | undefined): SerializedError {
  return decodeError(value ?? "no error was given")
}

function dataOf({ json }: OpReading): { data?: JsonValue } {
  return json.data === undefined ? {} : { data: json.data }
}

function firstText(...values: readonly (JsonValue | undefined)[]): string | undefined {
  return values.find((value): value is string => typeof value === "string" && value !== "")
}

function textMember<Name extends string>(name: Name, value: JsonValue | undefined): { [N in Name]?: string } {
  return (typeof value === "string" ? { [name]: value } : {}) as { [N in Name]?: string }
}

function textMembers(value: JsonValue | undefined): Record<string, string> {
  const texts: Record<string, string> = {}
  if (isJsonObject(value))
    for (const [name, member] of Object.entries(value)) if (typeof member === "string") texts[name] = member
  return texts
}

/**
 * What a call holds under the id of a step that is over.
 *
 * `{ data }` for what ran, was invoked or was fetched, `{ error }` for what failed; a received event as it is; null for a sleep that is over
 * and a wait that timed out.
 */
export type MemoizedStep = JsonValue

export const memoizedData = (data: JsonValue | undefined): MemoizedStep => ({ data: data ?? null })

/** Members that the server drops are left out. @source measured, recordings `step-error-caught`, `raw-server-reactions` */
export const memoizedError = ({ name, message, stack, cause, data, noRetry }: SerializedError): MemoizedStep => {
  return { error: compact({ name, message, stack, cause: cause as JsonValue | undefined, data, noRetry }) }
}

/**
 * What a step that is to be done gets instead of what it had: a run that was started again from it holds `{ input: […] }` under its id.
 *
 * @source the server's source and the official SDK (not measured)
 */
export const memoizedInput = (value: MemoizedStep | undefined): readonly JsonValue[] | undefined =>
  isJsonObject(value) && Array.isArray(value.input) ? value.input : undefined

export type StepOutcome = { kind: "data"; data: JsonValue } | { kind: "error"; error: SerializedError }

/**
 * The outcome of a step that wraps it, which all but sleeps and event waits do.
 *
 * What is not wrapped is the data itself: so ancient SDKs stored it, and so the server gives the event that ended an invoked run by
 * cancellation (measured, recording `cancel-invoked`).
 */
export function decodeStepOutcome(value: MemoizedStep): StepOutcome {
  if (isJsonObject(value) && Object.keys(value).length === 1) {
    if (value.error !== undefined) return { kind: "error", error: decodeError(value.error) }
    if (value.data !== undefined) return { kind: "data", data: value.data }
  }
  return { kind: "data", data: value }
}
