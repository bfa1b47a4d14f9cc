import type { JsonValue } from "../shared/json-value.ts"
import type { AuthOptions } from "./auth.ts"

/** Of an answer, as `Headers` has them. */
export type AnswerHeaders = Pick<Headers, "get" | "has">

/**
 * What requests go through. The global `fetch` is one; so is any function that takes a URL, a method, headers, a text as body and a signal,
 * follows no redirect, and answers no more than this.
 */
export type Fetch = (url: string, init: RequestInit) => Promise<FetchAnswer>

export interface FetchAnswer extends Pick<Exchange, "status" | "statusText" | "headers"> {
  arrayBuffer(): Promise<ArrayBuffer>
  /** The gateway reads it instead, so as to read no more than its bound; where there is none, it looks at the length afterwards. */
  readonly body?: Response["body"] | undefined
}

/** An answer, whole. */
export interface Exchange {
  /** 0 is a redirect in a page, where scripts may not see more of it. */
  status: number
  /** The reason phrase; HTTP/2 has none. */
  statusText: string
  headers: AnswerHeaders
  bytes: Uint8Array
}

/** What errors are told of a request, keys included: mask.ts takes those out. */
export interface Sent {
  method: string
  base: string
  path: string
  /** Of the client: its keys and headers. */
  options: AuthOptions
  /** Of this request. */
  headers: Readonly<Record<string, string>> | undefined
}

export interface Body {
  isJson: boolean
  /** Parsed (numbers are doubles, as the server's own are), or the text where it is no JSON; `undefined` for an empty body. */
  value: JsonValue | undefined
}

export function isSuccess({ status }: Pick<Exchange, "status">): boolean {
  return status >= 200 && status < 300
}

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true })

/** Invalid bytes become U+FFFD and a byte order mark stays, for the parser to refuse: both as in Go. */
export function textOf({ bytes }: Pick<Exchange, "bytes">): string {
  return decoder.decode(bytes)
}

/** The body of an answer, parsed. The content type is not asked: the server sends JSON as text/plain, too. */
export function bodyOf(answer: Pick<Exchange, "bytes">): Body {
  const text = textOf(answer)
  try {
    return { isJson: true, value: text === "" ? undefined : (JSON.parse(text) as JsonValue) }
  } catch {
    return { isJson: false, value: text }
  }
}
