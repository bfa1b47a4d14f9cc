/**
 * ULIDs of the engine's own making, from the state alone, so that a replay makes the same ones: the time, what the log holds as this
 * engine's seed, and a count. Later ones are greater, also inside one millisecond.
 */
import { encodeUlid } from "../../src/shared/id.ts"

export interface Mint {
  /** 9 letters of base 32. */
  seed: string
  count: number
  lastMs: number
}

export function createMint(): Mint {
  return { seed: "000000000", count: 0, lastMs: 0 }
}

const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
const noBytes = new Uint8Array(10)
let timeText: { ms: number; text: string } = { ms: -1, text: "" }

export function mintUlid(mint: Mint, nowMs: number): string {
  // A clock that steps back must not make ids that sort before older ones.
  mint.lastMs = Math.max(mint.lastMs, nowMs)
  if (timeText.ms !== mint.lastMs) timeText = { ms: mint.lastMs, text: encodeUlid(mint.lastMs, noBytes).slice(0, 10) }
  let count = ""
  for (let rest = ++mint.count, digit = 0; digit < 7; digit++, rest = Math.floor(rest / 32))
    count = digits.charAt(rest % 32) + count
  return timeText.text + mint.seed.slice(0, 2) + count + mint.seed.slice(2)
}

/** A seed of 9 letters from random bytes. */
export function mintSeed(bytes: Uint8Array): string {
  return Array.from({ length: 9 }, (_, index) => digits.charAt((bytes[index] ?? 0) % 32)).join("")
}

/** The 128 bits of a ULID as hex: a trace id. */
export function ulidToHex(ulid: string): string {
  let hex = ""
  let held = 0
  // 26 letters hold 130 bits, of which the first two are none.
  let bits = -2
  for (let place = 0; place < ulid.length; place++) {
    held = (held << 5) | digits.indexOf(ulid.charAt(place))
    for (bits += 5; bits >= 4; held &= (1 << bits) - 1) hex += (held >>> (bits -= 4)).toString(16)
  }
  return hex
}
