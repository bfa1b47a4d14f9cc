import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { backoffDelayMs } from "../../src/shared/backoff.ts"
import { decodeBase64, encodeBase64 } from "../../src/shared/base64.ts"
import { formatDuration, parseDuration } from "../../src/shared/duration.ts"
import { encodeUlid, isUlid, offsetRandomness } from "../../src/shared/id.ts"
import { createPageList } from "../../src/shared/page.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { ulidNumber } from "../support/ulid.ts"

describe("durations", () => {
  test.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["1h30m", 5_400_000],
    ["1h 30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["3d", 259_200_000],
    ["2w", 1_209_600_000],
    [" 0s ", 0],
    [250, 250],
  ])("%j is %d ms", (duration, ms) => {
    expect(parseDuration(duration)).toBe(ms)
  })

  test.each([undefined as never, {} as never, "", "5", "5 parsecs", "-1s", "1s2", "h1", Number.NaN, -1, Infinity])(
    "%j is no duration",
    (duration) => {
      expect(parseDuration(duration)).toBeUndefined()
    },
  )

  test.each([
    [35, "35ms"],
    [300, "0.3s"],
    [1200, "1.2s"],
    [58 * 60_000, "58m"],
    [3 * 86_400_000 + 4 * 3_600_000 + 5, "3d 4h"],
    [86_400_000, "1d"],
  ])("%d ms reads %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

describe("ULIDs", () => {
  test("the published example of the specification is made of its time and randomness", () => {
    const number = ulidNumber("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    const randomness = Uint8Array.from({ length: 10 }, (_byte, index) =>
      Number((number >> BigInt(8 * (9 - index))) & 255n),
    )
    expect(number >> 80n).toBe(1_469_922_850_259n)
    expect(encodeUlid(1_469_922_850_259, randomness)).toBe("01ARZ3NDEKTSV4RRFFQ69G5FAV")
  })

  test("time and randomness are both in the text, and texts sort as their times", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        fc.uint8Array({ minLength: 10, maxLength: 10 }),
        fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        (timeMs, bytes, otherMs) => {
          const ulid = encodeUlid(timeMs, bytes)
          expect(isUlid(ulid)).toBe(true)
          expect(isUlid(ulid.toLowerCase())).toBe(true)
          const number = bytes.reduce((high, byte) => (high << 8n) | BigInt(byte), BigInt(timeMs))
          expect(ulidNumber(ulid)).toBe(number)
          if (otherMs > timeMs) expect(encodeUlid(otherMs, bytes) > ulid).toBe(true)
        },
      ),
    )
  })

  test("the seed's last four bytes count up and wrap", () => {
    expect([...offsetRandomness(Uint8Array.of(1, 2, 3, 4, 5, 6, 0, 0, 0, 255), 1)]).toEqual([
      1, 2, 3, 4, 5, 6, 0, 0, 1, 0,
    ])
    expect([...offsetRandomness(Uint8Array.of(1, 2, 3, 4, 5, 6, 255, 255, 255, 255), 2)]).toEqual([
      1, 2, 3, 4, 5, 6, 0, 0, 0, 1,
    ])
  })

  test.each(["", "01ARZ3NDEKTSV4RRFFQ69G5FA", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAU"])(
    "%j is no ULID",
    (text) => {
      expect(isUlid(text)).toBe(false)
    },
  )

  test("a time that does not fit is refused", () => {
    expect(() => encodeUlid(2 ** 48, new Uint8Array(10))).toThrow(RangeError)
    expect(() => encodeUlid(0, new Uint8Array(9))).toThrow(RangeError)
  })
})

describe("base64", () => {
  test("bytes come back", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes)
      }),
    )
  })

  test("text that is not base64 gives nothing", () => {
    expect(decodeBase64("$$$")).toBeUndefined()
  })
})

describe("backoff", () => {
  test("each delay lies between half and the whole of the exponential step, never above the most", () => {
    const random = seededRandom(7)
    for (let attempt = 1; attempt < 40; attempt++) {
      const fullMs = Math.min(8_000, 250 * 2 ** (attempt - 1))
      const delayMs = backoffDelayMs(attempt, { minDelayMs: 250, maxDelayMs: 8_000 }, random)
      expect(delayMs).toBeGreaterThanOrEqual(fullMs / 2)
      expect(delayMs).toBeLessThanOrEqual(fullMs)
    }
  })
})

describe("seeded randomness", () => {
  test("repeats for the same seed and differs for another", () => {
    expect([...seededRandom(1).bytes(8)]).toEqual([...seededRandom(1).bytes(8)])
    expect([...seededRandom(1).bytes(8)]).not.toEqual([...seededRandom(2).bytes(8)])
  })
})

describe("page lists", () => {
  const pages = [{ data: [1, 2], cursor: "b" }, { data: [3], cursor: "c" }, { data: [] }]
  const walk = async (cursor: string | undefined): Promise<(typeof pages)[number]> =>
    pages[cursor === undefined ? 0 : cursor === "b" ? 1 : 2] as (typeof pages)[number]

  test("an await gives one page and asks once", async () => {
    let asked = 0
    const list = createPageList(async () => {
      asked++
      return walk(undefined)
    }, walk)
    expect(asked).toBe(0)
    expect(await list).toEqual({ data: [1, 2], cursor: "b" })
    expect((await list).data).toEqual([1, 2])
    expect(asked).toBe(1)
  })

  test("iterating gives every item of every page", async () => {
    const seen: number[] = []
    for await (const item of createPageList(() => walk(undefined), walk)) seen.push(item)
    expect(seen).toEqual([1, 2, 3])
  })
})
