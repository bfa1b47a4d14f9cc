import { type JsonObject, isJsonObject } from "../shared/json-value.ts"
import { type Decode, asIs, map, misread, object, shape, text } from "./shape.ts"

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

/** An event as listed by the server. */
export const decodeReceivedEvent: Decode<ReceivedEvent> = /* @__PURE__ */ map(
  /* @__PURE__ */ shape({
    internalId: ["internal_id", text],
    id: asIs,
    name: text,
    data: (value = null, route, path) => (value === null ? value : object(value, route, path)),
    ts: (value, route, path) => (typeof value === "number" ? value : misread(route, path, "a number", value)),
    receivedAt: ["received_at", asIs],
    v: asIs,
    user: asIs,
  }),
  ({ internalId, id, name, data, ts, receivedAt, v, user }) => ({
    internalId,
    id: typeof id === "string" ? id : internalId,
    name,
    data,
    ts,
    receivedAt: typeof receivedAt === "string" ? receivedAt : new Date(ts).toISOString(),
    ...(typeof v === "string" && { v }),
    ...(isJsonObject(user) && { user }),
  }),
)
