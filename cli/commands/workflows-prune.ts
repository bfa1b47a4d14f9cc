import { type WorkflowState, toDate } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import type { Result } from "../result.ts"
import { storedStates } from "../stored-states.ts"
import { deleteStates } from "./workflow-delete.ts"

const defaultMax = 100

const ended: readonly string[] = ["completed", "failed", "canceled"]

/** Only what has ended, and only what the question showed; with ids, none but those. A state without a time of its last change is never old. */
export async function run({ operands, flags }: Call, context: Context): Promise<Result> {
  const ageMs = flags.number("older-than")
  if (ageMs === undefined)
    throw usageError("workflows prune: --older-than is missing", { hint: "For example:  --older-than 30d" })
  const max = flags.number("max") ?? defaultMax
  const status = flags.text("status")
  const opened = await context.store()
  const beforeMs = context.view.nowMs - ageMs
  const isOld = (state: WorkflowState): boolean => {
    const updatedMs = toDate(state.updatedAt)?.getTime()
    return ended.includes(state.status) && updatedMs !== undefined && updatedMs < beforeMs
  }
  const only = operands.length === 0 ? undefined : new Set(await context.idsOf("workflow", operands))
  const old = new Set<string>()
  for await (const state of storedStates(opened.store, { status, signal: context.signal })) {
    if (!isOld(state) || only?.has(state.workflowId) === false) continue
    old.add(state.workflowId)
    if (old.size > max)
      throw usageError(`more than ${max} workflows, and --max is ${max}`, { hint: "Allow more by  --max" })
  }
  const plan = { olderThan: flags.text("older-than") ?? "" }
  // One that goes on while the question stands is not one that ended long ago.
  const workflowIds = old.size === 0 ? [] : await deleteStates([...old], opened, context, plan, isOld)
  return { type: "deleted", data: { workflowIds, absent: [] } }
}
