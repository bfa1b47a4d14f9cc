/** Workflow documents in memory, in the order of their receipt and of their ids, by status: what the memory driver keeps. */
import { ProtocolError } from "../errors.ts"
import { type WorkflowState, toState } from "../protocol/workflow.ts"
import { decodeBase64, encodeBase64 } from "../shared/base64.ts"
import { compareCodePoints } from "../shared/code-points.ts"
import { parseJson } from "../shared/json.ts"
import type { Page } from "../shared/page.ts"
import { type SortedList, compareValues, createSortedList } from "../shared/sorted-list.ts"
import { type ListQuery, refused } from "./list-options.ts"

/** One stored document. Never changed: a save replaces it. */
export interface StoredDocument {
  readonly id: string
  /** Encoded, so that no caller's change of a state reaches the store. */
  readonly text: string
  readonly status: string
  /** 1, 2, …: the sequence in which the last save of each was taken; never used twice. */
  readonly receipt: number
}

export interface Documents {
  get(id: string): StoredDocument | undefined
  put(id: string, text: string, status: string): StoredDocument
  delete(id: string): void
  /** @throws ValidationError for a cursor that is none. */
  page(query: ListQuery): Page<WorkflowState>
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

  function put(id: string, text: string, status: string): StoredDocument {
    remove(id)
    const document: StoredDocument = { id, text, status, receipt: ++lastReceipt }
    byId.set(id, document)
    for (const key of [undefined, status]) {
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

  function page({ status, limit, cursor: given, order: asked }: ListQuery): Page<WorkflowState> {
    const cursor = given === undefined ? undefined : decodeCursor(given)
    if (cursor !== undefined && asked !== undefined && asked !== cursor.order)
      throw refused("cursor", `belongs to a list in "${cursor.order}" order`)
    const from = cursor ?? { order: asked ?? "receipt" }
    const lists = byStatus.get(status)
    const found: StoredDocument[] = []
    let hasMore = false
    for (const document of lists === undefined ? [] : past(lists, from)) {
      hasMore = found.length === limit
      if (hasMore) break
      found.push(document)
    }
    const last = found.at(-1)
    return {
      data: found.map(decodeItem),
      ...(hasMore && last !== undefined ? { cursor: encodeCursor(from.order, last) } : {}),
    }
  }
}

/** As of a list on the wire: an error names the item. */
function decodeItem({ text }: StoredDocument, index: number): WorkflowState {
  const item = `data[${index}]`
  const parsed = parseJson(text)
  if (parsed.ok) return toState(parsed.value, item)
  const path = `${item}.${parsed.path}`
  throw new ProtocolError(`workflow state: ${path}: ${parsed.message}`, { route: "workflow state", path })
}

function createLists(): Lists {
  return {
    receipt: createSortedList((document) => document.receipt, compareValues<number>),
    id: createSortedList((document) => document.id, compareCodePoints),
  }
}

/** The last document seen: the next page is what lies past it, whether or not it is still there. */
type Cursor = { order: "receipt"; receipt?: number } | { order: "id"; id?: string }

function past(lists: Lists, from: Cursor): Iterable<StoredDocument> {
  return from.order === "id" ? lists.id.ascending(from.id) : lists.receipt.descending(from.receipt)
}

function encodeCursor(order: Cursor["order"], { receipt, id }: StoredDocument): string {
  const text = JSON.stringify(order === "receipt" ? receipt : id)
  return encodeBase64(new TextEncoder().encode(text)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
}

function decodeCursor(text: string): Cursor {
  const bytes = /^[\w-]*$/.test(text) ? decodeBase64(text.replace(/-/g, "+").replace(/_/g, "/")) : undefined
  const parsed = parseJson(new TextDecoder().decode(bytes))
  if (parsed.ok && typeof parsed.value === "number") return { order: "receipt", receipt: parsed.value }
  if (parsed.ok && typeof parsed.value === "string") return { order: "id", id: parsed.value }
  throw refused("cursor", "is not one of this store")
}
