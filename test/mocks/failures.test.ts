// Plans against a model of their documentation: any plans, any requests.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type FailurePlan, createFailures } from "../../mocks/failures.ts"
import { routeOf } from "../../mocks/handlers/request-route.ts"
import { seededRandom } from "../../src/shared/random.ts"

const asked = {
  send: ["POST", "http://kit.test/e/key"],
  "events.list": ["GET", "http://kit.test/v1/events"],
  "workflows.load": ["GET", "http://kit.test/v1/workflows/a"],
} as const
type Asked = keyof typeof asked

const plans = fc.array(
  fc.record(
    {
      route: fc.constantFrom("send", "events.*", "workflows.load", "*"),
      status: fc.integer({ min: 400, max: 599 }),
      times: fc.nat(4),
      after: fc.nat(3),
      rate: fc.constantFrom(0, 0.25, 0.5, 1),
      seed: fc.nat(),
    },
    { requiredKeys: ["route", "status"] },
  ) as fc.Arbitrary<FailurePlan & { status: number }>,
  { maxLength: 5 },
)
const requests = fc.array(fc.constantFrom(...(Object.keys(asked) as Asked[])), { maxLength: 40 })

const meets: Record<string, readonly Asked[]> = {
  send: ["send"],
  "events.*": ["send", "events.list"],
  "workflows.load": ["workflows.load"],
  "*": ["send", "events.list", "workflows.load"],
}

/** As the documentation says it, plan by plan. */
function expected(all: readonly (FailurePlan & { status: number })[], sequence: readonly Asked[]): (number | null)[] {
  const counts = all.map(({ seed = 1 }) => ({ seen: 0, failed: 0, random: seededRandom(seed) }))
  return sequence.map((request) => {
    const index = all.findIndex(
      ({ route, times = Infinity }, at) => meets[route]?.includes(request) && (counts[at]?.failed ?? 0) < times,
    )
    const [plan, count] = [all[index], counts[index]]
    if (plan === undefined || count === undefined) return null
    if (++count.seen <= (plan.after ?? 0)) return null
    if (plan.rate !== undefined && plan.rate < 1 && count.random.next() >= plan.rate) return null
    count.failed++
    return plan.status
  })
}

function happened(all: readonly FailurePlan[], sequence: readonly Asked[]): (number | null)[] {
  const failures = createFailures()
  for (const plan of all) failures.add(plan)
  return sequence.map((name) => {
    const [method, url] = asked[name]
    const request = new Request(url, { method })
    return failures.next({ request, route: () => routeOf(request), body: () => "" })?.status ?? null
  })
}

describe("failure plans", () => {
  test("fail those requests that their documentation says, whatever plans and requests there are", () => {
    fc.assert(
      fc.property(plans, requests, (all, sequence) => {
        expect(happened(all, sequence)).toEqual(expected(all, sequence))
      }),
    )
  })

  test("do the same each time", () => {
    fc.assert(
      fc.property(plans, requests, (all, sequence) => {
        expect(happened(all, sequence)).toEqual(happened(all, sequence))
      }),
    )
  })

  test("are caught by this when they count wrongly", () => {
    const offByOne = (all: readonly FailurePlan[], sequence: readonly Asked[]) =>
      happened(
        all.map((plan) => ({ ...plan, after: (plan.after ?? 0) + 1 })),
        sequence,
      )
    const result = fc.check(
      fc.property(plans, requests, (all, sequence) => {
        expect(offByOne(all, sequence)).toEqual(expected(all, sequence))
      }),
    )
    expect(result.failed).toBe(true)
  })
})
