/**
 * Role: planned failures of a mock, as data: which request fails, and how.
 * Boundary: `core.ts` asks for each request; the doors (fetch, MSW, a port) carry the failure out.
 *
 * I1. Deterministic: equal plans and equal requests in equal order give equal failures. A share of requests is drawn from a seeded generator.
 * I2. The first plan, in the order of their making, that is not used up decides; later ones neither count nor draw for that request.
 */
import type { JsonValue } from "../src/shared/json.ts"
import { ConfigError } from "../src/errors.ts"
import { type Random, seededRandom } from "../src/shared/random.ts"
import type { Route } from "../src/protocol/routes.ts"
import { refuseUnknown } from "./options.ts"
import { type RoutePattern, type RouteTest, compileRoutes } from "./route-names.ts"

type Only<Kind, Others extends string> = Kind & { readonly [Other in Others]?: never }

/** How it fails; exactly one of `status`, `reset`, `timeout`, `truncated`. */
export type Failure =
  | Only<StatusFailure, "reset" | "timeout" | "truncated">
  /** The connection ends without an answer: before anything is done (`true`), or `"after"` the server has done it and only the answer is lost. */
  | Only<{ readonly reset: true | "after" }, "status" | "body" | "headers" | "timeout" | "truncated">
  /** No answer ever comes, until the caller gives up or the mock is reset: before anything is done, or after. */
  | Only<{ readonly timeout: true | "after" }, "status" | "body" | "headers" | "reset" | "truncated">
  /** It is done, and the connection ends in the middle of the answer's body. */
  | Only<{ readonly truncated: true }, "status" | "body" | "headers" | "reset" | "timeout">

export interface StatusFailure {
  /** Answered with this status instead of being done: 200 to 599. */
  readonly status: number
  /** Of that answer: text as it is, anything else as JSON. @default an error in the shape of the route */
  readonly body?: JsonValue
  /** Of that answer, besides its content type: `{ "retry-after": "2" }` */
  readonly headers?: Readonly<Record<string, string>>
}

/** Which of the route's requests fail. */
export interface FailureLimits {
  /** How many of them. @default all, until `reset()` or until the plan is taken back */
  readonly times?: number
  /** How many go through first. @default 0 */
  readonly after?: number
  readonly match?: RequestMatch
  /** The share that fails, 0 to 1, drawn for each. @default 1 */
  readonly rate?: number
  /** Of the draws: the same seed gives the same failures in every run. @default 1 */
  readonly seed?: number
}

/** All that is given must hold. */
export interface RequestMatch {
  /** Name of an event in the body of a send. */
  readonly event?: string
  /** A part of the URL, as sent: `"/v1/workflows/order-7"`. */
  readonly url?: string
  /** A part of the body. */
  readonly body?: string
  /** Headers with these values. */
  readonly headers?: Readonly<Record<string, string>>
}

export type FailurePlan = Failure & FailureLimits & { readonly route: RoutePattern }

/** What plans look at; route and body cost something, so they are asked only when there is a plan. */
export interface RequestFacts {
  readonly request: Request
  route(): Route | undefined
  /** As text. */
  body(): string
}

export interface Failures {
  /** @returns takes it back. @throws ConfigError naming what is wrong with it */
  add(plan: FailurePlan): () => void
  /** The failure of a request, which counts by that. */
  next(facts: RequestFacts): Failure | undefined
}

export const failureKinds = ["status", "reset", "timeout", "truncated"] as const
export type FailureKind = (typeof failureKinds)[number]

export function kindOf(failure: Failure): FailureKind {
  // Checked when the plan was made.
  return failureKinds.find((kind) => failure[kind] !== undefined) ?? "reset"
}

interface ActivePlan {
  readonly plan: FailurePlan
  readonly isRoute: RouteTest
  readonly random: Random
  seen: number
  failed: number
}

export function createFailures(): Failures {
  const plans = new Set<ActivePlan>()
  return {
    add(plan) {
      checkPlan(plan)
      const active = {
        plan,
        isRoute: compileRoutes(plan.route),
        random: seededRandom(plan.seed ?? 1),
        seen: 0,
        failed: 0,
      }
      plans.add(active)
      return () => void plans.delete(active)
    },
    next(facts) {
      for (const active of plans) {
        const { plan, isRoute, random } = active
        const { times = Infinity, after = 0, rate = 1, match } = plan
        if (active.failed >= times || !isRoute(facts.route()) || !isMatch(match, facts)) continue
        active.seen++
        if (active.seen <= after || (rate < 1 && random.next() >= rate)) return undefined
        active.failed++
        return plan
      }
      return undefined
    },
  }
}

function isMatch(match: RequestMatch | undefined, { request, body }: RequestFacts): boolean {
  if (match === undefined) return true
  if (match.url !== undefined && !request.url.includes(match.url)) return false
  if (match.body !== undefined && !body().includes(match.body)) return false
  if (match.event !== undefined && !eventNames(body()).includes(match.event)) return false
  return Object.entries(match.headers ?? {}).every(([name, value]) => request.headers.get(name) === value)
}

function eventNames(body: string): unknown[] {
  try {
    const value: unknown = JSON.parse(body)
    return [value].flat().map((event) => (event as { name?: unknown } | null)?.name)
  } catch {
    return []
  }
}

const planOptions = [...failureKinds, "route", "body", "headers", "times", "after", "match", "rate", "seed"]

function checkPlan(plan: FailurePlan): void {
  if (typeof plan !== "object" || plan === null) throw new ConfigError("fail: a plan must be an object")
  refuseUnknown(plan, planOptions, "fail")
  checkMatch(plan.match)
  for (const [option, headers] of Object.entries({ headers: plan.headers, "match.headers": plan.match?.headers }))
    checkHeaders(option, headers)
  const kinds = failureKinds.filter((kind) => plan[kind] !== undefined)
  if (kinds.length !== 1)
    throw new ConfigError(
      `fail: must say one of ${failureKinds.join(", ")}, not ${kinds.length === 0 ? "none" : kinds.join(" and ")}`,
    )
  const check = (option: keyof FailurePlan, isRight: (value: number) => boolean, range: string): void => {
    const value: unknown = plan[option]
    if (value !== undefined && (typeof value !== "number" || !isRight(value)))
      throw new ConfigError(`fail: ${option}: must be ${range}, not ${String(value)}`, { option })
  }
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0
  check("status", (value) => Number.isInteger(value) && value >= 200 && value <= 599, "from 200 to 599")
  check("times", isCount, "a whole number")
  check("after", isCount, "a whole number")
  check("rate", (value) => value >= 0 && value <= 1, "from 0 to 1")
  check("seed", Number.isFinite, "a number")
  for (const option of ["reset", "timeout"] as const)
    if (plan[option] !== undefined && plan[option] !== true && plan[option] !== "after")
      throw new ConfigError(`fail: ${option}: must be true or "after", not ${String(plan[option])}`, { option })
  const truncated: unknown = plan.truncated
  if (truncated !== undefined && truncated !== true)
    throw new ConfigError(`fail: truncated: must be true, not ${String(truncated)}`, { option: "truncated" })
  if (kinds[0] !== "status" && (plan.body !== undefined || plan.headers !== undefined))
    throw new ConfigError(`fail: ${kinds[0]}: has no answer whose body or headers could be given`, { option: "body" })
}

function checkMatch(match: RequestMatch | undefined): void {
  if (match === undefined) return
  if (typeof match !== "object" || match === null)
    throw new ConfigError("fail: match: must be an object", { option: "match" })
  refuseUnknown(match, ["event", "url", "body", "headers"], "fail: match")
  for (const part of ["event", "url", "body"] as const)
    if (match[part] !== undefined && typeof match[part] !== "string")
      throw new ConfigError(`fail: match.${part}: must be a text`, { option: "match" })
}

/** What no header holds would break the answer, or match none, only when a request comes. */
function checkHeaders(option: string, headers: Readonly<Record<string, string>> | undefined): void {
  if (headers === undefined) return
  try {
    if (typeof headers !== "object" || headers === null) throw new TypeError("no object")
    void new Headers(headers)
  } catch (cause) {
    throw new ConfigError(`fail: ${option}: must be an object of names and texts`, { option }, { cause })
  }
}
