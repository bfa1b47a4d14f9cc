/** What TAB offers: commands, verbs, flags, values of flags that have a fixed set, and names that only the server knows. */
import { type CommandSpec, type PayloadKey, type Registry, commandTitle } from "./command.ts"
import type { Completes } from "./completes.ts"
import type { FlagSpec } from "./flag.ts"
import { globalFlags } from "./global-flags.ts"
import { quoteWord, tokenize } from "./grammar/tokenize.ts"

/** What fits where the cursor is: words that are known, or a kind of thing that has to be asked for. */
export interface Completion {
  readonly words: readonly string[]
  readonly live?: Completes | undefined
  /** Of a `field`: the command whose results have it. */
  readonly title?: string | undefined
  /** The part of the line that a candidate replaces. */
  readonly typed: string
  /** What stands before each candidate in that part: `--name=`. */
  readonly prefix: string
}

/** @param typed the line up to the cursor. */
export function findCompletion(typed: string, registry: Registry): Completion {
  const { words, last } = split(typed)
  return completeWords(words, last, registry)
}

/** @param before the words before the one under the cursor. */
export function completeWords(before: readonly string[], last: string, registry: Registry): Completion {
  const { command, used } = commandOf(before, registry)
  const flags = [...(command?.flags ?? []), ...globalFlags]
  const inFlag = /^(--[\w-]+=)(.*)$/s.exec(last)
  if (inFlag !== null) {
    const [, prefix = "", value = ""] = inFlag
    const flag = flags.find(({ name }) => `--${name}=` === prefix)
    return ofFlag(flag, value, prefix, command)
  }
  const rest = { typed: last, prefix: "" }
  const flag = flags.find(({ name, short }) => before.at(-1) === `--${name}` || before.at(-1) === `-${short}`)
  if (flag !== undefined && flag.kind !== "switch" && flag.alone === undefined) return ofFlag(flag, last, "", command)
  if (last.startsWith("-"))
    return { words: flags.filter((each) => isOfUse(each, command)).map(({ name }) => `--${name}`), ...rest }
  const plain = withoutFlags(before, flags)
  // As they are called in help: `event` beside `events` would only stand in the way.
  if (plain.length === 0)
    return {
      words: [...new Set(registry.commands.flatMap(({ name, shorthands = [] }) => [name[0], ...shorthands]))],
      ...rest,
    }
  const [first = ""] = plain
  if (first === "help")
    return { words: plain.length === 1 ? registry.names : (registry.noun(plain[1] ?? "")?.verbs ?? []), ...rest }
  if (command === undefined) return { words: [], ...rest }
  const noun = registry.noun(first)
  if (plain.length === 1 && noun !== undefined) return { words: noun.verbs, ...rest }
  const operands = command.operands ?? []
  const place = plain.length - used
  const spec = operands[place] ?? (operands.at(-1)?.repeats === true ? operands.at(-1) : undefined)
  if (command.name[0] === "set" && place === 1) return { words: valuesOf(plain[used] ?? ""), ...rest }
  if (spec !== undefined) return { words: [], live: spec.completes, ...rest }
  return ofPayload(command.payloadKeys ?? [], last)
}

/** Of the flags of every command those about writes do nothing where there is none, and nothing but a list is watched. */
function isOfUse({ name }: FlagSpec, command: CommandSpec | undefined): boolean {
  if (command === undefined || command.effectBy !== undefined) return true
  const writes = command.effect === "write" || command.effect === "destroy"
  if (["dry-run", "curl", "yes", "confirm"].includes(name)) return writes
  return name !== "watch" || command.effect === "read"
}

/** What an option can be set to. */
function valuesOf(option: string): readonly string[] {
  const flag = globalFlags.find(({ name }) => name === option)
  return flag?.kind === "switch" ? ["on", "off"] : (flag?.values ?? [])
}

function ofFlag(
  flag: FlagSpec | undefined,
  value: string,
  prefix: string,
  command: CommandSpec | undefined,
): Completion {
  const isField = flag?.completes === "field"
  // Of several fields the last is the one that is typed.
  const start = isField && flag.name === "fields" ? value.lastIndexOf(",") + 1 : 0
  return {
    words: flag?.values ?? [],
    live: flag?.completes,
    ...(isField && command !== undefined ? { title: commandTitle(command) } : {}),
    typed: value.slice(start),
    prefix: prefix + value.slice(0, start),
  }
}

/** Keys, then what the value of one can be. */
function ofPayload(keys: readonly PayloadKey[], last: string): Completion {
  const [, prefix = "", name, value = ""] = /^((\w+)=)(.*)$/s.exec(last) ?? []
  if (name === undefined)
    return { words: keys.map((key) => `${key.name}${key.isJson === true ? ":=" : "="}`), typed: last, prefix: "" }
  return { words: keys.find((key) => key.name === name)?.values ?? [], typed: value, prefix }
}

/** As the tokenizer splits; a part that is not closed yet is the last word. */
function split(typed: string): { words: string[]; last: string } {
  const tokenized = tokenize(typed)
  const isOpen = tokenized.kind !== "words"
  const texts = isOpen ? typed.trimStart().split(/\s+/) : tokenized.words.map(({ text }) => text)
  if (!isOpen && (typed === "" || /\s$/.test(typed))) return { words: texts, last: "" }
  return { words: texts.slice(0, -1), last: texts.at(-1) ?? "" }
}

function withoutFlags(words: readonly string[], flags: readonly FlagSpec[]): string[] {
  const plain: string[] = []
  let isValue = false
  for (const word of words) {
    if (isValue) isValue = false
    else if (/^-[^\d.]/.test(word)) {
      const flag = flags.find(({ name, short }) => word === `--${name}` || word === `-${short}`)
      isValue = flag !== undefined && flag.kind !== "switch" && flag.alone === undefined
    } else plain.push(word)
  }
  return plain
}

function commandOf(words: readonly string[], registry: Registry): { command: CommandSpec | undefined; used: number } {
  const all = registry.flags.concat(globalFlags)
  const [first = "", second = ""] = withoutFlags(words, all)
  const single = registry.single(first)
  if (single !== undefined) return { command: single, used: 1 }
  const noun = registry.noun(first)
  const verb = noun?.verb(second)
  return verb === undefined ? { command: noun?.main, used: 1 } : { command: verb, used: 2 }
}

/**
 * @param names of the kind of thing that `live` is.
 * @returns candidates and the part of the line that they replace, as readline wants it.
 */
export function toCandidates(
  { words, typed, prefix }: Completion,
  names: readonly string[] = [],
): [candidates: string[], replaced: string] {
  // What has to be quoted is left to the person: it would not be a continuation of what was typed. Nor may a server type into the terminal.
  const plain = names.filter((name) => quoteWord(name) === name)
  const candidates = [...new Set([...words, ...plain])].filter((candidate) => candidate.startsWith(typed))
  // More follows behind a key.
  const full = candidates.map((candidate) => `${prefix}${candidate}${candidate.endsWith("=") ? "" : " "}`)
  return [full, `${prefix}${typed}`]
}
