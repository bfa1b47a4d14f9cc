/** What the HTTP driver seldom needs: why an answer is a failure, and documents that are unusual or wrong. Loaded when there is one. */
import { ProtocolError } from "../../shared/protocol-error.ts"
import { StoreError, hasCode } from "../../shared/error.ts"
import { UnsupportedError } from "../../shared/store-errors.ts"
import { ValidationError } from "../../shared/validation-error.ts"
import { textOf } from "../../http/exchange.ts"
import { isRetryableStatus } from "../../http/retry.ts"
import type { ExchangeResult, Transport } from "../../http/transport.ts"
import { type WorkflowState, type WorkflowStateInput, encodeState, toState } from "../../protocol/workflow.ts"
import { type JsonPath, parseJson } from "../../shared/json.ts"
import { type Verb, isStock, routes } from "./http-core.ts"

/** The error of an answer that is none to go on with. */
export async function failureOf(
  transport: Transport,
  verb: Verb,
  workflowId: string,
  answer: ExchangeResult,
): Promise<StoreError> {
  if (isStock(answer)) return stockServer(verb, workflowId)
  const { status } = answer
  return new StoreError(
    `inngest/${verb}: status ${status}`,
    { workflowId, status },
    {
      cause: await transport.fault(routes[verb], answer),
      retryable: isRetryableStatus(status),
      hint: redirects.includes(status)
        ? "Redirects are not followed: set baseURL to where the server answers."
        : undefined,
    },
  )
}

/** 0 is one in a page. */
export const redirects: readonly number[] = [0, 300, 301, 302, 303, 305, 306, 307, 308]

export function stockServer(verb: Verb, workflowId: string): UnsupportedError {
  return new UnsupportedError(
    `inngest/${verb}: this Inngest server keeps no workflow state (it has no /v1/workflows)`,
    { driver: "http", flag: "workflows", workflowId, status: 404 },
    { hint: "Use a gateway or the embedded server, which serve that route, or another store driver." },
  )
}

/** Refused under the text of Go's `json.Marshal`. */
export function encodeDocument(state: WorkflowStateInput): string {
  try {
    return encodeState(state)
  } catch (error) {
    throw hasCode<ValidationError>(error, "validation")
      ? new ValidationError("inngest/save: marshal", error.issues)
      : error
  }
}

/** The document of a GET. As for Go's decoder only the first value counts, whatever follows it. */
export function decodeDocument(answer: ExchangeResult): WorkflowState {
  const text = textOf(answer)
  if (/^[ \t\r\n]*$/.test(text)) throw undecodable("load", answer, "EOF")
  let parsed = parseJson(text)
  if (!parsed.ok && parsed.path === "") parsed = parseJson(firstObject(text))
  if (!parsed.ok) throw undecodable("load", answer, "not JSON", parsed)
  try {
    return toState(parsed.value)
  } catch (error) {
    throw prefixed("load", error)
  }
}

/** Not the parser's own text of what is no JSON: it quotes the answer, which may hold anything. */
export function undecodable(
  verb: Verb,
  { headers, bytes }: ExchangeResult,
  what: string,
  { path = "", message = "SyntaxError" }: { ok?: boolean; path?: JsonPath; message?: string } = {},
): ProtocolError {
  const why = message.startsWith("SyntaxError") ? what : `${path && `${path}: `}${message}`
  return new ProtocolError(`inngest/${verb}: decode: ${why}`, {
    route: routes[verb].name,
    path,
    received: `${bytes.length} bytes, ${headers.get("content-type") ?? "no content type"}`,
  })
}

export function prefixed(verb: Verb, error: unknown): unknown {
  if (!hasCode<ProtocolError>(error, "protocol")) return error
  const { message, path, received } = error
  return new ProtocolError(`inngest/${verb}: decode: ${message}`, { route: routes[verb].name, path, received })
}

/** Up to where the first object ends; all of it when it does not. */
function firstObject(text: string): string {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/gs)) {
    if (token === "{") depth++
    if (token === "}" && --depth === 0) return text.slice(0, index + 1)
  }
  return text
}
