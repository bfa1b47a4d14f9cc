/** What is talked to, and where its state is: for the banner and for `-v`. */
import type { Connection } from "./connect.ts"
import type { Session } from "./session.ts"
import { version } from "./version.ts"

/** `inngest-repl 1.0.0 · dev · embedded, http://localhost:8288 · state: its own, on disk · help, Ctrl-D to leave` */
export async function describeSession(session: Session): Promise<string> {
  return [`inngest-repl ${version}`, ...(await describeServer(session)), "help, Ctrl-D to leave"].join(" · ")
}

/** @throws what the server answers when it was named and is no Inngest. */
export async function describeServer(session: Session): Promise<string[]> {
  const connection = await session.connect()
  switch (connection.kind) {
    case "own":
      return ["dev", `embedded${connection.isListening ? `, ${connection.url}` : ""}`, ownState(connection)]
    case "shared":
      return ["dev", `embedded in another shell, ${connection.url}`, ownState(connection)]
    case "found":
      return ["dev", ...(await describeForeign(session, connection))]
    case "named":
      return describeForeign(session, connection)
  }
}

function ownState({ storage }: Connection): string {
  return `state: its own, ${storage === "memory" ? "in memory" : "on disk"}`
}

async function describeForeign(session: Session, { url }: Connection): Promise<string[]> {
  const stop = new AbortController()
  const client = await session.client()
  const info = await session.run({ stop: (error) => stop.abort(error) }, () =>
    client.serverInfo({ signal: stop.signal, timeout: "5s" }),
  )
  const name = info.version === undefined ? info.kind : `${info.kind} ${info.version}`
  const source = session.target.kind === "named" ? ` (from ${session.target.apiSource})` : ""
  return [
    `${name}, ${url}${source}`,
    info.workflowState ? "state: the server's" : "state: none, this server keeps no workflow state",
  ]
}
