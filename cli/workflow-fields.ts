/** A payload → the fields of a workflow's state that it sets, and those → a whole state. */
import {
  type JsonValue,
  type WorkflowState,
  type WorkflowStateInput,
  ValidationError,
  encodeState,
} from "../src/index.ts"
import { nearest } from "./grammar/nearest.ts"
import type { Payload } from "./grammar/payload.ts"

const fieldNames = [
  "runId",
  "status",
  "input",
  "result",
  "error",
  "history",
  "createdAt",
  "updatedAt",
  "extra",
] as const satisfies readonly (keyof WorkflowStateInput)[]

const statuses: readonly string[] = ["running", "completed", "failed", "canceled"]

export type WorkflowFields = Omit<WorkflowStateInput, "workflowId">

/**
 * Checked as far as it goes without the stored state, so that nothing is asked for a payload that can't be saved.
 *
 * @throws ValidationError naming the field: `status`, `history[2].durationNs`.
 */
export async function toWorkflowFields(payload: Payload | undefined, workflowId: string): Promise<WorkflowFields> {
  const { values, isBatch } = payload ?? { values: [{}], isBatch: false }
  const [document] = values
  if (isBatch || typeof document !== "object" || document === null || Array.isArray(document))
    throw refused("", `the payload must be an object, not ${isBatch ? "a list" : String(document)}`)
  const { workflowId: named = workflowId, ...fields } = document as Record<string, JsonValue>
  if (named !== workflowId) throw refused("workflowId", `is "${String(named)}", and "${workflowId}" is saved`)
  for (const name of Object.keys(fields)) {
    if ((fieldNames as readonly string[]).includes(name)) continue
    const near = await nearest(name, fieldNames)
    throw refused(
      name,
      near === undefined ? `is none of ${fieldNames.join(", ")}` : `is not a field. Did you mean  ${near} ?`,
    )
  }
  // Runs spell it with two l, workflow states with one.
  if (fields.status === "cancelled") fields.status = "canceled"
  if (fields.status !== undefined) checkStatus(fields.status)
  encodeState({ workflowId, ...fields } as WorkflowStateInput)
  return fields as WorkflowFields
}

/**
 * The stored state with the fields changed, or a new one.
 *
 * @param stored `null`: there is none, or it is to be replaced.
 * @throws ValidationError when no valid status comes of it.
 */
export function completeState(
  workflowId: string,
  fields: WorkflowFields,
  stored: WorkflowState | null,
  nowMs: number,
): WorkflowStateInput {
  const now = new Date(nowMs).toISOString()
  const fresh = { runId: crypto.randomUUID(), createdAt: now, history: [] }
  const state = { ...(stored ?? fresh), updatedAt: now, ...fields, workflowId }
  checkStatus(state.status)
  return state
}

function checkStatus(status: unknown): void {
  if (typeof status === "string" && statuses.includes(status)) return
  const why = status === undefined ? "is missing: one" : `${JSON.stringify(status)} is not one`
  throw refused("status", `${why} of ${statuses.join(", ")}`)
}

function refused(path: string, message: string): ValidationError {
  return new ValidationError("workflow state", [{ path, message }])
}
