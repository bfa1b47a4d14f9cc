import { type WorkflowStateInput, type WorkflowStore, isRevisionConflictError } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { readPayload } from "../grammar/payload.ts"
import { quoteWord } from "../grammar/tokenize.ts"
import { loadLatest } from "../load-latest.ts"
import type { Result } from "../result.ts"
import type { Undoable } from "../session.ts"
import { type WorkflowFields, completeState, toWorkflowFields } from "../workflow-fields.ts"

/** Others may save at the same moment; each time the change is made again on what they saved. */
const maxAttempts = 10

/** On a stored state only the given fields change, on whatever it is at the moment of the save: nobody's change is lost. */
export async function run({ operands, payload, flags }: Call, context: Context): Promise<Result> {
  const id = await context.idOf("workflow", operands[0] ?? "")
  const fields = await toWorkflowFields(await readPayload(payload, context.source), id)
  const ifRevision = flags.text("if-revision")
  const isReplaced = flags.isOn("replace")
  // Nothing is asked about what can't be saved.
  if (isReplaced) completeState(id, fields, null, context.view.nowMs)
  else if (Object.keys(fields).length === 0)
    throw usageError("workflow save: no field is given", { hint: "For example:  workflow save order-7 status=running" })
  const opened = await context.store()
  const { store } = opened
  const where = context.statePlace(opened)
  await context.confirm({
    effect: "write",
    verb: "save",
    ids: [id],
    ask: `Save workflow ${id} on ${where}?`,
    would: `workflow ${id} would be saved on ${where}`,
    plan: { save: id, fields, server: where },
  })
  return isReplaced ? replace(id, fields, ifRevision, store, context) : change(id, fields, ifRevision, store, context)
}

async function replace(
  id: string,
  fields: WorkflowFields,
  ifRevision: string | undefined,
  store: WorkflowStore,
  context: Context,
): Promise<Result> {
  const state = completeState(id, fields, null, context.view.nowMs)
  const { state: before, revision: beforeRevision } = await loadLatest(store, id, context.signal)
  const revision = await save(store, state, ifRevision, context)
  remember(id, { before, beforeRevision, after: state }, revision, context)
  return saved(id, fields, { isNew: before === null, revision }, context)
}

async function change(
  id: string,
  fields: WorkflowFields,
  ifRevision: string | undefined,
  store: WorkflowStore,
  context: Context,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const { state, revision } = await loadLatest(store, id, context.signal)
    const next = completeState(id, fields, state, context.view.nowMs)
    if (revision === undefined && ifRevision === undefined)
      await context.note("this store has no revisions: a change that somebody else makes at this moment would be lost")
    try {
      const now = await save(store, next, ifRevision ?? revision, context)
      remember(id, { before: state, beforeRevision: revision, after: next }, now, context)
      return saved(id, fields, { isNew: state === null, revision: now }, context)
    } catch (error) {
      if (!isRevisionConflictError(error) || ifRevision !== undefined || attempt === maxAttempts) throw error
    }
  }
}

function remember(
  workflowId: string,
  taken: Pick<Undoable, "before" | "beforeRevision" | "after">,
  revision: string | null,
  { isDryRun, session }: Context,
): void {
  if (!isDryRun) session.undoables.push({ workflowId, ...taken, revision: revision ?? undefined, what: "save" })
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

function saved(
  id: string,
  fields: WorkflowFields,
  { isNew, revision }: { isNew: boolean; revision: string | null },
  { input }: Context,
): Result {
  return {
    type: "saved",
    data: { workflowId: id, revision, isNew, changed: Object.keys(fields) },
    next: [`workflow load ${quoteWord(id)}`, ...(input === "typed" ? ["undo"] : [])],
  }
}
