import {
  type RevisionConflictError,
  type WorkflowState,
  type WorkflowStateInput,
  isRevisionConflictError,
} from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { CommandError, usageError } from "../command-error.ts"
import { diffLines } from "../diff.ts"
import { createEdits } from "../edits.ts"
import { openEditor } from "../editor.ts"
import { readJson5 } from "../grammar/json5.ts"
import { quoteWord } from "../grammar/tokenize.ts"
import { loadLatest } from "../load-latest.ts"
import { loadWorkflow } from "../load-workflow.ts"
import { toJson } from "../render/json.ts"
import type { Result } from "../result.ts"
import { isSameState } from "../same-state.ts"
import { completeState, toWorkflowFields } from "../workflow-fields.ts"

/**
 * The state as JSON in the person's editor; what comes back is checked, shown as a difference, and saved only over the revision that was
 * read. A text that could not be saved is kept for `--resume`.
 */
export async function run({ operands, flags }: Call, context: Context): Promise<Result> {
  const [given = ""] = operands
  const opened = await context.store()
  const { store } = opened
  const edits = createEdits(context.session)
  const toMake = `Make it:  workflow save ${given} status=running`
  const { id, state, revision } = await loadWorkflow(given, store, context, toMake)
  const before = toText(state)
  const kept = flags.isOn("resume") ? await edits.read(id) : undefined
  if (flags.isOn("resume") && kept === undefined)
    throw new CommandError("not-found", `no text is kept for workflow ${id}`, { hint: `Begin:  workflow edit ${id}` })
  const text = await openEditor(kept ?? before, context)
  if (text.trim() === before.trim()) return unchanged(id, revision)
  let next: WorkflowStateInput
  try {
    const values = [await readJson5(text, `workflow ${id}`)]
    const fields = await toWorkflowFields({ values, isBatch: false }, id)
    next = completeState(id, fields, null, context.view.nowMs)
    // What the person left alone is not for us to change, but for the time of the change.
    if (fields.updatedAt === state.updatedAt) next = { ...next, updatedAt: new Date(context.view.nowMs).toISOString() }
  } catch (error) {
    await edits.keep(id, text)
    const message = error instanceof Error ? error.message : String(error)
    throw usageError(`${message}. Nothing saved`, {
      hint: `Your text is kept:  workflow edit ${id} --resume`,
      cause: error,
    })
  }
  for (const line of diffLines(before, text)) await showDiff(line, context)
  const where = context.statePlace(opened)
  await context
    .confirm({
      effect: "write",
      verb: "save",
      ids: [id],
      ask: `Save workflow ${id} on ${where}?`,
      would: `workflow ${id} would be saved on ${where}`,
      plan: { save: id, server: where },
    })
    .catch(async (error: unknown) => {
      await edits.keep(id, text)
      throw error
    })
  const ifRevision = flags.text("if-revision") ?? revision
  try {
    // All that can be done without revisions: the time in which a change of somebody else is lost is that of one save.
    if (revision === undefined && !isSameState((await loadLatest(store, id, context.signal)).state, state))
      throw changedMeanwhile(id)
    const saved = await store.save(next, {
      signal: context.signal,
      ...(ifRevision === undefined ? {} : { ifRevision }),
    })
    if (context.isDryRun) return unchanged(id, revision)
    context.session.undoables.push({
      workflowId: id,
      before: state,
      beforeRevision: revision,
      after: next,
      revision: saved.revision,
      what: "edit",
    })
    await edits.drop(id)
    const changed = changedFields(state, next)
    return {
      type: "saved",
      data: { workflowId: id, revision: saved.revision ?? null, isNew: false, changed },
      next: [`workflow load ${quoteWord(id)}`, ...(context.input === "typed" ? ["undo"] : [])],
    }
  } catch (error) {
    await edits.keep(id, text)
    throw isRevisionConflictError(error) ? changedMeanwhile(id, error) : error
  }
}

function changedMeanwhile(id: string, cause?: RevisionConflictError): CommandError {
  const { expected, actual } = cause ?? {}
  const revisions = expected && actual ? ` (revision ${expected} → ${actual})` : ""
  return new CommandError("conflict", `${id} changed while you edited${revisions}. Nothing saved`, {
    hint: `Your text is kept:  workflow edit ${id} --resume`,
    cause,
  })
}

function unchanged(workflowId: string, revision: string | null | undefined): Result {
  return { type: "saved", data: { workflowId, revision: revision ?? null, isNew: false, changed: [] } }
}

function toText(state: WorkflowState): string {
  return `${toJson(state, 2)}\n`
}

function changedFields(before: WorkflowState, after: WorkflowStateInput): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof WorkflowState>
  return [...names].filter((name) => toJson(before[name]) !== toJson(after[name]))
}

async function showDiff(line: string, { terminal, shell }: Context): Promise<void> {
  const theme = terminal.themes({ noColor: shell.defaults.isOn("no-color") }).words
  const paint = line.startsWith("+") ? theme.good : line.startsWith("-") ? theme.bad : theme.faint
  await terminal.say(paint(line))
}
