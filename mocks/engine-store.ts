/** The workflow states of an engine, as a WorkflowStore: what the mock and the embedded server put behind `/v1/workflows`. */
import { type Stored, createBackedStore } from "../src/store/backed-store.ts"
import { type Place, cursorAfter, placeOf } from "../src/store/cursor.ts"
import type { StoreFlags, WorkflowStore } from "../src/store/store.ts"
import type { Engine } from "./engine/engine.ts"
import type { WorkflowQuery } from "./engine/reads.ts"
import type { WorkflowRow } from "./engine/state.ts"

const flags: StoreFlags = { list: "all", revision: true, watch: false }

/** @param engine asked at each call, since a mock that is reset gets a new one. */
export function createEngineStore(engine: () => Engine): WorkflowStore {
  return createBackedStore(
    { driver: "engine", flags },
    {
      save: ({ id, text, status }, ifRevision) => engine().save(id, text, status, ifRevision),

      // What was read is shown only when it is durable.
      async load(id) {
        const row = engine().reads.workflow(id)
        await engine().settled()
        return row && toStored(row)
      },

      async list(query) {
        const place = placeOf(query)
        const { status, limit } = query
        const rows = engine().reads.workflows({ status, limit, from: startOf(place) })
        await engine().settled()
        const page = rows.slice(0, limit)
        const last = page.at(-1)
        const hasMore = rows.length > limit && last !== undefined
        return {
          data: page.map(toStored),
          ...(hasMore ? { cursor: cursorAfter(place.order, { receipt: last.sequence, id: last.key }) } : {}),
        }
      },

      delete: (id) => engine().remove(id),
    },
  )
}

function toStored({ document, revision }: WorkflowRow): Stored {
  return { text: document, revision }
}

/** The last row seen. The next page begins past it, whether or not it is still there. */
function startOf(place: Place): WorkflowQuery["from"] {
  return place.order === "id"
    ? { order: "id", after: place.last?.id }
    : { order: "receipt", after: place.last?.receipt }
}
