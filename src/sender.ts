import { createTransport } from "./http/transport.ts"
import { type ClientOptions, resolveClientOptions } from "./options.ts"
import { systemClock } from "./shared/clock.ts"
import { systemRandom } from "./shared/random.ts"
import { type SendEvents, createSend } from "./events/send.ts"

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
