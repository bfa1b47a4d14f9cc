/**
 * The WorkflowStore port: four verbs that every driver has, and what some add, declared by flags. Drivers import this file, never the reverse.
 */
import type { WorkflowState, WorkflowStateInput } from "../protocol/workflow.ts"
import type { PageList } from "../shared/page.ts"

/** What a driver can do beyond save, load and delete. A capability that is not there is refused with UnsupportedError; nothing pretends. */
export interface StoreFlags {
  /** `all`: every state in the store. `own-saves`: only what this store object saved. `unknown`: an HTTP store that was not asked yet, see `probe`. */
  readonly list: "all" | "own-saves" | "unknown"
  readonly revision: boolean | "unknown"
  readonly watch: boolean
}

/** Opaque text that changes with every save of a workflow: visible ASCII without `"`, so that it fits an `ETag`. */
export type Revision = string

export interface CallOptions {
  /** Ends the call; its reason is thrown as it is. */
  signal?: AbortSignal | undefined
}

export interface SaveOptions extends CallOptions {
  /** Save only if this is still the stored revision; `null`: only if the workflow does not exist. */
  ifRevision?: Revision | null | undefined
  /**
   * Store under this id instead of `state.workflowId`. For servers: the path is the key, and the Go store's path and document can differ.
   */
  key?: string | undefined
}

export interface SaveResult {
  /** The revision now stored, where the driver has revisions. */
  revision?: Revision
}

export interface ListOptions extends CallOptions {
  /** Exact, case-sensitive; `""` is any, as for the Go store. */
  status?: WorkflowState["status"] | undefined
  /** 1 to 100. @default 50 */
  limit?: number | undefined
  /** From the page before; without `order` the list goes on in the order it began with. */
  cursor?: string | undefined
  /**
   * `receipt`: the sequence in which the store took the last save of each, newest first. `id`: by code point, complete even while others
   * write: each workflow that exists during the whole walk is seen exactly once. @default "receipt"
   */
  order?: "receipt" | "id" | undefined
}

/** One page when awaited; every state when iterated with `for await` (then in `id` order unless told otherwise, so that it is complete). */
export type WorkflowList = PageList<WorkflowState>

export type LoadedState = { state: WorkflowState; revision: Revision } | { state: null; revision: null }

export interface WorkflowStore {
  /** Short name of the driver: `memory`, `http`. */
  readonly driver: string
  readonly flags: StoreFlags
  /** Settle flags that are `unknown`, by asking the server once. Drivers without unknowns answer at once. */
  probe(options?: CallOptions): Promise<StoreFlags>
  /**
   * Write a state, whole. What is left out becomes Go's zero value.
   *
   * @throws ValidationError the field's path. StoreError `inngest/save: …`. RevisionConflictError with `ifRevision`.
   */
  save(state: WorkflowStateInput, options?: SaveOptions): Promise<SaveResult>
  /** The state, or `null` when absent. */
  load(workflowId: string, options?: CallOptions): Promise<WorkflowState | null>
  /** The state with its revision; both `null` when absent. @throws UnsupportedError without `flags.revision`. */
  loadWithRevision(workflowId: string, options?: CallOptions): Promise<LoadedState>
  list(options?: ListOptions): WorkflowList
  /** Absent is fine. */
  delete(workflowId: string, options?: CallOptions): Promise<void>
}

export const defaultListLimit = 50
export const maxListLimit = 100
