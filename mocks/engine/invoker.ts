/**
 * Role: the port by which the engine reaches functions, and what steps want fetched.
 * Boundary: the runner calls it; in process it is a handler, on a port HTTP.
 *
 * I1. It never rejects: what keeps an answer away is an answer of the kind `unreachable`.
 * I2. Calls are signed, and the signature of an answer is not looked at, as the real server does not (read in its HTTP driver; an SDK without a key
 *     signs none): whoever answers at an address that was registered with the key is believed.
 */
import { callHeaders } from "../../src/protocol/headers.ts"
import type { RawAnswer, RequestAnswered } from "./inputs.ts"

export interface OutgoingRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export type RequestOutcome = RequestAnswered["answer"]

export interface Invoker {
  /** Call a function. */
  call(request: OutgoingRequest, signal: AbortSignal): Promise<RawAnswer>
  /** Make a request for a step. */
  request(request: OutgoingRequest, signal: AbortSignal): Promise<RequestOutcome>
}

/** What the measured server says, whatever kept it from an answer. */
export const unreachable: RawAnswer = { kind: "unreachable", message: "Unable to reach SDK URL" }

/** By fetch, wherever there is one. @param fetch @default the platform's, looked up at each call */
export function createFetchInvoker(
  fetch: (url: string, init: RequestInit) => Promise<Response> = (url, init) => globalThis.fetch(url, init),
): Invoker {
  return {
    async call({ url, method, headers, body }, signal) {
      try {
        return await toRawAnswer(await fetch(url, { method, headers, signal, ...(body === undefined ? {} : { body }) }))
      } catch {
        return unreachable
      }
    },
    async request({ url, method, headers, body }, signal) {
      try {
        const fields = { "user-agent": "Inngest", ...headers }
        const answer = await fetch(url, { method, headers: fields, signal, ...(body === undefined ? {} : { body }) })
        const text = await answer.text()
        return {
          kind: "answered",
          url: answer.url || url,
          status: answer.status,
          headers: Object.fromEntries([...answer.headers].map(([name, value]) => [canonicalName(name), value])),
          body: text,
        }
      } catch {
        return { kind: "unreachable", message: "Error making gateway request: Unable to reach SDK URL" }
      }
    },
  }
}

export async function toRawAnswer(answer: Response): Promise<RawAnswer> {
  const { status, headers } = answer
  return readAnswer(status, (name) => headers.get(name), await answer.text())
}

/** @param get a header, by its name in lower case; `null` when it is absent. */
export function readAnswer(status: number, get: (name: string) => string | null, body: string): RawAnswer {
  return {
    kind: "answered",
    status,
    isSdk: Boolean(get(callHeaders.sdk)),
    noRetry: get(callHeaders.noRetry) === "true",
    retryAfter: get(callHeaders.retryAfter),
    version: Number(get(callHeaders.requestVersion) ?? 0) || 0,
    body,
  }
}

/** As Go keeps the names of header fields. @source recording `fetch-ai` */
function canonicalName(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())
}
