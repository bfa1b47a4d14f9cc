import { type WorkflowStateInput, type WorkflowStore, isRevisionConflictError } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { readPayload } from "../grammar/payload.ts"
import { quoteWord } from "../grammar/tokenize.ts"
import { loadLatest } from "../load-latest.ts"
import type { Result } from "../result.ts"
import { type WorkflowFields, completeState, toWorkflowFields } from "../workflow-fields.ts"

/** Others may save at the same moment; each time the change is made again on what they saved. */
const maxAttempts = 10

/** On a stored state only the given fields change, on whatever it is at the moment of the save: nobody's change is lost. */
export async function run({ operands, payload, flags }: Call, context: Context): Promise<Result> {
  const id = context.idOf("workflow", operands[0] ?? "")
  const fields = await toWorkflowFields(await readPayload(payload, context.source), id)
  const ifRevision = flags.text("if-revision")
  if (flags.isOn("replace")) {
    const { workflows } = await context.client()
    const state = completeState(id, fields, null, context.view.nowMs)
    return saved(id, fields, false, await save(workflows, state, ifRevision, context))
  }
  if (Object.keys(fields).length === 0)
    throw usageError("workflow save: no field is given", { hint: "For example:  workflow save order-7 status=running" })
  return change(id, fields, ifRevision, context)
}

async function change(
  id: string,
  fields: WorkflowFields,
  ifRevision: string | undefined,
  context: Context,
): Promise<Result> {
  const { workflows } = await context.client()
  for (let attempt = 1; ; attempt++) {
    const { state, revision } = await loadLatest(workflows, id, context.signal)
    const next = completeState(id, fields, state, context.view.nowMs)
    if (revision === undefined && ifRevision === undefined)
      await context.note("this server has no revisions: a change that somebody else makes at this moment would be lost")
    try {
      return saved(id, fields, state === null, await save(workflows, next, ifRevision ?? revision, context))
    } catch (error) {
      if (!isRevisionConflictError(error) || ifRevision !== undefined || attempt === maxAttempts) throw error
    }
  }
}

async function save(
  store: WorkflowStore,
  state: WorkflowStateInput,
  ifRevision: string | null | undefined,
  { signal }: Context,
): Promise<string | null> {
  const { revision } = await store.save(state, { signal, ...(ifRevision === undefined ? {} : { ifRevision }) })
  return revision ?? null
}

function saved(id: string, fields: WorkflowFields, isNew: boolean, revision: string | null): Result {
  return {
    type: "saved",
    data: { workflowId: id, revision, isNew, changed: Object.keys(fields) },
    next: [`workflow load ${quoteWord(id)}`],
  }
}
