import { type AppInfo, formatDuration } from "../../src/index.ts"
import type { Call, Context } from "../command.ts"
import { CommandError } from "../command-error.ts"
import { type KeyName, keyNames, maskPassword } from "../config/config.ts"
import { keyKind, maskKey } from "../config/keys.ts"
import { notAppliedOf } from "../not-applied.ts"
import { exitCodeOf, toFailure } from "../failure.ts"
import { optionSettings } from "../option-settings.ts"
import { explainRefusal } from "../refused-key.ts"
import type { Finding, Result } from "../result.ts"
import type { Session } from "../session.ts"

/** Nothing it finds keeps it from looking on; the code at the end is that of the first thing that is wrong. */
export async function run(_call: Call, context: Context): Promise<Result> {
  const findings: Finding[] = []
  let exitCode = 0
  settings(context, findings)
  let isReached = true
  for (const [name, look] of looks) {
    // One server that does not answer is one thing that is wrong.
    if (!isReached && look !== keys) continue
    // What would end a command is here one more thing to say.
    const stop = new AbortController()
    const signal = AbortSignal.any([context.signal, stop.signal])
    const running = { stop: (error: unknown) => stop.abort(error) }
    try {
      findings.push(...(await context.session.run(running, () => look({ ...context, signal }))))
    } catch (error) {
      context.signal.throwIfAborted()
      const cause: unknown = stop.signal.aborted ? stop.signal.reason : await explainRefusal(error, context.session)
      const failure = toFailure(cause)
      exitCode ||= exitCodeOf(failure)
      isReached &&= failure.kind !== "unreachable" && failure.kind !== "connection"
      // To look here is what it would say.
      const hint = failure.kind === "authentication" ? undefined : failure.hint
      const note = [failure.message, hint].filter((text) => text !== undefined).join(". ")
      // And so is one key that it does not take.
      if (findings.some((each) => each.note === note)) continue
      findings.push({ name, value: look === access ? "no" : null, source: "asked", state: "error", note })
    }
  }
  return { type: "doctor", data: findings, ...(exitCode === 0 ? {} : { exitCode }) }
}

const looks: readonly (readonly [name: string, look: (context: Context) => Promise<Finding[]>])[] = [
  ["server", server],
  ["keys", keys],
  ["signing key works", access],
  ["clock", clock],
  ["state store", store],
  ["apps", apps],
]

function settings({ session, shell }: Context, findings: Finding[]): void {
  const { profile, options } = session
  const { user, project } = shell.sessions.configs
  const add = (name: string, value: string | null, source: string, note: string | null = null): void =>
    void findings.push({ name, value, source, state: note === null ? "ok" : "warning", note })
  add("profile", profile.name, profile.nameSource)
  const { target } = profile
  if (target.kind === "named") {
    add("url", target.apiURL, target.apiSource)
    if (target.eventURL !== target.apiURL) add("event url", target.eventURL, target.eventSource)
  } else add("url", null, "default: the embedded server, or what listens on http://localhost:8288")
  add("env", profile.env?.value ?? null, profile.env?.source ?? "default")
  add("read-only", profile.readOnly === undefined ? "no" : "yes", profile.readOnly ?? "default")
  add("protected", profile.protection === undefined ? "no" : "yes", profile.protection ?? "default")
  add("user file", user.path ?? null, user.path === undefined ? `none: ${options.directories.config}` : "found")
  add("project file", project.path ?? null, project.path === undefined ? "none" : "found")
  add("state directory", options.directories.state, options.directories.source ?? "default")
  const hidden = Object.keys(project.profiles).filter((name) => Object.hasOwn(user.profiles, name))
  for (const name of hidden)
    add(`profile ${name}`, "yours", user.path ?? "", `the project's profile of that name is not used`)
  for (const { name, value, source } of optionSettings(shell)) if (value !== null) add(name, value, source)
}

async function server(context: Context): Promise<Finding[]> {
  const { kind, url } = await context.session.connect()
  const client = await context.client()
  const info = await client.serverInfo({ signal: context.signal, timeout: "5s" })
  const how = {
    own: "started here",
    shared: "another shell",
    found: "found listening",
    named: "named",
  } as const
  const name = info.version === undefined ? info.kind : `${info.kind} ${info.version}`
  return [{ name: "server", value: `${name}, ${url}`, source: how[kind], state: "ok", note: null }]
}

/** What needs no key has answered; whether the signing key is right only a keyed route tells. */
async function access(context: Context): Promise<Finding[]> {
  const client = await context.client()
  const info = await client.serverInfo({ signal: context.signal, timeout: "5s" })
  if (info.kind !== "self-hosted" && info.kind !== "cloud") return []
  await client.request("GET", "/v2/apps", { query: { limit: 1 }, signal: context.signal })
  return [{ name: "signing key works", value: "yes", source: "GET /v2/apps", state: "ok", note: null }]
}

async function keys({ session }: Context): Promise<Finding[]> {
  const { withheld } = session.profile
  const read = await session.keys()
  const names: Readonly<Record<KeyName, string>> = {
    eventKey: "event key",
    signingKey: "signing key",
    signingKeyFallback: "fallback key",
  }
  return keyNames.map((keyName) => {
    const { value, from, source } = read[keyName]
    const shown = value === undefined ? null : `${maskKey(value)} (${keyKind(value)})`
    const isWithheld = withheld !== undefined
    return {
      name: names[keyName],
      value: shown,
      source: `${source === from ? source : `${source}: ${from}`}${value === undefined ? " (not set)" : ""}`,
      state: isWithheld ? "warning" : "ok",
      note: isWithheld ? `${withheld}. To allow it:  profile add <name> --url <url>` : null,
    } satisfies Finding
  })
}

/** Beyond this, times that are typed (`15m`) mean another moment to the server. */
const maxSkewMs = 5_000

async function clock(context: Context): Promise<Finding[]> {
  const { fetch, url, kind } = await context.session.connect()
  if (kind === "own") return []
  const startMs = Date.now()
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(5_000)])
  const answer = await fetch(`${url}/health`, { signal }).catch((cause: unknown) => {
    throw new CommandError("failed", `GET ${url}/health: no answer`, { cause })
  })
  // All that is asked for stands in its head.
  await answer.arrayBuffer().catch(() => {})
  const serverMs = Date.parse(answer.headers.get("date") ?? "")
  if (Number.isNaN(serverMs))
    return [{ name: "clock", value: null, source: "the server sends no time", state: "ok", note: null }]
  // The header has whole seconds; half of the way there is to its account.
  const skewMs = serverMs + 500 - (startMs + Date.now()) / 2
  const isOff = Math.abs(skewMs) > maxSkewMs
  return [
    {
      name: "clock",
      value: differenceOf(skewMs),
      source: "Date of GET /health",
      state: isOff ? "warning" : "ok",
      note: isOff ? "times such as 15m are counted from this machine's clock" : null,
    },
  ]
}

function differenceOf(skewMs: number): string {
  // The header does not tell more.
  if (Math.abs(skewMs) < 1_000) return "as here, to the second"
  return `${formatDuration(Math.round(Math.abs(skewMs) / 1_000) * 1_000)} ${skewMs > 0 ? "ahead of" : "behind"} here`
}

async function store({ session, signal }: Context): Promise<Finding[]> {
  const opened = await session.store()
  const flags = await opened.store.probe({ signal })
  await opened.store.list({ limit: 1, signal })
  const revisions = flags.revision === true ? "with revisions" : "without revisions: two writers can lose a change"
  return [
    {
      name: "state store",
      value: maskPassword(opened.name),
      source: storeSource(session),
      state: flags.revision === true ? "ok" : "warning",
      note: `${opened.store.driver}, lists ${String(flags.list)}, ${revisions}`,
    },
  ]
}

function storeSource({ profile }: Session): string {
  return profile.store?.source ?? "default: the server's"
}

async function apps(context: Context): Promise<Finding[]> {
  const client = await context.client()
  const findings: Finding[] = []
  for await (const app of client.apps.list({ signal: context.signal })) findings.push(ofApp(app))
  if (findings.length > 0) return [...findings, ...(await functions(context))]
  return [
    {
      name: "apps",
      value: "none",
      source: "asked",
      state: "ok",
      note: "functions run once an app has synced: apps sync <url>",
    },
  ]
}

/** Those that don't run as they ask to. */
async function functions(context: Context): Promise<Finding[]> {
  const client = await context.client()
  const { data } = await client.functions.list({ signal: context.signal })
  return data.flatMap((each) => {
    const options = notAppliedOf(each)
    if (options.length === 0) return []
    return {
      name: `function ${each.slug}`,
      value: options.join(", "),
      source: "asked",
      state: "warning",
      note: "this server does not apply that yet: it runs without",
    } satisfies Finding
  })
}

function ofApp({ id, functionCount, latestSync }: AppInfo): Finding {
  const { error, url } = latestSync
  return {
    name: `app ${id}`,
    value: `${functionCount} ${functionCount === 1 ? "function" : "functions"}`,
    source: url ?? "asked",
    state: error === undefined || error === "" ? "ok" : "error",
    note:
      error === undefined || error === "" ? null : `its last sync failed: ${error}. Try  apps sync ${url ?? "<url>"}`,
  }
}
