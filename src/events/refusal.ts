/** Why an event can't be sent, or what became of those that were. Loaded with the first that goes wrong, and with the first unusual one. */
import { PartialSendError } from "../shared/partial-send-error.ts"
import { ProtocolError } from "../shared/protocol-error.ts"
import { ValidationError } from "../shared/validation-error.ts"
import type { InngestKitError } from "../shared/error.ts"
import { masked } from "../http/mask.ts"
import { summarize } from "../http/thrown.ts"
import type { ExchangeResult } from "../http/transport.ts"
import { maxEventSizeBytes } from "../protocol/plain-event.ts"
import { sendEvents } from "../protocol/usual-routes.ts"
import { joinPath } from "../shared/json.ts"
import type { StandardIssue } from "./event-type.ts"
import type { WrittenEvent } from "./written-event.ts"

export { encodeEvent } from "../protocol/event.ts"

export function tooLarge(sizeBytes: number, path: string): ValidationError {
  const message = `has ${sizeBytes} bytes as JSON, more than the limit of ${maxEventSizeBytes} bytes`
  return new ValidationError("event", [{ path, message }])
}

/** What a schema finds wrong with an event's data. */
export function againstSchema(issues: readonly StandardIssue[], eventPath: string): ValidationError {
  const dataPath = joinPath(eventPath, "data")
  return new ValidationError(
    "event",
    issues.map(({ message, path = [] }) => ({ path: path.reduce<string>(joinSegment, dataPath), message })),
  )
}

function joinSegment(base: string, segment: PropertyKey | { readonly key: PropertyKey }): string {
  const key = typeof segment === "object" ? segment.key : segment
  return joinPath(base, typeof key === "number" ? key : String(key))
}

/** A success that does not say what became of each event. */
export function miscounted({ sent, status }: ExchangeResult, idCount: number, eventCount: number): ProtocolError {
  const received = `${idCount} ids`
  return new ProtocolError(
    `${summarize(masked(sent).request)}: ${status} with ${received} for ${eventCount} events; is it the event endpoint of an Inngest server?`,
    { route: sendEvents.name, path: "ids", received },
  )
}

/** The error of a caller of whose events only the first were taken. */
export function notAll(
  events: readonly WrittenEvent[],
  ids: readonly string[],
  error: InngestKitError,
): PartialSendError {
  const rest = events.slice(ids.length).map(({ event, id }) => ({ ...event, id })) as PartialSendError["rest"]
  const message = `${ids.length} of ${events.length} events were taken, then: ${error.message}`
  return new PartialSendError(
    message,
    { ids, remaining: rest.length, rest },
    { cause: error, retryable: error.retryable },
  )
}
