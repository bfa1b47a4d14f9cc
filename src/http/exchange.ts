import type { JsonValue } from "../shared/json.ts"

/** An answer, whole. */
export interface Exchange {
  /** 0 is a redirect in a page, where scripts may not see more of it. */
  status: number
  /** The reason phrase; HTTP/2 has none. */
  statusText: string
  headers: Headers
  bytes: Uint8Array
}

export interface Body {
  isJson: boolean
  /** Parsed (numbers are doubles, as the server's own are), or the text where it is no JSON; `undefined` for an empty body. */
  value: JsonValue | undefined
}

const bodies = new WeakMap<Exchange, Body>()

/** The body of an answer, parsed once. The content type is not asked: the server sends JSON as text/plain, too. */
export function bodyOf(answer: Exchange): Body {
  let body = bodies.get(answer)
  if (body === undefined) bodies.set(answer, (body = parse(new TextDecoder().decode(answer.bytes))))
  return body
}

function parse(text: string): Body {
  try {
    return { isJson: true, value: text === "" ? undefined : (JSON.parse(text) as JsonValue) }
  } catch {
    return { isJson: false, value: text }
  }
}
