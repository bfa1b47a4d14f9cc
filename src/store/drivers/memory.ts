import { encodeHex } from "../../shared/hex.ts"
import { type Random, systemRandom } from "../../shared/random.ts"
import { createBackedStore } from "../backed-store.ts"
import { type StoredDocument, createDocuments } from "../documents.ts"
import type { Revision, StoreFlags, WorkflowStore } from "../store.ts"

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
  const life = encodeHex(random.bytes(6))
  const revisionOf = ({ receipt }: StoredDocument): Revision => `${life}-${receipt}`

  return createBackedStore(
    { driver: "memory", flags },
    {
      save(document, ifRevision) {
        const stored = documents.get(document.id)
        const actual = stored === undefined ? null : revisionOf(stored)
        if (ifRevision !== undefined && ifRevision !== actual) return { saved: false, actual }
        return { saved: true, revision: revisionOf(documents.put(document)) }
      },
      load(id) {
        const stored = documents.get(id)
        return stored && { text: stored.text, revision: revisionOf(stored) }
      },
      list: documents.page,
      delete: documents.delete,
    },
  )
}
