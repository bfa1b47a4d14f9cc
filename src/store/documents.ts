/**
 * Workflow documents in memory, in the order of their receipt and of their ids, by status. What the memory driver keeps, and the HTTP driver
 * of what it saved itself.
 */
import { type WorkflowState, decodeState } from "../protocol/workflow.ts"
import { decodeBase64, encodeBase64 } from "../shared/base64.ts"
import { parseJson } from "../shared/json.ts"
import type { Page } from "../shared/page.ts"
import { type ListQuery, refused } from "./list-options.ts"
import { type OrderedIndex, compareCodePoints, createOrderedIndex } from "./ordered-index.ts"

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
  clear(): void
  /** @throws ValidationError for a cursor that is none. */
  page(query: ListQuery): Page<WorkflowState>
}

interface Indexes {
  receipt: OrderedIndex<StoredDocument>
  id: OrderedIndex<StoredDocument>
}

export function createDocuments(): Documents {
  const byId = new Map<string, StoredDocument>()
  /** A filtered page must not look at what the filter drops: one pair of indexes for each status, and one for all. */
  const byStatus = new Map<string | undefined, Indexes>()
  let lastReceipt = 0
  return { get: (id) => byId.get(id), put, delete: remove, clear, page }

  function put(id: string, text: string, status: string): StoredDocument {
    remove(id)
    const document: StoredDocument = { id, text, status, receipt: ++lastReceipt }
    byId.set(id, document)
    for (const key of [undefined, status]) {
      const indexes = byStatus.get(key) ?? createIndexes()
      byStatus.set(key, indexes)
      indexes.receipt.add(document)
      indexes.id.add(document)
    }
    return document
  }

  function remove(id: string): void {
    const document = byId.get(id)
    if (document === undefined) return
    byId.delete(id)
    for (const key of [undefined, document.status]) {
      const indexes = byStatus.get(key)
      indexes?.receipt.delete(document)
      indexes?.id.delete(document)
      // Statuses are any text: those that are gone must not pile up.
      if (indexes?.receipt.isEmpty()) byStatus.delete(key)
    }
  }

  function clear(): void {
    byId.clear()
    byStatus.clear()
  }

  function page({ status, limit, cursor: given, order: asked }: ListQuery): Page<WorkflowState> {
    const cursor = given === undefined ? undefined : decodeCursor(given)
    if (cursor !== undefined && asked !== undefined && asked !== cursor.order)
      throw refused("cursor", `belongs to a list in "${cursor.order}" order`)
    const order = asked ?? cursor?.order ?? "receipt"
    const found: StoredDocument[] = []
    let hasMore = false
    for (const document of byStatus.get(status)?.[order].from(isPast(cursor)) ?? []) {
      hasMore = found.length === limit
      if (hasMore) break
      found.push(document)
    }
    const last = found.at(-1)
    return {
      data: found.map(({ text }) => decodeState(text)),
      ...(hasMore && last !== undefined ? { cursor: encodeCursor(order, last) } : {}),
    }
  }
}

function createIndexes(): Indexes {
  return {
    receipt: createOrderedIndex((left, right) => right.receipt - left.receipt),
    id: createOrderedIndex((left, right) => compareCodePoints(left.id, right.id)),
  }
}

/** The last document seen: the next page is what lies past it, whether or not it is still there. */
type Cursor = { order: "receipt"; receipt: number } | { order: "id"; id: string }

function isPast(cursor: Cursor | undefined): (document: StoredDocument) => boolean {
  switch (cursor?.order) {
    case undefined:
      return () => true
    case "receipt":
      return ({ receipt }) => receipt < cursor.receipt
    case "id":
      return ({ id }) => compareCodePoints(id, cursor.id) > 0
  }
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
