/**
 * The workflow-state document of `/v1/workflows/{id}`: Go's PascalCase on the wire, camelCase here, nothing lost in between.
 *
 * Reading follows Go's reader: keys match without regard to case, `null` and a missing key are the zero value, unknown members are kept (Go
 * drops them). Writing follows Go's writer: every field always present, in Go's order.
 *
 * @source contract measured on the Go store, vectors `body-*`, `value-*`, `time-*`, `event-*`, `reply-*`
 */
import { ProtocolError, ValidationError } from "../errors.ts"
import {
  type JsonObject,
  type JsonValue,
  describeJson,
  isJsonObject,
  joinPath,
  parseJson,
  stringifyJson,
} from "../shared/json.ts"

/** The four statuses that the Go store names. A loaded document may hold any text. */
export type WorkflowStatus = "running" | "completed" | "failed" | "canceled"

export const workflowStatuses: readonly WorkflowStatus[] = ["running", "completed", "failed", "canceled"]

/** The nine kinds of history entry that the Go store names. A loaded document may hold any text. */
export type HistoryType =
  | "workflow_started"
  | "workflow_completed"
  | "workflow_failed"
  | "workflow_canceled"
  | "activity_started"
  | "activity_completed"
  | "activity_failed"
  | "signal_received"
  | "timer_fired"

/** Go's zero time: it means "unset", not the year 1. */
export const zeroTime = "0001-01-01T00:00:00Z"

export interface HistoryEntry {
  /** An int64; bigint beyond 2^53. */
  id: number | bigint
  type: HistoryType | (string & {})
  /** RFC 3339, up to nanoseconds, any zone; `zeroTime` when unset. */
  timestamp: string
  activityName: string
  input: JsonValue
  result: JsonValue
  error: string
  signalName: string
  signalPayload: JsonValue
  /** Nanoseconds, an int64; bigint beyond 2^53 (104 days). */
  durationNs: number | bigint
  /** Members that this package does not know, under their wire names; absent when there are none. */
  extra?: JsonObject
}

export interface WorkflowState {
  workflowId: string
  runId: string
  status: WorkflowStatus | (string & {})
  input: JsonValue
  result: JsonValue
  error: string
  /** `null` and `[]` are different documents to Go callers, and stay what they are. */
  history: HistoryEntry[] | null
  /** RFC 3339, up to nanoseconds, any zone; `zeroTime` when unset. `toDate` gives a Date. */
  createdAt: string
  updatedAt: string
  /** Members that this package does not know, under their wire names; absent when there are none. */
  extra?: JsonObject
}

/** A history entry as a caller writes it: what is left out becomes Go's zero value. */
export type HistoryEntryInput = Partial<Omit<HistoryEntry, "input" | "result" | "signalPayload" | "timestamp">> & {
  timestamp?: string | Date
  input?: unknown
  result?: unknown
  signalPayload?: unknown
}

/** A state as a caller writes it: what is left out becomes Go's zero value (`""`, `null`, the zero time). */
export type WorkflowStateInput = Partial<
  Omit<WorkflowState, "workflowId" | "input" | "result" | "history" | "createdAt" | "updatedAt">
> & {
  workflowId: string
  input?: unknown
  result?: unknown
  history?: readonly HistoryEntryInput[] | null
  createdAt?: string | Date
  updatedAt?: string | Date
}

type FieldKind = "text" | "integer" | "time" | "any" | "history"

/** What a field holds: Go's zero value, what its values are called, and whether a value is one. */
interface Kind {
  readonly zero: JsonValue
  readonly expected: string
  readonly holds: (value: unknown) => boolean
}

const kinds: Record<FieldKind, Kind> = {
  text: { zero: "", expected: "a string", holds: (value) => typeof value === "string" },
  integer: { zero: 0, expected: "a whole number that fits 64 bits", holds: isInt64 },
  time: {
    zero: zeroTime,
    expected: "an RFC 3339 time such as 2026-01-31T12:00:00Z",
    holds: (value) => typeof value === "string" && isTime(value),
  },
  any: { zero: null, expected: "any value", holds: () => true },
  history: { zero: null, expected: "an array or null", holds: (value) => value === null || Array.isArray(value) },
}

interface Field {
  readonly wire: string
  readonly name: string
  readonly kind: FieldKind
}

/** The fields of one kind of object, in Go's declared order, which is the order on the wire. */
interface Shape {
  readonly fields: readonly Field[]
  /** The empty object. */
  readonly zero: JsonObject
}

function defineShape(fields: readonly Field[]): Shape {
  return { fields, zero: Object.fromEntries(fields.map(({ name, kind }) => [name, kinds[kind].zero])) }
}

const field = (wire: string, name: string, kind: FieldKind): Field => ({ wire, name, kind })

const stateShape: Shape = defineShape([
  field("WorkflowID", "workflowId", "text"),
  field("RunID", "runId", "text"),
  field("Status", "status", "text"),
  field("Input", "input", "any"),
  field("Result", "result", "any"),
  field("Error", "error", "text"),
  field("History", "history", "history"),
  field("CreatedAt", "createdAt", "time"),
  field("UpdatedAt", "updatedAt", "time"),
])

const entryShape: Shape = defineShape([
  field("ID", "id", "integer"),
  field("Type", "type", "text"),
  field("Timestamp", "timestamp", "time"),
  field("ActivityName", "activityName", "text"),
  field("Input", "input", "any"),
  field("Result", "result", "any"),
  field("Error", "error", "text"),
  field("SignalName", "signalName", "text"),
  field("SignalPayload", "signalPayload", "any"),
  field("Duration", "durationNs", "integer"),
])

/** The field that a wire name means, in any letter case. */
function fieldOf({ fields }: Shape, key: string): Field | undefined {
  return fields.find(({ wire }) => wire === key) ?? fields.find(({ wire }) => foldKey(wire) === foldKey(key))
}

const subject = "workflow state"

/**
 * Write a state as its wire document.
 *
 * @returns JSON text: Go's keys in Go's order, then the members of `extra`. Integers keep their digits, `-0` stays.
 * @throws ValidationError `issues[0].path` names the field in camelCase (`history[2].durationNs`).
 */
export function encodeState(state: WorkflowStateInput): string {
  return encodeObject(state, stateShape, "")
}

function encodeObject(given: unknown, shape: Shape, path: string): string {
  const source = asObject(given, path)
  /** Before the name of a field, which needs no quotes. */
  const at = path === "" ? "" : `${path}.`
  const isField = (name: string): boolean => name === "extra" || shape.fields.some((each) => each.name === name)
  for (const name of Object.keys(source))
    if (source[name] !== undefined && !isField(name))
      refuse(joinPath(path, name), "is not a field; members of your own go into extra")
  const members = shape.fields.map(({ wire, name, kind }) => [wire, encodeField(kind, source[name], at + name)])
  const extraPath = `${at}extra`
  for (const [name, member] of Object.entries(source.extra === undefined ? {} : asObject(source.extra, extraPath))) {
    const memberPath = joinPath(extraPath, name)
    if (fieldOf(shape, name) !== undefined) refuse(memberPath, "is the wire name of a field")
    if (member !== undefined) members.push([name, encodeAny(member, memberPath)])
  }
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`
}

function encodeField(kind: FieldKind, given: unknown, path: string): string {
  const { zero, expected, holds } = kinds[kind]
  const value = kind === "time" && given instanceof Date ? isoTime(given) : given === undefined ? zero : given
  if (!holds(value)) refuse(path, `must be ${expected}, not ${show(value)}`)
  if (kind === "any") return encodeAny(value, path)
  if (Array.isArray(value))
    return `[${value.map((entry, index) => encodeObject(entry, entryShape, joinPath(path, index))).join(",")}]`
  // An int64 has one zero: String takes the sign off it.
  return typeof value === "string" ? JSON.stringify(value) : String(value)
}

function encodeAny(value: unknown, path: string): string {
  const written = stringifyJson(value, path)
  return written.ok ? written.value : refuse(written.path, written.message)
}

/** Past the year 9999, text that is no time. */
function isoTime(date: Date): string {
  return Number.isNaN(date.getTime()) ? "an invalid Date" : date.toISOString()
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuse(path, `must be an object, not ${describeJson(value)}`)
}

function refuse(path: string, message: string): never {
  throw new ValidationError(subject, [{ path, message }])
}

/**
 * Read a wire document.
 *
 * @param text JSON text of one document; `null` and `{}` are the empty state, as for Go.
 * @throws ProtocolError `path` names the wire field (`History[2].Duration`).
 */
export function decodeState(text: string): WorkflowState {
  const parsed = parseJson(text)
  if (parsed.ok) return toState(parsed.value)
  const { path, message } = parsed
  throw new ProtocolError(`${subject}: ${path === "" ? "" : `${path}: `}${message}`, { route: subject, path })
}

/** `decodeState` for a document that is parsed already, such as an item of a list. */
export function toState(value: JsonValue, path = ""): WorkflowState {
  return fromWire(value, stateShape, path) as unknown as WorkflowState
}

/** @param before what an earlier key of the same document gave for this very object; its fields stay where `value` has none. */
function fromWire(value: JsonValue, shape: Shape, path: string, before?: JsonValue): JsonObject {
  if (value !== null && !isJsonObject(value)) unreadable(path, "an object", value)
  const target = isJsonObject(before) ? { ...before } : { ...shape.zero }
  const extra: [name: string, member: JsonValue][] = []
  for (const [key, member] of Object.entries(value ?? {})) {
    const known = fieldOf(shape, key)
    if (known === undefined) {
      extra.push([key, member])
    } else if (member !== null || kinds[known.kind].zero === null) {
      // Of two keys that mean one field the last wins; null leaves all but any-typed fields and lists as they were (Go's reader).
      target[known.name] = fieldFromWire(known.kind, member, path === "" ? key : `${path}.${key}`, target[known.name])
    }
  }
  // fromEntries defines members where an assignment to __proto__ would set a prototype.
  if (extra.length > 0) target.extra = Object.fromEntries(extra)
  return target
}

function fieldFromWire(kind: FieldKind, value: JsonValue, path: string, before: JsonValue | undefined): JsonValue {
  const { expected, holds } = kinds[kind]
  if (!holds(value)) unreadable(path, expected, value)
  // An int64 has one zero.
  if (kind === "integer") return value === 0 ? 0 : value
  if (kind !== "history" || !Array.isArray(value)) return value
  // A second list (`history` after `History`) is read into the first, element by element.
  const earlier = Array.isArray(before) ? before : []
  return value.map((entry, index) => fromWire(entry, entryShape, joinPath(path, index), earlier[index]))
}

function unreadable(path: string, expected: string, received: JsonValue): never {
  const shown = show(received)
  throw new ProtocolError(`${subject}: ${path === "" ? "the document" : path} should be ${expected}, not ${shown}`, {
    route: subject,
    path,
    received: shown,
  })
}

/** In short; a number as it is where that is what is wrong with it. */
function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40))
  return typeof value === "number" && !Number.isSafeInteger(value) ? String(value) : describeJson(value)
}

/** Go folds case by simple Unicode folding; of the letters that fold to ASCII only the long s is not ASCII and no capital. */
function foldKey(key: string): string {
  return key.replace(/\u017f/g, "s").toLowerCase()
}

function isInt64(value: unknown): boolean {
  return typeof value === "bigint" ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value)
}

const timePattern =
  /^(\d{4})-(0[1-9]|1[0-2])-(\d\d)T([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[.,]\d+)?(?:Z|[+-]([01]\d|2[0-4]):([0-5]\d|60))$/

/** Whether text is a time that Go's reader takes (a little more than RFC 3339: one-digit hours, a comma, offsets up to 24:60). */
export function isTime(text: string): boolean {
  const [matched, year, month, day] = (timePattern.exec(text) ?? []).map(Number)
  // Day 0 of the next month is the last of this one. 2000 years later, since Date.UTC takes 0 to 99 for 1900 to 1999.
  const lastDay = new Date(Date.UTC(Number(year) + 2000, Number(month), 0)).getUTCDate()
  return matched !== undefined && Number(day) > 0 && Number(day) <= lastDay
}

/**
 * A time of a document as a Date, cut to milliseconds; `null` for the zero time ("unset"), however it is spelt, and for text that is no time.
 */
export function toDate(time: string): Date | null {
  const match = timePattern.exec(time)
  if (match === null || !isTime(time)) return null
  const fraction = /[.,](\d+)/.exec(time)?.[1] ?? ""
  const sign = /-\d\d:\d\d$/.test(time) ? -1 : 1
  const [year, month, day, hour, minute, second, offsetHour, offsetMinute] = match
    .slice(1)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number, number, number]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute - sign * (offsetHour * 60 + offsetMinute), second)
  if (date.getTime() === zeroTimeMs && !/[1-9]/.test(fraction)) return null
  date.setUTCMilliseconds(Number(fraction.slice(0, 3).padEnd(3, "0")))
  return date
}

/** `zeroTime` in milliseconds since the epoch. */
const zeroTimeMs = -62_135_596_800_000
