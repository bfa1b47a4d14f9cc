/** All that a query means, however much it is: read a part at a time, and no further than is asked for. */
import type { EventQuery, RunQuery } from "./queries.ts"
import type { EngineReads } from "./reads.ts"
import type { RunRow } from "./run.ts"
import type { EventRow } from "./state.ts"

const partSize = 256

export function eachRun(reads: Pick<EngineReads, "runs">, query: Omit<RunQuery, "limit">): Generator<Readonly<RunRow>> {
  return each(
    (cursor) => reads.runs({ ...query, cursor: cursor ?? query.cursor, limit: partSize }),
    ({ id }) => id,
  )
}

export function eachEvent(reads: Pick<EngineReads, "events">, query: Omit<EventQuery, "limit">): Generator<EventRow> {
  return each(
    (cursor) => reads.events({ ...query, cursor: cursor ?? query.cursor, limit: partSize }),
    ({ internalId }) => internalId,
  )
}

function* each<Row>(read: (cursor: string | undefined) => readonly Row[], idOf: (row: Row) => string): Generator<Row> {
  let cursor: string | undefined
  for (;;) {
    const part = read(cursor)
    yield* part
    const last = part.at(-1)
    if (last === undefined || part.length < partSize) return
    cursor = idOf(last)
  }
}
