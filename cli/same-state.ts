import { type WorkflowStateInput, encodeState } from "../src/index.ts"

/** Whether two states say the same: what takes the place of a revision where a store has none. `null` is no workflow. */
export function isSameState(one: WorkflowStateInput | null, other: WorkflowStateInput | null): boolean {
  return one === null || other === null ? one === other : encodeState(one) === encodeState(other)
}
