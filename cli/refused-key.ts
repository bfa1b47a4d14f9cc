/** A 401, said with the key that was sent and where that one comes from: the server's own words name neither. */
import { CommandError } from "./command-error.ts"
import type { KeyName } from "./config/config.ts"
import { briefly, maskKey } from "./config/keys.ts"
import { clientSource } from "./open-store.ts"
import type { Session } from "./session.ts"

interface Refusal {
  readonly message: string
  readonly status: number
  readonly request: { readonly url: string }
  readonly requestId?: string | undefined
}

/** @returns the error as it is when it is about something else. */
export async function explainRefusal(error: unknown, session: Session | undefined): Promise<unknown> {
  const refusal = refusalIn(error)
  if (refusal === undefined || session === undefined) return error
  const { profile } = session
  const { url } = await session.connect()
  const { origin, pathname } = new URL(refusal.request.url)
  const origins = [url, ...(profile.target.kind === "named" ? [profile.target.eventURL] : [])]
  // An app that is asked to announce its functions, a store elsewhere.
  if (!origins.some((each) => new URL(each).origin === origin)) return error
  const keys = await session.keys()
  const name = keyOf(pathname, keys.eventKey.value !== undefined)
  const { value, from, source } = keys[name]
  if (source === clientSource) return error
  const title = name === "eventKey" ? "event key" : "signing key"
  const words = serverWords(refusal.message) ?? "the server takes no requests without one"
  const branch = profile.env === undefined ? "" : ` in env "${profile.env.value}"`
  const { withheld } = profile
  const why =
    withheld ??
    (value === undefined
      ? `there is no ${title} (${from} is not set)`
      : `${title} ${maskKey(value)} (from ${briefly(from)}) was not taken${branch}`)
  return new CommandError("authentication", `401 from ${origin}: ${why}: ${words}`, {
    hint: "Try  doctor",
    details: { status: refusal.status, ...(refusal.requestId === undefined ? {} : { requestId: refusal.requestId }) },
    cause: error,
  })
}

/** What the server said of a 401, out of the client's message: behind the quoted URL, whose port may begin with 401, too. */
export function serverWords(message: string): string | undefined {
  return /": 401\b[^:]*: (.+)$/s.exec(message)?.[1]
}

/** @source the routes' own column: events go by the event key, workflow states by it or, without one, by the signing key */
function keyOf(path: string, hasEventKey: boolean): KeyName {
  if (path.startsWith("/e/")) return "eventKey"
  return path.startsWith("/v1/workflows") && hasEventKey ? "eventKey" : "signingKey"
}

/** By shape: the classes would load the client with every error. */
function refusalIn(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, cause, request, status } = error as Error & Partial<Refusal> & { code?: unknown }
  if (code === "store") return refusalIn(cause)
  if (code !== "authentication" || request === undefined || status === undefined) return undefined
  return URL.canParse(request.url) ? (error as Error & Refusal) : undefined
}
