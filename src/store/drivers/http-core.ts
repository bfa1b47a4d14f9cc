/** What the parts of the HTTP driver share: those that every program loads, and those that load when they are needed. */
import type { ExchangeRequest, ExchangeResult, Transport } from "../../http/transport.ts"
import { serverKindHeader } from "../../protocol/headers.ts"
import {
  type Route,
  workflowsDelete,
  workflowsList,
  workflowsLoad,
  workflowsSave,
} from "../../protocol/usual-routes.ts"
import type { WorkflowState } from "../../protocol/workflow.ts"
import type { Revision, StoreFlags } from "../store.ts"
import type { WireFlags } from "../wire-headers.ts"

export type Verb = "save" | "load" | "list" | "delete"

export interface OwnSave {
  readonly id: string
  readonly text: string
  readonly status: string
  /** 1, 2, …: which save of this object it was. */
  readonly receipt: number
}

export interface StoredState {
  state: WorkflowState | null
  revision: Revision | null
}

/** What the rarer calls, in http-lists.ts, share with the others. */
export interface HttpCore {
  readonly transport: Transport
  /** What this object saved, by id; not kept any longer once the server is known to list. */
  readonly ownSaves: Map<string, OwnSave>
  flags: StoreFlags
  /** Whether the server itself said what the flags are; own saves are guessed from a missing route, which one proxy can fake. */
  isTold: boolean
  settle(known: WireFlags): StoreFlags
  remember(id: string, text: string, status: string | undefined): void
  fetchState(id: string, settings: Pick<ExchangeRequest, "signal" | "timeoutMs">): Promise<StoredState>
  /**
   * @param request its `path` is the one of the workflow unless given.
   * @param expected what other statuses than those of a success to go on with.
   * @throws UnsupportedError of a stock server. StoreError for all other answers, and when none came.
   */
  exchange(
    verb: Verb,
    workflowId: string,
    request: ExchangeRequest,
    ...expected: readonly number[]
  ): Promise<ExchangeResult>
}

export const routes: Record<Verb, Route> = {
  save: workflowsSave,
  load: workflowsLoad,
  list: workflowsList,
  delete: workflowsDelete,
}

/** The 404 of a server without the route; an absent workflow has it too on some servers (Go's default text). */
export function isPlainNotFound({ status, headers }: ExchangeResult): boolean {
  return status === 404 && (headers.get("content-type") ?? "").startsWith("text/")
}

/** The real Inngest server, which keeps no workflow states. A page can't see the header that tells it apart. */
export function isStock(answer: ExchangeResult): boolean {
  return isPlainNotFound(answer) && answer.headers.has(serverKindHeader)
}
