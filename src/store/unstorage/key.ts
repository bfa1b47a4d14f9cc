/** Which key a workflow has. Drivers merge what looks alike to them (`a/b` and `a:b`), so that a key holds nothing but letters they keep. */
import { decodeBase64, encodeBase64Url } from "../../shared/base64.ts"
import { sha256 } from "../../shared/digest.ts"

/** File names hold 255 bytes, of some encrypted file systems 143. */
const maxKeyLength = 140

/** Base64url of the id's UTF-8; of a long one `sha256.` and its hash, and the id is then in the value alone. */
export async function toKey(id: string): Promise<string> {
  const key = encodeBase64Url(new TextEncoder().encode(id))
  return key.length <= maxKeyLength ? key : `sha256.${await sha256(id)}`
}

export type KeyMeaning = { kind: "id"; id: string } | { kind: "hash" } | { kind: "none" }

/** What a key of the storage stands for; `none` when it is nobody's here. */
export function readKey(key: string): KeyMeaning {
  if (/^sha256\.[0-9a-f]{64}$/.test(key)) return { kind: "hash" }
  const bytes = /^[\w-]+$/.test(key) ? decodeBase64(key.replaceAll("-", "+").replaceAll("_", "/")) : undefined
  return bytes === undefined
    ? { kind: "none" }
    : { kind: "id", id: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) }
}
