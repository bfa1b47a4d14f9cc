import type { EventInput } from "../../events/event-type.ts"
import type { SendEvents } from "../../events/send.ts"
import type { JsonValue } from "../../shared/json.ts"
import { type StepDefinition, type StepId, readData, toStepIdentity } from "./definition.ts"

/** @source measured (recording `send-event`): an ordinary run step with a name of its own */
export function defineSendEvent(
  step: StepId,
  events: EventInput | readonly EventInput[],
  send: SendEvents,
): StepDefinition<JsonValue> {
  const identity = toStepIdentity(step)
  return {
    ...identity,
    kind: "run",
    name: "sendEvent",
    opts: { type: "step.sendEvent" },
    run: () => send(events),
    read: readData(identity.id),
  }
}
