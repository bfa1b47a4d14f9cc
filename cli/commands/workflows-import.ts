import type { JsonValue, WorkflowStateInput } from "../../src/index.ts"
import { encodeState } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { usageError } from "../command-error.ts"
import { readPayload } from "../grammar/payload.ts"
import { loadLatest } from "../load-latest.ts"
import { idPreview } from "../many.ts"
import { createProgress } from "../progress.ts"
import type { Result } from "../result.ts"
import { partly } from "../with-left.ts"

const defaultMax = 100

/** All are checked before the first is saved. What is there already stays as it is, unless told otherwise. */
export async function run({ operands, flags }: Call, context: Context): Promise<Result> {
  const [file = ""] = operands
  const payload = await readPayload([file === "-" ? { kind: "stdin" } : { kind: "file", file }], context.source)
  const subject = file === "-" ? "stdin" : file
  const states = (payload?.values ?? []).map((value, index) => toState(value, `${subject}: state ${index + 1}`))
  const max = flags.number("max") ?? defaultMax
  if (states.length > max)
    throw usageError(`${states.length} workflows, and --max is ${max}`, { hint: "Allow more by  --max" })
  const opened = await context.store()
  const { store } = opened
  const { signal } = context
  const skipped: string[] = []
  const chosen: WorkflowStateInput[] = []
  for (const state of states) {
    const isThere = !flags.isOn("overwrite") && (await store.load(state.workflowId, { signal })) !== null
    if (isThere) skipped.push(state.workflowId)
    else chosen.push(state)
  }
  const ids = chosen.map(({ workflowId }) => workflowId)
  if (ids.length === 0) return { type: "imported", data: { workflowIds: [], skipped } }
  const where = context.statePlace(opened)
  const what = ids.length === 1 ? `workflow ${ids[0]}` : `${ids.length} workflows`
  await context.confirm({
    effect: "write",
    verb: "import",
    ids,
    preview: ids.length > 1 ? [idPreview(ids, "workflows")] : [],
    ask: `Save ${what} on ${where}?`,
    would: `${what} would be saved on ${where}`,
    plan: { import: ids, skipped, server: where },
  })
  const progress = createProgress(context, "saved", ids.length)
  let done = 0
  try {
    for (const state of chosen) {
      const { state: before, revision: beforeRevision } = await loadLatest(store, state.workflowId, signal)
      // Somebody may have made one since the look.
      const isNew = before === null && store.flags.revision === true
      const { revision } = await store.save(state, { signal, ...(isNew ? { ifRevision: null } : {}) })
      if (!context.isDryRun)
        context.session.undoables.push({
          workflowId: state.workflowId,
          before,
          beforeRevision,
          after: state,
          revision,
          what: "save",
        })
      progress.at(++done)
    }
  } catch (error) {
    const saved = ids.slice(0, done)
    throw partly(error, signal, { what: "workflows were saved", key: "workflowIds", ids: saved, total: ids.length })
  } finally {
    progress.end()
  }
  return { type: "imported", data: { workflowIds: ids, skipped } }
}

/** @throws CommandError, ValidationError naming the state and its field. */
function toState(value: JsonValue, subject: string): WorkflowStateInput {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw usageError(`${subject}: must be an object`)
  if (typeof value.workflowId !== "string" || value.workflowId === "")
    throw usageError(`${subject}: workflowId must be a text`)
  const state = value as unknown as WorkflowStateInput
  try {
    encodeState(state)
  } catch (cause) {
    throw usageError(`${subject}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
  return state
}
