/** A URL that was named and where nothing is: which, from which setting, and what to start. */
import { CommandError } from "./command-error.ts"

/** The system's code of a failed `fetch` that says that there is no server, rather than that one had trouble; else `undefined`. */
export function missingServer(error: unknown): string | undefined {
  const code = codeOf(error)
  return code !== undefined && missing.has(code) ? code : undefined
}

const missing = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"])

/** @source Node puts the code on the cause; of several addresses that were tried, on each of its errors */
function codeOf(error: unknown): string | undefined {
  let current = error
  for (let depth = 0; current instanceof Error && depth < 5; depth++) {
    const { code, errors } = current as { code?: unknown; errors?: readonly unknown[] }
    if (typeof code === "string") return code
    current = current.cause ?? errors?.[0]
  }
  return undefined
}

/**
 * The same trouble, said with the setting that led there: something takes the connection and is no server, or none that was meant. It is
 * tried again, so it stays an error of the connection.
 */
export function withSource(error: unknown, url: string, source: string): Error {
  let root = error
  while (root instanceof Error && root.cause instanceof Error) root = root.cause
  const code = codeOf(error)
  const isTls = code === "EPROTO" || code?.startsWith("ERR_SSL") === true
  const said = isTls ? "it speaks no TLS, so write http://" : root instanceof Error ? root.message : String(root)
  const text = `${said}; ${url} is from ${source}${startHint(url)}`
  return Object.assign(new Error(text), code === undefined ? {} : { code })
}

function startHint(url: string): string {
  const { hostname, port } = new URL(url)
  return isLocal(hostname) && port !== "" ? `, a server is started by  inngest-repl dev --port ${port}` : ""
}

function isLocal(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.")
}

function wayOut(source: string): string {
  if (source.startsWith("profile ")) return "go to another profile:  -p dev"
  return `${source === "--url" ? "leave --url out" : "unset the variable"} to use the embedded server`
}

/** @param source the flag or variable that named the URL, or `the default`. */
export function unreachable(baseURL: string, source: string, code: string): CommandError {
  const { hostname, port } = new URL(baseURL)
  const isUnknown = code === "ENOTFOUND" || code === "EAI_AGAIN"
  const what = isUnknown ? `no host is called ${hostname}, so nothing answers` : "nothing listens"
  const first =
    isLocal(hostname) && port !== "" ? `Start one:  inngest-repl dev --port ${port}   or` : "Check the address, or"
  return new CommandError("unreachable", `${what} on ${baseURL} (from ${source})`, {
    hint: `${first} ${wayOut(source)}`,
  })
}

/** Something takes the connection and never answers. */
export function saysNothing({ url, source }: { url: string; source: string }, isRead: boolean): CommandError {
  const taken = isRead ? "" : ". What was sent may have been taken"
  return new CommandError("timeout", `${url} (from ${source}) takes connections and says nothing${taken}`, {
    hint: `Is it an Inngest? Wait longer by  --timeout 1m   or ${wayOut(source)}`,
  })
}
