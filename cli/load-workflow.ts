import type { WorkflowState, WorkflowStore } from "../src/index.ts"
import type { Context } from "./command.ts"
import { CommandError } from "./command-error.ts"
import { askedSize, findWorkflowPart } from "./ids.ts"
import { loadLatest } from "./load-latest.ts"

export interface FoundWorkflow {
  /** In full. */
  readonly id: string
  readonly state: WorkflowState
  readonly revision: string | null | undefined
}

/**
 * The state that goes by an id or, where a person sees which one that is, by a part of it. A program that asks for `order-7` must not be
 * given `order-70`: it gets "not found", and the other as a suggestion.
 *
 * @throws CommandError `not-found`; `usage` for a part of several.
 */
export async function loadWorkflow(
  text: string,
  store: WorkflowStore,
  context: Context,
  hint = "Try  workflows",
): Promise<FoundWorkflow> {
  const whole = await context.idOf("workflow", text)
  const { state, revision } = await loadLatest(store, whole, context.signal)
  if (state !== null) return { id: whole, state, revision }
  const id = await wholeId(whole, store, context, hint)
  const found = await loadLatest(store, id, context.signal)
  if (found.state === null) throw notFound(whole, hint)
  return { id, state: found.state, revision: found.revision }
}

/**
 * The id that a text is a part of, said to the person.
 *
 * @throws CommandError
 */
export async function wholeId(text: string, store: WorkflowStore, context: Context, hint: string): Promise<string> {
  const id = await findWorkflowPart(text, context.session, () => newest(store, context))
  if (id === undefined) throw notFound(text, hint)
  if (!isSeen(context)) throw notFound(text, `Did you mean  ${id} ?`)
  await context.note(`${text} is ${id}`)
  return id
}

function notFound(id: string, hint: string): CommandError {
  return new CommandError("not-found", `not found: workflow ${id}`, { hint })
}

/** Whether a person reads what is said, and no program what is printed. */
function isSeen({ terminal, view, input }: Context): boolean {
  return input !== "script" && terminal.showsWords && view.format === "table"
}

async function newest(store: WorkflowStore, { signal }: Context): Promise<string[]> {
  const ids: string[] = []
  try {
    // Page by page: all of a list would come by id.
    for (let cursor: string | undefined; ids.length < askedSize;) {
      const page = await store.list({ limit: 100, signal, ...(cursor === undefined ? {} : { cursor }) })
      ids.push(...page.data.map(({ workflowId }) => workflowId))
      cursor = page.cursor
      if (cursor === undefined) break
    }
  } catch (error) {
    signal.throwIfAborted()
    // A store that can't list them knows ids only whole.
    if (error instanceof Error && error.name === "UnsupportedError") return []
    throw error
  }
  return ids
}
