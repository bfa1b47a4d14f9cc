import { briefly, maskKey } from "./config/keys.ts"
import { maskPassword } from "./config/config.ts"
import type { Identity } from "./result.ts"
import type { Session } from "./session.ts"

/** Who the lines of a session are, without asking a server that was named: one that is found or started is looked for. */
export async function identify(session: Session): Promise<Identity> {
  const { profile } = session
  const { kind, url } = await session.connect()
  const keys = await session.keys()
  const shown = (key: string | undefined): string | null => (key === undefined ? null : maskKey(key))
  const servers = {
    own: "embedded",
    shared: "embedded, in another shell",
    found: "found where Inngest listens",
    named: profile.target.kind === "named" ? `from ${profile.target.apiSource}` : "named",
  } as const
  return {
    profile: profile.name,
    url,
    server: servers[kind],
    env: profile.env?.value ?? null,
    eventKey: shown(keys.eventKey.value),
    eventKeyFrom: briefly(keys.eventKey.from),
    signingKey: shown(keys.signingKey.value),
    signingKeyFrom: briefly(keys.signingKey.from),
    store: profile.store === undefined ? "the server's own" : maskPassword(profile.store.value),
    isProtected: profile.protection !== undefined,
    isReadOnly: profile.readOnly !== undefined,
  }
}
