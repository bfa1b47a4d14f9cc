/** Which key goes to which route, and that no key gets anywhere else. */
import { refuse } from "../shared/error.ts"
import { envHeader } from "../protocol/headers.ts"
import type { RouteAuth } from "../protocol/usual-routes.ts"
import { isPage } from "../shared/runtime.ts"

export interface AuthOptions {
  eventKey?: string | undefined
  signingKey?: string | undefined
  /** Stands in for `signingKey`; tried after it by whoever composes with fallback-key.ts. */
  signingKeyFallback?: string | undefined
  /** Branch environment, sent as `x-inngest-env`. */
  env?: string | undefined
  /** Sent with every request; `authorization` here replaces the one made from the keys. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Let a signing key into a page, where every visitor can read it. */
  dangerouslyAllowBrowser?: boolean | undefined
}

export interface Auth {
  /** Of `POST /e/:key`, with the key, encoded. */
  readonly eventPath: string
  /** Names in lower case. Those of the client go before the key's. */
  headersFor(auth: RouteAuth): Readonly<Record<string, string>>
}

/** Stands in for a missing event key: an empty path segment would lose the event (303, then a page). */
const noEventKey = "NO_EVENT_KEY_SET"

/** @throws ConfigError naming the option. */
export function createAuth(options: AuthOptions): Auth {
  const { eventKey, signingKey, signingKeyFallback, env, headers, dangerouslyAllowBrowser } = options
  for (const [option, value = ""] of Object.entries({ eventKey, signingKey, signingKeyFallback, env }))
    // A header also holds Latin-1, but Go sends such a key as UTF-8: two clients, two different bytes. No URL carries a key of dots.
    if (/[^\t\x20-\x7e]|^\.\.?$/.test(value)) refuse(option, unsendable)
  // Only where there are any: Node loads all of its fetch with `Headers`.
  const fixed = headers === undefined ? headers : (toHeaders(headers) ?? refuse("headers", unsendable))
  const signing = signingKey || signingKeyFallback
  if (signing && isPage() && !dangerouslyAllowBrowser)
    refuse("signingKey", "every visitor of this page could read it; see dangerouslyAllowBrowser")
  const ofClient = { ...(env && { [envHeader]: env }), ...fixed }
  const withBearer = (key: string | undefined) => ({ ...(key && { authorization: `Bearer ${key}` }), ...ofClient })
  const headersOf: Partial<Record<RouteAuth, Readonly<Record<string, string>>>> = {
    "signing-key": withBearer(signing),
    // To these the event key, as the Go store does.
    "event-or-signing": withBearer(eventKey || signing),
  }
  return {
    eventPath: `/e/${encodeURIComponent(eventKey || noEventKey)}`,
    headersFor: (auth) => headersOf[auth] ?? ofClient,
  }
}

export const unsendable = "holds what no header can"

/** With names in lower case; `undefined` for what no header holds. */
export function toHeaders(headers: Readonly<Record<string, string>>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(new Headers(headers))
  } catch {
    return undefined
  }
}
