/** Events come in: each is stored once, however often it is sent under the same internal id. */
import type { EngineEffect } from "../effects.ts"
import type { EventsReceived, IncomingEvent } from "../inputs.ts"
import { type EngineState, type EventRow, createEventList } from "../state.ts"
import type { Step } from "./step.ts"

export function eventsReceived(state: EngineState, input: EventsReceived): Step<"events.received"> {
  let isChanged = false
  for (const event of input.events) {
    if (isStored(state, event)) continue
    store(state, {
      internalId: event.internalId,
      receivedAtMs: input.atMs,
      id: event.id ?? event.internalId,
      name: event.name,
      data: event.data,
      ts: event.ts ?? input.atMs,
      v: event.v,
      user: event.user,
    })
    isChanged = true
  }
  const answer = { kind: "answer", result: { ids: input.events.map((event) => event.internalId) } } as const
  const effects: EngineEffect<"events.received">[] = isChanged ? [{ kind: "record" }, answer] : [answer]
  return { state, effects }
}

/**
 * A request that is sent again has the same seed and so the same internal ids. One that says something else under a used id is stored
 * beside the first, as the real server does with every repetition. A `ts` that was left out is filled in anew each time, so it proves nothing.
 */
function isStored({ events }: EngineState, event: IncomingEvent): boolean {
  return events.all
    .equal(event.internalId)
    .some(
      (row) =>
        row.name === event.name &&
        row.data === event.data &&
        row.id === (event.id ?? event.internalId) &&
        (event.ts === undefined || row.ts === event.ts) &&
        row.v === event.v &&
        row.user === event.user,
    )
}

function store({ events }: EngineState, row: EventRow): void {
  events.all.add(row)
  events.arrived.push(row)
  let named = events.byName.get(row.name)
  if (named === undefined) events.byName.set(row.name, (named = createEventList()))
  named.add(row)
}
