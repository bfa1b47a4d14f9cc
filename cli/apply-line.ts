import { type CommandSpec, type Question, type Shell, commandTitle } from "./command.ts"
import { startFlags, globalFlags } from "./global-flags.ts"
import type { Word } from "./grammar/ast.ts"
import { separate } from "./grammar/separate.ts"
import { joinWords } from "./grammar/tokenize.ts"

export interface GivenLine {
  readonly words: readonly Word[]
  readonly command: CommandSpec
  readonly shell: Pick<Shell, "input" | "sessions" | "registry">
}

/** The line that does what was asked, for a shell: with what the session adds to it, and with the flags that it lacks. */
export function applyLine({ pickedBy, ids }: Question, missing: readonly string[], line: GivenLine): string {
  const { shell, words } = line
  const { profile, url, env, store } = shell.input === "argv" ? {} : shell.sessions.request
  const start = Object.entries({ profile, url, env, store }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
  const texts = pickedBy === undefined ? words.map(({ text }) => text) : withIds(ids, pickedBy, line)
  // Behind `--` it would be no flag.
  const end = texts.includes("--") ? texts.indexOf("--") : texts.length
  return joinWords(["inngest-repl", ...start, ...texts.toSpliced(end, 0, ...missing)])
}

/** Flags stay where they are, besides those that picked; the ids stand behind the name. */
function withIds(ids: readonly string[], pickedBy: readonly string[], { words, command, shell }: GivenLine): string[] {
  const { flags } = separate(words, [...globalFlags, ...startFlags, ...shell.registry.flags])
  const kept = new Set<Word | undefined>()
  const dropped = new Set<Word | undefined>()
  for (const { name, word, valueWord } of flags)
    for (const each of [word, valueWord]) (pickedBy.includes(name) ? dropped : kept).add(each)
  const isOperand = (word: Word): boolean => !kept.has(word) && !dropped.has(word)
  const at = words.findIndex(isOperand)
  const textsOf = (part: readonly Word[]): string[] => part.filter((word) => kept.has(word)).map(({ text }) => text)
  const plain = ids.some((id) => id.startsWith("-")) ? ["--", ...ids] : []
  const name = commandTitle({ name: command.name })
  return [
    ...textsOf(words.slice(0, at)),
    ...name.split(" "),
    ...(plain.length === 0 ? ids : []),
    ...textsOf(words.slice(at)),
    ...plain,
  ]
}
