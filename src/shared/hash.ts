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
  const { length } = bytes
  // Whole blocks of sixteen words: the bytes, a one, and in the last word how many bits they are.
  const blocks = new Int32Array((((length + 8) >> 6) + 1) << 4)
  for (let index = 0; index <= length; index++)
    blocks[index >> 2] = (blocks[index >> 2] ?? 0) | ((bytes[index] ?? 0x80) << (24 - (index & 3) * 8))
  blocks[blocks.length - 1] = length * 8
  let sums = [0x67452301, 0xefcdab89, ~0x67452301, ~0xefcdab89, 0xc3d2e1f0]
  for (let offset = 0; offset < blocks.length; offset += 16) {
    const words = [...blocks.subarray(offset, offset + 16)]
    const before = (count: number): number => words[words.length - count] ?? 0
    let turned = sums
    for (let round = 0; round < 80; round++) {
      if (round > 15) words.push(rotate(before(3) ^ before(8) ^ before(14) ^ before(16), 1))
      const [a = 0, b = 0, c = 0, d = 0, e = 0] = turned
      const quarter = Math.floor(round / 20)
      const mixed = quarter % 2 > 0 ? b ^ c ^ d : quarter > 0 ? (b & c) | (d & (b | c)) : d ^ (b & (c ^ d))
      const constant = Math.floor(Math.sqrt([2, 3, 5, 10][quarter] ?? 0) * 2 ** 30)
      turned = [(rotate(a, 5) + mixed + e + constant + (words[round] ?? 0)) | 0, a, rotate(b, 30), c, d]
    }
    sums = sums.map((sum, index) => (sum + (turned[index] ?? 0)) | 0)
  }
  return sums.map((sum) => (sum >>> 0).toString(16).padStart(8, "0")).join("")
}

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
