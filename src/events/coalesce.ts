/**
 * Callers in one tick share a request. Loaded with the first send of a client that coalesces.
 *
 * I1  An event that can't be sent never joins: its caller has its error before.
 * I2  A caller's signal ends that caller's wait. The request goes on as long as anybody waits for it.
 */
import { orAborted } from "../shared/abort.ts"
import type { Transport } from "../http/transport.ts"
import { type Parcel, type SendResult, createDelivery, createParcel } from "./delivery.ts"
import type { EventIdSeed } from "./idempotency.ts"
import type { WrittenEvent } from "./written-event.ts"

/** Microtasks to wait for further callers: those that were resumed together are not resumed in one go. */
const patience = 8

export type Join = (written: readonly WrittenEvent[], signal: AbortSignal | undefined) => Promise<SendResult>

export function createJoin(transport: Transport, nextSeed: (count: number) => EventIdSeed): Join {
  const deliver = createDelivery(transport, nextSeed)
  let open: { parcel: Parcel; outcome: Promise<SendResult>; signal: AbortSignal | undefined }[] | undefined
  return (written, signal) => {
    const { parcel, promise } = createParcel(written)
    const outcome = orAborted(promise, signal)
    if (open === undefined) {
      open = []
      void depart(open)
    }
    open.push({ parcel, outcome, signal })
    return outcome
  }

  async function depart(calls: NonNullable<typeof open>): Promise<void> {
    for (let seen = -1; seen < calls.length;) {
      seen = calls.length
      for (let turn = 0; turn < patience; turn++) await undefined
    }
    open = undefined
    const live = calls.filter(({ signal }) => signal?.aborted !== true)
    const controller = new AbortController()
    let waitingCount = live.length
    for (const { parcel, outcome } of live) {
      const leave = (): void => {
        // Gone: what was not sent yet need not be.
        parcel.isSettled = true
        waitingCount -= 1
        if (waitingCount === 0) controller.abort()
      }
      outcome.then(leave, leave)
    }
    await deliver(
      live.map(({ parcel }) => parcel),
      { signal: controller.signal },
    )
  }
}
