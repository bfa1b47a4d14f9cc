/**
 * Items in the order of their keys, for lists that are read page by page.
 *
 * I1. Items with equal keys stay in the order in which they were added.
 * I2. No chunk is empty or longer than `maxChunk`, so that adding and finding cost O(log n), not a copy of everything.
 */
export interface SortedList<Item, Key> {
  readonly size: number
  add(item: Item): void
  /** Take out this very item; `false` when it is not in the list. */
  remove(item: Item): boolean
  /** Items from the smallest key on, or from the first key after `after`. */
  ascending(after?: Key): Iterable<Item>
  /** Items from the largest key on, or from the last key before `before`. */
  descending(before?: Key): Iterable<Item>
  /** Items of exactly this key. */
  equal(key: Key): Item[]
}

const maxChunk = 512

/** @param compare negative when the left key comes first. */
export function createSortedList<Item, Key>(
  keyOf: (item: Item) => Key,
  compare: (left: Key, right: Key) => number,
): SortedList<Item, Key> {
  const chunks: Item[][] = []
  let size = 0

  /** The first chunk whose last key is not before `key`; `chunks.length` when there is none. */
  function chunkOf(key: Key): number {
    let low = 0
    let high = chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(lastKey(middle), key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  function lastKey(index: number): Key {
    return keyOf((chunks[index] as Item[]).at(-1) as Item)
  }

  /** The first place in a chunk whose key is not before `key`, or with `past` the first whose key is after it. */
  function placeIn(chunk: readonly Item[], key: Key, past: boolean): number {
    let low = 0
    let high = chunk.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = compare(keyOf(chunk[middle] as Item), key)
      if (order < 0 || (past && order === 0)) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    get size() {
      return size
    },
    add(item) {
      const key = keyOf(item)
      size++
      const last = chunks.at(-1)
      if (last === undefined) {
        chunks.push([item])
        return
      }
      // I1: past all equal keys, which may go on in the chunks that follow.
      let index = chunkOf(key)
      while (index + 1 < chunks.length && compare(keyOf((chunks[index + 1] as Item[])[0] as Item), key) <= 0) index++
      const chunk = chunks[index] ?? last
      chunk.splice(placeIn(chunk, key, true), 0, item)
      // I2. A full last chunk is left whole: what follows is mostly newer still.
      if (chunk.length > maxChunk) {
        const at = chunk === chunks.at(-1) ? maxChunk : maxChunk >>> 1
        chunks.splice(chunks.indexOf(chunk) + 1, 0, chunk.splice(at))
      }
    },
    remove(item) {
      const key = keyOf(item)
      for (let index = chunkOf(key); index < chunks.length; index++) {
        const chunk = chunks[index] as Item[]
        const from = placeIn(chunk, key, false)
        const at = chunk.indexOf(item, from)
        if (at !== -1) {
          chunk.splice(at, 1)
          if (chunk.length === 0) chunks.splice(index, 1)
          size--
          return true
        }
        if (placeIn(chunk, key, true) < chunk.length) return false
      }
      return false
    },
    *ascending(after) {
      const start = after === undefined ? 0 : chunkOf(after)
      for (let index = start; index < chunks.length; index++) {
        const chunk = chunks[index] as Item[]
        for (let at = after === undefined ? 0 : placeIn(chunk, after, true); at < chunk.length; at++)
          yield chunk[at] as Item
      }
    },
    *descending(before) {
      const start = before === undefined ? chunks.length - 1 : Math.min(chunkOf(before), chunks.length - 1)
      for (let index = start; index >= 0; index--) {
        const chunk = chunks[index] as Item[]
        for (let at = (before === undefined ? chunk.length : placeIn(chunk, before, false)) - 1; at >= 0; at--)
          yield chunk[at] as Item
      }
    },
    equal(key) {
      const found: Item[] = []
      for (let index = chunkOf(key); index < chunks.length; index++) {
        const chunk = chunks[index] as Item[]
        const from = placeIn(chunk, key, false)
        const to = placeIn(chunk, key, true)
        found.push(...chunk.slice(from, to))
        if (to < chunk.length) break
      }
      return found
    },
  }
}

/** Order of two ASCII texts or numbers. */
export function compareValues<Value extends string | number>(left: Value, right: Value): number {
  return left < right ? -1 : left > right ? 1 : 0
}
