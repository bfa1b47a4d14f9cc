// The Go store's recorded calls: what it was asked, what it sent, what it was answered, what it made of that.
import { readFileSync } from "node:fs"

export type GoGroup =
  | "auth"
  | "base"
  | "body"
  | "client"
  | "conn"
  | "ctx"
  | "event"
  | "id"
  | "list"
  | "redirect"
  | "reply"
  | "status"
  | "time"
  | "value"

export const goGroups: readonly GoGroup[] = [
  "auth",
  "base",
  "body",
  "client",
  "conn",
  "ctx",
  "event",
  "id",
  "list",
  "redirect",
  "reply",
  "status",
  "time",
  "value",
]

/** Text that Go holds as bytes which are no UTF-8. */
export type GoText = string | { $stringBytes: string }

export interface GoCall {
  op: string
  baseURL?: string
  eventKey?: GoText
  id?: GoText
  context?: string
  filter?: { Status: string; Limit: number }
  state?: { WorkflowID: GoText; Input: unknown; CreatedAt: unknown; UpdatedAt: unknown }
}

export interface GoRequest {
  method: string
  /** Raw, as it was on the wire. */
  target: string
  headers: [name: string, value: GoText][]
  body?: string
  bodyBase64?: string
  bodyPrefix?: string
  bodyLength?: number
  bodySha256?: string
  /** In place of all others, where no server was asked. */
  urls?: string[]
}

export interface GoReply {
  status: number
  headers: [name: string, value: string][]
  body?: string
  bodyBase64?: string
  framing?: "chunked" | "close-delimited"
  /** The connection is closed without an answer. */
  dropped?: boolean
  cutAfterBytes?: number
  delayBeforeHeadMs?: number
  delayBeforeBodyMs?: number
}

export interface GoOutcome {
  error: { text: string } | null
  errors?: { text: string }[]
  state?: unknown
  /** What Go writes when it saves the loaded state again. */
  remarshalled?: string
  idsSorted?: string[]
  count?: number
}

export interface GoStep {
  go: GoCall
  request: GoRequest | null
  serverReply: GoReply | null
  outcome: GoOutcome
  moreExchanges?: { request: GoRequest; serverReply: GoReply }[]
}

export interface GoVector extends GoStep {
  name: string
  what?: string
  steps?: GoStep[]
}

export function goVectors(group: GoGroup): GoVector[] {
  return JSON.parse(readFileSync(`test/fixtures/go-store/${group}.json`, "utf8")) as GoVector[]
}

/** By name; the group is its first word. */
export function goVector(name: string): GoVector {
  const found = goVectors(name.replace(/-.*/, "") as GoGroup).find((each) => each.name === name)
  if (found === undefined) throw new Error(`no call ${name} was recorded`)
  return found
}

export function stepsOf(vector: GoVector): readonly GoStep[] {
  return vector.steps ?? [vector]
}

const encoder = new TextEncoder()

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

/** As JavaScript can hold it: what is no UTF-8 becomes U+FFFD, as in Go's own JSON. */
export function textOf(text: GoText | undefined): string {
  if (typeof text === "object") return new TextDecoder().decode(fromBase64(text.$stringBytes))
  return text ?? ""
}

/** Each byte as one character, as `fetch` takes and shows header values. */
export function headerTextOf(text: GoText): string {
  const bytes = typeof text === "object" ? fromBase64(text.$stringBytes) : encoder.encode(text)
  return String.fromCharCode(...bytes)
}

/** The id of a call, as JavaScript can hold it. */
export function idOf({ id, state }: GoCall): string {
  return textOf(id ?? state?.WorkflowID)
}

export function replyBytes({ body = "", bodyBase64 }: GoReply): Uint8Array<ArrayBuffer> {
  return bodyBase64 === undefined ? encoder.encode(body) : fromBase64(bodyBase64)
}

/** The body of a recorded request; the one that was too large to be kept is made again from its call. */
export function requestBytes({ request, go }: GoStep): Uint8Array<ArrayBuffer> {
  if (request?.bodyBase64 !== undefined) return fromBase64(request.bodyBase64)
  if (request?.bodyPrefix === undefined) return encoder.encode(request?.body ?? "")
  const { Input: input, CreatedAt, UpdatedAt }: Partial<NonNullable<GoCall["state"]>> = go.state ?? {}
  const { $repeat = "", times = 0 } = (input ?? {}) as { $repeat?: string; times?: number }
  const [created, updated] = [CreatedAt, UpdatedAt].map((time) => (time as { $time: string }).$time)
  const bytes = encoder.encode(
    `{"WorkflowID":"wf-large","RunID":"run-1","Status":"running","Input":${JSON.stringify($repeat.repeat(times))},"Result":null,` +
      `"Error":"","History":null,"CreatedAt":"${created}","UpdatedAt":"${updated}"}`,
  )
  if (bytes.length !== request.bodyLength) throw new Error(`${bytes.length} bytes, ${request.bodyLength} were sent`)
  return bytes
}

export function utf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)
}
