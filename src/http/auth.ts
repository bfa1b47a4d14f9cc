/** Which key goes to which route, and that no key gets anywhere else. */
import { ConfigError } from "../errors.ts"
import { headers as names } from "../protocol/headers.ts"
import type { RouteAuth } from "../protocol/routes.ts"
import { isPage } from "../shared/runtime.ts"

export interface AuthOptions {
  eventKey?: string | undefined
  signingKey?: string | undefined
  /** Tried where the server does not know the other one, and kept if it knows this: keys are rotated on two sides, never at once. */
  signingKeyFallback?: string | undefined
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
  /** Which signing key is in use: 0, or 1 for the fallback. Set by whoever finds out. */
  keyIndex: 0 | 1
  /**
   * @param own of this request; they go before those of the client, which go before those made here.
   * @param keyIndex of the signing key; the same headers for both where there is no fallback. @default 0
   */
  headersFor(auth: RouteAuth, own?: Readonly<Record<string, string>>, keyIndex?: 0 | 1): Headers
  /** What replaces every key in a text by `***`, also those in the headers of one request. */
  maskFor(own?: Readonly<Record<string, string>>): (text: string) => string
}

/** Stands in for a missing event key: an empty path segment would lose the event (303, then a page). */
const noEventKey = "NO_EVENT_KEY_SET"

/** @throws ConfigError naming the option. */
export function createAuth(options: AuthOptions): Auth {
  const { eventKey, signingKey, signingKeyFallback, env, headers = {}, dangerouslyAllowBrowser } = options
  const refuseIf = (isWrong: boolean | undefined, option: string, why: string, hint?: string): void => {
    if (isWrong) throw new ConfigError(`${option}: ${why}`, { option }, { hint })
  }
  for (const [option, value] of Object.entries({ eventKey, signingKey, signingKeyFallback, env })) {
    // A header also holds Latin-1, but Go sends such a key as UTF-8: two clients, two different bytes.
    const isWrong = value !== undefined && /[^\t\x20-\x7e]/.test(value)
    refuseIf(isWrong, option, "has a character that no header holds, such as a line break")
  }
  refuseIf(!isHeaders(headers), "headers", "a name or a value is not one of a header")
  refuseIf(/^\.\.?$/.test(eventKey ?? ""), "eventKey", "no URL carries a key of dots only")
  refuseIf(
    Boolean(signingKey || signingKeyFallback) && isPage() && !dangerouslyAllowBrowser,
    "signingKey",
    "every visitor of this page could read it",
    "Keep it on a server, behind the gateway, or set dangerouslyAllowBrowser.",
  )
  const signingKeys = [signingKey || signingKeyFallback, signingKeyFallback || signingKey] as const
  const secrets = [
    eventKey,
    ...signingKeys.flatMap((key) => [key, key?.replace(/^signkey-\w+-/, "")]),
    ...secretsOf(headers),
  ]
  const mask = createMask(secrets)
  return {
    eventKeySegment: encodeURIComponent(eventKey || noEventKey),
    keyIndex: 0,
    headersFor(auth, own = {}, keyIndex = 0) {
      const result = new Headers(env ? { [names.env]: env } : {})
      const signing = signingKeys[keyIndex]
      /** What is sent as bearer; to `event-or-signing` the event key, as the Go store does. */
      const bearers: Partial<Record<RouteAuth, string | undefined>> = {
        "signing-key": signing,
        "event-or-signing": eventKey || signing,
      }
      if (bearers[auth]) result.set("authorization", `Bearer ${bearers[auth]}`)
      for (const [name, value] of Object.entries(headers).concat(Object.entries(own))) result.set(name, value)
      return result
    },
    maskFor(own = {}) {
      const more = secretsOf(own)
      return more.length === 0 ? mask : createMask([...secrets, ...more])
    },
  }
}

/** By their names, or long enough to be a key; not in headers that only say how to talk. */
function secretsOf(headers: Readonly<Record<string, string>>): string[] {
  const isKey = (name: string): boolean => /auth|cookie|key|secret|token/i.test(name)
  const isPlain = (name: string): boolean => /^(?:accept|content|if-|user-agent|x-inngest-e)/i.test(name)
  return Object.entries(headers).flatMap(([name, value]) =>
    isKey(name) || (value.length >= 8 && !isPlain(name)) ? [value, value.replace(/^\w+ /, "")] : [],
  )
}

export function isHeaders(headers: Readonly<Record<string, string>>): boolean {
  try {
    void new Headers(headers)
    return true
  } catch {
    return false
  }
}

function createMask(secrets: readonly (string | undefined)[]): (text: string) => string {
  const patterns = secrets
    .flatMap((secret) => (secret?.trim() ? [secret.trim(), encodeURIComponent(secret)] : []))
    .toSorted((left, right) => right.length - left.length)
    .map((form) => {
      const literal = form.replace(/\W/g, "\\$&")
      // A short key (`test`, `local`) is masked as a word only, or it would take letters out of every text.
      return form.length < 8 ? `(?<![\\w-])${literal}(?![\\w-])` : literal
    })
  const pattern = new RegExp(patterns.join("|") || "(?!)", "g")
  return (text) => text.replace(pattern, "***")
}

/** A path, or an address, with the keys in it masked: `/e/***`, `?token=***`. */
export function maskPath(path: string): string {
  return path.replace(/^((?:https?:\/\/[^/]+)?\/e\/)[^/?#]+|([?&]token=)[^&#]+/g, "$1$2***")
}
