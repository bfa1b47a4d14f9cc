/** The workflow states of an engine, as a WorkflowStore: what the mock and the embedded server put behind `/v1/workflows`. */
import { RevisionConflictError } from "../src/errors.ts"
import { type WorkflowState, decodeState, encodeState } from "../src/protocol/workflow.ts"
import { decodeBase64, encodeBase64 } from "../src/shared/base64.ts"
import { parseJson } from "../src/shared/json.ts"
import type { Page } from "../src/shared/page.ts"
import { type ListQuery, createWorkflowList, refused, toListQuery } from "../src/store/list-options.ts"
import type { StoreFlags, WorkflowStore } from "../src/store/store.ts"
import { workflowPath } from "../src/store/workflow-id.ts"
import type { Engine } from "./engine/engine.ts"
import type { WorkflowRow } from "./engine/state.ts"

const flags: StoreFlags = { list: "all", revision: true, watch: false }

/** @param engine asked at each call, since a mock that is reset gets a new one. */
export function createEngineStore(engine: () => Engine): WorkflowStore {
  return {
    driver: "engine",
    flags,
    probe: async () => flags,

    async save(state, { ifRevision, key, signal } = {}) {
      const id = key ?? state?.workflowId
      workflowPath("engine/save", id)
      const document = encodeState(state)
      signal?.throwIfAborted()
      const result = await engine().save(id, document, state.status ?? "", ifRevision)
      if (result.saved) return { revision: result.revision }
      const { actual } = result
      throw new RevisionConflictError(
        `engine/save: ${actual === null ? "there is no such workflow" : `the stored revision is ${actual}`}`,
        { workflowId: id, expected: ifRevision ?? null, actual },
      )
    },

    async load(id, { signal } = {}) {
      const row = await find(id, signal)
      return row === undefined ? null : decodeState(row.document)
    },

    async loadWithRevision(id, { signal } = {}) {
      const row = await find(id, signal)
      if (row === undefined) return { state: null, revision: null }
      return { state: decodeState(row.document), revision: row.revision }
    },

    list: (options = {}) =>
      createWorkflowList(options, async (each) => {
        const query = toListQuery(each)
        each.signal?.throwIfAborted()
        const page = readPage(query)
        await engine().settled()
        return page
      }),

    async delete(id, { signal } = {}) {
      workflowPath("engine/delete", id)
      signal?.throwIfAborted()
      await engine().remove(id)
    },
  }

  async function find(id: string, signal: AbortSignal | undefined): Promise<WorkflowRow | undefined> {
    workflowPath("engine/load", id)
    signal?.throwIfAborted()
    const row = engine().reads.workflow(id)
    // What was read is shown only when it is durable.
    await engine().settled()
    return row
  }

  function readPage({ status, limit, cursor: given, order: asked }: ListQuery): Page<WorkflowState> {
    const cursor = given === undefined ? undefined : parseCursor(given)
    if (cursor !== undefined && asked !== undefined && asked !== cursor.order)
      throw refused("cursor", `belongs to a list in "${cursor.order}" order`)
    const from = cursor ?? { order: asked ?? "receipt" }
    const rows = engine().reads.workflows({ status, limit, from })
    const hasMore = rows.length > limit
    const page = hasMore ? rows.slice(0, limit) : rows
    const last = page.at(-1)
    return {
      data: page.map(({ document }) => decodeState(document)),
      ...(hasMore && last !== undefined ? { cursor: formatCursor(from.order, last) } : {}),
    }
  }
}

/** The last row seen. The next page begins past it, whether or not it is still there. */
type Cursor = { order: "receipt"; after: number } | { order: "id"; after: string }

/** Base64 of JSON: what somebody has cut or joined is no cursor, instead of being one of another place. */
function formatCursor(order: Cursor["order"], { sequence, key }: WorkflowRow): string {
  const text = JSON.stringify(order === "receipt" ? sequence : key)
  return encodeBase64(new TextEncoder().encode(text)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")
}

function parseCursor(text: string): Cursor {
  const bytes = /^[\w-]+$/.test(text) ? decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/")) : undefined
  const place = parseJson(new TextDecoder().decode(bytes))
  if (place.ok && typeof place.value === "number") return { order: "receipt", after: place.value }
  if (place.ok && typeof place.value === "string") return { order: "id", after: place.value }
  throw refused("cursor", "is not one of this store")
}
