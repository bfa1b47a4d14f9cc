import type { Fetch } from "../src/index.ts"
import { type KeyName, keyNames } from "./config/config.ts"
import { maskKey } from "./config/keys.ts"
import { parseStrict } from "./grammar/strict-json.ts"
import type { PlannedRequest } from "./result.ts"
import type { Session } from "./session.ts"

/** How the keys of a server are written where anybody may see them. */
export interface ShownKeys {
  /** `undefined`: it gets none. */
  readonly eventKey: string | undefined
  /** Of the key that is sent as bearer. */
  bearer(key: string): string | undefined
}

/** As the variables that hold them, so that a command still runs; a key that stands in none is masked. */
export async function shownKeys({ profile, keys }: Session): Promise<ShownKeys> {
  const read = await keys()
  const show = (name: KeyName): string | undefined => {
    const { value } = read[name]
    const reference = profile.keys[name].value
    const isVariable = "env" in reference && /^[A-Za-z_]\w*$/.test(reference.env)
    return value === undefined ? undefined : isVariable ? `$${reference.env}` : maskKey(value)
  }
  return {
    eventKey: show("eventKey"),
    bearer(key) {
      const name = keyNames.find((each) => read[each].value === key)
      return name === undefined ? undefined : show(name)
    },
  }
}

/**
 * A `fetch` for dry runs: what only reads is asked for, what would write is added to the plan and answered as a server would that takes it.
 *
 * @param keysOf asked at the first such request.
 */
export function createPlannedFetch(fetch: Fetch, planned: PlannedRequest[], keysOf: () => Promise<ShownKeys>): Fetch {
  return async (input, init) => {
    const method = init.method ?? "GET"
    const text = typeof init.body === "string" ? init.body : undefined
    if (method === "GET" || method === "HEAD" || isQuestion(input, text)) return fetch(input, init)
    const keys = await keysOf()
    // A server without keys takes any, but not none.
    const withKey = (url: string): string =>
      url.replace(/\/e\/[^/?]+/, () => `/e/${keys.eventKey ?? "NO_EVENT_KEY_SET"}`)
    const url = withKey(input)
    const body = parse(text)
    const quotedURL = `"${withKey(input.replaceAll(/[$"`\\]/g, String.raw`\$&`))}"`
    planned.push({ method, url, body, curl: toCurl(method, quotedURL, new Headers(init.headers), text, keys) })
    const ids = Array.isArray(body) ? body.map((event: { id?: unknown }) => String(event.id ?? "")) : []
    // Of a run that is started, cancelled or resumed the client wants the id.
    return Response.json({ ids, status: 200, data: { runId: noRun, run_id: noRun } })
  }
}

/** GraphQL asks by POST, too. */
function isQuestion(url: string, body: string | undefined): boolean {
  return url.endsWith("/v0/gql") && /^\{"query":"query\b/.test(body ?? "")
}

/** Stands for a run that there would be. */
const noRun = "dry-run"

function parse(text: string | undefined): unknown {
  if (text === undefined) return null
  const strict = parseStrict(text)
  return strict === undefined ? text : strict.value
}

function toCurl(
  method: string,
  quotedURL: string,
  headers: Headers,
  body: string | undefined,
  keys: ShownKeys,
): string {
  const parts = ["curl", "-X", method, quotedURL]
  for (const [name, value] of headers) {
    if (name !== "authorization") {
      parts.push("-H", quote(`${name}: ${value}`))
      continue
    }
    const bearer = keys.bearer(value.replace(/^Bearer /, ""))
    if (bearer !== undefined) parts.push("-H", `"authorization: Bearer ${bearer}"`)
  }
  if (body !== undefined) parts.push("--data-raw", quote(body))
  return parts.join(" ")
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
