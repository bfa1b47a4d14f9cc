/** Events on the wire: what `POST /e/{key}` takes and what `GET /v1/events` gives back. */
import { ValidationError, type ValidationIssue } from "../shared/validation-error.ts"
import { describeJson, stringifyJson } from "../shared/json.ts"
import { type EventPayload, maxEventTs, minEventTs } from "./plain-event.ts"

export { decodeSentIds, maxEventSizeBytes, maxEventTs, maxEventsPerRequest, minEventTs } from "./plain-event.ts"
export type { EventPayload } from "./plain-event.ts"
export type { ReceivedEvent } from "./received-event.ts"

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
