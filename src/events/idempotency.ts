/** Ids that are known before the first attempt, so that every further attempt sends the same events. */
import type { Clock } from "../shared/clock.ts"
import { ulidAlphabet } from "../shared/id.ts"
import type { Random } from "../shared/random.ts"

export interface EventIdSeed {
  /** Value of `x-inngest-event-id-seed`: `<millis>,<base64 of 10 bytes>`. */
  header: string
  /**
   * The internal id that the server will give to the event at `index` (0-based) of the request: the ULID of the seed's time and of its
   * bytes, the last four of them counted up by `index` + 1.
   *
   * @source contract measured on the server, vectors `event-seed-header`, `store-11-batch-same-name-order`
   */
  idAt(index: number): string
}

/**
 * Seeds whose ids only grow, also within one millisecond and when the clock steps back: the server lists events by id, and so shows what
 * one sender sent in the order in which it was sent.
 */
export function createSeeds(clock: Clock, random: Random): (count: number) => EventIdSeed {
  let timeMs = -1
  let begin = ""
  /** The ten bytes as two numbers; the last four bytes of the second are counted up until their top bit is set. */
  let head = 0
  let tail = topBit
  return (count) => {
    const nowMs = clock.now()
    if (nowMs > timeMs) {
      timeMs = nowMs
      if (tail & topBit) {
        const bytes = random.bytes(10)
        head = toNumber(bytes.subarray(0, 5))
        tail = toNumber(bytes.subarray(5))
        tail += tail & topBit
      }
      begin = ulidDigits(timeMs, 10) + ulidDigits(head, 8)
    }
    const first = tail + 1
    const base = begin
    const header = `${timeMs},${btoa(digits(head, 5, 256, byte) + digits(tail, 5, 256, byte))}`
    tail += count
    return { header, idAt: (index) => base + ulidDigits(first + index, 8) }
  }
}

const topBit = 1 << 31
const byte = String.fromCharCode
const ulidDigits = (number: number, length: number): string =>
  digits(number, length, 32, (digit) => ulidAlphabet.charAt(digit))

function digits(number: number, length: number, base: number, digitOf: (digit: number) => string): string {
  let text = ""
  for (let rest = number; text.length < length; rest = Math.floor(rest / base)) text = digitOf(rest % base) + text
  return text
}

/** Big-endian. */
function toNumber(bytes: Uint8Array): number {
  return bytes.reduce((sum, each) => sum * 256 + each, 0)
}
