/** Two lists in the same order of keys as one. No key is in both. */
export function merged<Item>(
  left: readonly Item[],
  right: readonly Item[],
  keyOf: (item: Item) => string,
  order: "asc" | "desc",
): Item[] {
  if (left.length === 0) return [...right]
  if (right.length === 0) return [...left]
  const all: Item[] = []
  let taken = 0
  for (const item of left) {
    const key = keyOf(item)
    for (let next = right[taken]; next !== undefined; next = right[taken]) {
      if (order === "asc" ? keyOf(next) > key : keyOf(next) < key) break
      all.push(next)
      taken++
    }
    all.push(item)
  }
  return [...all, ...right.slice(taken)]
}
