import type { WorkflowState, WorkflowStore } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { CommandError, usageError } from "../command-error.ts"
import { loadLatest } from "../load-latest.ts"
import { wholeId } from "../load-workflow.ts"
import { idPreview } from "../many.ts"
import type { Result } from "../result.ts"
import type { OpenStore } from "../open-store.ts"
import { partly } from "../with-left.ts"

/** Ids shown in the question and in the refusal; more are counted. */
const shownIds = 5

const defaultMax = 100

/** What is not there can't be deleted, and is said: an id that was mistyped looks just like it. */
export async function run({ operands, flags }: Call, context: Context): Promise<Result> {
  const given = await context.idsOf("workflow", operands)
  const max = flags.number("max") ?? defaultMax
  if (given.length > max)
    throw usageError(`${given.length} workflows, and --max is ${max}`, { hint: "Allow more by  --max" })
  const opened = await context.store()
  const { present, absent } = await look(given, opened, context, !flags.isOn("yes"))
  if (present.length === 0)
    throw new CommandError("not-found", `not found: ${countOf(absent)} ${shorten(absent)}`, { hint: "Try  workflows" })
  await deleteStates(present, opened, context, { absent })
  const data = { workflowIds: present, absent }
  if (absent.length === 0 || context.isDryRun)
    return { type: "deleted", data, ...(context.input === "typed" ? { next: ["undo"] } : {}) }
  // The one document of `-o json` is the error, which holds both lists.
  if (context.view.format !== "json") await context.show({ type: "deleted", data })
  throw new CommandError("partial", `not found: ${countOf(absent)} ${shorten(absent)}. The others are deleted`, {
    details: { ...data },
  })
}

/**
 * Ask, delete one by one, and keep what `undo` needs: as it is when it goes, which may not be as it was when the question was asked.
 *
 * @param mayGo of a state as it is then; all may, unless told otherwise.
 * @returns ids of what was deleted.
 */
export async function deleteStates(
  ids: readonly string[],
  opened: OpenStore,
  context: Context,
  plan: Readonly<Record<string, unknown>>,
  mayGo: (state: WorkflowState) => boolean = () => true,
): Promise<string[]> {
  const where = context.statePlace(opened)
  const isMany = ids.length > 1
  await context.confirm({
    effect: "destroy",
    verb: "delete",
    ids,
    preview: isMany ? [idPreview(ids, "workflows")] : [],
    ask: `Delete ${countOf(ids)} ${shorten(ids)} on ${where}?`,
    would: `${ids.length === 1 ? "1 workflow" : `${ids.length} workflows`} would be deleted on ${where}`,
    plan: { delete: ids, ...plan, server: where },
    pickedBy: [],
  })
  const deleted: string[] = []
  try {
    for (const workflowId of ids) await remove(workflowId)
  } catch (error) {
    const what = "workflows were deleted"
    throw partly(error, context.signal, { what, key: "workflowIds", ids: deleted, total: ids.length })
  }
  return deleted

  async function remove(workflowId: string): Promise<void> {
    const { state: before, revision: beforeRevision } = await loadLatest(opened.store, workflowId, context.signal)
    if (before !== null && !mayGo(before)) return
    await opened.store.delete(workflowId, { signal: context.signal })
    deleted.push(workflowId)
    if (!context.isDryRun && before !== null)
      context.session.undoables.push({
        workflowId,
        before,
        beforeRevision,
        after: null,
        revision: null,
        what: "delete",
      })
  }
}

/** @param mayComplete a part of an id counts, since the question names the whole. What goes unasked is named whole. */
async function look(
  ids: readonly string[],
  { store }: OpenStore,
  context: Context,
  mayComplete: boolean,
): Promise<{ present: string[]; absent: string[] }> {
  const present = new Set<string>()
  const absent: string[] = []
  for (const id of ids) {
    if ((await store.load(id, { signal: context.signal })) !== null) {
      present.add(id)
      continue
    }
    const whole = mayComplete ? await completed(id, store, context) : undefined
    if (whole === undefined) absent.push(id)
    else present.add(whole)
  }
  return { present: [...present], absent }
}

async function completed(id: string, store: WorkflowStore, context: Context): Promise<string | undefined> {
  try {
    return await wholeId(id, store, context, "")
  } catch (error) {
    if (error instanceof CommandError && error.kind === "not-found") return undefined
    throw error
  }
}

function countOf(ids: readonly string[]): string {
  return ids.length === 1 ? "workflow" : `${ids.length} workflows:`
}

function shorten(ids: readonly string[]): string {
  const more = ids.length - shownIds
  return `${ids.slice(0, shownIds).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}
