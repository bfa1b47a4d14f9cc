/** Ids that are known before the first attempt, so that every further attempt sends the same events. */
import { formatEventIdSeed } from "../protocol/headers.ts"
import { encodeBase64 } from "../shared/base64.ts"
import type { Clock } from "../shared/clock.ts"
import { encodeUlid, offsetRandomness } from "../shared/id.ts"
import type { Random } from "../shared/random.ts"

export interface EventIdSeed {
  /** Value of `x-inngest-event-id-seed`. */
  header: string
  /** The internal id that the server will give to the event at `index` (0-based) of the request. */
  idAt(index: number): string
}

/**
 * Seeds whose ids only grow, also within one millisecond and when the clock steps back: the server lists events by id, and so shows what
 * one sender sent in the order in which it was sent.
 */
export function createSeeds(clock: Clock, random: Random): (count: number) => EventIdSeed {
  let timeMs = -1
  let randomness: Uint8Array = new Uint8Array(10)
  let usedCount = 0
  return (count) => {
    const nowMs = clock.now()
    if (nowMs > timeMs) {
      timeMs = nowMs
      randomness = random.bytes(10).slice()
      // Room to count up in the last four bytes.
      randomness[6] = (randomness[6] ?? 0) & 0x7f
    } else {
      randomness = offsetRandomness(randomness, usedCount)
    }
    usedCount = count
    return createSeed(timeMs, randomness)
  }
}

export function createSeed(timeMs: number, randomness: Uint8Array): EventIdSeed {
  return {
    header: formatEventIdSeed(timeMs, encodeBase64(randomness)),
    idAt: (index) => encodeUlid(timeMs, offsetRandomness(randomness, index + 1)),
  }
}
