import type { WorkflowState } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { CommandError, usageError } from "../command-error.ts"
import { loadLatest } from "../load-latest.ts"
import { idPreview } from "../many.ts"
import type { Result } from "../result.ts"
import type { OpenStore } from "../open-store.ts"

/** Ids shown in the question and in the refusal; more are counted. */
const shownIds = 5

const defaultMax = 100

/** What is not there can't be deleted, and is said: an id that was mistyped looks just like it. */
export async function run({ operands, flags }: Call, context: Context): Promise<Result> {
  const ids = await context.idsOf("workflow", operands)
  const max = flags.number("max") ?? defaultMax
  if (ids.length > max)
    throw usageError(`${ids.length} workflows, and --max is ${max}`, { hint: "Allow more by  --max" })
  const opened = await context.store()
  const { present, absent } = await look(ids, opened, context)
  if (present.size === 0)
    throw new CommandError("not-found", `not found: ${countOf(absent)} ${shorten(absent)}`, { hint: "Try  workflows" })
  await deleteStates(present, opened, context, { absent })
  const data = { workflowIds: [...present.keys()], absent }
  if (absent.length === 0 || context.isDryRun)
    return { type: "deleted", data, ...(context.input === "typed" ? { next: ["undo"] } : {}) }
  // The one document of `-o json` is the error, which holds both lists.
  if (context.view.format !== "json") await context.show({ type: "deleted", data })
  throw new CommandError("partial", `not found: ${countOf(absent)} ${shorten(absent)}. The others are deleted`, {
    details: { ...data },
  })
}

/** A state that is there, as it was when it was looked at. */
export interface Found {
  readonly state: WorkflowState
  readonly revision: string | null | undefined
}

/** Ask, delete one by one, and keep what `undo` needs. */
export async function deleteStates(
  present: ReadonlyMap<string, Found>,
  opened: OpenStore,
  context: Context,
  plan: Readonly<Record<string, unknown>>,
): Promise<void> {
  const ids = [...present.keys()]
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
  })
  for (const [workflowId, { state: before, revision: beforeRevision }] of present) {
    await opened.store.delete(workflowId, { signal: context.signal })
    if (!context.isDryRun)
      context.session.undoables.push({ workflowId, before, beforeRevision, revision: null, what: "delete" })
  }
}

async function look(
  ids: readonly string[],
  { store }: OpenStore,
  { signal }: Context,
): Promise<{ present: Map<string, Found>; absent: string[] }> {
  const present = new Map<string, Found>()
  const absent: string[] = []
  for (const id of ids) {
    const { state, revision } = await loadLatest(store, id, signal)
    if (state === null) absent.push(id)
    else present.set(id, { state, revision })
  }
  return { present, absent }
}

function countOf(ids: readonly string[]): string {
  return ids.length === 1 ? "workflow" : `${ids.length} workflows:`
}

function shorten(ids: readonly string[]): string {
  const more = ids.length - shownIds
  return `${ids.slice(0, shownIds).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}
