const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/** Latest time a ULID can hold (48 bits). */
const maxTimeMs = 2 ** 48 - 1

/**
 * The ULID of a time and 10 random bytes: 26 characters of Crockford base 32, upper case.
 *
 * @source https://github.com/ulid/spec
 */
export function encodeUlid(timeMs: number, randomness: Uint8Array): string {
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs > maxTimeMs)
    throw new RangeError(`no ULID holds the time ${timeMs}`)
  if (randomness.length !== 10) throw new RangeError(`a ULID has 10 random bytes, not ${randomness.length}`)
  let time = ""
  for (let rest = timeMs, place = 0; place < 10; place++, rest = Math.floor(rest / 32))
    time = alphabet[rest % 32] + time
  let tail = ""
  let bits = 0
  let held = 0
  for (const byte of randomness) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      tail += alphabet[(held >>> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return time + tail
}

/** Whether text is a ULID; letters of either case, as the server reads them. */
export function isUlid(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(text)
}

/** Milliseconds since the epoch that a ULID carries. The caller has checked `isUlid`. */
export function ulidTimeMs(ulid: string): number {
  let timeMs = 0
  for (const letter of ulid.slice(0, 10).toUpperCase()) timeMs = timeMs * 32 + alphabet.indexOf(letter)
  return timeMs
}

/**
 * 10 random bytes with their last four (big-endian) increased by `position`, wrapping at 2^32.
 *
 * It is how the server derives the id of the n-th event (1-based) of a batch from the seed header.
 * @source measured, see protocol/headers.ts `eventIdSeed`
 */
export function offsetRandomness(randomness: Uint8Array, position: number): Uint8Array {
  const moved = randomness.slice()
  const view = new DataView(moved.buffer, moved.byteOffset, moved.byteLength)
  view.setUint32(6, (view.getUint32(6) + position) >>> 0)
  return moved
}
