import { expect, test } from "vitest"
import { crashRuns } from "../../support/crashing-runs.ts"

test("a server that is killed at any byte of its log ends every run, and does no recorded step again", async () => {
  const { kills, ends, forgotten, repeated } = await crashRuns({ runs: 20, seed: 1, maxBytes: 40_000 })
  expect({ ends: [...ends], forgotten, repeated }).toEqual({
    ends: [['COMPLETED {"steps":["a","b","c","d"]}', 20]],
    forgotten: [],
    repeated: [],
  })
  // Otherwise it would prove nothing.
  expect(kills).toBeGreaterThan(1)
}, 60_000)
