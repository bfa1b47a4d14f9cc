/**
 * Events come in: each is stored once, however often it is sent under the same internal id.
 *
 * I1. No two rows have the same internal id. An event whose id another one has gets the next free id, and the answer tells it: a request that is
 *     sent again is answered alike, and a page that begins past an id hides nothing.
 */
import { nextUlid } from "../ids.ts"
import type { EventsReceived, IncomingEvent } from "../inputs.ts"
import type { EngineState, EventRow } from "../state.ts"
import { arrive, settleEvents } from "./arrivals.ts"
import { eventOf } from "./lookups.ts"
import { type Step, stepOf, unchanged } from "./step.ts"
import { storeEvent } from "./store-event.ts"
import { createTurn } from "./turn.ts"

export function eventsReceived(state: EngineState, input: EventsReceived): Step<"events.received"> {
  const turn = createTurn(state, input.atMs)
  let isChanged = false
  // Those of this request: two equal events of one request are two.
  const ids = new Set<string>()
  let lastMoved: string | undefined

  const rowOf = (id: string): EventRow | undefined => eventOf(state, id)
  /** Whether the id is free for the event, or already that of its row. */
  const isFor = (event: IncomingEvent, id: string): boolean => {
    const row = rowOf(id)
    return row === undefined || (!ids.has(id) && isSame(row, event))
  }

  for (const event of input.events) {
    let id = event.internalId
    if (!isFor(event, id)) {
      // From where the one before has ended, since all up to there is taken: a whole request looks at each id once.
      do id = nextUlid(lastMoved ?? id)
      while (!isFor(event, (lastMoved = id)))
    }
    ids.add(id)
    if (rowOf(id) !== undefined) continue
    const row = toEventRow(event, id, input.atMs)
    storeEvent(state, row, { isOwn: false })
    arrive(turn, row)
    settleEvents(turn)
    isChanged = true
  }
  const result = { ids: [...ids] }
  return isChanged ? stepOf(turn, result) : unchanged(state, result)
}

export function toEventRow(event: Omit<IncomingEvent, "internalId">, internalId: string, atMs: number): EventRow {
  return {
    internalId,
    receivedAtMs: atMs,
    id: event.id ?? internalId,
    name: event.name,
    data: event.data,
    ts: event.ts ?? atMs,
    v: event.v,
    user: event.user,
  }
}

/** Whether it is the same event again. A `ts` that was left out is filled in anew each time, so it proves nothing. */
function isSame(row: EventRow, event: IncomingEvent): boolean {
  return (
    row.name === event.name &&
    row.data === event.data &&
    row.id === (event.id ?? row.internalId) &&
    (event.ts === undefined || row.ts === event.ts) &&
    row.v === event.v &&
    row.user === event.user
  )
}
