/** What the parts of the HTTP driver share: those that every program loads, and those that load when they are needed. */
import type { ExchangeRequest, ExchangeResult, Transport } from "../../http/transport.ts"
import { headers as names } from "../../protocol/headers.ts"
import {
  type Route,
  workflowsDelete,
  workflowsList,
  workflowsLoad,
  workflowsSave,
} from "../../protocol/usual-routes.ts"
import type { WorkflowState } from "../../protocol/workflow.ts"
import type { CallOptions, Revision, StoreFlags } from "../store.ts"
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
  readonly flags: StoreFlags
  /** Whether the server itself said what the flags are; own saves are guessed from a missing route, which one proxy can fake. */
  readonly isTold: boolean
  settle(known: WireFlags | undefined): StoreFlags
  remember(id: string, text: string, status: string | undefined): void
  fetchState(id: string, options: CallOptions): Promise<StoredState>
  /**
   * @param isExpected whether an answer is one to go on with; a success always is.
   * @throws UnsupportedError of a stock server. StoreError for all other answers, and when none came.
   */
  exchange(
    verb: Verb,
    workflowId: string,
    request: ExchangeRequest,
    isExpected: (answer: ExchangeResult) => boolean,
  ): Promise<ExchangeResult>
}

export const routes: Record<Verb, Route> = {
  save: workflowsSave,
  load: workflowsLoad,
  list: workflowsList,
  delete: workflowsDelete,
}

export const threeRoutes: WireFlags = { list: "own-saves", revision: false }

/** The 404 of a server without the route; an absent workflow has it too on some servers (Go's default text). */
export function isPlainNotFound({ status, headers }: ExchangeResult): boolean {
  return status === 404 && headers.get("content-type")?.startsWith("text/") === true
}

/** The real Inngest server, which keeps no workflow states. A page can't see the header that tells it apart. */
export function isStock(answer: ExchangeResult): boolean {
  return isPlainNotFound(answer) && answer.headers.has(names.serverKind)
}

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true })

/** Invalid bytes become U+FFFD and a byte order mark stays, for the parser to refuse: both as in Go. */
export function decodeUtf8({ bytes }: ExchangeResult): string {
  return decoder.decode(bytes)
}
