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

interface Field {
  readonly wire: string
  readonly name: string
  readonly kind: FieldKind
}

/** The fields of one kind of object, in Go's declared order, which is the order on the wire. */
interface Shape {
  readonly fields: readonly Field[]
  /** By wire name, as it is and folded. */
  readonly byWire: ReadonlyMap<string, Field>
  readonly byName: ReadonlyMap<string, Field>
}

const field = (wire: string, name: string, kind: FieldKind): Field => ({ wire, name, kind })

function defineShape(fields: readonly Field[]): Shape {
  return {
    fields,
    byWire: new Map(
      fields.flatMap((each) => [
        [each.wire, each],
        [foldKey(each.wire), each],
      ]),
    ),
    byName: new Map(fields.map((each) => [each.name, each])),
  }
}

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
function fieldOfKey({ byWire }: Shape, key: string): Field | undefined {
  return byWire.get(key) ?? byWire.get(foldKey(key))
}

const zeroValues: Record<FieldKind, JsonValue> = { text: "", integer: 0, time: zeroTime, any: null, history: null }

const subject = "workflow state"

/**
 * Write a state as its wire document.
 *
 * @returns JSON text: Go's keys in Go's order, then the members of `extra`. Integers keep their digits, `-0` stays.
 * @throws ValidationError `issues[0].path` names the field in camelCase (`history[2].durationNs`).
 */
export function encodeState(state: WorkflowStateInput): string {
  const issue = (path: string, message: string): never => {
    throw new ValidationError(subject, [{ path, message }])
  }
  if (typeof state !== "object" || state === null || Array.isArray(state))
    issue("", `must be an object, not ${describeJson(state)}`)
  const document = toWire(state as unknown as Record<string, unknown>, stateShape, "")
  const written = stringifyJson(document)
  return written.ok ? written.value : issue(toCamelPath(written.path), written.message)

  function toWire(source: Record<string, unknown>, { fields, byName, byWire }: Shape, path: string): object {
    for (const name of Object.keys(source)) {
      if (!byName.has(name) && name !== "extra" && source[name] !== undefined)
        issue(joinPath(path, name), "is not a field; members of your own go into extra")
    }
    // Without a prototype, so that a member named __proto__ is a member.
    const target: Record<string, unknown> = Object.create(null)
    for (const each of fields) target[each.wire] = fieldToWire(each, source[each.name], path)
    const extra = source.extra
    if (extra === undefined) return target
    const extraPath = joinPath(path, "extra")
    if (typeof extra !== "object" || extra === null || Array.isArray(extra))
      return issue(extraPath, `must be an object, not ${describeJson(extra)}`)
    for (const [name, member] of Object.entries(extra)) {
      if (byWire.has(foldKey(name))) issue(joinPath(extraPath, name), "is the wire name of a field")
      target[name] = member
    }
    return target
  }

  function fieldToWire({ kind, name }: Field, value: unknown, parent: string): unknown {
    if (value === undefined) return zeroValues[kind]
    const path = parent === "" ? name : `${parent}.${name}`
    switch (kind) {
      case "any":
        return value
      case "text":
        return typeof value === "string" ? value : issue(path, `must be a string, not ${describeJson(value)}`)
      case "integer":
        return isInt64(value)
          ? withoutSign(value)
          : issue(
              path,
              `must be a whole number that fits 64 bits, not ${typeof value === "number" ? value : describeJson(value)}`,
            )
      case "time": {
        if (value instanceof Date)
          return Number.isNaN(value.getTime()) ? issue(path, "is an invalid Date") : isoTime(value, path)
        if (typeof value !== "string") return issue(path, `must be an RFC 3339 time, not ${describeJson(value)}`)
        return isTime(value)
          ? value
          : issue(path, `must be an RFC 3339 time such as 2026-01-31T12:00:00Z, not "${value.slice(0, 40)}"`)
      }
      case "history": {
        if (value === null) return null
        if (!Array.isArray(value)) return issue(path, `must be an array or null, not ${describeJson(value)}`)
        return value.map((entry: unknown, index) => {
          const entryPath = `${path}[${index}]`
          if (typeof entry !== "object" || entry === null || Array.isArray(entry))
            return issue(entryPath, `must be an object, not ${describeJson(entry)}`)
          return toWire(entry as Record<string, unknown>, entryShape, entryPath)
        })
      }
    }
  }

  function isoTime(date: Date, path: string): string {
    const text = date.toISOString()
    return isTime(text) ? text : issue(path, "must lie in the years 0 to 9999")
  }
}

/**
 * Read a wire document.
 *
 * @param text JSON text of one document; `null` and `{}` are the empty state, as for Go.
 * @throws ProtocolError `path` names the wire field (`History[2].Duration`).
 */
export function decodeState(text: string): WorkflowState {
  const parsed = parseJson(text)
  if (!parsed.ok)
    throw new ProtocolError(`${subject}: ${parsed.path === "" ? "" : `${parsed.path}: `}${parsed.message}`, {
      route: subject,
      path: parsed.path,
    })
  return toState(parsed.value)
}

/** `decodeState` for a document that is parsed already, such as an item of a list. */
export function toState(value: JsonValue, path = ""): WorkflowState {
  return fromWire(value, stateShape, path) as unknown as WorkflowState
}

/** @param before what an earlier key of the same document gave for this very object; its fields stay where `value` has none. */
function fromWire(value: JsonValue, shape: Shape, path: string, before?: JsonValue): JsonObject {
  if (value !== null && !isJsonObject(value)) unreadable(path, "an object", value)
  const target: JsonObject = {}
  if (isJsonObject(before)) Object.assign(target, before)
  else for (const each of shape.fields) target[each.name] = zeroValues[each.kind]
  const extra: [name: string, member: JsonValue][] = []
  for (const [key, member] of Object.entries(value ?? {})) {
    const known = fieldOfKey(shape, key)
    if (known === undefined) {
      extra.push([key, member])
    } else if (member !== null || known.kind === "any" || known.kind === "history") {
      // Of two keys that mean one field the last wins; null leaves all but any-typed fields and lists as they were (Go's reader).
      target[known.name] = fieldFromWire(known, member, joinPath(path, key), target[known.name])
    }
  }
  // fromEntries defines members where an assignment to __proto__ would set a prototype.
  if (extra.length > 0) target.extra = Object.fromEntries(extra)
  return target
}

function fieldFromWire({ kind }: Field, value: JsonValue, path: string, before: JsonValue | undefined): JsonValue {
  switch (kind) {
    case "any":
      return value
    case "text":
      return typeof value === "string" ? value : unreadable(path, "a string", value)
    case "integer":
      return isInt64(value) ? withoutSign(value) : unreadable(path, "a whole number that fits 64 bits", value)
    case "time":
      return typeof value === "string" && isTime(value) ? value : unreadable(path, "an RFC 3339 time", value)
    case "history": {
      if (value === null) return null
      if (!Array.isArray(value)) return unreadable(path, "an array or null", value)
      // A second list (`history` after `History`) is read into the first, element by element.
      const earlier = Array.isArray(before) ? before : []
      return value.map((entry, index) => fromWire(entry, entryShape, `${path}[${index}]`, earlier[index]))
    }
  }
}

function unreadable(path: string, expected: string, received: JsonValue): never {
  const shown = typeof received === "string" ? JSON.stringify(received.slice(0, 40)) : describeJson(received)
  throw new ProtocolError(`${subject}: ${path === "" ? "the document" : path} should be ${expected}, not ${shown}`, {
    route: subject,
    path,
    received: shown,
  })
}

/** Go folds case by simple Unicode folding; of the letters that fold to ASCII only these two are not ASCII. */
function foldKey(key: string): string {
  return key
    .replace(/\u212a/g, "k")
    .replace(/\u017f/g, "s")
    .toLowerCase()
}

function isInt64(value: unknown): value is number | bigint {
  if (typeof value === "number") return Number.isSafeInteger(value)
  return typeof value === "bigint" && BigInt.asIntN(64, value) === value
}

/** An int64 has one zero. */
function withoutSign(value: number | bigint): number | bigint {
  return value === 0 ? 0 : value
}

/** Path in the wire document → path in the camelCase state, for errors met while writing. */
function toCamelPath(path: string): string {
  const inEntry = /^History(\[\d+\])\.?(.*)$/s.exec(path)
  if (inEntry === null) return camelHead(path, stateShape)
  const [, index, rest = ""] = inEntry
  return rest === "" ? `history${index}` : `history${index}.${camelHead(rest, entryShape)}`
}

function camelHead(path: string, { byWire }: Shape): string {
  const [head = ""] = /^[^.[]*/.exec(path) ?? []
  const known = byWire.get(head)
  if (known !== undefined) return known.name + path.slice(head.length)
  return path === "" ? "" : path.startsWith("[") ? `extra${path}` : `extra.${path}`
}

const timePattern = /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d))$/

/** Whether text is a time that Go's reader takes (a little more than RFC 3339: one-digit hours, a comma, offsets up to 24:60). */
export function isTime(text: string): boolean {
  const match = timePattern.exec(text)
  if (match === null) return false
  const [year, month, day, hour, minute, second, offsetHour, offsetMinute] = match
    .slice(1)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number, number, number]
  if (
    month < 1 ||
    month > 12 ||
    day < 1 ||
    hour > 23 ||
    minute > 59 ||
    second > 59 ||
    offsetHour > 24 ||
    offsetMinute > 60
  )
    return false
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return day <= days
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
