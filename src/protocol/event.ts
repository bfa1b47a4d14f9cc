/** Events on the wire: what `POST /e/{key}` takes and what `GET /v1/events` gives back. */
import { ProtocolError, ValidationError, type ValidationIssue } from "../errors.ts"
import { type JsonObject, type JsonValue, describeJson, isJsonObject, stringifyJson } from "../shared/json.ts"

/** Events in one request. @source measured: the 5001st is refused, the first 5000 are stored */
export const maxEventsPerRequest = 5_000

/** Bytes of one event, its JSON as sent. @source measured: 3 145 728 is accepted, one more is refused. Clouds plans may allow less. */
export const maxEventSizeBytes: number = 3 * 1024 * 1024

/** Bounds of `ts`. @source measured: error texts `timestamp is before Jan 1, 1980` and `timestamp is after Jan 1, 2100` */
export const minEventTs: number = Date.UTC(1980, 0, 1)
export const maxEventTs: number = Date.UTC(2100, 0, 1)

/** An event as sent: ready to be written, every field checked. */
export interface EventPayload {
  id?: string
  name: string
  data?: unknown
  /** Milliseconds since the epoch; absent or 0 = when the server receives it. */
  ts?: number
  /** Version of the event's shape, any text. */
  v?: string
  user?: object
}

/** An event as the server lists it. */
export interface ReceivedEvent {
  /** The server's id (a ULID): the one that `events.get`, `events.runs` and cursors take. */
  internalId: string
  /** The sender's id; the internal id where the sender gave none. */
  id: string
  name: string
  data: JsonObject | null
  /** Milliseconds since the epoch. */
  ts: number
  /** RFC 3339, nanoseconds. */
  receivedAt: string
  v?: string
  user?: JsonObject
}

/** What is wrong with the value of a field, in words; falsy = nothing. All but the name may be `undefined`. */
type Check = (value: unknown) => string | false

const isText: Check = (value) => typeof value !== "string" && `must be a string, not ${describeJson(value)}`
const isObject: Check = (value) =>
  (typeof value !== "object" || value === null || Array.isArray(value)) &&
  `must be an object, not ${describeJson(value)}`

/** In this order they are written, so that the same event is the same bytes on every attempt. */
const checks: { [Field in keyof EventPayload]-?: Check } = {
  id: isText,
  name: (name) =>
    typeof name !== "string" || name === ""
      ? "must be a non-empty string"
      : /^inngest\//i.test(name) && `"${name}": names that begin with inngest/ are reserved`,
  data: (data) => data !== null && isObject(data),
  ts: (ts) => {
    if (ts === 0) return false
    if (typeof ts !== "number" || !Number.isInteger(ts)) return "must be whole milliseconds since 1970"
    if (ts < minEventTs) return `${ts} is before 1980; ts is in milliseconds`
    return ts > maxEventTs && `${ts} is after 2100; ts is in milliseconds`
  },
  v: isText,
  user: isObject,
}

/**
 * JSON text of one event, or the issues that make it unsendable.
 *
 * @throws ValidationError `issues` name the field (`events[2].data.total`).
 */
export function encodeEvent(event: EventPayload, path = ""): string {
  const refuse = (issues: readonly ValidationIssue[]): never => {
    throw new ValidationError("event", issues)
  }
  const at = (field: string): string => (path === "" ? field : `${path}.${field}`)
  const fault = isObject(event)
  if (fault) refuse([{ path, message: fault }])
  const issues: ValidationIssue[] = []
  const payload: Record<string, unknown> = {}
  for (const [field, check] of Object.entries(checks)) {
    const value: unknown = event[field as keyof EventPayload]
    const message = (value !== undefined || field === "name") && check(value)
    if (message) issues.push({ path: at(field), message })
    payload[field] = value
  }
  if (issues.length > 0) refuse(issues)
  const written = stringifyJson(payload)
  return written.ok ? written.value : refuse([{ path: at(written.path), message: written.message }])
}

/**
 * An event as listed by the server.
 *
 * @throws ProtocolError when it is none.
 */
export function decodeReceivedEvent(value: JsonValue, route: string, path = ""): ReceivedEvent {
  const fail = (field: string, expected: string, received: unknown): never => {
    throw new ProtocolError(`${route}: ${path}${field} should be ${expected}, not ${describeJson(received)}`, {
      route,
      path: `${path}${field}`,
    })
  }
  if (!isJsonObject(value)) return fail("", "an event", value)
  const { internal_id, id, name, data = null, ts, received_at, v, user } = value
  if (typeof internal_id !== "string") return fail(".internal_id", "a string", internal_id)
  if (typeof name !== "string") return fail(".name", "a string", name)
  if (typeof ts !== "number") return fail(".ts", "a number", ts)
  if (data !== null && !isJsonObject(data)) return fail(".data", "an object or null", data)
  return {
    internalId: internal_id,
    id: typeof id === "string" ? id : internal_id,
    name,
    data,
    ts,
    receivedAt: typeof received_at === "string" ? received_at : new Date(ts).toISOString(),
    ...(typeof v === "string" ? { v } : {}),
    ...(isJsonObject(user) ? { user } : {}),
  }
}

/** The answer of `POST /e/{key}`: ids in request order; on an error those taken before it. An empty request gets `[""]`. */
export function decodeSentIds(body: JsonValue | undefined): string[] | undefined {
  if (!isJsonObject(body) || !Array.isArray(body.ids)) return undefined
  return body.ids.filter((id): id is string => typeof id === "string" && id !== "")
}
