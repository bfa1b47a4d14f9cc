/** The keys of a client in every form that a server could echo, and a mask that takes them out of what the server answered. */
import type { TransportOptions } from "../http/transport.ts"

/** Shorter ones (`test`, `local`) are words of ordinary data, which a mask would destroy. */
const minLength = 8

const replacement = "***"

/** @returns a function that replaces every key of 8 characters or more by `***`. */
export function createMask(settings: TransportOptions): (text: string) => Promise<string> {
  let forms: Promise<readonly string[]> | undefined
  return async (text) => {
    const found = (await (forms ??= formsOf(settings))).filter((form) => text.includes(form))
    return found.reduce((masked, form) => masked.replaceAll(form, replacement), text)
  }
}

/** Longest first, so that no part of a key is left. */
async function formsOf({
  eventKey,
  signingKey,
  signingKeyFallback,
  headers = {},
}: TransportOptions): Promise<string[]> {
  const signingKeys = [signingKey, signingKeyFallback].filter((key) => key !== undefined)
  const bare = signingKeys.map((key) => key.replace(/^signkey-\w+-/, ""))
  const hashes = await Promise.all(bare.map(hashOf))
  const plain = [eventKey, ...signingKeys, ...bare, ...hashes, ...secretHeaders(headers)]
  const secrets = plain.filter((key): key is string => key !== undefined && key.length >= minLength)
  const forms = secrets.flatMap((key) => [key, encodeURIComponent(key), inJson(key), goJson(key)])
  return [...new Set(forms)].toSorted((left, right) => right.length - left.length)
}

/** The values of headers that the client sends with every request, but for those that only say how to talk. */
function secretHeaders(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name]) => !/^(?:accept|content|user-agent)/i.test(name))
    .flatMap(([, value]) => [value, value.replace(/^\w+ /, "")])
}

/**
 * A signing key as servers keep it, which they also take in its place: SHA-256 of the bytes that its hex digits stand for.
 *
 * @source measured, contract of the server's auth
 */
async function hashOf(key: string): Promise<string | undefined> {
  if (!/^(?:[0-9a-f]{2})+$/i.test(key)) return undefined
  const bytes = Uint8Array.from(key.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** Go's encoder also escapes what HTML could take for its own. */
function goJson(text: string): string {
  return inJson(text).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
}
