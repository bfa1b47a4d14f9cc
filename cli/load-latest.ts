import { type WorkflowState, type WorkflowStore, isUnsupportedError } from "../src/index.ts"

/** A state with its revision; the revision is `undefined` where the server has none. */
export async function loadLatest(
  store: WorkflowStore,
  id: string,
  signal: AbortSignal,
): Promise<{ state: WorkflowState | null; revision: string | null | undefined }> {
  try {
    return await store.loadWithRevision(id, { signal })
  } catch (error) {
    if (!isUnsupportedError(error) || error.flag !== "revision") throw error
    return { state: await store.load(id, { signal }), revision: undefined }
  }
}
