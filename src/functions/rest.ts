/**
 * Turns of the microtask queue, counted once for all calls that wait in them: counted by each call, they are a good part of what it costs.
 *
 * R1  A call rests for whole turns: the one that is under way when it begins, or begins anew, is not counted.
 */

/** A wait for a function to come to rest. */
export interface Rest {
  readonly over: Promise<void>
  /** The function went on: count anew. */
  renew(): void
  /** The function ended: over with the next turn. */
  finish(): void
}

interface Waiting {
  turnsLeft: number
  end(): void
}

/** Turns without anything new after which a function is at rest. The official SDK waits as many. */
const restTurns = 100

const waiting = new Set<Waiting>()
let isCounting = false

export function startRest(): Rest {
  const { promise, resolve } = Promise.withResolvers<void>()
  // R1
  const entry: Waiting = { turnsLeft: restTurns + 1, end: resolve }
  waiting.add(entry)
  if (!isCounting) void count()
  return {
    over: promise,
    renew() {
      entry.turnsLeft = restTurns + 1
    },
    finish() {
      entry.turnsLeft = 1
    },
  }
}

async function count(): Promise<void> {
  isCounting = true
  while (waiting.size > 0) {
    await undefined
    for (const entry of waiting) {
      if (--entry.turnsLeft > 0) continue
      waiting.delete(entry)
      entry.end()
    }
  }
  isCounting = false
}
