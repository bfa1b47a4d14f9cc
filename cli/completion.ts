/** What TAB offers: commands, verbs, flags, and the values of flags that have a fixed set. Pure; asks no server. */
import type { CommandSpec, Registry } from "./command.ts"
import type { FlagSpec } from "./flag.ts"
import { globalFlags } from "./global-flags.ts"

/**
 * @param typed the line up to the cursor.
 * @returns the candidates and the part of the line that they replace, as readline wants it.
 */
export function complete(typed: string, registry: Registry): [candidates: string[], replaced: string] {
  const words = typed.trimStart().split(/\s+/)
  const last = words.pop() ?? ""
  const command = commandOf(words, registry)
  const flags = [...(command?.flags ?? []), ...globalFlags]
  const candidates = candidatesFor(last, words, flags, registry)
  return [candidates.filter((candidate) => candidate.startsWith(last)).map((candidate) => `${candidate} `), last]
}

function candidatesFor(
  last: string,
  words: readonly string[],
  flags: readonly FlagSpec[],
  registry: Registry,
): readonly string[] {
  // As they are called in help: `event` beside `events` would only stand in the way.
  if (words.length === 0) return [...new Set(registry.commands.map(({ name }) => name[0]))]
  const flag = flags.find(({ name, short }) => words.at(-1) === `--${name}` || words.at(-1) === `-${short}`)
  if (flag?.values !== undefined) return flag.values
  if (last.startsWith("-")) return flags.map(({ name }) => `--${name}`)
  const [first = ""] = words
  if (first === "help") return words.length === 1 ? registry.names : (registry.noun(words[1] ?? "")?.verbs ?? [])
  return words.length === 1 ? (registry.noun(first)?.verbs ?? []) : []
}

function commandOf([first = "", second = ""]: readonly string[], registry: Registry): CommandSpec | undefined {
  const noun = registry.noun(first)
  return registry.single(first) ?? noun?.verb(second) ?? noun?.main
}
