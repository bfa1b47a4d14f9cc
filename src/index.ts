/** `inngest-kit`: the client. Runs the same in browsers, Node, Deno and Bun. */
export { createClient } from "./client.ts"
export type { InngestClient } from "./client.ts"
export { resolveClientOptions } from "./options.ts"
export type { ClientOptions, ResolvedClientOptions, Setting, SettingSource } from "./options.ts"
export type { AnswerHeaders, Fetch, FetchAnswer } from "./http/exchange.ts"
export type { CallOptions, RequestOptions, RetryOptions } from "./http/request-options.ts"

export { eventType } from "./events/event-type.ts"
export type {
  EventFields,
  EventInput,
  EventType,
  InngestEvent,
  StandardIssue,
  StandardResult,
  StandardSchema,
} from "./events/event-type.ts"
export type { SendEvents, SendResult } from "./events/send.ts"
export type { AppsApi, SyncResult } from "./api/apps.ts"
export type { CancellationInput, CancellationsApi } from "./api/cancellations.ts"
export type { EventsApi, EventsListOptions } from "./api/events.ts"
export type { FunctionsApi, FunctionsListOptions, InvokeOptions, StartedRun } from "./api/functions.ts"
export type { PageOptions } from "./api/pages.ts"
export type { Queries, Query } from "./api/queries.ts"
export type { RawRequest, RawRequestOptions } from "./api/raw.ts"
export type { WaitOptions } from "./api/run-control.ts"
export type { CancelResult, RunFilters, RunsApi, RunsListOptions } from "./api/runs.ts"
export type { ServerInfo } from "./api/server-info.ts"
export type { SignalsApi } from "./api/signals.ts"
export type { AppInfo, AppSync } from "./protocol/app.ts"
export type { Cancellation } from "./protocol/cancellation.ts"
export type { ReceivedEvent } from "./protocol/event.ts"
export type { FunctionInfo, FunctionTrigger } from "./protocol/function.ts"
export type { RunJob, RunSpan, RunTrace } from "./protocol/run-trace.ts"
export type { Run, RunStatus } from "./protocol/run.ts"

export { systemClock } from "./shared/clock.ts"
export type { Clock } from "./shared/clock.ts"
export { seededRandom, systemRandom } from "./shared/random.ts"
export type { Random } from "./shared/random.ts"
export { formatDuration, parseDuration } from "./shared/duration.ts"
export type { Duration } from "./shared/duration.ts"
export type { JsonObject, JsonValue } from "./shared/json-value.ts"
export type { Page, PageList } from "./shared/page.ts"

export {
  ApiError,
  AuthenticationError,
  BadRequestError,
  ConfigError,
  ConflictError,
  ConnectionError,
  InngestKitError,
  InvariantError,
  NotFoundError,
  PartialSendError,
  PayloadTooLargeError,
  PermissionError,
  ProtocolError,
  RateLimitError,
  RevisionConflictError,
  ServerError,
  StoreError,
  TimeoutError,
  TransportError,
  UnsupportedError,
  ValidationError,
  isApiError,
  isAuthenticationError,
  isBadRequestError,
  isConfigError,
  isConflictError,
  isConnectionError,
  isInngestKitError,
  isInvariantError,
  isNotFoundError,
  isPartialSendError,
  isPayloadTooLargeError,
  isPermissionError,
  isProtocolError,
  isRateLimitError,
  isRevisionConflictError,
  isServerError,
  isStoreError,
  isTimeoutError,
  isTransportError,
  isUnsupportedError,
  isValidationError,
} from "./errors.ts"
export type { ErrorCode, RequestSummary, ValidationIssue } from "./errors.ts"

export { decodeState, encodeState, toDate, zeroTime } from "./protocol/workflow.ts"
export type {
  HistoryEntry,
  HistoryEntryInput,
  HistoryType,
  WorkflowState,
  WorkflowStateInput,
  WorkflowStatus,
} from "./protocol/workflow.ts"
export type { WorkflowStore } from "./store/store.ts"
