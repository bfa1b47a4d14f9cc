/** Events as they are sent: the limits, the usual ones as text, and the answer. What is unusual or wrong is left to event.ts, which tells why. */
import { type JsonValue, isJsonObject, isPlain } from "../shared/json-value.ts"

/** Events in one request. @source measured: the 5001st is refused, the first 5000 are stored */
export const maxEventsPerRequest = 5_000

/**
 * Bytes of one request. It holds one event of the greatest size (3 MiB), and stays below what hosts in front of a gateway take (4.5 MB is
 * the smallest of the common ones); the server itself was measured to have no such limit.
 */
export const maxRequestSizeBytes: number = 4 * 1024 * 1024

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

/** JSON text of one event, its fields always in this order; `undefined` for what `encodeEvent` has to look at. */
export function writePlainEvent(event: EventPayload): string | undefined {
  if (!isJsonObject(event)) return undefined
  const { id, name, data, ts, v, user } = event as EventPayload
  const isUsual =
    typeof name === "string" &&
    name !== "" &&
    !/^inngest\//i.test(name) &&
    (id === undefined || typeof id === "string") &&
    (v === undefined || typeof v === "string") &&
    (data === undefined || data === null || isJsonObject(data)) &&
    (user === undefined || isJsonObject(user)) &&
    (ts === undefined || ts === 0 || (Number.isInteger(ts) && ts >= minEventTs && ts <= maxEventTs)) &&
    isPlain({ data, user })
  return isUsual ? JSON.stringify({ id, name, data, ts, v, user }) : undefined
}

/** The answer of `POST /e/{key}`: ids in request order; on an error those taken before it. An empty request gets `[""]`. */
export function decodeSentIds(body: JsonValue | undefined): string[] | undefined {
  if (!isJsonObject(body) || !Array.isArray(body.ids)) return undefined
  return body.ids.filter((id): id is string => typeof id === "string" && id !== "")
}
