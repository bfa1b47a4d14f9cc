/** JSON5 text → value, with the place of every error, and with integers beyond 2^53 kept as bigint where the JSON5 package would round them. */
import type { JsonValue } from "../../src/index.ts"
import { CommandError } from "../command-error.ts"
import type { Position } from "./ast.ts"
import { parseStrict } from "./strict-json.ts"

interface Json5 {
  parse(text: string, reviver?: (key: string, value: unknown) => unknown): unknown
}

/**
 * @param subject what is read, for the error: `payload`, `data.json`.
 * @throws CommandError `payload: JSON5 error at column 8, unexpected "i"`, with the text as its excerpt.
 */
export async function readJson5(text: string, subject: string): Promise<JsonValue> {
  // Most of what is typed is JSON, and then json5 need not be loaded.
  const strict = parseStrict(text)
  if (strict !== undefined) return strict.value
  const { default: json5 } = (await import("json5")) as { default: Json5 }
  let value: unknown
  try {
    value = json5.parse(text)
  } catch (cause) {
    throw syntaxError(text, subject, cause)
  }
  const mark = `\u0000${crypto.randomUUID()}:`
  const marked = markLargeIntegers(text, mark)
  if (marked === text) return value as JsonValue
  return json5.parse(marked, (_key, member) =>
    typeof member === "string" && member.startsWith(mark) ? BigInt(member.slice(mark.length)) : member,
  ) as JsonValue
}

/** Strings and comments, whole; then names and numbers. What is none of them is of no interest. */
const lexeme =
  /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\/\/[^\n]*|\/\*[^]*?\*\/|[\p{ID_Start}$_][\p{ID_Continue}$]*|[+-]?(?:0[xX][\da-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/gu

/**
 * The text with integers that a double can't hold put between quotes behind a mark.
 *
 * @param mark not to be guessed, so that no string of the text can look like it.
 */
function markLargeIntegers(text: string, mark: string): string {
  return text.replace(lexeme, (part) => {
    const [, sign = "", digits] = /^([+-]?)(\d+|0[xX][\da-fA-F]+)$/.exec(part) ?? []
    if (digits === undefined || Number.isSafeInteger(Number(digits))) return part
    return JSON.stringify(`${mark}${sign === "-" ? "-" : ""}${BigInt(digits)}`)
  })
}

function syntaxError(text: string, subject: string, cause: unknown): CommandError {
  const { message, at } = describe(text, cause)
  const lines = text.split("\n")
  const place = lines.length > 1 ? `line ${at.line}, column ${at.column}` : `column ${at.column}`
  return new CommandError("usage", `${subject}: JSON5 error at ${place}, ${message}`, {
    at,
    excerpt: lines[at.line - 1] ?? "",
  })
}

function describe(text: string, cause: unknown): { message: string; at: Position } {
  const {
    message = "",
    lineNumber = 1,
    columnNumber = 1,
  } = cause as {
    message?: string
    lineNumber?: number
    columnNumber?: number
  }
  const line = text.split("\n")[lineNumber - 1] ?? ""
  // Of a character that takes two UTF-16 units the second is counted.
  const before = line.slice(0, Math.max(0, columnNumber - 1)).replace(/[\ud800-\udbff]$/, "")
  const column = [...before].length + 1
  if (message.includes("end of input"))
    return { message: "it ends too early", at: { line: lineNumber, column: [...line].length + 1 } }
  if (columnNumber === 0) {
    // A line break inside a string is reported at the start of the next line.
    const broken = text.split("\n")[lineNumber - 2] ?? ""
    return {
      message: "the string is not closed before the line ends",
      at: { line: lineNumber - 1, column: [...broken].length + 1 },
    }
  }
  const [, shown] = /invalid character '(.*)'/s.exec(message) ?? []
  return {
    message: shown === undefined ? message.replace(/^JSON5: /, "") : `unexpected ${JSON.stringify(shown)}`,
    at: { line: lineNumber, column },
  }
}
