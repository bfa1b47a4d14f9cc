// The official SDK on this engine, and the recordings of it on the official server: for each run the same calls, answered alike.
import { readdirSync } from "node:fs"
import { expect, test } from "vitest"
import { readRecording } from "../support/sdk-recordings.ts"
import { callsByRun, cut, normalise } from "../support/sdk-traffic.ts"
import { notCompared, notServed, recordedCases } from "./recorded-cases.ts"
import { startApp } from "./app.ts"

/**
 * `steps2` and `wait-for-event` are compared to the letter and in order, in first.test.ts; `graphql-traces`, which holds no traffic, in
 * traces.test.ts; the reactions have no SDK in them: engine/reactions.test.ts.
 */
const elsewhere = ["steps2", "wait-for-event", "graphql-traces", "raw-server-reactions"]

test("every recorded case is compared, or has a reason not to be", () => {
  const names = readdirSync("test/fixtures/sdk-protocol").map((file) => file.replace(/\.json$/, ""))
  const known = [...Object.keys(recordedCases), ...Object.keys(notCompared), ...notServed, ...elsewhere]
  expect(known.toSorted()).toEqual(names.toSorted())
  expect(Object.keys(notCompared).length).toBeLessThanOrEqual(2)
})

test.each(Object.entries(recordedCases))(
  "%s",
  async (name, { drive, isComparedWhole, isCompared = () => true, ...options }) => {
    const { keys, ...rest } = options
    const app = await startApp({ name, ...rest, ...(keys === undefined ? {} : { keys }) })
    try {
      await drive(app)
      const [ours, recorded] = [app.traffic, readRecording(name).traffic].map((traffic) => {
        const exchanges = normalise(cut(traffic))
        if (isComparedWhole) return exchanges
        return Object.entries(callsByRun(exchanges)).filter(([run]) => isCompared(run))
      })
      expect(ours).toEqual(recorded)
    } finally {
      await app.close()
    }
  },
)
