/** What tests ask of an engine: at once, without a request. */
import type { ReceivedEvent } from "../src/protocol/event.ts"
import { type WorkflowState, decodeState } from "../src/protocol/workflow.ts"
import type { Engine } from "./engine/engine.ts"
import { toReceivedEvent } from "./received-event.ts"

export interface StoredWorkflows {
  /** The stored state; `null` when there is none. */
  get(workflowId: string): WorkflowState | null
  /** All states, last saved first; of one status when one is given. */
  list(status?: string): WorkflowState[]
}

export interface Reading {
  sent(name?: string): ReceivedEvent[]
  workflows: StoredWorkflows
}

/**
 * @param engine asked at each call.
 * @param isSeed whether an event, by its internal id, was there from the start and not sent.
 */
export function createReading(engine: () => Engine, isSeed: (internalId: string) => boolean): Reading {
  return {
    sent(name) {
      engine().settle()
      return engine()
        .reads.arrived(name)
        .filter(({ internalId, name: each }) => !isSeed(internalId) && !each.startsWith("inngest/"))
        .map(toReceivedEvent)
    },
    workflows: {
      get(workflowId) {
        engine().settle()
        const row = engine().reads.workflow(workflowId)
        return row === undefined ? null : decodeState(row.document)
      },
      list(status) {
        engine().settle()
        const rows = engine().reads.workflows({ status, limit: Infinity, from: { order: "receipt" } })
        return rows.map(({ document }) => decodeState(document))
      },
    },
  }
}
