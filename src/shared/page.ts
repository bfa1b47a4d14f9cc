import { type Page, type PageList, listOf } from "./page-list.ts"

export type { Page, PageList } from "./page-list.ts"

/**
 * @param first fetches the page that an `await` gives.
 * @param walk fetches one page of the iteration; called with the cursor of the page before, `undefined` at the start.
 */
export function createPageList<T>(
  first: () => Promise<Page<T>>,
  walk: (cursor: string | undefined) => Promise<Page<T>>,
): PageList<T> {
  return listOf(first, async function* () {
    let cursor: string | undefined
    do {
      const page = await walk(cursor)
      yield* page.data
      cursor = page.cursor
    } while (cursor !== undefined)
  })
}
