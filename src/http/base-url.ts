import { ConfigError } from "../shared/error.ts"
import { pageURL } from "../shared/runtime.ts"

/** Where a server is unless told otherwise. */
export const localURL = "http://localhost:8288"

/**
 * A base URL in the form the transport takes: absolute, no slash at the end, a path prefix kept.
 *
 * In a page it may be relative to it: `/api/inngest`.
 *
 * @param source where it came from: an option's name, or a variable's.
 * @throws ConfigError for what is no http(s) address, and for one with a user, a query or a fragment.
 */
export function parseBaseURL(text: string, source: { option?: string; envVar?: string }): string {
  const page = pageURL()
  const isRelative = /^\.{0,2}\//.test(text)
  // `localhost:8288`, which a URL parser takes for a scheme and a path.
  const isHost = /^[\w.-]+(:\d+)?(\/|$)/.test(text)
  const base = isRelative ? page : undefined
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined
  const hasCredentials = Boolean(url?.username || url?.password)
  const fault =
    isRelative && page === undefined
      ? "is relative, which only works in a page"
      : url === undefined && !isHost
        ? "is not a URL"
        : url === undefined || !/^https?:$/.test(url.protocol)
          ? "must begin with http:// or https://"
          : hasCredentials
            ? "must not contain a user or password"
            : /[?#]/.test(text) && "must not have a query or a fragment"
  if (url !== undefined && !fault) return (url.origin + url.pathname).replace(/\/+$/, "")
  // Never the password that it may hold.
  const shown = text.replace(/\/\/[^/]*@/, "//***@").replace(/[?#].*$/s, "")
  const advice = hasCredentials ? "Pass keys as eventKey and signingKey, other credentials as headers." : undefined
  throw new ConfigError(`${source.envVar ?? source.option}: "${shown}" ${fault}`, source, {
    hint: isHost ? `Write http://${shown}` : advice,
  })
}
