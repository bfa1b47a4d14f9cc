/** Words → flags and operands. Flags stand anywhere and `--` ends them. Nothing is refused here: what a flag is allowed to be is checked later. */
import type { FlagSpec } from "../flag.ts"
import type { Word } from "./ast.ts"

export interface GivenFlag {
  /** The long name where the flag is known, else what was typed. */
  readonly name: string
  readonly word: Word
  readonly value: string | undefined
  /** The next word, where that is the value. */
  readonly valueWord?: Word | undefined
  readonly isNegated: boolean
}

export interface Operand extends Word {
  /** Stood behind `--`: a plain word whatever it looks like. */
  readonly isPlain: boolean
}

export interface Separated {
  readonly flags: readonly GivenFlag[]
  readonly operands: readonly Operand[]
}

/** @param specs every flag there is: whether the next word is a flag's value has to be known before the command is. */
export function separate(words: readonly Word[], specs: readonly FlagSpec[]): Separated {
  const byName = new Map(specs.map((flag) => [flag.name, flag]))
  const byShort = new Map(specs.flatMap((flag) => (flag.short === undefined ? [] : [[flag.short, flag] as const])))
  const flags: GivenFlag[] = []
  const operands: Operand[] = []
  const rest = [...words]

  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.text === "--") operands.push(...rest.splice(0).map((plain) => ({ ...plain, isPlain: true })))
    else if (!isFlag(word.text)) operands.push({ ...word, isPlain: false })
    else if (word.text.startsWith("--")) readLong(word)
    else readShort(word, word.text.slice(1))
  }
  return { flags, operands }

  function readLong(word: Word): void {
    const [, name = "", , value] = /^--([^=]*)(=(.*))?$/s.exec(word.text) ?? []
    const positive = name.startsWith("no-") && !byName.has(name) ? byName.get(name.slice("no-".length)) : undefined
    if (positive?.kind === "switch") flags.push({ name: positive.name, word, value, isNegated: true })
    else flags.push({ name, word, ...(value === undefined ? valueOf(byName.get(name)) : { value }), isNegated: false })
  }

  /** `-o json`, `-ojson`, `-o=json`, and switches in a row: `-qy`. */
  function readShort(word: Word, letters: string): void {
    const letter = String.fromCodePoint(letters.codePointAt(0) ?? 0)
    const behind = letters.slice(letter.length)
    const spec = byShort.get(letter)
    if (spec === undefined) flags.push({ name: letter, word, value: undefined, isNegated: false })
    else if (spec.kind === "switch") {
      flags.push({ name: spec.name, word, value: undefined, isNegated: false })
      if (behind !== "") readShort(word, behind)
    } else {
      const value = behind === "" ? valueOf(spec) : { value: behind.replace(/^=/, "") }
      flags.push({ name: spec.name, word, ...value, isNegated: false })
    }
  }

  /** The next word, unless it is a flag itself. */
  function valueOf(spec: FlagSpec | undefined): Pick<GivenFlag, "value" | "valueWord"> {
    if (spec?.alone !== undefined) return { value: spec.alone }
    const isTaken = spec !== undefined && spec.kind !== "switch" && rest[0] !== undefined && !isFlag(rest[0].text)
    const valueWord = isTaken ? rest.shift() : undefined
    return { value: valueWord?.text, valueWord }
  }
}

/** `-5` is a number and `-` stands for stdin. */
function isFlag(text: string): boolean {
  return /^-[^\d.]/.test(text)
}
