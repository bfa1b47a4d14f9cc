import { type JsonResult, type JsonValue, parseJson } from "../shared/json.ts"

/** An answer, whole. */
export interface Exchange {
  /** 0 is a redirect in a page, where scripts may not see more of it. */
  status: number
  /** The reason phrase; HTTP/2 has none. */
  statusText: string
  headers: Headers
  bytes: Uint8Array
}

/** `undefined` for an empty body. */
export type ParsedBody = JsonResult<JsonValue | undefined>

const parsedBodies = new WeakMap<Exchange, ParsedBody>()

/** The body of an answer as JSON, parsed once. The content type is not asked: the server sends JSON as text/plain, too. */
export function parseBody(answer: Exchange): ParsedBody {
  const known = parsedBodies.get(answer)
  if (known !== undefined) return known
  const text = textOf(answer)
  const parsed: ParsedBody = text === "" ? { ok: true, value: undefined } : parseJson(text)
  parsedBodies.set(answer, parsed)
  return parsed
}

/** The body as JSON, or as text where it is none. */
export function looseBody(answer: Exchange): JsonValue | undefined {
  const parsed = parseBody(answer)
  return parsed.ok ? parsed.value : textOf(answer)
}

export function textOf({ bytes }: Exchange): string {
  return new TextDecoder().decode(bytes)
}
