/** The number that a ULID is, by the definition of base 32: written apart from the encoder, so that it can't share a mistake. */
export function ulidNumber(ulid: string): bigint {
  return [...ulid].reduce((high, letter) => high * 32n + BigInt("0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(letter)), 0n)
}

/** Milliseconds since the epoch that a ULID carries. */
export function ulidTimeMs(ulid: string): number {
  return Number(ulidNumber(ulid) >> 80n)
}
