/** `POST /v1/checkpoint/:run/async`: an SDK reports steps while it goes on in the same call. */
import { type JsonObject, type JsonValue, isJsonObject } from "../shared/json.ts"
import type { CallContext } from "./execution.ts"
import { misread } from "./shape.ts"
import { type Opcode, type StepOp, decodeStepOp, encodeStepOp } from "./step.ts"

export interface Checkpoint {
  context: Pick<CallContext, "runId" | "functionUuid" | "queueItemId" | "requestId" | "generationId">
  /** When the call that reports came in, ms since the epoch. */
  requestStartedAtMs: number
  ops: readonly StepOp[]
  /** ms since the epoch. */
  sentAtMs: number
}

/** What may be reported this way; all else goes into the answer of the call. @source read in the server */
export const checkpointOpcodes: readonly Opcode[] = [
  "Step",
  "StepRun",
  "StepPlanned",
  "RunComplete",
  "SyncRunComplete",
  "StepFailed",
  "DeferAdd",
  "DeferAbort",
]

/** @source measured (recording `steps2-checkpoint`) */
export function encodeCheckpoint({ context, requestStartedAtMs, ops, sentAtMs }: Checkpoint): JsonObject {
  return {
    run_id: context.runId,
    fn_id: context.functionUuid,
    qi_id: context.queueItemId,
    request_id: context.requestId,
    generation_id: context.generationId,
    request_started_at: requestStartedAtMs,
    steps: ops.map(encodeStepOp),
    ts: sentAtMs,
  }
}

const route = "checkpoint.async"

/** @throws ProtocolError, also for an op that can't be reported this way. */
export function decodeCheckpoint(value: JsonValue | undefined): Checkpoint {
  const json = isJsonObject(value) ? value : misread(route, "body", "an object", value)
  const steps = json.steps ?? []
  const ops = (Array.isArray(steps) ? steps : misread(route, "steps", "an array", steps)).map((step, index) => {
    const op = decodeStepOp(step, route, `steps[${index}]`)
    return checkpointOpcodes.includes(op.op) ? op : misread(route, `steps[${index}].op`, "an op of a checkpoint", op.op)
  })
  return {
    context: {
      runId: textOf("run_id"),
      functionUuid: textOf("fn_id"),
      queueItemId: textOf("qi_id"),
      requestId: textOf("request_id"),
      generationId: numberOf("generation_id"),
    },
    requestStartedAtMs: numberOf("request_started_at"),
    ops,
    sentAtMs: numberOf("ts"),
  }

  function textOf(member: string): string {
    const found = json[member] ?? ""
    return typeof found === "string" ? found : misread(route, member, "a string", found)
  }
  function numberOf(member: string): number {
    const found = json[member] ?? 0
    return typeof found === "number" ? found : misread(route, member, "a number", found)
  }
}
