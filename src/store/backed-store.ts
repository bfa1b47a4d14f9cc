/**
 * A WorkflowStore over something that keeps texts under ids: what all drivers but the HTTP one have in common.
 *
 * I1  Nothing reaches the backend that is not checked: ids, states, options of lists, revisions where there are none.
 * I2  The backend gets and gives documents as text. What a caller changes in a state later changes nothing in the store.
 * I3  An error of the backend's own becomes a StoreError; a signal's reason and errors of this package pass as they are.
 */
import { ProtocolError, RevisionConflictError, StoreError, UnsupportedError, isInngestKitError } from "../errors.ts"
import { type WorkflowState, decodeState, encodeState, toState } from "../protocol/workflow.ts"
import { orAborted } from "../shared/abort.ts"
import { parseJson } from "../shared/json.ts"
import type { Page } from "../shared/page.ts"
import { describeFailure } from "./failure.ts"
import { type ListQuery, createWorkflowList, toListQuery } from "./list-options.ts"
import type { CallOptions, LoadedState, Revision, StoreFlags, WorkflowStore } from "./store.ts"
import { workflowPath } from "./workflow-id.ts"

/** What is written. */
export interface Document {
  readonly id: string
  readonly text: string
  readonly status: string
}

/** What is read. `revision` is there where the flags say so. */
export interface Stored {
  readonly text: string
  readonly revision?: Revision
}

/** What became of a save: `actual` is the stored revision that stood against it, `null` where there was no workflow. */
export type Outcome =
  | { readonly saved: true; readonly revision?: Revision }
  | { readonly saved: false; readonly actual: Revision | null }

/** All of it is asynchronous or not, as it comes. The id is one that every store takes; a signal has not ended yet. */
export interface StoreBackend {
  /** @param ifRevision `undefined` = whatever is stored; never anything else without `flags.revision`. */
  save(document: Document, ifRevision: Revision | null | undefined, options: CallOptions): Outcome | Promise<Outcome>
  load(id: string, options: CallOptions): Stored | undefined | Promise<Stored | undefined>
  /** @throws ValidationError for a cursor that is none. */
  list(query: ListQuery, options: CallOptions): Page<Stored> | Promise<Page<Stored>>
  delete(id: string, options: CallOptions): unknown
}

export interface BackedStoreOptions {
  /** Begins the messages of its errors: `memory/save: …`. */
  driver: string
  flags: StoreFlags
}

type Verb = "save" | "load" | "list" | "delete"

export function createBackedStore({ driver, flags }: BackedStoreOptions, backend: StoreBackend): WorkflowStore {
  return {
    driver,
    flags,
    probe: async () => flags,

    async save(state, { ifRevision, key, signal } = {}) {
      const id = key ?? state?.workflowId
      workflowPath(`${driver}/save`, id)
      const text = encodeState(state)
      signal?.throwIfAborted()
      if (ifRevision !== undefined) requireRevisions("save", id)
      const document = { id, text, status: state.status ?? "" }
      const outcome = await call("save", id, signal, () => backend.save(document, ifRevision, { signal }))
      if (outcome.saved) return outcome.revision === undefined ? {} : { revision: outcome.revision }
      const { actual } = outcome
      throw new RevisionConflictError(
        `${driver}/save: ${actual === null ? "there is no such workflow" : `the stored revision is ${actual}`}`,
        { workflowId: id, expected: ifRevision ?? null, actual },
      )
    },

    async load(id, options) {
      const stored = await find(id, options)
      return stored === undefined ? null : decodeState(stored.text)
    },

    async loadWithRevision(id, options): Promise<LoadedState> {
      workflowPath(`${driver}/load`, id)
      requireRevisions("load", id)
      const stored = await find(id, options)
      if (stored === undefined) return { state: null, revision: null }
      return { state: decodeState(stored.text), revision: stored.revision ?? "" }
    },

    list: (options = {}) =>
      createWorkflowList(options, async (each) => {
        const query = toListQuery(each)
        each.signal?.throwIfAborted()
        const { data, ...page } = await call("list", "", each.signal, () =>
          backend.list(query, { signal: each.signal }),
        )
        return { data: data.map(decodeItem), ...page }
      }),

    async delete(id, { signal } = {}) {
      workflowPath(`${driver}/delete`, id)
      signal?.throwIfAborted()
      await call("delete", id, signal, () => backend.delete(id, { signal }))
    },
  }

  async function find(id: string, { signal }: CallOptions = {}): Promise<Stored | undefined> {
    workflowPath(`${driver}/load`, id)
    signal?.throwIfAborted()
    return call("load", id, signal, () => backend.load(id, { signal }))
  }

  function requireRevisions(verb: Verb, workflowId: string): void {
    if (flags.revision === true) return
    throw new UnsupportedError(`${driver}/${verb}: this store has no revisions`, {
      driver,
      flag: "revision",
      workflowId,
    })
  }

  /** I3. A call that is no longer waited for goes on behind; whether it was carried out is then not known. */
  async function call<T>(
    verb: Verb,
    workflowId: string,
    signal: AbortSignal | undefined,
    run: () => T,
  ): Promise<Awaited<T>> {
    try {
      return await orAborted(Promise.resolve(run()), signal)
    } catch (error) {
      if (isInngestKitError(error) || (signal?.aborted && error === signal.reason)) throw error
      const { message, retryable } = describeFailure(error)
      throw new StoreError(`${driver}/${verb}: ${message}`, { workflowId }, { cause: error, retryable })
    }
  }
}

/** As of a list on the wire: an error names the item. */
function decodeItem({ text }: Stored, index: number): WorkflowState {
  const item = `data[${index}]`
  const parsed = parseJson(text)
  if (parsed.ok) return toState(parsed.value, item)
  const path = `${item}.${parsed.path}`
  throw new ProtocolError(`workflow state: ${path}: ${parsed.message}`, { route: "workflow state", path })
}
