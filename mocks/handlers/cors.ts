/**
 * Which pages may read: one policy for all paths and answers.
 *
 * @source measured, vectors `cors-*`
 */

import type { Reply } from "./reply.ts"

/** Whether a page of this origin may; `origin` is the header's value, also `null`. */
export type OriginPolicy = (origin: string) => boolean

export const anyOrigin: OriginPolicy = () => true

const allowedMethods = ["GET", "POST", "PUT", "DELETE", "OPTIONS"]

export function isPreflight(request: Request): boolean {
  return request.method === "OPTIONS" && request.headers.has("access-control-request-method")
}

/** The path need not exist, and no key is asked for. A refusal is a 200 that allows nothing. */
export function answerPreflight(request: Request, isAllowed: OriginPolicy): Reply {
  const headers: Record<string, string> = {
    vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
  }
  const origin = request.headers.get("origin")
  const method = request.headers.get("access-control-request-method")?.toUpperCase() ?? ""
  if (origin !== null && isAllowed(origin) && allowedMethods.includes(method)) {
    headers["access-control-allow-origin"] = origin
    headers["access-control-allow-methods"] = method
    const asked = canonicalNames(request.headers.get("access-control-request-headers") ?? "")
    if (asked !== "") headers["access-control-allow-headers"] = asked
    headers["access-control-max-age"] = "3600"
  }
  return { status: 200, headers, body: null }
}

/** What an answer says to pages. @param exposed response headers that a page may read. */
export function corsHeaders(
  request: Request,
  isAllowed: OriginPolicy,
  exposed = "Link, Mcp-Session-Id",
): Record<string, string> {
  const origin = request.headers.get("origin")
  if (origin === null || !isAllowed(origin) || !allowedMethods.includes(request.method)) return { vary: "Origin" }
  return { vary: "Origin", "access-control-allow-origin": origin, "access-control-expose-headers": exposed }
}

/** `x-inngest-env,content-type` → `X-Inngest-Env, Content-Type` */
function canonicalNames(list: string): string {
  return (list.match(/[\w!#$%&'*+.^`|~-]+/g) ?? [])
    .map((name) =>
      name.toLowerCase().replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase()),
    )
    .join(", ")
}
