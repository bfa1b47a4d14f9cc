/** `inngest-kit/store`: workflow states. The port, its drivers without further dependencies, and the handler that serves any of them. */
export { httpStore } from "./drivers/http.ts"
export type { HttpStoreOptions } from "./drivers/http.ts"
export { memoryStore } from "./drivers/memory.ts"
export type { MemoryStoreOptions } from "./drivers/memory.ts"
export { createStoreHandler } from "./handler.ts"
export type { StoreHandler, StoreHandlerOptions } from "./handler.ts"
export { defaultListLimit, maxListLimit } from "./store.ts"
export type {
  CallOptions,
  ListOptions,
  LoadedState,
  Revision,
  SaveOptions,
  SaveResult,
  StoreFlags,
  WorkflowList,
  WorkflowStore,
} from "./store.ts"

export { decodeState, encodeState, isTime, toDate, workflowStatuses, zeroTime } from "../protocol/workflow.ts"
export type {
  HistoryEntry,
  HistoryEntryInput,
  HistoryType,
  WorkflowState,
  WorkflowStateInput,
  WorkflowStatus,
} from "../protocol/workflow.ts"
export type { JsonObject, JsonValue } from "../shared/json-value.ts"
export type { Page, PageList } from "../shared/page.ts"
