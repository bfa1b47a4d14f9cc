import { invalid } from "../shared/validation-error.ts"
import type { CallOptions } from "../http/request-options.ts"
import { type Page, type PageList, createPageList } from "../shared/page.ts"

export interface PageOptions extends CallOptions {
  /** Items on the page that an `await` gives, 1 or more. `for await` gives all. @default 20 */
  limit?: number | undefined
  /** From the page before. */
  cursor?: string | undefined
}

/** Fetches one page of the server. */
export type FetchPage<T> = (query: { limit: number; cursor?: string | undefined }) => Promise<Page<T>>

/**
 * A list over a server that refuses pages above a size: an `await` gathers as many as the limit takes.
 *
 * @param maxPageSize what the server allows.
 */
export function createPages<T>(fetchPage: FetchPage<T>, options: PageOptions, maxPageSize = 100): PageList<T> {
  const { limit = 20, cursor: start } = options
  return createPageList(
    async () => {
      const data: T[] = []
      let cursor = start
      do {
        const next = await page(cursor, limit - data.length)
        data.push(...next.data)
        cursor = next.cursor
        // A page can be empty and have a cursor.
      } while (cursor !== undefined && data.length < limit)
      return cursor === undefined ? { data } : { data, cursor }
    },
    (cursor = start) => page(cursor, options.limit ?? maxPageSize),
  )

  async function page(cursor: string | undefined, size: number): Promise<Page<T>> {
    if (!(limit >= 1 && (limit === Infinity || Number.isInteger(limit))))
      throw invalid("limit", "must be a whole number from 1")
    return fetchPage({ limit: Math.min(size, maxPageSize), cursor })
  }
}

/** A list that is short enough to come whole. */
export function createWholeList<T>(fetch: () => Promise<T[]>): PageList<T> {
  const all = async (): Promise<Page<T>> => ({ data: await fetch() })
  return createPageList(all, all)
}
