/** `inngest-kit/functions`: durable functions, served by one fetch handler. Web APIs only. */
export { createFunction } from "./create-function.ts"
export type {
  CreateFunctionOptions,
  FailedEvent,
  FailureContext,
  FunctionContext,
  InngestFunction,
} from "./create-function.ts"
export { cronTrigger, eventTrigger } from "./triggers.ts"
export type { CronEvent, CronTrigger, EventTrigger, EventTriggerOptions, Trigger } from "./triggers.ts"
export { serve } from "./serve.ts"
export type { ServeOptions } from "./serve.ts"
export type { ServeClient } from "./serve-client.ts"
export { defineMiddleware } from "./middleware.ts"
export type { CallInfo, Middleware } from "./middleware.ts"
export type { CheckpointOptions, FlowControl, FunctionOptions } from "./flow-control.ts"
export type { FunctionReference } from "./function-reference.ts"
export type { Jsonified } from "./jsonified.ts"
export type { StepGroup, StepTools } from "./steps/tools.ts"
export type { StepId } from "./steps/definition.ts"
export type { FetchStepOptions } from "./steps/fetch.ts"
export type { InvokeStepOptions } from "./steps/invoke.ts"
export type { SendSignalOptions } from "./steps/send-signal.ts"
export type { WaitForEventOptions } from "./steps/wait-for-event.ts"
export type { ReceivedSignal, WaitForSignalOptions } from "./steps/wait-for-signal.ts"
export type { CallEvent, CallResponse } from "../protocol/execution.ts"
export type { ConcurrencyLimit } from "../protocol/function-config.ts"
export type { SerializedError } from "../protocol/error.ts"

export { eventType } from "../events/event-type.ts"
export type { EventInput, EventType, InngestEvent } from "../events/event-type.ts"
export type { Duration } from "../shared/duration.ts"
export {
  FunctionError,
  NonRetriableError,
  RetryAfterError,
  StepError,
  isFunctionError,
  isNonRetriableError,
  isRetryAfterError,
  isStepError,
} from "../shared/function-errors.ts"
export { ValidationError, isValidationError } from "../shared/validation-error.ts"
