const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/** Latest time a ULID can hold (48 bits). */
const maxTimeMs = 2 ** 48 - 1

/**
 * The ULID of a time and 10 random bytes: 26 characters of Crockford base 32, upper case.
 *
 * @source https://github.com/ulid/spec
 */
export function encodeUlid(timeMs: number, randomness: Uint8Array): string {
  if (!(timeMs >= 0 && timeMs <= maxTimeMs) || randomness.length !== 10)
    throw new RangeError(`no ULID holds the time ${timeMs} and ${randomness.length} random bytes`)
  const bits = randomness.reduce((high, byte) => (high << 8n) | BigInt(byte), BigInt(timeMs))
  return bits
    .toString(32)
    .padStart(26, "0")
    .replace(/./g, (digit) => alphabet.charAt(Number.parseInt(digit, 32)))
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
