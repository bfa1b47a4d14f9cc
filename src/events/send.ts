import { type CallOptions, toCallSettings } from "../http/request-options.ts"
import type { Transport } from "../http/transport.ts"
import { type EventPayload, maxEventSizeBytes, writePlainEvent } from "../protocol/plain-event.ts"
import type { Clock } from "../shared/clock.ts"
import { sizeBytes } from "../shared/json-value.ts"
import type { Random } from "../shared/random.ts"
import type { Join } from "./coalesce.ts"
import { type SendResult, type WrittenEvent, createDelivery, createParcel } from "./delivery.ts"
import { type EventInput, schemaOf } from "./event-type.ts"
import { createSeeds } from "./idempotency.ts"

export type { SendResult } from "./delivery.ts"

/**
 * Send one event or many, in order.
 *
 * Retried as often as allowed without becoming another event: each event has its id before the first attempt, so that a function runs once
 * even when an answer was lost. Split into requests of 5000 events and 4 MiB.
 *
 * @throws ValidationError before anything is sent: `issues` name the event and the field. PartialSendError when some were taken and some
 * not. ApiError, ConnectionError or TimeoutError when none is known to be taken. The signal's reason, as it is, also when some were taken:
 * give events an `id` of your own where they might be sent again after that, so that the server takes them for the same.
 */
export type SendEvents = (events: EventInput | readonly EventInput[], options?: CallOptions) => Promise<SendResult>

export interface SendPorts {
  clock: Clock
  random: Random
  /** Callers in one tick share a request. @default false */
  coalesce?: boolean | undefined
}

export function createSend(transport: Transport, { clock, random, coalesce = false }: SendPorts): SendEvents {
  const deliver = createDelivery(transport, createSeeds(clock, random))
  let join: Join | undefined

  return async (input, options = {}) => {
    const settings = toCallSettings(options)
    const items: WrittenEvent[] = []
    for (const [index, event] of [input].flat().entries()) {
      const path = Array.isArray(input) ? `events[${index}]` : ""
      const schema = event && schemaOf(event)
      if (schema) {
        const { issues } = await schema["~standard"].validate(event.data)
        if (issues) throw (await import("./refusal.ts")).againstSchema(issues, path)
      }
      // The server takes an empty id for none.
      const payload = (event?.id === "" ? { ...event, id: undefined } : event) as EventPayload
      const text = writePlainEvent(payload) ?? (await import("./refusal.ts")).encodeEvent(payload, path)
      // Of one event the greatest size that it can have will do, where that is small enough.
      const isSmall = !Array.isArray(input) && text.length < maxEventSizeBytes / 4
      const eventSizeBytes = (isSmall ? text.length * 3 : sizeBytes(text)) + (event.id ? 0 : idSizeBytes)
      if (eventSizeBytes > maxEventSizeBytes) throw (await import("./refusal.ts")).tooLarge(eventSizeBytes, path)
      items.push({ event, text, sizeBytes: eventSizeBytes })
    }
    // A request has one timeout, so a call with one of its own goes alone.
    if (coalesce && options.timeout === undefined) {
      const { createJoin } = await import("./coalesce.ts")
      return (join ??= createJoin(deliver))(items, options.signal)
    }
    const { promise, parcel } = createParcel(items)
    await deliver([parcel], settings)
    return promise
  }
}

/** Bytes of `"id":"<ULID>",`. */
const idSizeBytes = 34
