/** Workflow documents in memory, in the order of their receipt and of their ids, by status: what the memory driver keeps. */
import { compareCodePoints } from "../shared/code-points.ts"
import type { Page } from "../shared/page.ts"
import { type SortedList, compareValues, createSortedList } from "../shared/sorted-list.ts"
import type { Document } from "./backed-store.ts"
import { type Place, cursorAfter, placeOf } from "./cursor.ts"
import type { ListQuery } from "./list-options.ts"

/** One stored document. Never changed: a save replaces it. */
export interface StoredDocument extends Document {
  /** 1, 2, …: the sequence in which the last save of each was taken; never used twice. */
  readonly receipt: number
}

export interface Documents {
  get(id: string): StoredDocument | undefined
  put(document: Document): StoredDocument
  delete(id: string): void
  /** @throws ValidationError for a cursor that is none. */
  page(query: ListQuery): Page<StoredDocument>
}

interface Lists {
  receipt: SortedList<StoredDocument, number>
  id: SortedList<StoredDocument, string>
}

export function createDocuments(): Documents {
  const byId = new Map<string, StoredDocument>()
  /** A filtered page must not look at what the filter drops: one pair of lists for each status, and one for all. */
  const byStatus = new Map<string | undefined, Lists>()
  let lastReceipt = 0
  return { get: (id) => byId.get(id), put, delete: remove, page }

  function put(given: Document): StoredDocument {
    remove(given.id)
    const document: StoredDocument = { ...given, receipt: ++lastReceipt }
    byId.set(document.id, document)
    for (const key of [undefined, document.status]) {
      const lists = byStatus.get(key) ?? createLists()
      byStatus.set(key, lists)
      lists.receipt.add(document)
      lists.id.add(document)
    }
    return document
  }

  function remove(id: string): void {
    const document = byId.get(id)
    if (document === undefined) return
    byId.delete(id)
    for (const key of [undefined, document.status]) {
      const lists = byStatus.get(key)
      lists?.receipt.remove(document)
      lists?.id.remove(document)
      // Statuses are any text: those that are gone must not pile up.
      if (lists?.receipt.size === 0) byStatus.delete(key)
    }
  }

  function page(query: ListQuery): Page<StoredDocument> {
    const place = placeOf(query)
    const lists = byStatus.get(query.status)
    const found: StoredDocument[] = []
    let hasMore = false
    for (const document of lists === undefined ? [] : past(lists, place)) {
      hasMore = found.length === query.limit
      if (hasMore) break
      found.push(document)
    }
    const last = found.at(-1)
    return { data: found, ...(hasMore && last !== undefined ? { cursor: cursorAfter(place.order, last) } : {}) }
  }
}

function createLists(): Lists {
  return {
    receipt: createSortedList((document) => document.receipt, compareValues<number>),
    id: createSortedList((document) => document.id, compareCodePoints),
  }
}

function past(lists: Lists, { order, last }: Place): Iterable<StoredDocument> {
  return order === "id" ? lists.id.ascending(last?.id) : lists.receipt.descending(last?.receipt)
}
