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
  /**
   * Names in lower case.
   *
   * @param own of this request, in lower case; they go before those of the client, which go before those made here.
   */
  headersFor(auth: RouteAuth, own?: Readonly<Record<string, string>>): Record<string, string>
}

/** Stands in for a missing event key: an empty path segment would lose the event (303, then a page). */
const noEventKey = "NO_EVENT_KEY_SET"

/** @throws ConfigError naming the option. */
export function createAuth(options: AuthOptions): Auth {
  const { eventKey, signingKey, signingKeyFallback, env, headers = {}, dangerouslyAllowBrowser } = options
  for (const [option, value = ""] of Object.entries({ eventKey, signingKey, signingKeyFallback, env }))
    // A header also holds Latin-1, but Go sends such a key as UTF-8: two clients, two different bytes. No URL carries a key of dots.
    if (/[^\t\x20-\x7e]|^\.\.?$/.test(value)) refuse(option, unsendable)
  const fixed = toHeaders(headers) ?? refuse("headers", unsendable)
  const signing = signingKey || signingKeyFallback
  if (signing && isPage() && !dangerouslyAllowBrowser)
    refuse("signingKey", "every visitor of this page could read it; see dangerouslyAllowBrowser")
  const ofClient = { ...(env && { [envHeader]: env }), ...fixed }
  /** What is sent as bearer; to `event-or-signing` the event key, as the Go store does. */
  const bearers: Partial<Record<RouteAuth, string | undefined>> = {
    "signing-key": signing,
    "event-or-signing": eventKey || signing,
  }
  return {
    eventPath: `/e/${encodeURIComponent(eventKey || noEventKey)}`,
    headersFor(auth, own = {}) {
      const bearer = bearers[auth]
      return { ...(bearer && { authorization: `Bearer ${bearer}` }), ...ofClient, ...own }
    },
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
