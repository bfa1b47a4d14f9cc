/**
 * Written events → requests → what became of each caller's events.
 *
 * I1  The bytes of a request don't change after its first attempt; the transport repeats those.
 * I2  An event without an id gets the one that its first request's seed produces, and keeps it: sent again in another request, under another
 *     seed, it is the same event.
 * I3  An error that the server blames on one event is its caller's alone. The events behind it were not taken; those of other callers are
 *     sent in a further request.
 */
import { isInngestKitError } from "../shared/error.ts"
import type { ExchangeRequest, Transport } from "../http/transport.ts"
import { chunkEvents } from "./chunk.ts"
import type { EventIdSeed } from "./idempotency.ts"
import { notAll } from "./refusal.ts"
import { type Sent, sendOnce } from "./request.ts"
import type { WrittenEvent } from "./written-event.ts"

export interface SendResult {
  /** The server's internal ids, in the order of the events: what `events.get` takes. */
  ids: string[]
}

/** What one caller sends. */
export interface Parcel {
  readonly items: readonly Item[]
  /** Of the items that were taken: the first ones. */
  readonly ids: string[]
  /** Once, when all items were taken, or when it is over with an error. */
  settle(failure?: { error: unknown }): void
  isSettled: boolean
}

interface Item extends WrittenEvent {
  readonly parcel: Parcel
}

/** @returns when every parcel is settled. Throws nothing. */
export type Deliver = (
  parcels: readonly Parcel[],
  settings: Pick<ExchangeRequest, "signal" | "timeoutMs">,
) => Promise<void>

/** What does not fit into one request. */
export async function sendMany(
  transport: Transport,
  nextSeed: (count: number) => EventIdSeed,
  written: readonly WrittenEvent[],
  settings: Pick<ExchangeRequest, "signal" | "timeoutMs">,
): Promise<SendResult> {
  const { promise, parcel } = createParcel(written)
  await createDelivery(transport, nextSeed)([parcel], settings)
  return promise
}

export function createParcel(written: readonly WrittenEvent[]): { parcel: Parcel; promise: Promise<SendResult> } {
  const { promise, resolve, reject } = Promise.withResolvers<SendResult>()
  const parcel: Parcel = {
    items: [],
    ids: [],
    isSettled: false,
    settle(failure) {
      parcel.isSettled = true
      if (failure === undefined) resolve({ ids: parcel.ids })
      else reject(toOwnError(parcel, failure.error) as Error)
    },
  }
  const items = written.map((each): Item => ({ ...each, parcel }))
  return { parcel: Object.assign(parcel, { items }), promise }
}

export function createDelivery(transport: Transport, nextSeed: (count: number) => EventIdSeed): Deliver {
  return async (parcels, settings) => {
    let left = parcels.flatMap(({ items }) => items)
    for (const parcel of parcels) if (parcel.items.length === 0) parcel.settle()
    while (left.length > 0) {
      const [chunk = []] = chunkEvents(left)
      const { ids, failure, isBlamed } = await send(chunk)
      for (const [index, id] of ids.entries()) {
        const parcel = chunk[index]?.parcel
        if (parcel?.ids.push(id) === parcel?.items.length) parcel?.settle()
      }
      // I3
      // An error with all of them taken ends the caller that had more to send.
      const from = Math.min(ids.length, chunk.length - 1)
      const failed = failure === undefined ? [] : chunk.slice(from, isBlamed ? from + 1 : undefined)
      // So that what is given back to callers has its ids.
      if (failed.length > 0) giveIds(left, nextSeed(left.length))
      for (const { parcel } of failed) if (!parcel.isSettled) parcel.settle(failure)
      left = left.slice(ids.length).filter(({ parcel }) => !parcel.isSettled)
    }

    async function send(chunk: readonly Item[]): Promise<Outcome> {
      try {
        const { error, ...sent } = await sendOnce(transport, chunk, nextSeed(chunk.length), settings)
        return { ...sent, ...(error && { failure: { error } }) }
      } catch (error) {
        return { ids: [], failure: { error } }
      }
    }
  }
}

type Outcome = Omit<Sent, "error"> & { failure?: { error: unknown } }

/** I2 */
function giveIds(items: readonly Item[], seed: EventIdSeed): void {
  for (const [index, item] of items.entries()) item.id ??= seed.idAt(index)
}

function toOwnError({ items, ids }: Parcel, error: unknown): unknown {
  return ids.length === 0 || !isInngestKitError(error) ? error : notAll(items, ids, error)
}
