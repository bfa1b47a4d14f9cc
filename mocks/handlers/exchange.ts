/** One request on its way to its answer: what handlers see of it, and what they ask. */
import type { Engine } from "../engine/engine.ts"
import type { FromStep } from "../engine/inputs.ts"
import type { ServerKeys } from "./gate.ts"
import type { GoValue } from "./go-json.ts"
import type { Reply } from "./reply.ts"

export interface Exchange {
  readonly request: Request
  query(): URLSearchParams
  /** What stands in the path for the route's `:params`, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly engine: Engine
  /** What is registered and what ran. */
  readonly functions: Partial<FunctionAnswers>
  /** What the server calls itself: `cloud` when it wants keys. */
  readonly serverKind: "dev" | "cloud"
  /** Absent: everybody may. */
  readonly keys: ServerKeys | undefined
  /**
   * The body, whole.
   *
   * @param maxBytes of it. @default what the server takes
   * @throws BodyTooLarge
   */
  bytes(maxBytes?: number): Promise<Uint8Array<ArrayBuffer>>
}

type Found = Reply | undefined | Promise<Reply | undefined>

/** A page of a v2 list. `cursor` has the shape of one, and may still be none that was given out. */
export interface PageQuery {
  readonly limit: number
  readonly cursor: string | undefined
}

/**
 * What the answers need of whatever runs functions. The handlers of runs, apps, signals and cancellations judge a request first, and ask here then
 * with what they have read of it.
 *
 * `undefined` = there is no such thing. The handler says so, in the words of its generation of the API. A server that runs no functions has none
 * of these: nothing is registered there, and nothing ever ran. Run ids and event ids are ULIDs, in upper case.
 */
export interface FunctionAnswers {
  getRun(exchange: Exchange, runId: string): Found
  listJobs(exchange: Exchange, runId: string): Found
  cancelRun(exchange: Exchange, runId: string): Found
  /** @param body an object. */
  setRunMetadata(exchange: Exchange, runId: string, body: GoValue): Found
  listRunsOfEvent(exchange: Exchange, internalId: string): Found

  getRunV2(exchange: Exchange, runId: string): Found
  traceRun(exchange: Exchange, runId: string): Found
  cancelRunV2(exchange: Exchange, runId: string, reason: string | undefined): Found
  rerun(exchange: Exchange, runId: string, fromStep: FromStep | undefined): Found
  listRuns(exchange: Exchange, page: PageQuery): Found
  listRunsOfEventV2(exchange: Exchange, internalId: string, page: PageQuery): Found
  listRunsOfFunction(exchange: Exchange, app: string, fn: string, page: PageQuery): Found

  cancelRunV0(exchange: Exchange, runId: string): Found
  listBatch(exchange: Exchange, runId: string): Found
  listActions(exchange: Exchange, runId: string): Found

  listFunctionsV1(exchange: Exchange, app: string): Found
  listApps(exchange: Exchange, page: PageQuery): Found
  getApp(exchange: Exchange, app: string): Found
  listFunctions(exchange: Exchange, app: string, page: PageQuery): Found
  getFunction(exchange: Exchange, app: string, fn: string): Found
  invoke(exchange: Exchange, app: string, fn: string, input: GoValue): Found
  /** @param registration an object with an app name. */
  register(exchange: Exchange, registration: GoValue): Found
  remove(exchange: Exchange, url: string): Found

  /** Hand data to the run that waits for a signal. */
  resume(exchange: Exchange, signal: string, data: GoValue | undefined): Found

  cancelInBulk(exchange: Exchange, cancellation: CancellationRequest): Found
  listCancellations(exchange: Exchange): Found
  deleteCancellation(exchange: Exchange, id: string): Found
}

/** A bulk cancellation that is well formed. */
export interface CancellationRequest {
  readonly appId: string
  /** In full: `core-ship-order`. */
  readonly functionId: string
  readonly startedBeforeMs: number
  readonly startedAfterMs: number | undefined
  /** An expression over `event`. */
  readonly if: string | undefined
}
