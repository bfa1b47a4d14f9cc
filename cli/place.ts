/** A server in words, for questions, banners and prompts. */
import type { Session } from "./session.ts"

/** `prod`; for a server that a flag or a variable named, its host. */
export function nameOf({ profile }: Session): string {
  const { target, name } = profile
  if (target.kind === "default" || target.apiSource.startsWith("profile ")) return name
  return new URL(target.apiURL).host
}

/** `prod (https://api.inngest.com)`, `dev (the embedded server)`, `http://localhost:9000`. */
export async function describePlace(session: Session): Promise<string> {
  const { kind, url } = await session.connect()
  const { target, name } = session.profile
  if (target.kind === "named" && !target.apiSource.startsWith("profile ")) return url
  return `${name} (${kind === "own" || kind === "shared" ? "the embedded server" : url})`
}
