/** Takes every key out of what errors show. Loaded with the first error. */
import type { RequestSummary } from "../shared/error.ts"
import type { Sent } from "./exchange.ts"

/** What errors say about a request, and what takes its keys out of a text. */
export interface Masked {
  request: RequestSummary
  mask: (text: string) => string
}

export function masked({ method, base, path, options, headers }: Sent): Masked {
  const keys = [options.eventKey, options.signingKey, options.signingKeyFallback]
  const mask = createMask(keys, [options.headers, headers])
  return { request: { method, url: mask(base + maskPath(path)) }, mask }
}

/**
 * Replaces every key in a text by `***`.
 *
 * @param headers that may hold some.
 */
export function createMask(
  keys: readonly (string | undefined)[],
  headers: readonly (Readonly<Record<string, string>> | undefined)[],
): (text: string) => string {
  const forms = [...keys, ...headers.flatMap((each = {}) => secretsOf(each))]
    .flatMap((secret = "") => [secret, secret.replace(/^signkey-\w+-/, "")])
    .flatMap((secret) => (secret.trim() ? [secret.trim(), encodeURIComponent(secret)] : []))
    .toSorted((left, right) => right.length - left.length)
    .map((form) => {
      const literal = form.replace(/\W/g, "\\$&")
      // A short key (`test`, `local`) is masked as a word only, or it would take letters out of every text.
      return form.length < 8 ? `(?<![\\w-])${literal}(?![\\w-])` : literal
    })
  const pattern = new RegExp(forms.join("|") || "(?!)", "g")
  return (text) => text.replace(pattern, "***")
}

/** By their names, or long enough to be a key; not in headers that only say how to talk. */
function secretsOf(headers: Readonly<Record<string, string>>): string[] {
  const isKey = (name: string): boolean => /auth|cookie|key|secret|token/i.test(name)
  const isPlain = (name: string): boolean => /^(?:accept|content|if-|user-agent|x-inngest-e)/i.test(name)
  return Object.entries(headers).flatMap(([name, value]) =>
    isKey(name) || (value.length >= 8 && !isPlain(name)) ? [value, value.replace(/^\w+ /, "")] : [],
  )
}

/** A path, or an address, with the keys in it masked: `/e/***`, `?token=***`. */
export function maskPath(path: string): string {
  return path.replace(/^((?:https?:\/\/[^/]+)?\/e\/)[^/?#]+|([?&]token=)[^&#]+/g, "$1$2***")
}
