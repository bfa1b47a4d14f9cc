/** `--fields` and `--get`: parts of a result's data, by path. */
import type { View } from "./view.ts"
import { CommandError, usageError } from "../command-error.ts"
import type { PathSegment } from "../grammar/ast.ts"
import { getAt, parsePath } from "../grammar/path.ts"

/** @throws CommandError for what is no path. */
export function refuseSelection({ get, fields }: Pick<View, "get" | "fields">): void {
  if (get !== undefined) toPath("get", get)
  if (fields?.length === 0) throw usageError("--fields names nothing", { hint: "Such as  --fields id,status" })
  for (const field of fields ?? []) toPath("fields", field)
}

/** @throws CommandError `not-found` where nothing is. */
export function selectValue(data: unknown, path: string): unknown {
  const value = getAt(data, toPath("get", path))
  if (value !== undefined) return value
  const names = typeof data === "object" && data !== null && !Array.isArray(data) ? Object.keys(data) : []
  throw new CommandError("not-found", `--get: nothing is at ${path}`, {
    hint: names.length > 0 ? `There is  ${names.join(", ")}` : undefined,
  })
}

/** Each row cut down to the fields; a field that a row lacks is `null`. */
export function selectFields(data: unknown, fields: readonly string[]): Record<string, unknown>[] {
  const paths = fields.map((field) => [field, toPath("fields", field)] as const)
  const rows: readonly unknown[] = Array.isArray(data) ? data : [data]
  return rows.map((row) => Object.fromEntries(paths.map(([field, path]) => [field, getAt(row, path) ?? null])))
}

function toPath(flag: string, text: string): PathSegment[] {
  const path = parsePath(text.trim())
  if (path === undefined) throw usageError(`--${flag}: "${text}" is not a path such as id, data.user or [0].name`)
  return path
}
