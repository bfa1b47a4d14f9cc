/** Items in order. Changing one and finding a place costs about the square root of their number, reading on from there nothing extra. */
export interface OrderedIndex<T> {
  add(item: T): void
  /** @param item one that was added. */
  delete(item: T): void
  isEmpty(): boolean
  /** The items from the first on for which `isPast` holds; it must hold for all that follow. Not to be changed while it is read. */
  from(isPast: (item: T) => boolean): Iterable<T>
}

/** Items per chunk before it is halved: the price of one insertion, against the number of chunks that a search looks at. */
const maxChunkLength = 512

/** @param compare negative, 0 (only for an item and itself) or positive. */
export function createOrderedIndex<T>(compare: (left: T, right: T) => number): OrderedIndex<T> {
  /** Each holds at least one item; all items of one come before those of the next. */
  const chunks: T[][] = []
  return { add, delete: remove, isEmpty: () => chunks.length === 0, from }

  function add(item: T): void {
    const isPast = (other: T): boolean => compare(other, item) > 0
    const place = find(isPast)
    const chunk = chunks[place.chunk] ?? chunks.at(-1)
    if (chunk === undefined) {
      chunks.push([item])
      return
    }
    chunk.splice(chunks[place.chunk] === undefined ? chunk.length : place.item, 0, item)
    if (chunk.length > maxChunkLength) chunks.splice(chunks.indexOf(chunk) + 1, 0, chunk.splice(maxChunkLength / 2))
  }

  function remove(item: T): void {
    const place = find((other) => compare(other, item) >= 0)
    const chunk = chunks[place.chunk]
    if (chunk?.[place.item] !== item) return
    chunk.splice(place.item, 1)
    if (chunk.length === 0) chunks.splice(place.chunk, 1)
  }

  function* from(isPast: (item: T) => boolean): Generator<T> {
    const place = find(isPast)
    for (let chunk = place.chunk, item = place.item; chunk < chunks.length; chunk++, item = 0) {
      for (const items = chunks[chunk] as T[]; item < items.length; item++) yield items[item] as T
    }
  }

  /** Where the first item lies for which `isPast` holds; one past the last chunk when there is none. */
  function find(isPast: (item: T) => boolean): { chunk: number; item: number } {
    const chunk = firstIndex(chunks, (items) => isPast(items.at(-1) as T))
    return { chunk, item: firstIndex(chunks[chunk] ?? [], isPast) }
  }
}

/** Binary search: the first index where `holds`, or the length. */
function firstIndex<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(items[middle] as T)) high = middle
    else low = middle + 1
  }
  return low
}

/** Order by code point. UTF-16 order, JavaScript's own, puts U+E000 to U+FFFF after what lies beyond them. */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

/** Code units in the order of the code points they begin or end: surrogates last. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
