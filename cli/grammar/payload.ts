/** Parts of a payload → its value. Reads the files and the stdin that they name. */
import type { JsonValue } from "../../src/index.ts"
import { CommandError, usageError } from "../command-error.ts"
import type { Assignment, PayloadItem } from "./ast.ts"
import { readJson5 } from "./json5.ts"
import { formatPath, setAt } from "./path.ts"

export interface PayloadSource {
  /** The text of a file, by the path as typed. @throws CommandError */
  readFile(path: string): Promise<string>
  /** All of stdin. @throws CommandError where stdin is something else: a keyboard, the script. */
  readStdin(): Promise<string>
}

export interface Payload {
  /** One value, or those of a list or of NDJSON. */
  readonly values: readonly JsonValue[]
  readonly isBatch: boolean
}

/**
 * The first `{…}`, `@file` or `-` is what `key=…` parts change; without one they make an object. In a batch they change every member.
 *
 * @returns `undefined` when there are no parts.
 */
export async function readPayload(items: readonly PayloadItem[], source: PayloadSource): Promise<Payload | undefined> {
  if (items.length === 0) return undefined
  const [base, second] = items.filter((item) => item.kind !== "assign")
  if (second !== undefined)
    throw usageError("payload: two documents; one list [{…}, {…}] holds several", {
      hint: "key=value parts may follow a document and change it.",
    })
  const payload = base === undefined ? { values: [{}], isBatch: false } : await readDocument(base, source)
  for (const item of items) if (item.kind === "assign") await assign(payload, item, source)
  return payload
}

async function readDocument(item: Exclude<PayloadItem, Assignment>, source: PayloadSource): Promise<Payload> {
  switch (item.kind) {
    case "document":
      return toPayload(await readJson5(item.text, "payload"))
    case "file":
      return readMany(await source.readFile(item.file), item.file)
    case "stdin":
      return readMany(await source.readStdin(), "stdin")
  }
}

/** A file is one JSON5 value; when it is none and has lines, each of them is one (NDJSON). */
async function readMany(text: string, subject: string): Promise<Payload> {
  try {
    return toPayload(await readJson5(text, subject))
  } catch (error) {
    const lines = [...text.split("\n").entries()].filter(([, line]) => line.trim() !== "")
    if (lines.length < 2) throw error
    const values: JsonValue[] = []
    for (const [index, line] of lines) {
      try {
        values.push(await readJson5(line, `${subject}: line ${index + 1}`))
      } catch (ofLine) {
        // Where the first line is a value, they are lines, and this one is wrong.
        throw values.length === 0 ? error : ofLine
      }
    }
    return { values, isBatch: true }
  }
}

function toPayload(value: JsonValue): Payload {
  return Array.isArray(value) ? { values: value, isBatch: true } : { values: [value], isBatch: false }
}

async function assign(payload: Payload, item: Assignment, source: PayloadSource): Promise<void> {
  const name = formatPath(item.path)
  const text = item.from.kind === "inline" ? item.from.text : await readNamed(item.from.file, name, source)
  for (const target of payload.values) {
    const value = item.as === "text" ? text : await readJson5(text, `payload: ${name}`)
    if (typeof target !== "object" || target === null)
      throw usageError(`payload: ${name} can't be set, the document is no object`)
    const obstacle = setAt(target, item.path, value)
    if (obstacle === undefined) continue
    const holder = formatPath(obstacle)
    throw usageError(`payload: ${name} can't be set, ${holder === "" ? "the document" : holder} can't hold it`)
  }
}

async function readNamed(file: string, key: string, source: PayloadSource): Promise<string> {
  try {
    return await source.readFile(file)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw new CommandError(error.kind, error.message, { hint: `For the text itself:  ${key}:='"@${file}"'` })
  }
}
