/** Whom a listening port talks to: requests by its own name, from pages of this machine or of origins that were named. */
import { ConfigError } from "../src/errors.ts"
import { type OriginPolicy, anyOrigin } from "./handlers/cors.ts"

/**
 * Whether the authority of a request (`localhost:8288`) is one of this server's own.
 *
 * A page whose name was made to point at this machine (DNS rebinding) sends its own name as Host; names and literals of the loopback can't be
 * made to point elsewhere. A server that listens on all addresses is asked by any of them, so there every literal counts.
 *
 * @param hostname what the server was told to listen on.
 */
export function createHostCheck(hostname: string, port: number): (authority: string) => boolean {
  /** The last one that was, since it is mostly the same one again. */
  let known: string | undefined
  const isWildcard = hostname === "0.0.0.0" || hostname === "::"
  return (authority) => {
    if (authority === known) return true
    const url = URL.canParse(`http://${authority}`) ? new URL(`http://${authority}`) : undefined
    if (url === undefined || Number(url.port || "80") !== port) return false
    const isOwn =
      isLoopback(url.hostname) ||
      url.hostname === hostname.toLowerCase() ||
      (isWildcard && (/^\d+\.\d+\.\d+\.\d+$/.test(url.hostname) || url.hostname.startsWith("[")))
    if (isOwn) known = authority
    return isOwn
  }
}

/**
 * @param cors `"*"` or the origins, besides those of this machine, whose pages may.
 * @throws ConfigError for what no page has as its origin: it would let nobody in.
 */
export function createOriginPolicy(cors: "*" | readonly string[] | undefined): OriginPolicy {
  const given: readonly unknown[] = [cors ?? []].flat()
  // A text other than "*" would be asked for a part of itself.
  const isOneText = typeof cors === "string" && cors !== "*"
  if (isOneText || !given.every(isOrigin))
    throw new ConfigError(
      `cors: ${JSON.stringify(cors)} must be "*" or a list of origins`,
      { option: "cors" },
      { hint: 'An origin has no path and no slash at its end: ["https://app.example.com"].' },
    )
  if (cors === "*" || cors?.includes("*")) return anyOrigin
  return (origin) => cors?.includes(origin) === true || isLoopbackOrigin(origin)
}

/** As a browser writes it, which is how it will be compared. */
function isOrigin(text: unknown): boolean {
  if (typeof text !== "string") return false
  if (/^https?:/i.test(text)) return URL.canParse(text) && new URL(text).origin === text
  // Of extensions and shells a URL says "null".
  return text === "*" || text === "null" || /^[a-z][a-z\d+.-]*:\/\/[^/?#]+$/.test(text)
}

function isLoopbackOrigin(origin: string): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && isLoopback(url.hostname)
}

/** By `hostname` of a URL, which writes an IPv4 address in one way only. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
