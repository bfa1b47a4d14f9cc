import type { EventType } from "../../events/event-type.ts"
import { type CallEvent, decodeCallEvent } from "../../protocol/execution.ts"
import type { Duration } from "../../shared/duration.ts"
import { toDurationText } from "../duration-text.ts"
import { toMatch } from "../expression.ts"
import { nameOf } from "../triggers.ts"
import { type StepDefinition, type StepId, toStepIdentity } from "./definition.ts"

export interface WaitForEventOptions<Name extends string, Data> {
  event: EventType<Name, Data> | Name
  /** Up to 366 days. */
  timeout: Duration
  /** CEL over `event` (what started the run) and `async` (what arrived). */
  if?: string | undefined
  /** A member that both events have alike, such as `data.accountId`: short for `if`. */
  match?: string | undefined
}

export function defineWaitForEvent<Name extends string, Data>(
  step: StepId,
  { event, timeout, ...condition }: WaitForEventOptions<Name, Data>,
): StepDefinition<CallEvent | null> {
  return {
    ...toStepIdentity(step),
    kind: "report",
    op: { op: "WaitForEvent", event: nameOf(event), timeout: toTimeoutText(timeout), if: toMatch(condition) },
    // An error where the server could not wait, such as one for an expression that does not compile.
    read: (memoized) => (memoized === null ? null : decodeCallEvent(memoized)),
  }
}

/** Required, since the server ends a wait without one at once. */
export function toTimeoutText(timeout: Duration): string {
  return toDurationText(timeout ?? "", "timeout")
}
