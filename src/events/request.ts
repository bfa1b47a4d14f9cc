/** One request with events, and what became of them. */
import type { ApiError } from "../shared/call-errors.ts"
import { bodyOf, isSuccess } from "../http/exchange.ts"
import type { ExchangeRequest, Transport } from "../http/transport.ts"
import { eventIdSeedHeader } from "../protocol/headers.ts"
import { decodeSentIds } from "../protocol/plain-event.ts"
import { sendEvents } from "../protocol/usual-routes.ts"
import type { EventIdSeed } from "./idempotency.ts"
import type { WrittenEvent } from "./written-event.ts"

export interface Sent {
  /** Internal ids of the events that were taken: the first ones. */
  ids: string[]
  /** Why the others were not. */
  error?: ApiError | undefined
  /** Whether the server refused the first event that was not taken, and got no further. */
  isBlamed?: boolean
}

/** @throws what `exchange` throws; ProtocolError for a success that does not say what became of each event. */
export async function sendOnce(
  transport: Transport,
  events: readonly WrittenEvent[],
  seed: EventIdSeed,
  settings: Pick<ExchangeRequest, "signal" | "timeoutMs">,
): Promise<Sent> {
  const texts = events.map((each, index) => {
    each.id ??= seed.idAt(index)
    return each.event.id ? each.text : `{"id":"${each.id}",${each.text.slice(1)}`
  })
  const answer = await transport.exchange(sendEvents, {
    body: `[${texts.join(",")}]`,
    headers: { [eventIdSeedHeader]: seed.header },
    ...settings,
  })
  // An error, too, names the events that were taken before it.
  const ids = decodeSentIds(bodyOf(answer).value)
  if (isSuccess(answer)) {
    if (ids?.length === events.length) return { ids }
    throw (await import("./refusal.ts")).miscounted(answer, ids?.length ?? 0, events.length)
  }
  const error = await transport.fault(sendEvents, answer)
  return { ids: ids?.slice(0, events.length) ?? [], error, isBlamed: ids !== undefined && answer.status === 400 }
}
