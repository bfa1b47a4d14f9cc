/**
 * What is stored under a key: one text of three lines, whatever the driver makes of texts.
 *
 *     [1,"order-7",1767225600000,"running","9f2c…"]
 *     {"WorkflowID":"order-7",…}
 *     9f2c…
 *
 * The first line is the format's version, id, receipt, status and a token of this save; the last repeats the token. A value that was read
 * while it was written, or whose writer died in between, lacks the end or has another one.
 */
import type { Document } from "../backed-store.ts"

export interface Value extends Document {
  readonly receipt: number
}

const version = 1

export function formatValue({ id, receipt, status, text }: Value, token: string): string {
  return `${JSON.stringify([version, id, receipt, status, token])}\n${text}\n${token}`
}

/** `undefined` when it is not a whole value. */
export function parseValue(stored: string): Value | undefined {
  const [from, to] = [stored.indexOf("\n"), stored.lastIndexOf("\n")]
  if (from === to) return undefined
  const head = parseHead(stored.slice(0, from))
  if (!Array.isArray(head)) return undefined
  const [format, id, receipt, status, token] = head as unknown[]
  if (format !== version || stored.slice(to + 1) !== token) return undefined
  if (typeof id !== "string" || typeof receipt !== "number" || typeof status !== "string") return undefined
  return { id, receipt, status, text: stored.slice(from + 1, to) }
}

function parseHead(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Drivers give text as text or as bytes; `null` when there is nothing under the key, `undefined` for what is neither. */
export function textOf(raw: unknown): string | null | undefined {
  if (raw === null || raw === undefined) return null
  if (typeof raw === "string") return raw
  if (!(raw instanceof Uint8Array || raw instanceof ArrayBuffer)) return undefined
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(raw)
}
