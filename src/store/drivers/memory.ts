import { RevisionConflictError } from "../../errors.ts"
import { decodeState, encodeState } from "../../protocol/workflow.ts"
import { type Random, systemRandom } from "../../shared/random.ts"
import { type StoredDocument, createDocuments } from "../documents.ts"
import { createWorkflowList, toListQuery } from "../list-options.ts"
import type { StoreFlags, WorkflowStore } from "../store.ts"
import { workflowPath } from "../workflow-id.ts"

export interface MemoryStoreOptions {
  random?: Random
}

const flags: StoreFlags = { list: "all", revision: true, watch: false }

/**
 * A store that lives as long as this object: for tests, and behind `createStoreHandler` for a server that may forget.
 *
 * Keeps documents, not the objects it was given. A page of a list costs the same whatever the number of states, filtered or not.
 */
export function memoryStore({ random = systemRandom }: MemoryStoreOptions = {}): WorkflowStore {
  const documents = createDocuments()
  // A new store begins to count at 1 again; a revision of the old one must not fit it.
  const life = [...random.bytes(6)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  const revisionOf = (document: StoredDocument): string => `${life}-${document.receipt}`

  return {
    driver: "memory",
    flags,
    probe: async () => flags,

    async save(state, { ifRevision, key, signal } = {}) {
      const id = key ?? state?.workflowId
      workflowPath("memory/save", id)
      const text = encodeState(state)
      signal?.throwIfAborted()
      const stored = documents.get(id)
      const actual = stored === undefined ? null : revisionOf(stored)
      if (ifRevision !== undefined && ifRevision !== actual) {
        throw new RevisionConflictError(
          `memory/save: ${actual === null ? "there is no such workflow" : `the stored revision is ${actual}`}`,
          { workflowId: id, expected: ifRevision, actual },
        )
      }
      return { revision: revisionOf(documents.put(id, text, state.status ?? "")) }
    },

    async load(id, { signal } = {}) {
      workflowPath("memory/load", id)
      signal?.throwIfAborted()
      const stored = documents.get(id)
      return stored === undefined ? null : decodeState(stored.text)
    },

    async loadWithRevision(id, { signal } = {}) {
      workflowPath("memory/load", id)
      signal?.throwIfAborted()
      const stored = documents.get(id)
      if (stored === undefined) return { state: null, revision: null }
      return { state: decodeState(stored.text), revision: revisionOf(stored) }
    },

    list: (options = {}) =>
      createWorkflowList(options, async (each) => {
        const query = toListQuery(each)
        each.signal?.throwIfAborted()
        return documents.page(query)
      }),

    async delete(id, { signal } = {}) {
      workflowPath("memory/delete", id)
      signal?.throwIfAborted()
      documents.delete(id)
    },
  }
}
