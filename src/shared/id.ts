/** Of Crockford base 32. */
export const ulidAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/** Latest time a ULID can hold (48 bits). */
export const maxUlidMs: number = 2 ** 48 - 1

/**
 * The ULID of a time and 10 random bytes: 26 characters of Crockford base 32, upper case.
 *
 * @source https://github.com/ulid/spec
 */
export function encodeUlid(timeMs: number, randomness: Uint8Array): string {
  if (!(timeMs >= 0 && timeMs <= maxUlidMs) || randomness.length !== 10)
    throw new RangeError(`no ULID holds the time ${timeMs} and ${randomness.length} random bytes`)
  let text = ""
  for (let rest = timeMs; text.length < 10; rest = Math.floor(rest / 32)) text = ulidAlphabet[rest % 32] + text
  let held = 0
  let heldBits = 0
  for (const byte of randomness) {
    held = ((held << 8) | byte) & 0xfff
    for (heldBits += 8; heldBits >= 5;) text += ulidAlphabet[(held >>> (heldBits -= 5)) & 31]
  }
  return text
}

/** Whether text is a ULID; letters of either case, as the server reads them. */
export function isUlid(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(text)
}

/**
 * 10 random bytes with their last four (big-endian) increased by `position`, wrapping at 2^32.
 *
 * It is how the server derives the id of the n-th event (1-based) of a batch from the seed header.
 * @source measured, see events/idempotency.ts
 */
export function offsetRandomness(randomness: Uint8Array, position: number): Uint8Array {
  const moved = randomness.slice()
  const view = new DataView(moved.buffer, moved.byteOffset, moved.byteLength)
  view.setUint32(6, (view.getUint32(6) + position) >>> 0)
  return moved
}
