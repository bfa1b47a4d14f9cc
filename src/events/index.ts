/** `inngest-kit/events`: the sender alone, for services and pages that only send. */
import { createTransport } from "../http/transport.ts"
import { type ClientOptions, resolveClientOptions } from "../options.ts"
import { systemClock } from "../shared/clock.ts"
import { systemRandom } from "../shared/random.ts"
import { type SendEvents, createSend } from "./send.ts"

export { eventType } from "./event-type.ts"
export type { EventFields, EventInput, EventType, InngestEvent, StandardSchema } from "./event-type.ts"
export type { SendEvents, SendResult } from "./send.ts"
export type { CallOptions, RequestOptions, RetryOptions } from "../http/request-options.ts"
export type { ClientOptions } from "../options.ts"
export type { Clock } from "../shared/clock.ts"
export type { Duration } from "../shared/duration.ts"
export type { Random } from "../shared/random.ts"

export interface EventSender {
  send: SendEvents
}

/**
 * A client that sends events and does nothing else. Takes the options of `createClient`.
 *
 * @throws ConfigError naming the option or the environment variable.
 */
export function createEventSender(options: ClientOptions = {}): EventSender {
  const transport = createTransport(resolveClientOptions(options).toTransportOptions())
  const { clock = systemClock, random = systemRandom } = options
  return { send: createSend(transport, { clock, random, coalesce: options.coalesce }) }
}
