import { expect, test } from "vitest"
import { toRunStatus } from "../../src/protocol/run.ts"

test("a status is named alike in every spelling, and an unknown one, even the name of an object's member, stays text", () => {
  expect(["COMPLETED", "Canceled", "overflowed", "paused", "scheduled", "Odd"].map(toRunStatus)).toEqual([
    "completed",
    "cancelled",
    "failed",
    "running",
    "queued",
    "odd",
  ])
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"])
    expect(toRunStatus(name)).toBe(name.toLowerCase())
})
