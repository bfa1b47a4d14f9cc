import { describe, expect, test } from "vitest"
import { normalise, normaliseTime } from "../support/normalise.ts"

describe("normalising", () => {
  test("evens out ULIDs, UUIDs, times and ports, and nothing else", () => {
    expect(
      normalise(
        'id 01KAN6XQ1DA5WQ4E9RM3G6ZJ8V of 1e5c8c5e-7b0f-4e0e-9c55-0a8f0f3f6a11 at 2026-03-04T05:06:07.12+05:30 from 127.0.0.1:49152, "http://localhost:8288/x"',
      ),
    ).toBe('id <ulid> of <uuid> at <time> from <host>, "http://<host>/x"')
    const kept = "01KAN6XQ1DA5WQ4E9RM3G6ZJ8 2026-03-04 05:06:07 example.com:8288 1772600767 wf-1 run-2 1.5s 12:30"
    expect(normalise(kept)).toBe(kept)
  })

  test.each([
    ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00Z"],
    ["2026-01-01T00:00:00.120Z", "2026-01-01T00:00:00.12Z"],
    ["2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00.5Z"],
    ["2026-01-01T00:00:00.1234567891Z", "2026-01-01T00:00:00.123456789Z"],
    ["2026-01-01T1:00:00Z", "2026-01-01T01:00:00Z"],
    ["2026-01-01T00:00:00-00:00", "2026-01-01T00:00:00Z"],
    ["2026-01-01T00:00:00+01:60", "2026-01-01T00:00:00+02:00"],
    ["2026-01-01T00:00:00-03:30", "2026-01-01T00:00:00-03:30"],
    ["yesterday", "yesterday"],
  ])("%s is %s to Go", (given, expected) => {
    expect(normaliseTime(given)).toBe(expected)
  })
})
