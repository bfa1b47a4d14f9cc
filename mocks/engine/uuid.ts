/** UUIDs: from a name, as the server derives the ids of apps, or random. */
import { sha1Hex } from "../../src/shared/hash.ts"
import type { Random } from "../../src/shared/random.ts"

/** 6ba7b812-9dad-11d1-80b4-00c04fd430c8, the OID namespace of RFC 9562. */
const namespace = Uint8Array.of(
  0x6b,
  0xa7,
  0xb8,
  0x12,
  0x9d,
  0xad,
  0x11,
  0xd1,
  0x80,
  0xb4,
  0,
  0xc0,
  0x4f,
  0xd4,
  0x30,
  0xc8,
)

/** Version 5 of a name. @source measured: an app's id is that of its name */
export function deterministicUuid(name: string): string {
  const text = new TextEncoder().encode(name)
  const bytes = new Uint8Array(namespace.length + text.length)
  bytes.set(namespace)
  bytes.set(text, namespace.length)
  return format(sha1Hex(bytes), "5")
}

/** Version 4. */
export function randomUuid(random: Random): string {
  return format([...random.bytes(16)].map((byte) => byte.toString(16).padStart(2, "0")).join(""), "4")
}

function format(hex: string, version: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  const parts = [hex.slice(0, 8), hex.slice(8, 12), version + hex.slice(13, 16), variant + hex.slice(17, 20)]
  return `${parts.join("-")}-${hex.slice(20, 32)}`
}
