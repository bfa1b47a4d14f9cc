import { refuse } from "../shared/error.ts"
import { pageURL } from "../shared/runtime.ts"

/** Where a server is unless told otherwise. */
export const localURL = "http://localhost:8288"

/**
 * A base URL in the form the transport takes: absolute, no slash at the end, a path prefix kept.
 *
 * In a page it may be relative to it: `/api/inngest`.
 *
 * @param setting where it came from: an option's name, or a variable's.
 * @throws ConfigError for what is no http(s) address, and for one with a user, a query or a fragment.
 */
export function parseBaseURL(text: string, setting: string): string {
  const page = pageURL()
  const url = URL.canParse(text, page) ? new URL(text, page) : undefined
  const fault = /^\.{0,2}\//.test(text)
    ? page === undefined && "is relative, which only works in a page"
    : !/^https?:\/\//i.test(text)
      ? "must begin with http:// or https://"
      : url === undefined && "is not a URL"
  const isMore = url?.username || url?.password || /[?#]/.test(text)
  if (url !== undefined && !fault && !isMore) return (url.origin + url.pathname).replace(/\/+$/, "")
  // Never the password that it may hold.
  const shown = text.replace(/\/\/[^/]*@/, "//***@").replace(/[?#].*$/s, "")
  refuse(setting, `"${shown}" ${fault || "must not have a user, a query or a fragment"}`)
}
