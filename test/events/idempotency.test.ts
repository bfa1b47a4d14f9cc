import fc from "fast-check"
import { expect, test } from "vitest"
import { createSeeds } from "../../src/events/idempotency.ts"
import { decodeBase64 } from "../../src/shared/base64.ts"
import { isUlid } from "../../src/shared/id.ts"
import { ulidTimeMs } from "../support/ulid.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { vector } from "../support/inngest-vectors.ts"

test("the ids of a seed are the ones that the real server answered", () => {
  const { request, response } = vector("event-seed-header")
  const [timeMs = "", base64 = ""] = (request.headers["x-inngest-event-id-seed"] ?? "").split(",")
  const random = { next: () => 0, bytes: () => decodeBase64(base64) ?? new Uint8Array() }
  const seed = createSeeds(createManualClock(Number(timeMs)), random)(2)
  expect(seed.header).toBe(request.headers["x-inngest-event-id-seed"])
  expect([seed.idAt(0), seed.idAt(1)]).toEqual((JSON.parse(response.body ?? "") as { ids: string[] }).ids)
})

test("a batch without a seed comes back shuffled; with ours it cannot", () => {
  const { ids } = JSON.parse(vector("store-11-batch-same-name-order").response.body ?? "") as { ids: string[] }
  expect(ids).not.toEqual(ids.toSorted())
  const seed = createSeeds(createManualClock(), seededRandom(3))(ids.length)
  const ours = ids.map((_id, index) => seed.idAt(index))
  expect(ours).toEqual(ours.toSorted())
})

test("the ids of one sender only grow: within a millisecond, over many requests, and when the clock steps back", () => {
  const step = fc.record({ passMs: fc.integer({ min: -5, max: 2 }), count: fc.integer({ min: 1, max: 6 }) })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), fc.integer(), (steps, randomSeed) => {
      let nowMs = 1_800_000_000_000
      const nextSeed = createSeeds({ ...createManualClock(), now: () => nowMs }, seededRandom(randomSeed))
      const ids: string[] = []
      for (const { passMs, count } of steps) {
        nowMs += passMs
        const seed = nextSeed(count)
        for (let index = 0; index < count; index++) ids.push(seed.idAt(index))
      }
      expect(ids.every(isUlid)).toBe(true)
      expect(ids).toEqual(ids.toSorted())
      expect(new Set(ids).size).toBe(ids.length)
    }),
  )
})

test("ids carry the time of the call", () => {
  const clock = createManualClock(1_769_860_800_123)
  expect(ulidTimeMs(createSeeds(clock, seededRandom(1))(1).idAt(0))).toBe(1_769_860_800_123)
})
