/** Workflow states are saved and deleted. A conditional save is decided here, so that of two concurrent ones exactly one wins. */
import type { WorkflowDeleted, WorkflowSaved } from "../inputs.ts"
import { type EngineState, type WorkflowRow, createWorkflowLists } from "../state.ts"
import type { Step } from "./step.ts"

export function workflowSaved(state: EngineState, input: WorkflowSaved): Step<"workflow.saved"> {
  const { key, document, status, revision, ifRevision } = input
  const stored = state.workflows.byKey.get(key)
  const actual = stored?.revision ?? null
  if (ifRevision !== undefined && ifRevision !== actual)
    return { state, effects: [{ kind: "answer", result: { saved: false, actual } }] }
  if (stored !== undefined) remove(state, stored)
  addWorkflow(state, { key, document, status, revision, sequence: ++state.workflows.lastSequence })
  return { state, effects: [{ kind: "record" }, { kind: "answer", result: { saved: true, revision } }] }
}

export function workflowDeleted(state: EngineState, { key }: WorkflowDeleted): Step<"workflow.deleted"> {
  const stored = state.workflows.byKey.get(key)
  if (stored === undefined) return { state, effects: [{ kind: "answer", result: { existed: false } }] }
  remove(state, stored)
  return { state, effects: [{ kind: "record" }, { kind: "answer", result: { existed: true } }] }
}

/** Put a state into the tables that it is found by. */
export function addWorkflow({ workflows }: EngineState, row: WorkflowRow): void {
  workflows.byKey.set(row.key, row)
  for (const status of [undefined, row.status]) {
    const lists = workflows.byStatus.get(status) ?? createWorkflowLists()
    workflows.byStatus.set(status, lists)
    lists.inKeyOrder.add(row)
    lists.inSaveOrder.add(row)
  }
}

function remove({ workflows }: EngineState, row: WorkflowRow): void {
  workflows.byKey.delete(row.key)
  for (const status of [undefined, row.status]) {
    const lists = workflows.byStatus.get(status)
    lists?.inKeyOrder.remove(row)
    lists?.inSaveOrder.remove(row)
    // A status is any text: those that are gone must not pile up.
    if (lists?.inKeyOrder.size === 0) workflows.byStatus.delete(status)
  }
}
