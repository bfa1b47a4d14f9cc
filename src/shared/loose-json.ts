/** Any value as JSON by plain rules, where losing something is better than failing: results of steps that ran, members of errors. */
import type { JsonValue } from "./json.ts"

/**
 * What is left of a value in JSON; `undefined` for what has none (a function, a symbol, a bigint). A Date is a string, a Map is `{}`, NaN is
 * null, a bigint inside is dropped, a reference back is the text `[Circular ~.path]`.
 *
 * @param root where the value will stand in the answer.
 * @source measured (recording `undefined-data`)
 */
export function toJsonValue(value: unknown, root = "~"): JsonValue | undefined {
  /** The way from the root to where the writing is: objects, and the names of their members. */
  const objects: unknown[] = []
  const names: string[] = []
  try {
    const text = JSON.stringify(value, function (this: unknown, name: string, member: unknown): unknown {
      const depth = objects.lastIndexOf(this) + 1
      objects.length = depth
      names.length = depth
      names.push(name)
      if (typeof member === "bigint") return undefined
      if (typeof member !== "object" || member === null) return member
      const seenAt = objects.indexOf(member)
      if (seenAt >= 0) return `[Circular ${[root, ...names.slice(1, seenAt + 1)].join(".")}]`
      objects.push(member)
      return member
    }) as string | undefined
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue)
  } catch {
    // A toJSON or a getter that throws.
    return undefined
  }
}
