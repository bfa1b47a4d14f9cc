/** Internal ids: from the sender's seed, or made here so that their order is the order of arrival. */
import { decodeBase64 } from "../../src/shared/base64.ts"
import { encodeUlid, offsetRandomness } from "../../src/shared/id.ts"
import type { Random } from "../../src/shared/random.ts"

export interface IdSeed {
  readonly timeMs: number
  /** 10 bytes. */
  readonly randomness: Uint8Array
}

/**
 * The seed header's value, `<millis>,<base64 of 10 bytes>`; `undefined` when it is none: the server ignores those.
 *
 * @source measured, vectors `event-seed-header`, `event-seed-header-bad`
 */
export function parseIdSeed(value: string | null): IdSeed | undefined {
  const match = /^\+?(\d{1,15}),([A-Za-z0-9+/]+=*)$/.exec(value ?? "")
  if (match === null) return undefined
  const timeMs = Number(match[1])
  const randomness = decodeBase64(match[2] ?? "")
  return timeMs > 0 && timeMs < 2 ** 48 && randomness?.length === 10 ? { timeMs, randomness } : undefined
}

/** Ids of the events of one request: the n-th is the seed moved by n, counted from 1. */
export function seededIds({ timeMs, randomness }: IdSeed, count: number): string[] {
  return Array.from({ length: count }, (_, index) => encodeUlid(timeMs, offsetRandomness(randomness, index + 1)))
}

/** Ids that grow with every call, also inside one millisecond and when the clock steps back: there the real server's are random. */
export function createIdMint(random: Random): (count: number, timeMs: number) => string[] {
  let lastMs = -1
  let bytes = new Uint8Array(10)
  return (count, timeMs) =>
    Array.from({ length: count }, () => {
      if (timeMs > lastMs) {
        lastMs = timeMs
        bytes = random.bytes(10).slice()
        // Room to count up: a tail of all ones would overflow into the time.
        bytes[0] = (bytes[0] ?? 0) & 0x7f
      } else {
        increment(bytes)
      }
      return encodeUlid(lastMs, bytes)
    })
}

function increment(bytes: Uint8Array): void {
  for (let index = bytes.length - 1; index >= 0; index--) {
    const next = ((bytes[index] ?? 0) + 1) & 0xff
    bytes[index] = next
    if (next !== 0) return
  }
}

const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/** The ULID behind this one, of the same millisecond: past its last one comes its first. */
export function nextUlid(ulid: string): string {
  const [, kept = "", digit = "", full = ""] = /^(.{10}.*?)([^Z]?)(Z*)$/.exec(ulid) ?? []
  return kept + (digit === "" ? "" : digits.charAt(digits.indexOf(digit) + 1)) + "0".repeat(full.length)
}
