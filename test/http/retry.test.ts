import { describe, expect, test } from "vitest"
import { type Failure, maxRetryAfterMs, parseRetryAfterMs, retryDelayMs } from "../../src/http/retry.ts"
import { isUnsent } from "../../src/http/unsent.ts"
import { seededRandom } from "../../src/shared/random.ts"

const random = seededRandom(1)
const isRetried = (failure: Failure): boolean => retryDelayMs(failure, 1, {}, random) !== undefined
const status = (code: number, retryAfterMs?: number): Failure => ({ kind: "status", status: code, retryAfterMs })

describe("which failure", () => {
  test.each([408, 425, 429, 500, 502, 503, 504, 507, 599])("%d is tried again", (code) => {
    expect(isRetried(status(code))).toBe(true)
  })

  test.each([0, 200, 204, 301, 303, 304, 400, 401, 403, 404, 405, 409, 412, 413, 422, 501])("%d is final", (code) => {
    expect(isRetried(status(code))).toBe(false)
  })

  test("a lost connection and a timeout are tried again", () => {
    expect([isRetried({ kind: "connection" }), isRetried({ kind: "timeout" })]).toEqual([true, true])
  })
})

describe("how often and how long", () => {
  const policy = { attempts: 5, minDelayMs: 100, maxDelayMs: 400 }
  const delays = (next: number): (number | undefined)[] =>
    [1, 2, 3, 4, 5].map((attempt) =>
      retryDelayMs({ kind: "timeout" }, attempt, policy, { ...random, next: () => next }),
    )

  test("doubles up to the maximum, with jitter over the upper half, and ends after the last attempt", () => {
    expect(delays(0)).toEqual([50, 100, 200, 200, undefined])
    expect(delays(0.999_999)).toEqual([100, 200, 400, 400, undefined])
  })

  test("waits at least as long as Retry-After asks", () => {
    expect(retryDelayMs(status(429, 2_000), 1, policy, random)).toBe(2_000)
    expect(retryDelayMs(status(503, 0), 1, policy, random)).toBeGreaterThanOrEqual(50)
  })

  test("gives up at once when Retry-After asks for more than a minute", () => {
    expect(retryDelayMs(status(429, maxRetryAfterMs), 1, policy, random)).toBe(maxRetryAfterMs)
    expect(retryDelayMs(status(429, maxRetryAfterMs + 1), 1, policy, random)).toBeUndefined()
  })
})

test.each([
  ["2", 2_000],
  [" 0 ", 0],
  ["1.5", 1_500],
  ["Sat, 31 Jan 2026 12:00:07 GMT", 7_000],
  ["Sat, 31 Jan 2026 11:00:00 GMT", 0],
  ["soon", undefined],
  ["", undefined],
  [null, undefined],
])("Retry-After %j is %j ms", (text, expectedMs) => {
  expect(parseRetryAfterMs(text, Date.UTC(2026, 0, 31, 12))).toBe(expectedMs)
})

describe("whether a request never left", () => {
  const withCode = (code: string): Error => Object.assign(new Error("x"), { code })

  test.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT"])(
    "%s, as Node hangs it on the cause",
    (code) => {
      expect(isUnsent(new TypeError("fetch failed", { cause: withCode(code) }))).toBe(true)
    },
  )

  test("Bun's code and Deno's text", () => {
    expect(isUnsent(withCode("ConnectionRefused"))).toBe(true)
    const text =
      "error sending request for url (http://x/): client error (Connect): tcp connect error: Connection refused"
    expect(isUnsent(new TypeError(text))).toBe(true)
  })

  test("a reset, a browser's text and a stranger prove nothing", () => {
    expect(isUnsent(withCode("ECONNRESET"))).toBe(false)
    expect(isUnsent(new TypeError("Failed to fetch"))).toBe(false)
    expect(isUnsent("no")).toBe(false)
    expect(isUnsent(undefined)).toBe(false)
  })
})
