import { usageError } from "../command-error.ts"
import type { PayloadItem, Word } from "./ast.ts"
import { parsePath } from "./path.ts"

/**
 * A word as part of a payload, or `undefined` for a plain word: `key=text`, `key:=json5`, `key=@file`, `key:=@file`, `{json5}`, `[json5]`,
 * `@file`, `-` (stdin). `=` always gives a text and `:=` always JSON, so that ids such as 007 survive.
 *
 * @throws CommandError when the part before the `=` is no path.
 */
export function parsePayloadItem({ text, at }: Word): PayloadItem | undefined {
  if (text === "-") return { kind: "stdin" }
  if (text.startsWith("{")) return { kind: "document", text }
  if (text.startsWith("@") && text.length > 1) return { kind: "file", file: text.slice(1) }
  const [, key, colon, value] = /^([^="']*?(?:\["(?:[^"\\]|\\.)*"\][^="']*?)*)(:?)=(.*)$/s.exec(text) ?? []
  if (key === undefined || value === undefined) return text.startsWith("[") ? { kind: "document", text } : undefined
  const path = parsePath(key)
  if (path === undefined) {
    if (text.startsWith("[")) return { kind: "document", text }
    throw usageError(`payload: "${key}" is not a path such as id, user.plan or items[0].sku`, { at })
  }
  const isFile = value.startsWith("@") && value.length > 1
  return {
    kind: "assign",
    path,
    as: colon === ":" ? "json" : "text",
    from: isFile ? { kind: "file", file: value.slice(1) } : { kind: "inline", text: value },
  }
}
