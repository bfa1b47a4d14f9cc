/** What is not allowed, not known or not a method: said in one way. */
import { type Answer, refusal } from "./answer.ts"
import { type PermissionName, limitedPermissions } from "./permissions.ts"
import type { RouteAccess } from "./route-access.ts"

/** @param subject the name or id that no pattern meets. */
export function missing(permission: PermissionName, subject?: string): Answer {
  const isLimited = subject !== undefined && limitedPermissions.some((each) => each === permission)
  const name = isLimited ? `${permission}:${subject.slice(0, 256)}` : permission
  return refusal(403, `missing permission: ${name}`, { permission: name, outcome: "forbidden" })
}

/** `undefined` when the route knows all of them. */
export function unknownParameter(search: URLSearchParams, access: RouteAccess): Answer | undefined {
  const known = access === "closed" ? [] : (access.query ?? [])
  const unknown = [...search.keys()].find((name) => !known.includes(name))
  return unknown === undefined
    ? undefined
    : refusal(400, `${unknown.slice(0, 64)}: is not a query parameter that goes through the gateway`)
}

export function wrongMethod(methods: Iterable<string>): Answer {
  const allow = methodsText(methods)
  return refusal(405, `only ${allow}`, { headers: { allow } })
}

/** For an `Allow`: whatever has a GET has a HEAD. */
export function methodsText(methods: Iterable<string>): string {
  return [...methods].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ")
}
