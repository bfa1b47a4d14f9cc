/**
 * A typed line → words, the way a shell does it: blanks part words, `'…'` is literal, `"…"` knows `\"` and `\\`, a `\` outside takes the next
 * character as it is. One thing is added: a word that starts with `{` or `[`, or goes on with one after `=`, runs to the bracket that closes it,
 * blanks, quotes, comments and line ends included, so that JSON5 needs no quoting. One thing is refused: what would join commands in a shell
 * (`|`, `;`, `>`, …) is no word unless it is quoted, since it would become an id or a payload here.
 */
import type { Position, Word } from "./ast.ts"

export type Tokenized =
  | { readonly kind: "words"; readonly words: readonly Required<Word>[] }
  /** More lines are needed: `opener` stands at `at` and nothing closes it. */
  | { readonly kind: "unclosed"; readonly opener: string; readonly at: Position }
  | { readonly kind: "error"; readonly message: string; readonly at: Position }

const closers: ReadonlyMap<string, string> = new Map([
  ["{", "}"],
  ["[", "]"],
  ["(", ")"],
])

const blank = /\s/

/** Between commands, or from and to files, in a shell. */
const operator = /^(?:\|{1,2}|&{1,2}|;|>{1,2}|<)$/

/** All of a line, it leaves. To a shell it would be the letter. */
const leaveLine = String.raw`\q`

export function tokenize(source: string): Tokenized {
  const words: Required<Word>[] = []
  if (source.trim() === leaveLine) return { kind: "words", words: [{ text: leaveLine, at: { line: 1, column: 1 } }] }
  let index = 0
  for (;;) {
    while (index < source.length && blank.test(source.charAt(index))) index++
    if (index >= source.length) return { kind: "words", words }
    const word = readWord(source, index)
    if (word.kind !== "read") return place(source, word)
    if (operator.test(source.slice(index, word.end)))
      return { kind: "error", message: joins(word.text), at: positionAt(source, index) }
    words.push({ text: word.text, at: positionAt(source, index) })
    index = word.end
  }
}

type Scanned<T> =
  | ({ readonly kind: "read"; readonly end: number } & T)
  | { readonly kind: "unclosed"; readonly opener: string; readonly offset: number }
  | { readonly kind: "error"; readonly message: string; readonly offset: number }

function readWord(source: string, start: number): Scanned<{ text: string }> {
  let text = ""
  let index = start
  while (index < source.length) {
    const char = source.charAt(index)
    if (blank.test(char)) break
    const opensJson = char === "{" || char === "["
    if (opensJson && (index === start || source.charAt(index - 1) === "=")) {
      const json = readBalanced(source, index)
      if (json.kind !== "read") return json
      text += source.slice(index, json.end)
      index = json.end
    } else if (char === "'" || char === '"') {
      const quoted = readQuoted(source, index)
      if (quoted.kind !== "read") return quoted
      text += quoted.text
      index = quoted.end
    } else if (char === "\\") {
      if (index + 1 >= source.length) return { kind: "unclosed", opener: "\\", offset: index }
      // A `\` at a line's end joins the lines.
      if (source.charAt(index + 1) !== "\n") text += source.charAt(index + 1)
      index += 2
    } else {
      text += char
      index++
    }
  }
  return { kind: "read", text, end: index }
}

function readQuoted(source: string, start: number): Scanned<{ text: string }> {
  const quote = source.charAt(start)
  let text = ""
  for (let index = start + 1; index < source.length; index++) {
    const char = source.charAt(index)
    if (char === quote) return { kind: "read", text, end: index + 1 }
    if (char === "\\" && quote === '"') {
      const next = source.charAt(index + 1)
      if (next === '"' || next === "\\") {
        text += next
        index++
        continue
      }
    }
    text += char
  }
  return { kind: "error", message: `nothing closes the ${quote}`, offset: start }
}

function joins(text: string): string {
  return `"${text}" joins nothing here: a line is one command (as a word it is '${text}')`
}

/** From an opening bracket to behind the one that closes it. Strings and comments inside are skipped, as JSON5 reads them. */
function readBalanced(source: string, start: number): Scanned<object> {
  const open: { readonly closer: string; readonly offset: number }[] = []
  let index = start
  while (index < source.length) {
    const char = source.charAt(index)
    const closer = closers.get(char)
    if (closer !== undefined) {
      open.push({ closer, offset: index })
      index++
    } else if (char === "}" || char === "]" || char === ")") {
      const last = open.pop()
      if (last === undefined || last.closer !== char) {
        const opener = last === undefined ? "" : source.charAt(last.offset)
        return { kind: "error", message: `"${char}" does not close the "${opener}"`, offset: index }
      }
      index++
      if (open.length === 0) return { kind: "read", end: index }
    } else if (char === '"' || char === "'") index = skipString(source, index)
    else if (source.startsWith("//", index)) index = skipTo(source, "\n", index)
    else if (source.startsWith("/*", index)) {
      const end = source.indexOf("*/", index + 2)
      if (end === -1) return { kind: "unclosed", opener: "/*", offset: index }
      index = end + 2
    } else index++
  }
  const offset = open.at(-1)?.offset ?? start
  return { kind: "unclosed", opener: source.charAt(offset), offset }
}

/** JSON5 strings end at their quote; at a line's end they are broken, which is for the JSON5 reader to say. */
function skipString(source: string, start: number): number {
  const quote = source.charAt(start)
  let index = start + 1
  while (index < source.length) {
    const char = source.charAt(index)
    if (char === quote) return index + 1
    if (char === "\n") return index
    index += char === "\\" ? 2 : 1
  }
  return source.length
}

function skipTo(source: string, text: string, from: number): number {
  const found = source.indexOf(text, from)
  return found === -1 ? source.length : found
}

function place(source: string, stop: Exclude<Scanned<object>, { kind: "read" }>): Tokenized {
  const at = positionAt(source, stop.offset)
  return stop.kind === "unclosed"
    ? { kind: "unclosed", opener: stop.opener, at }
    : { kind: "error", message: stop.message, at }
}

function positionAt(source: string, offset: number): Position {
  const before = source.slice(0, offset)
  const lineStart = before.lastIndexOf("\n") + 1
  return { line: before.split("\n").length, column: Array.from(before.slice(lineStart)).length + 1 }
}

/** Characters that mean nothing to a shell nor to `tokenize`. */
const plainWord = /^[\w@%+:,./-]+$/

/** A word as it has to be typed, here and in a POSIX shell. */
export function quoteWord(text: string): string {
  return plainWord.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** The line that `tokenize` splits into these words again. */
export function joinWords(texts: readonly string[]): string {
  return texts.map(quoteWord).join(" ")
}
