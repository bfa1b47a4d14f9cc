import { type EngineState, type EventRow, createEventList } from "../state.ts"

/** Put an event among the others. @param isOwn of the engine's own making: it was not sent by anybody. */
export function storeEvent({ events }: EngineState, row: EventRow, { isOwn }: { isOwn: boolean }): EventRow {
  events.all.add(row)
  if (!isOwn) events.arrived.push(row)
  let named = events.byName.get(row.name)
  if (named === undefined) events.byName.set(row.name, (named = createEventList()))
  named.add(row)
  return row
}
