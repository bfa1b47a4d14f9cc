import { CommandError } from "./command-error.ts"
import type { Session } from "./session.ts"
import { sideFor } from "./target.ts"
import { missingServer, unreachable } from "./unreachable.ts"

/**
 * A server that has answered and is gone. Where none was named, this session does not go on with one of its own: what was meant for the one would
 * land in the other.
 *
 * @returns the error as it is when it is about something else.
 */
export async function explainGone(error: unknown, session: Pick<Session, "connect" | "profile">): Promise<unknown> {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== "connection") return error
  const code = missingServer(error.cause)
  if (code === undefined) return error
  const { target } = session.profile
  const { request } = error as { request?: { url: string } }
  if (target.kind === "named") {
    const { url, source } = sideFor(target, new URL(request?.url ?? target.apiURL).pathname)
    return request?.url.startsWith(url) === true ? unreachable(url, source, code) : error
  }
  const { kind, url } = await session.connect()
  if (kind !== "found" || request?.url.startsWith(url) !== true) return error
  return new CommandError("unreachable", `nothing listens on ${url} any more, where a server was found`, {
    hint: "Start it again; a new session finds it, or uses the embedded server",
    cause: error,
  })
}
