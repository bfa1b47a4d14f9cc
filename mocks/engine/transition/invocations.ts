/** A function invokes another one and waits for its end; or somebody invokes one over HTTP. */
import type { JsonObject, JsonValue } from "../../../src/shared/json.ts"
import { isJsonObject } from "../../../src/shared/json.ts"
import { callEventText } from "../call-event.ts"
import { eventNames } from "../internal-events.ts"
import { textOf } from "../json-text.ts"
import type { RunRow, StepRow } from "../run.ts"
import type { EventRow } from "../state.ts"
import { startRun } from "./runs.ts"
import { completeStep } from "./steps.ts"
import { storeEvent } from "./store-event.ts"
import { type Turn, newId, setTimer } from "./turn.ts"

export interface InvocationDraft {
  /** In full: `core-ship-order`. */
  readonly functionId: string
  readonly payload: {
    readonly data?: JsonValue | undefined
    readonly user?: JsonValue | undefined
    readonly v?: string | undefined
  }
  readonly untilMs: number
}

export function startInvocation(turn: Turn, caller: RunRow, step: StepRow, draft: InvocationDraft): void {
  const { state, atMs } = turn
  const { functionId, payload, untilMs } = draft
  const target = state.functions.get(functionId)
  if (target === undefined) {
    const error = { message: `could not find function with ID: ${functionId}`, name: "Error" }
    completeStep(turn, caller, step, textOf({ error }), "failed")
    return
  }
  const internalId = newId(turn)
  const inner: JsonObject = {
    correlation_id: `${caller.id}.${step.id}`,
    expire: untilMs,
    fn_id: functionId,
    name: step.name,
    source_app_id: caller.appId,
    source_fn_id: caller.functionId,
    source_fn_v: state.functions.get(caller.slug)?.version ?? 1,
  }
  const data: JsonObject = isJsonObject(payload.data) ? payload.data : {}
  const event: EventRow = {
    internalId,
    receivedAtMs: atMs,
    id: internalId,
    name: eventNames.invoked,
    data: textOf(sorted({ ...data, _inngest: inner })),
    ts: atMs,
    v: payload.v,
    user: isJsonObject(payload.user) ? textOf(payload.user) : undefined,
  }
  storeEvent(state, event, { isOwn: true })
  const run = startRun(turn, target, {
    cause: { kind: "invoke", parent: { runId: caller.id, stepId: step.id } },
    eventIds: [internalId],
    events: [callEventText(event)],
    eventName: event.name,
  })
  state.invocations.set(run.id, { runId: caller.id, stepId: step.id })
  const timer = setTimer(turn, untilMs, { kind: "step", runId: caller.id, stepId: step.id })
  step.phase = { kind: "invoking", timer, childRunId: run.id }
}

/** As Go writes a map. */
function sorted(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).toSorted(([left], [right]) => (left < right ? -1 : 1)))
}
