import { ConfigError } from "../errors.ts"
import { pageURL } from "../shared/runtime.ts"

/**
 * A base URL in the form the transport takes: absolute, no slash at the end, a path prefix kept.
 *
 * In a page it may be relative to it: `/api/inngest`.
 *
 * @param source where it came from: an option's name, or a variable's.
 * @throws ConfigError for what is no http(s) address, and for one with a user, a query or a fragment.
 */
export function parseBaseURL(text: string, source: { option?: string; envVar?: string }): string {
  const name = source.envVar ?? source.option ?? "baseURL"
  const page = pageURL()
  const isRelative = text.startsWith("/") || text.startsWith("./") || text.startsWith("../")
  if (isRelative && page === undefined)
    throw new ConfigError(`${name}: "${text}" is relative, which only works in a page`, source)
  let url: URL
  try {
    url = new URL(text, isRelative ? page : undefined)
  } catch {
    throw refused(looksLikeHost(text) ? notHttp : "is not a URL")
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") throw refused(notHttp)
  // The text itself is not shown: it holds a password.
  if (url.username !== "" || url.password !== "")
    throw new ConfigError(`${name}: must not contain a user or password`, source, {
      hint: "Pass keys as eventKey and signingKey, other credentials as headers.",
    })
  if (/[?#]/.test(text)) throw refused("must not have a query or a fragment")
  return (url.origin + url.pathname).replace(/\/+$/, "")

  function refused(why: string): ConfigError {
    const shown = text.replace(/\/\/[^/]*@/, "//***@").replace(/[?#].*$/s, "")
    return new ConfigError(
      `${name}: "${shown}" ${why}`,
      source,
      looksLikeHost(text) ? { hint: `Write http://${shown}` } : {},
    )
  }
}

const notHttp = "must begin with http:// or https://"

/** `localhost:8288`, which a URL parser takes for a scheme and a path. */
function looksLikeHost(text: string): boolean {
  return /^[\w.-]+(:\d+)?(\/|$)/.test(text)
}
