/** Hashes: SHA-1 in plain TypeScript, since step ids are hashed synchronously; HMAC by Web Crypto. */
import { encodeHex } from "./hex.ts"

const encoder = new TextEncoder()

/**
 * SHA-1 of bytes, or of a text's UTF-8 bytes, as lower-case hex. For names, never for secrets.
 *
 * @source RFC 3174
 */
export function sha1Hex(input: string | Uint8Array): string {
  const bytes = typeof input === "string" ? encoder.encode(input) : input
  const blocks = new DataView(new ArrayBuffer((((bytes.length + 8) >> 6) + 1) << 6))
  new Uint8Array(blocks.buffer).set(bytes)
  blocks.setUint8(bytes.length, 0x80)
  blocks.setBigUint64(blocks.byteLength - 8, BigInt(bytes.length) * 8n)
  let sums = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
  for (let offset = 0; offset < blocks.byteLength; offset += 64) {
    const words = Array.from({ length: 16 }, (_, index) => blocks.getInt32(offset + index * 4))
    const before = (count: number): number => words[words.length - count] ?? 0
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = sums
    for (let round = 0; round < 80; round++) {
      if (round > 15) words.push(rotate(before(3) ^ before(8) ^ before(14) ^ before(16), 1))
      const quarter = Math.floor(round / 20)
      const mixed = [(b & c) | (~b & d), b ^ c ^ d, (b & c) | (b & d) | (c & d), b ^ c ^ d][quarter] ?? 0
      const next = rotate(a, 5) + mixed + e + (roundConstants[quarter] ?? 0) + (words[round] ?? 0)
      ;[a, b, c, d, e] = [next | 0, a, rotate(b, 30), c, d]
    }
    const turned = [a, b, c, d, e]
    sums = sums.map((sum, index) => sum + (turned[index] ?? 0))
  }
  return sums.map((sum) => (sum >>> 0).toString(16).padStart(8, "0")).join("")
}

const roundConstants = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6]

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

const hmac = { name: "HMAC", hash: "SHA-256" }

/** HMAC-SHA256 of a text's UTF-8 bytes under a key that is a text too, as lower-case hex. */
export async function hmacSha256Hex(key: string, text: string): Promise<string> {
  const imported = await crypto.subtle.importKey("raw", encoder.encode(key), hmac, false, ["sign"])
  return encodeHex(new Uint8Array(await crypto.subtle.sign("HMAC", imported, encoder.encode(text))))
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function equalInConstantTime(left: string, right: string): boolean {
  let difference = left.length ^ right.length
  for (let index = 0; index < right.length; index++) difference |= left.charCodeAt(index) ^ right.charCodeAt(index)
  return difference === 0
}
