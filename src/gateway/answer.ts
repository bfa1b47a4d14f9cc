/** Answers of the gateway. All of them are made here, with these headers and no others. */
import type { AuditOutcome } from "./audit.ts"

export interface Answer {
  status: number
  body: string | null
  headers: Record<string, string>
  /** Where the status does not tell. */
  outcome?: AuditOutcome
}

/** A page's cache keeps nothing, no other site embeds it, and no browser takes it for a document. */
const fixedHeaders = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
}

export function json(text: string, status = 200, headers: Record<string, string> = {}): Answer {
  return { status, body: text, headers: { "content-type": "application/json", ...headers } }
}

/** `{ "error": text, "status": number }`, and what else there is to say. */
export function refusal(
  status: number,
  error: string,
  {
    outcome,
    headers,
    ...more
  }: { outcome?: AuditOutcome; headers?: Record<string, string>; [member: string]: unknown } = {},
): Answer {
  const answer = json(JSON.stringify({ error, status, ...more }), status, headers)
  return outcome === undefined ? answer : { ...answer, outcome }
}

/** As of a server that has no such route: a client that finds it goes on with another route, or says so. */
export function routeMissing(headers: Record<string, string> = {}): Answer {
  return {
    status: 404,
    body: "404 page not found\n",
    headers: { "content-type": "text/plain; charset=utf-8", ...headers },
  }
}

export function outcomeOf({ status, outcome }: Answer): AuditOutcome {
  return outcome ?? (status >= 500 ? "failed" : status >= 400 ? "refused" : "done")
}

export function toResponse({ status, body, headers }: Answer, method: string): Response {
  const isBodiless = method === "HEAD" || status === 204 || status === 304
  return new Response(isBodiless ? null : body, { status, headers: { ...headers, ...fixedHeaders } })
}
