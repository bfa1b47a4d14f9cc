import { PartialSendError, ProtocolError, ValidationError, isInngestKitError } from "../errors.ts"
import { looseBody } from "../http/exchange.ts"
import { summarize } from "../http/fault.ts"
import { type CallOptions, toCallSettings } from "../http/request-options.ts"
import type { ExchangeResult, Transport } from "../http/transport.ts"
import { type EventPayload, decodeSentIds, encodeEvent, maxEventSizeBytes } from "../protocol/event.ts"
import { headers as names } from "../protocol/headers.ts"
import { sendEvents } from "../protocol/routes.ts"
import type { Clock } from "../shared/clock.ts"
import { joinPath, sizeBytes } from "../shared/json.ts"
import type { Random } from "../shared/random.ts"
import { chunkEvents } from "./chunk.ts"
import { type EventInput, type StandardSchema, schemaOf } from "./event-type.ts"
import { type EventIdSeed, createSeeds } from "./idempotency.ts"

export interface SendResult {
  /** The server's internal ids, in the order of the events: what `events.get` takes. */
  ids: string[]
}

/**
 * Send one event or many, in order.
 *
 * Retried as often as allowed without becoming another event: each event has its id before the first attempt, so that a function runs once
 * even when an answer was lost. Split into requests of 5000 events and 4 MiB.
 *
 * @throws ValidationError before anything is sent: `issues` name the event and the field. PartialSendError when some were taken and some
 * not. ApiError, ConnectionError, TimeoutError or the signal's reason when none is known to be taken.
 */
export type SendEvents = (events: EventInput | readonly EventInput[], options?: CallOptions) => Promise<SendResult>

/** An event as text, before it has its place in a request. */
interface WrittenEvent {
  readonly event: EventInput
  /** JSON, with the caller's id or without one. */
  readonly text: string
  /** With id. */
  readonly sizeBytes: number
}

/** A request whose bytes will not change any more. */
interface FrozenChunk {
  readonly written: readonly WrittenEvent[]
  readonly seed: EventIdSeed
  readonly body: string
}

export function createSend(transport: Transport, { clock, random }: { clock: Clock; random: Random }): SendEvents {
  const nextSeed = createSeeds(clock, random)
  return send

  async function send(input: EventInput | readonly EventInput[], options: CallOptions = {}): Promise<SendResult> {
    const settings = toCallSettings(options)
    const written: WrittenEvent[] = []
    for (const [index, event] of [input].flat().entries()) {
      const path = Array.isArray(input) ? `events[${index}]` : ""
      const schema = event && schemaOf(event)
      if (schema) await checkData(schema, event, path)
      written.push(writeEvent(event, path))
    }
    const ids: string[] = []
    const chunks = chunkEvents(written).map((chunk) => freeze(chunk, nextSeed(chunk.length)))
    try {
      for (const { written: sent, seed, body } of chunks) {
        const answer = await transport.exchange(sendEvents, {
          body,
          headers: { [names.eventIdSeed]: seed.header },
          ...settings,
        })
        const error = transport.fault(sendEvents, answer)
        const taken = decodeSentIds(looseBody(answer)) ?? []
        if (error === undefined && taken.length !== sent.length) throw notAllAnswered(answer, taken.length, sent.length)
        // An error, too, names the events that were taken before it.
        ids.push(...taken)
        if (error !== undefined) throw error
      }
    } catch (error) {
      if (ids.length === 0 || !isInngestKitError(error)) throw error
      const rest = chunks.flatMap(eventsOf).slice(ids.length)
      throw new PartialSendError(
        `${ids.length} of ${written.length} events were taken, then: ${error.message}`,
        { ids, remaining: rest.length, rest },
        { cause: error, retryable: error.retryable },
      )
    }
    return { ids }
  }
}

async function checkData(schema: StandardSchema, event: EventInput, eventPath: string): Promise<void> {
  const { issues } = await schema["~standard"].validate(event.data)
  if (issues === undefined) return
  const dataPath = joinPath(eventPath, "data")
  throw new ValidationError(
    "event",
    issues.map(({ message, path = [] }) => ({ path: path.reduce<string>(join, dataPath), message })),
  )
}

function join(base: string, segment: PropertyKey | { readonly key: PropertyKey }): string {
  const key = typeof segment === "object" ? segment.key : segment
  return typeof key === "number" ? `${base}[${key}]` : joinPath(base, String(key))
}

/** Bytes of `"id":"<ULID>",`. */
const idSizeBytes = 34

function writeEvent(event: EventInput, path: string): WrittenEvent {
  // The server takes an empty id for none.
  const text = encodeEvent((event?.id === "" ? { ...event, id: undefined } : event) as EventPayload, path)
  const eventSizeBytes = sizeBytes(text) + (event.id ? 0 : idSizeBytes)
  if (eventSizeBytes > maxEventSizeBytes) {
    const message = `has ${eventSizeBytes} bytes as JSON, more than the limit of ${maxEventSizeBytes} bytes`
    throw new ValidationError("event", [{ path, message }])
  }
  return { event, text, sizeBytes: eventSizeBytes }
}

/** Give each event without an id the one that the seed will produce: sent again under another seed, it is still the same event. */
function freeze(written: readonly WrittenEvent[], seed: EventIdSeed): FrozenChunk {
  const texts = written.map(({ event, text }, index) =>
    event.id ? text : `{"id":"${seed.idAt(index)}",${text.slice(1)}`,
  )
  return { written, seed, body: `[${texts.join(",")}]` }
}

/** The events as they were sent, ids included. */
function eventsOf({ written, seed }: FrozenChunk): PartialSendError["rest"] {
  return written.map(({ event }, index) => ({ ...event, id: event.id || seed.idAt(index) })) as PartialSendError["rest"]
}

function notAllAnswered({ status, request }: ExchangeResult, takenCount: number, sentCount: number): ProtocolError {
  return new ProtocolError(
    `${summarize(request)}: ${status} with ${takenCount} ids for ${sentCount} events; is it the event endpoint of an Inngest server?`,
    { route: sendEvents.name, path: "ids", received: `${takenCount} ids` },
  )
}
