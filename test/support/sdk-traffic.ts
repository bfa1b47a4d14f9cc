// The traffic between a server and an SDK, as the recordings hold it: made comparable, whatever the ids, times and places of this run.
import { readFileSync } from "node:fs"

export interface Exchange {
  direction: "server->sdk" | "sdk->server"
  method: string
  path: string
  headers: Record<string, string>
  body: unknown
  status: number
  responseHeaders: Record<string, string>
  responseBody: unknown
}

export interface Recording {
  case: string
  traffic: Exchange[]
  runs?: unknown
}

export function readRecording(name: string): Recording {
  return JSON.parse(readFileSync(`test/fixtures/sdk-protocol/${name}.json`, "utf8")) as Recording
}

/** Header fields that a peer acts upon. */
const requestFields = [
  "content-type",
  "user-agent",
  "x-inngest-generation-id",
  "x-inngest-req-version",
  "x-inngest-step-id",
  "x-run-id",
]
const responseFields = ["content-type", "x-inngest-req-version", "x-inngest-no-retry", "x-inngest-server-kind"]

/** Members that say nothing about the protocol, or differ with the machine. */
const ignored = new Set([
  "featureObservations",
  "timing",
  "stack_trace",
  "isr",
  "tc",
  "gid",
  "sync_id",
  "request_started_at",
])

/**
 * Exchanges in which everything that differs from run to run has a name instead: ids in the order in which they first appear, so that equal ones
 * stay equal. Members of objects are sorted.
 */
export function normalise(traffic: readonly Exchange[]): unknown[] {
  const names = new Map<string, string>()
  const nameOf = (kind: string, id: string): string => {
    const key = `${kind} ${id}`
    if (!names.has(key))
      names.set(key, `<${kind} ${[...names.keys()].filter((each) => each.startsWith(kind)).length + 1}>`)
    return names.get(key) ?? ""
  }

  function text(given: string): string {
    return (
      given
        .replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, (id) => nameOf("ulid", id))
        .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, (id) => nameOf("uuid", id))
        .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "<time>")
        .replace(/(https?:\/\/)(?:127\.0\.0\.1|localhost):\d+/g, "$1<host>")
        // Where in which file something was thrown.
        .replace(/(\n|\\n)\s+at [^"]*/g, "")
    )
  }

  function value(given: unknown, member = ""): unknown {
    if (typeof given === "string") {
      if (/^(?:job_id|qi_id)$/.test(member)) return `<${member}>`
      return text(given)
    }
    if (typeof given === "number") return /^(?:ts|expire|a|b)$/.test(member) && given > 1e11 ? "<ms>" : given
    if (Array.isArray(given)) return given.map((item) => value(item))
    if (typeof given !== "object" || given === null) return given
    const entries = Object.entries(given)
      .filter(([name]) => !ignored.has(name))
      .map(([name, each]) => [name, value(each, name)] as const)
    return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)))
  }

  const fields = (headers: Record<string, string>, wanted: readonly string[]): unknown =>
    value(Object.fromEntries(wanted.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]))))

  return traffic.map(({ direction, method, path, headers, body, status, responseHeaders, responseBody }) => ({
    what: `${direction} ${method} ${text(path)}`,
    headers: fields(headers, direction === "server->sdk" ? requestFields : []),
    body: value(body),
    status,
    responseHeaders: fields(responseHeaders, responseFields),
    responseBody: value(responseBody),
  }))
}
