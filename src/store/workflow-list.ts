/** The walk over the pages of a list: the same for every driver. */
import type { WorkflowState } from "../protocol/workflow.ts"
import { type Page, createPageList } from "../shared/page.ts"
import { type ListOptions, type WorkflowList, maxListLimit } from "./store.ts"

/** @param fetchPage one page; it checks its options. */
export function createWorkflowList(
  options: ListOptions,
  fetchPage: (options: ListOptions) => Promise<Page<WorkflowState>>,
): WorkflowList {
  return createPageList(
    () => fetchPage(options),
    (cursor = options.cursor) =>
      fetchPage({
        ...options,
        cursor,
        limit: options.limit ?? maxListLimit,
        // By id the walk is complete even while others write. A cursor of the caller's knows its own order.
        order: options.order ?? (cursor === undefined ? "id" : undefined),
      }),
  )
}
