/** Bodies of JSON as the server's decoder takes them: one value, whatever follows it. */
import { maxSmallBodyBytes } from "./body-limits.ts"
import type { Exchange } from "./exchange.ts"
import { type GoValue, readGoValue, skipBlanks } from "./go-json.ts"
import { decodeUtf8 } from "./incoming-events.ts"

export type JsonBody = { ok: true; value: GoValue } | { ok: false; message: string }

/** @throws BodyTooLarge */
export async function readJsonBody({ bytes }: Exchange, maxBytes: number = maxSmallBodyBytes): Promise<JsonBody> {
  return readJsonText(decodeUtf8(await bytes(maxBytes)))
}

export function readJsonText(text: string): JsonBody {
  const start = skipBlanks(text, 0)
  if (start === text.length) return { ok: false, message: "EOF" }
  return readGoValue(text, start, "unexpected EOF")
}

/** Members by their names in lower case, as the server matches them; of equal ones the last counts, and null counts as absent. */
export function fieldsOf(value: GoValue): ReadonlyMap<string, GoValue> {
  const fields = new Map<string, GoValue>()
  for (const [name, member] of value.members ?? []) if (member.kind !== "null") fields.set(name.toLowerCase(), member)
  return fields
}

/** The texts of these fields, `""` where one is absent; `undefined` when one is something else. */
export function textsOf<Name extends string>(
  fields: ReadonlyMap<string, GoValue>,
  names: readonly Name[],
): Record<Name, string> | undefined {
  const texts = names.map((name) => [name, fields.get(name)] as const)
  if (texts.some(([, field]) => field !== undefined && field.kind !== "string")) return undefined
  return Object.fromEntries(texts.map(([name, field]) => [name, field?.letters ?? ""])) as Record<Name, string>
}
