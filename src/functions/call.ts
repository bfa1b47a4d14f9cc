/** A call of the server: what it asks for → the function's execution → what it is told. */
import type { InngestEvent } from "../events/event-type.ts"
import {
  type CallEvent,
  type CallRequest,
  type CallResponse,
  decodeCallEvent,
  discoveryStepId,
} from "../protocol/execution.ts"
import type { v0RunActions, v0RunBatch } from "../protocol/routes.ts"
import { isJsonObject } from "../shared/json.ts"
import type { ServedFunction } from "./app.ts"
import { type CheckpointPorts, createCheckpointing } from "./checkpoint.ts"
import type { FunctionContext } from "./create-function.ts"
import { type Task, execute } from "./execution.ts"
import type { CheckpointOptions } from "./flow-control.ts"
import { type Middleware, wrapCall, wrapRun, wrapStep } from "./middleware.ts"
import { toCallResponse } from "./outcome.ts"
import type { StepPorts } from "./steps/tools.ts"

export interface CallPorts extends CheckpointPorts, StepPorts {
  middleware: readonly Middleware[]
  checkpointing: boolean | CheckpointOptions
}

/**
 * @param stepId of the query: `step`, or the hashed id of the step to run.
 * @throws what asking for a large state throws, and what a middleware throws around the call.
 */
export async function answerCall(
  served: ServedFunction,
  given: CallRequest,
  stepId: string,
  ports: CallPorts,
): Promise<CallResponse> {
  const call = given.context.useApi ? await withStoredState(given, ports) : given
  const { event, events, context, steps } = call
  const { runId, attempt, maxAttempts } = context
  const layers = [...ports.middleware, ...(served.options.middleware ?? [])]
  const info = { functionId: served.id, runId, attempt, event }
  const target = stepId === discoveryStepId ? undefined : stepId
  const checkpointing = served.options.checkpointing ?? ports.checkpointing
  const checkpoint =
    checkpointing === false || target !== undefined || context.queueItemId === ""
      ? undefined
      : createCheckpointing(checkpointing === true ? {} : checkpointing, context, ports)
  const task: Task = {
    memoized: steps,
    stack: context.stack,
    target,
    mayRun: !context.disableImmediateExecution,
    checkpoint,
    ports,
    clock: ports.clock,
    run: (tools) =>
      wrapRun(layers, info, (extra) => {
        const argument: FunctionContext = {
          ...extra,
          event: toEvent(event),
          events: events.map(toEvent),
          ...tools,
          runId,
          attempt,
          maxAttempts,
        }
        return served.run(argument)
      }),
    runStep: (step, work) => wrapStep(layers, { ...info, step }, work),
  }
  return wrapCall(layers, info, async () =>
    toCallResponse(await execute(task), { attempt, maxAttempts, endsByOp: checkpoint !== undefined }),
  )
}

/** A sender's null is an empty object, as when there is no data at all. */
function toEvent(event: CallEvent): InngestEvent {
  return { ...event, data: event.data ?? {} }
}

/** Written out, so that the bundle does not hold the rest of the routes. */
const actionsPath: typeof v0RunActions.path = "/v0/runs/:id/actions"
const batchPath: typeof v0RunBatch.path = "/v0/runs/:id/batch"

/** @source measured (recording `use-api`): steps and events of more than 4 MiB together are not in the call */
async function withStoredState(call: CallRequest, { request }: CallPorts): Promise<CallRequest> {
  const runId = encodeURIComponent(call.context.runId)
  const [actions, batch] = await Promise.all(
    [actionsPath, batchPath].map((path) => request("GET", path.replace(":id", runId))),
  )
  const events = Array.isArray(batch) ? batch.map(decodeCallEvent) : []
  return {
    ...call,
    steps: isJsonObject(actions) ? actions : call.steps,
    event: events[0] ?? call.event,
    events: events[0] ? events : call.events,
  }
}
