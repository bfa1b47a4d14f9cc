import { isRevisionConflictError } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { CommandError } from "../command-error.ts"
import { loadLatest } from "../load-latest.ts"
import type { Result } from "../result.ts"
import { isSameState } from "../same-state.ts"

/** What somebody else has changed since is never undone. */
export async function run(_call: Call, context: Context): Promise<Result> {
  const { session, signal } = context
  const last = session.undoables.at(-1)
  if (last === undefined) throw nothingToUndo(context)
  const { workflowId, before, what } = last
  const opened = await context.store()
  const { store } = opened
  const { state: now, revision } = await loadLatest(store, workflowId, signal)
  const isMoved =
    last.revision === null
      ? now !== null
      : last.revision !== undefined && revision !== undefined
        ? last.revision !== revision
        : !isSameState(now, last.after)
  if (isMoved)
    throw new CommandError(
      "conflict",
      `${workflowId} was changed by somebody else since your ${what}: nothing was undone`,
      {
        hint: `Look at it:  workflow load ${workflowId}`,
      },
    )
  const where = context.statePlace(opened)
  const isDeleted = before === null
  await context.confirm({
    effect: isDeleted ? "destroy" : "write",
    verb: "undo",
    ids: [workflowId],
    ask: `Undo the ${what} of workflow ${workflowId} on ${where}?`,
    would: `the ${what} of workflow ${workflowId} would be undone on ${where}`,
    plan: { undo: what, workflowId, server: where },
  })
  let restored: string | null | undefined = null
  try {
    if (before === null) await store.delete(workflowId, { signal })
    else {
      const saved = await store.save(before, { signal, ...(revision === undefined ? {} : { ifRevision: revision }) })
      restored = saved.revision
    }
  } catch (error) {
    if (!isRevisionConflictError(error)) throw error
    throw new CommandError("conflict", `${workflowId} was changed by somebody else just now: nothing was undone`, {
      cause: error,
    })
  }
  if (!context.isDryRun) {
    session.undoables.pop()
    // What the change before that left is here again, under another revision.
    const earlier = session.undoables.findLastIndex((each) => each.workflowId === workflowId)
    const left = session.undoables[earlier]
    if (left !== undefined && left.revision === last.beforeRevision)
      session.undoables[earlier] = { ...left, revision: restored }
  }
  return { type: "undone", data: { workflowId, what, isDeleted } }
}

/** A line's own `--store`, `--url` or `-p` is a place of its own, and what was changed there is undone from there. */
function nothingToUndo({ shell }: Context): CommandError {
  const isElsewhere = shell.sessions.opened.some(({ undoables }) => undoables.length > 0)
  return isElsewhere
    ? new CommandError("not-found", "nothing to undo here: what was changed in this session was changed elsewhere", {
        hint: "Repeat its  --store, --url or -p  behind  undo",
      })
    : new CommandError("not-found", "nothing to undo: no workflow was saved, edited or deleted in this session")
}
