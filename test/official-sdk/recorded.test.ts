// The official SDK on this engine, and the recordings of it on the official server: for each run the same calls, answered alike.
import { expect, test } from "vitest"
import { callsByRun, normalise } from "../support/sdk-traffic.ts"
import { readRecording } from "../support/sdk-recordings.ts"
import { recordedCases } from "./recorded-cases.ts"
import { startApp } from "./app.ts"

test.each(Object.entries(recordedCases))("%s", async (name, { functions, client, drive, isCompared = () => true }) => {
  const app = await startApp({ name, functions, ...(client === undefined ? {} : { client }) })
  try {
    await drive(app)
    const [ours, recorded] = [app.traffic, readRecording(name).traffic].map((traffic) =>
      Object.entries(callsByRun(normalise(traffic))).filter(([run]) => isCompared(run)),
    )
    expect(ours).toEqual(recorded)
  } finally {
    await app.close()
  }
})
