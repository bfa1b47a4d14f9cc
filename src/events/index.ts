/** `inngest-kit/events`: the sender alone, for services and pages that only send. */

export { createEventSender } from "../sender.ts"
export type { EventSender } from "../sender.ts"
export { eventType } from "./event-type.ts"
export type { EventFields, EventInput, EventType, InngestEvent, StandardSchema } from "./event-type.ts"
export type { SendEvents, SendResult } from "./send.ts"
export type { CallOptions, RequestOptions, RetryOptions } from "../http/request-options.ts"
export type { ClientOptions } from "../options.ts"
export type { Clock } from "../shared/clock.ts"
export type { Duration } from "../shared/duration.ts"
export type { Random } from "../shared/random.ts"
