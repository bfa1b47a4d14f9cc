/**
 * The workflow-state document of `/v1/workflows/{id}`: Go's PascalCase on the wire, camelCase here, nothing lost in between.
 *
 * Reading follows Go's reader: keys match without regard to case, `null` and a missing key are the zero value, unknown members are kept (Go
 * drops them). Writing follows Go's writer: every field always present, in Go's order.
 *
 * @source contract measured on the Go store, vectors `body-*`, `value-*`, `time-*`, `event-*`, `reply-*`
 */
import { ProtocolError } from "../shared/protocol-error.ts"
import { ValidationError } from "../shared/validation-error.ts"
import { isTime, zeroTime } from "./go-time.ts"
import { type Field, type Fields, entryFields, stateFields } from "./workflow-fields.ts"
import {
  type JsonObject,
  type JsonValue,
  describeJson,
  isJsonObject,
  joinPath,
  parseJson,
  stringifyJson,
} from "../shared/json.ts"

export { isTime, toDate, zeroTime } from "./go-time.ts"

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

/** What a field holds: what its values are called, and whether a value is one. */
interface Kind {
  readonly expected: string
  readonly holds: (value: unknown) => boolean
}

const kinds: Record<FieldKind, Kind> = {
  text: { expected: "a string", holds: (value) => typeof value === "string" },
  integer: { expected: "a whole number that fits 64 bits", holds: isInt64 },
  time: {
    expected: "an RFC 3339 time such as 2026-01-31T12:00:00Z",
    holds: (value) => typeof value === "string" && isTime(value),
  },
  any: { expected: "any value", holds: () => true },
  history: { expected: "an array or null", holds: (value) => value === null || Array.isArray(value) },
}

function kindOf([, name, zero]: Field): FieldKind {
  if (zero === null) return name === "history" ? name : "any"
  return zero === 0 ? "integer" : zero === zeroTime ? "time" : "text"
}

function zeroOf(fields: Fields): JsonObject {
  return Object.fromEntries(fields.map(([, name, zero]) => [name, zero]))
}

/** The field that a wire name means, in any letter case. */
function fieldOf(fields: Fields, key: string): Field | undefined {
  return fields.find(([wire]) => wire === key) ?? fields.find(([wire]) => foldKey(wire) === foldKey(key))
}

const subject = "workflow state"

/**
 * Write a state as its wire document.
 *
 * @returns JSON text: Go's keys in Go's order, then the members of `extra`. Integers keep their digits, `-0` stays.
 * @throws ValidationError `issues[0].path` names the field in camelCase (`history[2].durationNs`).
 */
export function encodeState(state: WorkflowStateInput): string {
  return encodeObject(state, stateFields, "")
}

function encodeObject(given: unknown, fields: Fields, path: string): string {
  const source = asObject(given, path)
  /** Before the name of a field, which needs no quotes. */
  const at = path === "" ? "" : `${path}.`
  const isField = (name: string): boolean => name === "extra" || fields.some(([, each]) => each === name)
  for (const name of Object.keys(source))
    if (source[name] !== undefined && !isField(name))
      refuse(joinPath(path, name), "is not a field; members of your own go into extra")
  const members = fields.map((field) => [field[0], encodeField(field, source[field[1]], at + field[1])])
  const extraPath = `${at}extra`
  for (const [name, member] of Object.entries(source.extra === undefined ? {} : asObject(source.extra, extraPath))) {
    const memberPath = joinPath(extraPath, name)
    if (fieldOf(fields, name) !== undefined) refuse(memberPath, "is the wire name of a field")
    if (member !== undefined) members.push([name, encodeAny(member, memberPath)])
  }
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`
}

function encodeField(field: Field, given: unknown, path: string): string {
  const kind = kindOf(field)
  const { expected, holds } = kinds[kind]
  const value = kind === "time" && given instanceof Date ? isoTime(given) : given === undefined ? field[2] : given
  if (!holds(value)) refuse(path, `must be ${expected}, not ${show(value)}`)
  if (kind === "any") return encodeAny(value, path)
  if (Array.isArray(value))
    return `[${value.map((entry, index) => encodeObject(entry, entryFields, joinPath(path, index))).join(",")}]`
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
  return fromWire(value, stateFields, path) as unknown as WorkflowState
}

/** @param before what an earlier key of the same document gave for this very object; its fields stay where `value` has none. */
function fromWire(value: JsonValue, fields: Fields, path: string, before?: JsonValue): JsonObject {
  if (value !== null && !isJsonObject(value)) unreadable(path, "an object", value)
  const target = isJsonObject(before) ? { ...before } : zeroOf(fields)
  const extra: [name: string, member: JsonValue][] = []
  for (const [key, member] of Object.entries(value ?? {})) {
    const known = fieldOf(fields, key)
    if (known === undefined) {
      extra.push([key, member])
      continue
    }
    const [, field, zero] = known
    if (member !== null || zero === null) {
      // Of two keys that mean one field the last wins; null leaves all but any-typed fields and lists as they were (Go's reader).
      target[field] = fieldFromWire(kindOf(known), member, path === "" ? key : `${path}.${key}`, target[field])
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
  return value.map((entry, index) => fromWire(entry, entryFields, joinPath(path, index), earlier[index]))
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
