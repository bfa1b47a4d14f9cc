/** Which key goes to which route, and that no key gets anywhere else. */
import { ConfigError } from "../errors.ts"
import { headers as names } from "../protocol/headers.ts"
import type { RouteAuth } from "../protocol/routes.ts"
import { isPage } from "../shared/runtime.ts"

export interface AuthOptions {
  eventKey?: string | undefined
  signingKey?: string | undefined
  /** Branch environment, sent as `x-inngest-env`. */
  env?: string | undefined
  /** Sent with every request; `authorization` here replaces the one made from the keys. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Let a signing key into a page, where every visitor can read it. */
  dangerouslyAllowBrowser?: boolean | undefined
}

export interface Auth {
  /** The `:key` of `POST /e/:key`, encoded. */
  readonly eventKeySegment: string
  /** @param own of this request; they go before those of the client, which go before those made here. */
  headersFor(auth: RouteAuth, own?: Readonly<Record<string, string>>): Headers
  /** The text with every key in it replaced by `***`. */
  mask(text: string): string
}

/** Stands in for a missing event key: an empty path segment would lose the event (303, then a page). */
const noEventKey = "NO_EVENT_KEY_SET"

/** @throws ConfigError naming the option. */
export function createAuth(options: AuthOptions): Auth {
  const { eventKey, signingKey, env, headers = {} } = options
  for (const [option, value] of Object.entries({ eventKey, signingKey, env })) {
    // A header also holds Latin-1, but Go sends such a key as UTF-8: two clients, two different bytes.
    if (value !== undefined && /[^\t\x20-\x7e]/.test(value))
      throw new ConfigError(`${option}: has a character that no header holds, such as a line break`, { option })
  }
  if (!isHeaders(headers))
    throw new ConfigError("headers: a name or a value is not one of a header", { option: "headers" })
  if (eventKey === "." || eventKey === "..")
    throw new ConfigError("eventKey: no URL carries a key of dots only", { option: "eventKey" })
  if (signingKey && isPage() && options.dangerouslyAllowBrowser !== true) {
    throw new ConfigError(
      "signingKey: every visitor of this page could read it",
      { option: "signingKey" },
      {
        hint: "Keep it on a server, behind the gateway, or set dangerouslyAllowBrowser.",
      },
    )
  }
  return {
    eventKeySegment: encodeURIComponent(eventKey || noEventKey),
    headersFor(auth, own = {}) {
      const key = keyFor(auth)
      const made = { ...(key ? { authorization: `Bearer ${key}` } : {}), ...(env ? { [names.env]: env } : {}) }
      const result = new Headers(made)
      for (const [name, value] of [...Object.entries(headers), ...Object.entries(own)]) result.set(name, value)
      return result
    },
    mask: createMask([eventKey, signingKey, signingKey?.replace(/^signkey-\w+-/, ""), ...secretsOf(headers)]),
  }

  /** The one sent as bearer. */
  function keyFor(auth: RouteAuth): string | undefined {
    switch (auth) {
      case "none":
      case "event-key":
        return undefined
      case "signing-key":
        return signingKey
      case "event-or-signing":
        // The Go store sends its event key.
        return eventKey || signingKey
    }
  }
}

export function isHeaders(headers: Readonly<Record<string, string>>): boolean {
  try {
    void new Headers(headers)
    return true
  } catch {
    return false
  }
}

function secretsOf(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name]) => /auth|cookie|key|secret|token/i.test(name))
    .flatMap(([, value]) => [value, value.replace(/^\w+ /, "")])
}

function createMask(secrets: readonly (string | undefined)[]): (text: string) => string {
  const forms = new Set<string>()
  for (const secret of secrets) if (secret?.trim()) forms.add(secret.trim()).add(encodeURIComponent(secret))
  if (forms.size === 0) return (text) => text
  const patterns = [...forms]
    .toSorted((left, right) => right.length - left.length)
    .map((form) => {
      const literal = form.replace(/[$()*+.?[\\\]^{|}-]/g, "\\$&")
      // A short key (`test`, `local`) is masked as a word only, or it would take letters out of every text.
      return form.length < 8 ? `(?<![\\w-])${literal}(?![\\w-])` : literal
    })
  const pattern = new RegExp(patterns.join("|"), "g")
  return (text) => text.replace(pattern, "***")
}

/** A path, or an address, with the keys in it masked: `/e/***`, `?token=***`. */
export function maskPath(path: string): string {
  return path.replace(/^((?:https?:\/\/[^/]+)?\/e\/)[^/?#]+/, "$1***").replace(/([?&]token=)[^&#]+/g, "$1***")
}
