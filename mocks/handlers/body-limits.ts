/**
 * What a body may cost. Bytes are the smaller part of it: a document of nothing but brackets becomes some hundred bytes of objects for each byte,
 * and seconds of work. So large bodies are counted before anything reads them.
 */
import { readBody } from "../../src/shared/body.ts"

/** Of a workflow state, and of what a run reports. */
export const maxDocumentBytes: number = 32 * 1024 * 1024

/** Of what is neither events nor a workflow state, and of forms, which make no event. */
export const maxSmallBodyBytes: number = 4 * 1024 * 1024

/** Values of JSON in one body. */
const maxValues = 4 * 1024 * 1024

/** More than the server takes. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge"
}

/**
 * The bytes of a body.
 *
 * @param maxBytes of this one.
 * @param maxBodyBytes of any. Infinity: the one who asks is in the process that answers, and what a body of its own costs is its own affair.
 * @throws BodyTooLarge
 */
export async function readBytes(
  request: Request,
  maxBytes: number,
  maxBodyBytes: number = maxBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  const limit = Math.min(maxBytes, maxBodyBytes)
  const bytes = await readBody(request, maxBodyBytes === Infinity ? Infinity : limit)
  if (bytes === undefined || bytes.length > limit) throw new BodyTooLarge(`Request body cannot exceed ${limit} bytes`)
  if (maxBodyBytes < Infinity && bytes.length > maxValues && countValues(bytes) > maxValues)
    throw new BodyTooLarge(`Request body cannot hold more than ${maxValues} values`)
  return bytes
}

/** Whether a body is too short for what `readBytes` looks for. */
export function isSurelySmall({ headers }: Request): boolean {
  const announced = headers.get("content-length")
  return announced !== null && Number(announced) <= maxValues
}

/** Lists and objects, and commas between their members; those in texts are none. */
function countValues(bytes: Uint8Array): number {
  let count = 0
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case quote:
        at = endOfText(bytes, at)
        break
      case comma:
      case openBracket:
      case openBrace:
        count++
        break
    }
  }
  return count
}

const [quote, backslash, comma, openBracket, openBrace] = [0x22, 0x5c, 0x2c, 0x5b, 0x7b]

/** Where its closing quote is; the end, when there is none. */
function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) return at
    if (byte === backslash) at++
  }
  return bytes.length
}
