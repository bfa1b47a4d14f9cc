// The traffic between a server and an SDK, as the recordings hold it: made comparable, whatever the ids, times and places of this run.
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

export interface NormalExchange {
  what: string
  headers: unknown
  body: unknown
  status: number
  responseHeaders: unknown
  responseBody: unknown
}

/** Long texts as the recorder shortened them. */
export function cut<Value>(value: Value): Value {
  const shorten = (given: unknown): unknown => {
    if (typeof given === "string" && given.length > 100_000) return `${given.slice(0, 40)}…(${given.length} chars)`
    if (Array.isArray(given)) return given.map(shorten)
    if (typeof given !== "object" || given === null) return given
    return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, shorten(each)]))
  }
  return shorten(value) as Value
}

/** Header fields that a peer acts upon. */
const requestFields = [
  "content-type",
  "user-agent",
  "x-inngest-generation-id",
  "x-inngest-req-version",
  "x-inngest-step-id",
  "x-run-id",
  "x-inngest-signature",
]
const responseFields = [
  "content-type",
  "x-inngest-req-version",
  "x-inngest-no-retry",
  "x-inngest-server-kind",
  "x-inngest-signature",
]

/** Members that say nothing about the protocol, or differ with the machine. */
const ignored = new Set([
  "featureObservations",
  "timing",
  "isr",
  "tc",
  "gid",
  "sync_id",
  "request_started_at",
  "source_fn_v",
])

/**
 * Exchanges in which everything that differs from run to run has a name instead: ids in the order in which they first appear, so that equal ones
 * stay equal. Members of objects are sorted.
 */
export function normalise(traffic: readonly Exchange[]): NormalExchange[] {
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
        .replace(/^t=\d+&s=[0-9a-f]{64}$/, "<signature>")
        .replace(/(https?:\/\/)(?:127\.0\.0\.1|localhost):\d+/g, "$1<host>")
        // In the words of whoever compiles.
        .replace(/(error compiling expression: ).*?(?=\\*"\})/gs, "$1<why>")
        // Where in which file something was thrown.
        .replace(/(\n|\\n)\s+at [^"]*/g, "")
    )
  }

  function value(given: unknown, member = ""): unknown {
    if (typeof given === "string") {
      if (/^(?:job_id|qi_id)$/.test(member)) return `<${member}>`
      return text(given)
    }
    // A time: of this century, in milliseconds.
    if (typeof given === "number") return given > 1e12 && given < 4e12 ? "<ms>" : given
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
    // Absent where there was no answer.
    status: status ?? 0,
    responseHeaders: fields(responseHeaders ?? {}, responseFields),
    responseBody: value(responseBody),
  }))
}

/**
 * The calls of each run, runs by their function and event. What runs at once is in no order of its own: calls are in that of how much was known
 * when they were queued, and of two that began together in that of their step.
 */
export function callsByRun(traffic: readonly NormalExchange[]): Record<string, unknown[]> {
  const runs = new Map<string, { key: string; calls: Call[] }>()
  const earlier = new Set<string>()
  for (const exchange of traffic) {
    if (!exchange.what.startsWith("server->sdk POST")) continue
    const call = exchange as Call
    // The recorder also asked without being a server.
    if (call.body?.ctx?.run_id === undefined) continue
    const id = call.body.ctx.run_id
    // It began before this traffic.
    if (!runs.has(id) && call.body.ctx.generation_id > 1) earlier.add(id)
    if (earlier.has(id)) continue
    const run = runs.get(id) ?? { key: `${functionOf(call)} ${JSON.stringify(withoutIds(call.body.event))}`, calls: [] }
    runs.set(id, run)
    run.calls.push(call)
  }
  const grouped: Record<string, unknown[]> = {}
  for (const { key, calls } of runs.values()) {
    const sorted = calls.map((call) => ({ order: orderOf(call), call: withoutIds(loosened(call)) }))
    let place = key
    while (grouped[place] !== undefined) place += "'"
    grouped[place] = sorted.toSorted((left, right) => (left.order < right.order ? -1 : 1)).map(({ call }) => call)
  }
  return Object.fromEntries(Object.entries(grouped).toSorted(([left], [right]) => (left < right ? -1 : 1)))
}

interface Call extends NormalExchange {
  body: {
    ctx: { run_id: string; stack: { current: number; stack: string[] }; generation_id: number }
    event: unknown
  }
}

function functionOf({ what }: Call): string {
  return /fnId=([^&]*)/.exec(what)?.[1] ?? ""
}

function orderOf({ body, what }: Call): string {
  const { stack, generation_id: generation } = body.ctx
  return [stack.current, generation, what].map((part) => String(part).padStart(4, "0")).join(" ")
}

/** Steps that ended at once may have ended in either order. */
function loosened(call: Call): Call {
  const { ctx } = call.body
  return {
    ...call,
    body: { ...call.body, ctx: { ...ctx, stack: { ...ctx.stack, stack: ctx.stack.stack.toSorted() } } },
  }
}

/** Which of several ids it was depends on what came in between. */
function withoutIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(/<(ulid|uuid) \d+>/g, "<$1>")) as unknown
}
