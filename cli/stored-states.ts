import type { WorkflowState, WorkflowStore } from "../src/index.ts"
import { CommandError } from "./command-error.ts"

/**
 * Every state of a store, by id: complete also while others write.
 *
 * @throws CommandError `unsupported` where the store does not list what others saved.
 */
export async function* storedStates(
  store: WorkflowStore,
  options: { status?: string | undefined; signal: AbortSignal },
): AsyncGenerator<WorkflowState> {
  const { list } = await store.probe({ signal: options.signal })
  if (list === "own-saves")
    throw new CommandError("unsupported", "this server does not list workflows", {
      hint: "Those whose ids are known can be loaded:  workflow load <id>",
    })
  const { status, signal } = options
  yield* store.list({ signal, ...(status === undefined ? {} : { status }) })
}
