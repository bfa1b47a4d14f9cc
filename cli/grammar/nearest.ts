/** The name that was probably meant, if one is near: a letter or two off, or the start of it. */
export async function nearest(typed: string, names: Iterable<string>): Promise<string | undefined> {
  const candidates = [...names]
  // One letter is near to everything.
  if (typed.length < 2 || candidates.length === 0) return undefined
  // Only a mistake pays for it.
  const { closest, distance } = await import("fastest-levenshtein")
  const lower = typed.toLowerCase()
  const found = closest(lower, candidates)
  if (distance(lower, found.toLowerCase()) <= Math.ceil(typed.length / 3)) return found
  const longer = candidates.filter((name) => name.toLowerCase().startsWith(lower))
  return longer.length === 1 ? longer[0] : undefined
}
