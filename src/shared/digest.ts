import { encodeHex } from "./hex.ts"

/** SHA-256 of a text's UTF-8, as 64 hex digits. By Web Crypto, which a page has only over https or on loopback. */
export async function sha256(text: string): Promise<string> {
  return encodeHex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))))
}
