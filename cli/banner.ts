/** What is talked to, and where its state is: for the banner and for `-v`. */
import type { Connection } from "./connect.ts"
import { maskPassword } from "./config/config.ts"
import type { Session } from "./session.ts"
import { version } from "./version.ts"

/** `inngest-repl 1.0.0 · dev · embedded, http://localhost:8288 · state: its own, on disk · help, Ctrl-D to leave` */
export async function describeSession(session: Session): Promise<string> {
  return [`inngest-repl ${version}`, ...(await describeServer(session)), "help, Ctrl-D to leave"].join(" · ")
}

/** @throws what the server answers when it was named and is no Inngest. */
export async function describeServer(session: Session): Promise<string[]> {
  const connection = await session.connect()
  const { name, target, protection, readOnly, env } = session.profile
  const care = [
    ...(env === undefined ? [] : [`env ${env.value}`]),
    ...(protection === undefined ? [] : ["protected"]),
    ...(readOnly === undefined ? [] : ["read-only"]),
  ]
  switch (connection.kind) {
    case "own": {
      const where = `embedded${connection.isListening ? `, ${connection.url}` : ""}`
      return [name, where, ...care, await describeStore(session, ownState(connection))]
    }
    case "shared": {
      const where = `embedded in another shell, ${connection.url}`
      return [name, where, ...care, await describeStore(session, ownState(connection))]
    }
    case "found":
    case "named": {
      const isOfProfile = target.kind === "default" || target.apiSource.startsWith("profile ")
      const [server, state] = await describeForeign(session, connection)
      return [...(isOfProfile ? [name] : []), server, ...care, await describeStore(session, state)]
    }
  }
}

/** What the profile or a flag names comes before what the server has. */
async function describeStore({ profile }: Session, ofServer: string): Promise<string> {
  return profile.store === undefined
    ? ofServer
    : `state: ${maskPassword(profile.store.value)} (from ${profile.store.source})`
}

function ownState({ storage }: Connection): string {
  return `state: its own, ${storage === "memory" ? "in memory" : "on disk"}`
}

async function describeForeign(
  session: Session,
  { kind, url }: Connection,
): Promise<readonly [server: string, state: string]> {
  const { target } = session.profile
  const stop = new AbortController()
  const client = await session.client()
  const info = await session.run({ stop: (error) => stop.abort(error) }, () =>
    client.serverInfo({ signal: stop.signal, timeout: "5s" }),
  )
  const name = info.version === undefined ? info.kind : `${info.kind} ${info.version}`
  const source =
    target.kind === "named" && !target.apiSource.startsWith("profile ") ? ` (from ${target.apiSource})` : ""
  return [
    // Nobody named it: it must not be taken for the embedded server.
    kind === "found" ? `found ${name} on ${url}` : `${name}, ${url}${source}`,
    info.workflowState ? "state: the server's" : "state: none, this server keeps no workflow state",
  ]
}
