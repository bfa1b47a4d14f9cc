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
  if (url && !url.username && !url.password && /^(https?:\/\/|\.{0,2}\/)[^?#]*$/i.test(text))
    return (url.origin + url.pathname).replace(/\/+$/, "")
  // Never the password that it may hold.
  const shown = text.replace(/\/\/[^/]*@/, "//***@").replace(/[?#].*$/s, "")
  refuse(setting, `"${shown}" must be http://… or https://…, relative only in a page, without user, query and fragment`)
}
