import type { EngineState, EventRow } from "../state.ts"
import { addEvent } from "../tables.ts"

/** Put an event among the others. @param isOwn of the engine's own making: it was not sent by anybody. */
export function storeEvent({ events }: EngineState, row: EventRow, { isOwn }: { isOwn: boolean }): EventRow {
  addEvent(events, row)
  if (!isOwn) events.arrivals.push({ place: ++events.lastPlace, row })
  return row
}
