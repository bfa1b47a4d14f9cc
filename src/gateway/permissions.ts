/** What a gateway can be told to allow: names, wildcards, patterns; and the question whether something is allowed. */
import { ConfigError } from "../errors.ts"

/** `noun.verb`, the words of the client's methods. */
export type PermissionName =
  | "events.send"
  | "events.read"
  | "runs.read"
  | "runs.cancel"
  | "runs.rerun"
  | "functions.read"
  | "functions.invoke"
  | "apps.read"
  | "cancellations.read"
  | "cancellations.create"
  | "cancellations.delete"
  | "signals.send"
  | "workflows.load"
  | "workflows.list"
  | "workflows.save"
  | "workflows.delete"
  | "server.read"

/** Every permission, and what it opens. */
export const permissions: Readonly<Record<PermissionName, string>> = {
  "events.send": "send events; limited to some names by a pattern: `events.send:shop/*`",
  "events.read": "list events, read one",
  "runs.read": "list runs, read one, its trace and jobs, the runs of an event",
  "runs.cancel": "cancel a run",
  "runs.rerun": "run again",
  "functions.read": "list functions, read one",
  "functions.invoke": "run a function now; limited to some by a pattern: `functions.invoke:core-*`",
  "apps.read": "list apps, read one",
  "cancellations.read": "list bulk cancellations",
  "cancellations.create": "cancel runs in bulk",
  "cancellations.delete": "end a bulk cancellation",
  "signals.send": "send a signal to a waiting run",
  "workflows.load": "read a workflow state whose id is known",
  "workflows.list": "list workflow states, with what is in them",
  "workflows.save": "write a workflow state",
  "workflows.delete": "delete a workflow state",
  "server.read": "what kind of server is behind the gateway",
}

type Noun = PermissionName extends `${infer Name}.${string}` ? Name : never

/** Permissions that a pattern can limit: to names of events, to ids of functions in full. */
export type LimitedPermission = "events.send" | "functions.invoke"

/**
 * An entry of `allow`. `runs.*` is every permission of runs. In a pattern (`events.send:shop/*`) each `*` stands for any text, slashes included;
 * all else stands for itself, letter case too.
 */
export type Permission = PermissionName | `${Noun}.*` | `${LimitedPermission}:${string}`

/** What of a permission is allowed: all of it, what meets one of the patterns, or nothing. */
export type Allowance = { kind: "all" } | { kind: "some"; patterns: readonly string[] } | { kind: "none" }

export type Allowances = ReadonlyMap<PermissionName, Allowance>

export const limitedPermissions: readonly LimitedPermission[] = ["events.send", "functions.invoke"]

/** @throws ConfigError naming the entry that is no permission. */
export function parseAllow(allow: readonly string[]): Allowances {
  if (!Array.isArray(allow)) throw new ConfigError("allow: must be a list of permissions", { option: "allow" })
  const names = Object.keys(permissions) as PermissionName[]
  const found = new Map<PermissionName, Allowance>()
  for (const entry of allow as readonly unknown[]) {
    const given = String(entry)
    const [name = "", pattern] = splitPattern(given)
    const named = names.filter((each) => each === name || `${each.split(".")[0]}.*` === name)
    const isLimit = pattern === undefined || limitedPermissions.some((each) => each === name)
    if (typeof entry !== "string" || named.length === 0 || !isLimit || pattern === "") throw noPermission(given)
    for (const each of named) found.set(each, widened(found.get(each), pattern))
  }
  return found
}

/** Whether a name or id is within an allowance. */
export function isWithin(allowance: Allowance, subject: string): boolean {
  if (allowance.kind === "some") return allowance.patterns.some((pattern) => matchesPattern(pattern, subject))
  return allowance.kind === "all"
}

/** Each `*` stands for any text. By search, not by a regular expression: no pattern makes it slow. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*")
  const last = rest.pop()
  if (last === undefined) return text === first
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  const end = text.length - last.length
  let at = first.length
  for (const part of rest) {
    const next = text.indexOf(part, at)
    if (next === -1 || next + part.length > end) return false
    at = next + part.length
  }
  return true
}

function splitPattern(entry: string): [name: string, pattern?: string] {
  const colon = entry.indexOf(":")
  return colon === -1 ? [entry] : [entry.slice(0, colon), entry.slice(colon + 1)]
}

function widened(before: Allowance | undefined, pattern: string | undefined): Allowance {
  if (pattern === undefined || before?.kind === "all") return { kind: "all" }
  return { kind: "some", patterns: [...(before?.kind === "some" ? before.patterns : []), pattern] }
}

function noPermission(entry: string): ConfigError {
  return new ConfigError(
    `allow: ${JSON.stringify(entry)} is no permission`,
    { option: "allow" },
    {
      hint: `There are ${Object.keys(permissions).join(", ")}; noun.* for all of a noun; events.send:… and functions.invoke:… with a pattern.`,
    },
  )
}
