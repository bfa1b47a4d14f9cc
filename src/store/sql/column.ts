/** Texts that an indexed column of both databases holds, in an order that is the one of the texts. */
import { sha256 } from "../../shared/digest.ts"
import { sizeBytes } from "../../shared/json.ts"

/** PostgreSQL refuses an index row beyond 2 704 bytes; two of these fit one. */
const maxColumnBytes = 1_000

/** What a long text keeps in front of its hash. */
const headCodePoints = 200

/**
 * An id or a status as it is stored: itself, in all but odd cases. NUL, U+0001 and halves of surrogate pairs, which one of the databases
 * can't hold, become U+0001 and four hex digits. Of more than 1000 bytes the first 200 code points are kept, followed by U+0001, `#` and the
 * SHA-256 of all; two such texts that begin alike are ordered by hash.
 */
export async function toColumn(text: string): Promise<string> {
  const held = text.replace(
    // oxlint-disable-next-line no-control-regex -- these two are what it is about
    /[\0\u0001\p{Surrogate}]/gu,
    (unit) => `\u0001${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
  if (held.length <= maxColumnBytes / 3 || sizeBytes(held) <= maxColumnBytes) return held
  return `${Array.from(held.slice(0, 2 * headCodePoints))
    .slice(0, headCodePoints)
    .join("")}\u0001#${await sha256(held)}`
}
