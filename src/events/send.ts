import { type CallOptions, toCallSettings } from "../http/request-options.ts"
import type { Transport } from "../http/transport.ts"
import {
  type EventPayload,
  maxEventSizeBytes,
  maxEventsPerRequest,
  maxRequestSizeBytes,
  writePlainEvent,
} from "../protocol/plain-event.ts"
import type { Clock } from "../shared/clock.ts"
import { sizeBytes } from "../shared/json-value.ts"
import type { Random } from "../shared/random.ts"
import type { Join } from "./coalesce.ts"
import type { SendResult } from "./delivery.ts"
import { type EventInput, schemaOf } from "./event-type.ts"
import { createSeeds } from "./idempotency.ts"
import { sendOnce } from "./request.ts"
import type { WrittenEvent } from "./written-event.ts"

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
  const nextSeed = createSeeds(clock, random)
  let join: Join | undefined

  return async (input, options) => {
    const events: WrittenEvent[] = []
    let requestSizeBytes = 1
    const isList = Array.isArray(input)
    for (const event of isList ? (input as readonly EventInput[]) : [input as EventInput]) {
      const path = isList ? `events[${events.length}]` : ""
      const schema = event && schemaOf(event)
      if (schema) {
        const { issues } = await schema["~standard"].validate(event.data)
        if (issues) throw (await import("./refusal.ts")).againstSchema(issues, path)
      }
      // The server takes an empty id for none.
      const payload = (event?.id === "" ? { ...event, id: undefined } : event) as EventPayload
      const text = writePlainEvent(payload) ?? (await import("./refusal.ts")).encodeEvent(payload, path)
      // Of one event the greatest size that it can have will do, where that is small enough.
      const isSmall = !isList && text.length < maxEventSizeBytes / 4
      const eventSizeBytes = (isSmall ? text.length * 3 : sizeBytes(text)) + (event.id ? 0 : idSizeBytes)
      if (eventSizeBytes > maxEventSizeBytes) throw (await import("./refusal.ts")).tooLarge(eventSizeBytes, path)
      events.push({ event, text, sizeBytes: eventSizeBytes, id: event.id || undefined })
      requestSizeBytes += eventSizeBytes + 1
    }
    const settings = options ? await toCallSettings(options) : {}
    if (events.length === 0) return { ids: [] }
    // A request has one timeout, so a call with one of its own goes alone.
    if (coalesce && settings.timeoutMs === undefined) {
      const { createJoin } = await import("./coalesce.ts")
      return (join ??= createJoin(transport, nextSeed))(events, settings.signal)
    }
    if (events.length > maxEventsPerRequest || requestSizeBytes > maxRequestSizeBytes)
      return (await import("./delivery.ts")).sendMany(transport, nextSeed, events, settings)
    const { ids, error } = await sendOnce(transport, events, nextSeed(events.length), settings)
    if (error === undefined || ids.length === events.length) return { ids }
    throw ids.length === 0 ? error : (await import("./refusal.ts")).notAll(events, ids, error)
  }
}

/** Bytes of `"id":"<ULID>",`. */
const idSizeBytes = 34
