import type { Result } from "./result.ts"
import type { ShownNoun } from "./session.ts"

/** The ids that a result shows, the one that `_` stands for first: of a list the newest, of several that were sent the last. */
export function shownIds(result: Result): [noun: ShownNoun, ids: readonly string[]][] {
  switch (result.type) {
    case "sent":
      return [
        ["event", result.data.eventIds.toReversed()],
        ["run", (result.data.runs ?? []).map(({ id }) => id)],
      ]
    case "events":
    case "exportedEvents":
      return [["event", result.data.map(({ internalId }) => internalId)]]
    case "tailed":
      return [["event", result.data.map(({ internalId }) => internalId).toReversed()]]
    case "tailedRuns":
      return [["run", result.data.map(({ id }) => id).toReversed()]]
    case "event":
      return [["event", [result.data.internalId]]]
    case "copied":
      return [["event", result.data.eventIds.toReversed()]]
    case "signalled":
      return [["run", result.data.runId === null ? [] : [result.data.runId]]]
    case "runs":
      return [["run", result.data.map(({ id }) => id)]]
    case "run":
      return [["run", [result.data.id]]]
    case "trace":
      return [["run", [result.data.runId]]]
    case "invoked":
      return [["run", [result.data.runId]]]
    case "cancelled":
      return [["run", result.data.runIds]]
    case "rerun":
      return [["run", result.data.started.map(({ runId }) => runId)]]
    case "workflows":
    case "exportedWorkflows":
      return [["workflow", result.data.map(({ workflowId }) => workflowId)]]
    case "workflow":
    case "saved":
    case "undone":
      return [["workflow", [result.data.workflowId]]]
    case "imported":
      return [["workflow", result.data.workflowIds]]
    default:
      return []
  }
}
