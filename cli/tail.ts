/** Looking again and again at a list that grows at its front. */
import type { Context } from "./command.ts"
import { pause } from "./pause.ts"

export interface TailOptions<T> {
  readonly everyMs: number
  /** What there is from a point in time on, newest first. */
  readonly look: (sinceMs: number) => Promise<readonly T[]>
  /** Equal for what was shown already. */
  readonly keyOf: (item: T) => string
  /** Begin with what came from then on; `undefined`: with what comes now. */
  readonly sinceMs: number | undefined
  readonly limit: number
  /** Oldest first; never empty. */
  readonly show: (items: readonly T[]) => Promise<void>
}

/** Things show up late and out of order: each look goes back so far. @source events are listed up to 250 ms after they were taken, measured; more behind a backlog */
const overlapMs = 15_000

/** @returns how many were shown, once the limit is reached or Ctrl-C has come. */
export async function tail<T>(options: TailOptions<T>, { signal, view }: Context): Promise<number> {
  const { everyMs, look, keyOf, limit, show } = options
  const known = new Set<string>()
  let shown = 0
  let fromMs = options.sinceMs
  if (fromMs === undefined) {
    fromMs = view.nowMs
    for (const item of await look(fromMs - overlapMs)) known.add(keyOf(item))
  }
  for (let lookFromMs = fromMs; ;) {
    const startedMs = Date.now()
    const items = (await look(lookFromMs)).filter((item) => !known.has(keyOf(item))).toReversed()
    const taken = items.slice(0, limit - shown)
    for (const item of taken) known.add(keyOf(item))
    if (taken.length > 0) await show(taken)
    shown += taken.length
    if (shown >= limit) return shown
    lookFromMs = Math.max(fromMs, startedMs - overlapMs)
    if (!(await pause(everyMs, signal))) return shown
  }
}
