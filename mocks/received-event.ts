import type { ReceivedEvent } from "../src/protocol/event.ts"
import type { JsonObject } from "../src/shared/json.ts"
import type { EventRow } from "./engine/state.ts"
import { formatTime } from "./handlers/time-text.ts"

/** A stored event as `client.events` gives it. A new object each time, so that no caller changes what another sees. */
export function toReceivedEvent({ internalId, receivedAtMs, id, name, data, ts, v, user }: EventRow): ReceivedEvent {
  return {
    internalId,
    id,
    name,
    data: data === null ? null : (JSON.parse(data) as JsonObject),
    ts,
    receivedAt: formatTime(receivedAtMs),
    ...(v === undefined ? {} : { v }),
    ...(user === undefined ? {} : { user: JSON.parse(user) as JsonObject }),
  }
}
