import { parseStrict } from "./grammar/strict-json.ts"
import type { PlannedRequest } from "./result.ts"

/** A `fetch` for dry runs: what only reads is asked for, what would write is added to the plan and answered as a server would that takes it. */
export function createPlannedFetch(fetch: typeof globalThis.fetch, planned: PlannedRequest[]): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const method = init.method ?? "GET"
    if (method === "GET" || method === "HEAD") return fetch(input, init)
    const text = typeof init.body === "string" ? init.body : undefined
    const url = String(input).replace(/\/e\/[^/?]+/, "/e/$INNGEST_EVENT_KEY")
    const body = parse(text)
    planned.push({ method, url, body, curl: toCurl(method, url, new Headers(init.headers), text) })
    const ids = Array.isArray(body) ? body.map((event: { id?: unknown }) => String(event.id ?? "")) : []
    // Of a run that is started, cancelled or resumed the client wants the id.
    return Response.json({ ids, status: 200, data: { runId: noRun, run_id: noRun } })
  }
}

/** Stands for a run that there would be. */
const noRun = "dry-run"

function parse(text: string | undefined): unknown {
  if (text === undefined) return null
  const strict = parseStrict(text)
  return strict === undefined ? text : strict.value
}

/** Keys are in it as the variables that hold them, so that it can be shown to anybody and still runs. */
function toCurl(method: string, url: string, headers: Headers, body: string | undefined): string {
  const parts = ["curl", "-X", method, `"${url}"`]
  for (const [name, value] of headers) {
    if (name === "authorization") parts.push("-H", `"authorization: Bearer $INNGEST_SIGNING_KEY"`)
    else parts.push("-H", quote(`${name}: ${value}`))
  }
  if (body !== undefined) parts.push("--data-raw", quote(body))
  return parts.join(" ")
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
