/**
 * JSON as the server reads and writes it (Go's encoding/json): which texts it takes, what it says about those it does not, and the text that
 * it makes of a value: sorted keys, numbers through a double, `<`, `>` and `&` escaped.
 *
 * A value is kept as the text that will be written, so that nothing is read twice. It walks a stack of its own: nesting costs no call depth.
 *
 * @source measured, vectors `event-*`
 */
import { compareCodePoints } from "../../src/shared/code-points.ts"

export interface GoValue {
  readonly kind: "object" | "array" | "string" | "number" | "bool" | "null"
  /** What the server writes for it. */
  readonly text: string
  /** A string's letters; a number as it was written. */
  readonly letters: string
  /** An object's members in the order of their first mention; of equal keys the last value counts. */
  readonly members: ReadonlyMap<string, GoValue> | undefined
  /** The first number below here that is too large for a double, as it was written. */
  readonly overflow: string | undefined
}

export type GoResult = { ok: true; value: GoValue; end: number } | GoFailure

export interface GoFailure {
  readonly ok: false
  readonly message: string
  /** The value is longer than the reader was to go. */
  readonly isTooLong?: true
}

/** Levels of nesting that Go takes. */
const maxDepth = 10_000

interface Frame {
  /** Of an object; an array has none. */
  readonly members: Map<string, GoValue> | undefined
  /** Of an array: the texts of its items, once it has one. */
  items: string[] | undefined
  key: string
  overflow: string | undefined
}

// oxlint-disable-next-line no-control-regex -- what a string may not hold unescaped
const plainString = /"[^"\\\0-\x1f<>&\u2028\u2029\ud800-\udfff]*"/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const blanks = /[ \t\r\n]*/y

/** Read a whole text as one value. */
export function readGoDocument(text: string): GoResult {
  const read = readGoValue(text, 0, "unexpected end of JSON input")
  if (!read.ok) return read
  const end = skipBlanks(text, read.end)
  return end === text.length ? read : { ok: false, message: unexpected(text, end, "after top-level value") }
}

/**
 * Read the value that begins at `start`, and stop behind it.
 *
 * @param cut what is said when the text ends inside of it.
 * @param maxLength where to give up, in letters from `start`: what is read becomes many objects, of which a long text must not make too many.
 */
export function readGoValue(text: string, start: number, cut: string, maxLength: number = Infinity): GoResult {
  let at = start
  const maxEnd = start + maxLength
  const stack: Frame[] = []
  const fail = (position: number, where: string): GoResult => ({
    ok: false,
    message: position >= text.length ? cut : unexpected(text, position, where),
  })

  for (;;) {
    if (at > maxEnd) return { ok: false, message: `longer than ${maxLength}`, isTooLong: true }
    at = skipBlanks(text, at)
    let done: GoValue | undefined
    const letter = text[at]
    if (letter === "{" || letter === "[") {
      if (stack.length === maxDepth) return fail(at, "exceeded max depth")
      const isObject = letter === "{"
      at = skipBlanks(text, at + 1)
      if (text[at] === (isObject ? "}" : "]")) {
        at++
        done = isObject ? emptyObject : emptyArray
      } else if (isObject) {
        const frame: Frame = { members: new Map(), items: undefined, key: "", overflow: undefined }
        stack.push(frame)
        const key = readKey()
        if (typeof key === "object") return key
        frame.key = key
        continue
      } else {
        stack.push({ members: undefined, items: undefined, key: "", overflow: undefined })
        continue
      }
    } else {
      const read = readScalar(text, at)
      if ("where" in read) return fail(read.at, read.where)
      done = read.value
      at = read.end
    }

    // Hand the finished value to the one around it, and close what ends here.
    for (;;) {
      const frame = stack.at(-1)
      if (frame === undefined) return { ok: true, value: done, end: at }
      if (frame.members !== undefined) frame.members.set(frame.key, done)
      else if (frame.items === undefined) frame.items = [done.text]
      else frame.items.push(done.text)
      frame.overflow ??= done.overflow
      at = skipBlanks(text, at)
      const next = text[at]
      if (next === ",") {
        at++
        if (frame.members !== undefined) {
          at = skipBlanks(text, at)
          const key = readKey()
          if (typeof key === "object") return key
          frame.key = key
        }
        break
      }
      if (next !== (frame.members === undefined ? "]" : "}"))
        return fail(at, frame.members !== undefined ? "after object key:value pair" : "after array element")
      at++
      stack.pop()
      done = close(frame)
    }
  }

  /** The key at `at` and the colon behind it. */
  function readKey(): string | GoResult {
    if (text[at] !== '"') return fail(at, "looking for beginning of object key string")
    const key = readString(text, at)
    if ("where" in key) return fail(key.at, key.where)
    at = skipBlanks(text, key.end)
    if (text[at] !== ":") return fail(at, "after object key")
    at++
    return key.value.letters
  }
}

/**
 * Where the value that begins at `start` ends, by its brackets and quotes alone; `undefined` when the text ends first.
 *
 * Makes nothing of what it passes, so it is for values that are too long to be read.
 */
export function endOfValue(text: string, start: number): number | undefined {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quoteCode: {
        const end = endOfString(text, at)
        if (end === undefined) return undefined
        at = end - 1
        break
      }
      case 0x5b:
      case 0x7b:
        depth++
        continue
      case 0x5d:
      case 0x7d:
        depth--
        break
      default:
        continue
    }
    if (depth <= 0) return at + 1
  }
  return undefined
}

const quoteCode = 0x22

function endOfString(text: string, start: number): number | undefined {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return at + 1
  }
  return undefined
}

/** What the server writes for an object of these members. */
export function writeGoObject(members: ReadonlyMap<string, GoValue>): string {
  const parts = [...members]
  if (parts.length > 1) parts.sort(([left], [right]) => compareCodePoints(left, right))
  return `{${list(parts.map(([name, { text }]) => `${writeName(name)}:${text}`))}}`
}

const longPart = 1024

/**
 * The parts with commas between them. A long one is not joined but concatenated, which copies nothing: joined on every level of a deep
 * document, 3 MiB of text would become gigabytes.
 */
function list(parts: readonly string[]): string {
  let text = ""
  let short: string[] = []
  const add = (part: string): void => void (text += text === "" ? part : `,${part}`)
  for (const part of parts) {
    if (part.length < longPart) {
      short.push(part)
      continue
    }
    if (short.length > 0) add(short.join(","))
    short = []
    add(part)
  }
  if (short.length > 0) add(short.join(","))
  return text
}

function writeName(name: string): string {
  return /^[\w./-]*$/.test(name) ? `"${name}"` : writeGoString(name)
}

/** What the server writes for a text. */
export function writeGoString(letters: string): string {
  const text = JSON.stringify(letters.toWellFormed())
  return /[<>&\u2028\u2029]/.test(text)
    ? text.replace(/[<>&\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : text
}

/** What the server writes for a number: the shortest digits that read back as the same double. */
function writeGoNumber(double: number): string {
  return Object.is(double, -0) ? "-0" : String(double)
}

function close({ members, items = [], overflow }: Frame): GoValue {
  return members === undefined
    ? { kind: "array", text: `[${list(items)}]`, letters: "", members, overflow }
    : { kind: "object", text: writeGoObject(members), letters: "", members, overflow }
}

// Shared by all that are empty, so nobody may change them.
const emptyObject: GoValue = close({ members: new Map(), items: undefined, key: "", overflow: undefined })
const emptyArray: GoValue = close({ members: undefined, items: undefined, key: "", overflow: undefined })

type Scalar = { value: GoValue; end: number } | { at: number; where: string }

const words = { true: "bool", false: "bool", null: "null" } as const

function readScalar(text: string, at: number): Scalar {
  const letter = text[at]
  if (letter === '"') return readString(text, at)
  if (letter === "-" || (letter !== undefined && letter >= "0" && letter <= "9")) return readNumber(text, at)
  for (const [word, kind] of Object.entries(words)) {
    if (word[0] !== letter) continue
    for (let index = 1; index < word.length; index++) {
      if (text[at + index] !== word[index])
        return { at: at + index, where: `in literal ${word} (expecting ${quote(word.charCodeAt(index))})` }
    }
    return { value: scalar(kind, word, word), end: at + word.length }
  }
  return { at, where: "looking for beginning of value" }
}

function readNumber(text: string, at: number): Scalar {
  number.lastIndex = at
  const digits = number.exec(text)?.[0]
  if (digits === undefined) return { at: at + 1, where: "in numeric literal" }
  const end = at + digits.length
  // The pattern stops before a dot or an exponent that has no digits.
  const next = text[end]
  if (next === "." && !digits.includes(".") && !/e/i.test(digits))
    return { at: end + 1, where: "after decimal point in numeric literal" }
  if ((next === "e" || next === "E") && !/e/i.test(digits)) {
    const sign = text[end + 1]
    return { at: sign === "+" || sign === "-" ? end + 2 : end + 1, where: "in exponent of numeric literal" }
  }
  const double = Number(digits)
  return Number.isFinite(double)
    ? { value: scalar("number", writeGoNumber(double), digits), end }
    : { value: { ...scalar("number", digits, digits), overflow: digits }, end }
}

function readString(text: string, at: number): Scalar {
  plainString.lastIndex = at
  const plain = plainString.exec(text)?.[0]
  if (plain !== undefined) return { value: scalar("string", plain, plain.slice(1, -1)), end: at + plain.length }
  let letters = ""
  let from = at + 1
  for (let index = from; ; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x22) {
      letters = (letters + text.slice(from, index)).toWellFormed()
      return { value: scalar("string", writeGoString(letters), letters), end: index + 1 }
    }
    // Past the end charCodeAt gives NaN, which the caller reports as a cut.
    if (!(code >= 0x20)) return { at: index, where: "in string literal" }
    if (code !== 0x5c) continue
    letters += text.slice(from, index)
    const escape = text[index + 1]
    if (escape === "u") {
      for (let digit = index + 2; digit < index + 6; digit++)
        if (!/[0-9a-fA-F]/.test(text[digit] ?? "")) return { at: digit, where: "in \\u hexadecimal character escape" }
      letters += String.fromCharCode(Number.parseInt(text.slice(index + 2, index + 6), 16))
      index += 5
    } else {
      const meaning = escape === undefined ? undefined : escapes.get(escape)
      if (meaning === undefined) return { at: index + 1, where: "in string escape code" }
      letters += meaning
      index++
    }
    from = index + 1
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
])

function scalar(kind: GoValue["kind"], text: string, letters: string): GoValue {
  return { kind, text, letters, members: undefined, overflow: undefined }
}

export function skipBlanks(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code > 0x20 || Number.isNaN(code)) return at
  blanks.lastIndex = at
  return at + (blanks.exec(text)?.[0].length ?? 0)
}

function unexpected(text: string, at: number, where: string): string {
  // Go names the byte, not the letter: of a letter beyond ASCII the first of its bytes.
  const [byte = 0] = new TextEncoder().encode(text.slice(at, at + 2))
  return `invalid character ${quote(byte)} ${where}`
}

const named: ReadonlyMap<number, string> = new Map([
  [0x07, "\\a"],
  [0x08, "\\b"],
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0b, "\\v"],
  [0x0c, "\\f"],
  [0x0d, "\\r"],
  [0x27, "\\'"],
  [0x5c, "\\\\"],
])

function quote(byte: number): string {
  const hex = byte.toString(16).padStart(2, "0")
  if (byte < 0x20 || byte === 0x7f) return `'${named.get(byte) ?? `\\x${hex}`}'`
  // Beyond ASCII the byte is read as a letter of Latin-1, of which these have no shape.
  if ((byte >= 0x80 && byte <= 0xa0) || byte === 0xad) return `'\\u00${hex}'`
  return `'${named.get(byte) ?? String.fromCharCode(byte)}'`
}
