// The engine with a client that is not ours: what they say to each other is what the official server says.
import { afterEach, expect, test } from "vitest"
import { readRecording } from "../support/sdk-recordings.ts"
import { normalise } from "../support/sdk-traffic.ts"
import { type SdkApp, startApp } from "./app.ts"

let app: SdkApp | undefined

afterEach(async () => {
  await app?.close()
  app = undefined
})

test("a function of two steps is called three times, as recorded", async () => {
  app = await startApp({
    name: "steps2",
    functions: (client) => [
      client.createFunction({ id: "s2", triggers: [{ event: "steps2/go" }] }, async ({ step }) => {
        const a = await step.run("first", () => ({ a: 1 }))
        const b = await step.run({ id: "second", name: "Second step" }, () => a.a + 1)
        return { b }
      }),
    ],
  })
  const [id = ""] = await app.send({ name: "steps2/go", data: {} })
  expect(normalise(app.traffic)).toEqual(normalise(readRecording("steps2").traffic))
  expect(app.engine.reads.runsOfEvent(id)).toMatchObject([{ phase: { kind: "completed", output: '{"b":2}' } }])
})

test("waits end with the event that matches, and with their timeouts, as recorded", async () => {
  app = await startApp({
    name: "wait-for-event",
    functions: (client) => [
      client.createFunction({ id: "w", triggers: [{ event: "wfe/go" }] }, async ({ step }) => {
        const e = await step.waitForEvent("w1", {
          event: "wfe/evt",
          timeout: "20s",
          if: "event.data.x == async.data.x",
        })
        const t = await step.waitForEvent("w2", { event: "wfe/never", timeout: "2s" })
        const m = await step.waitForEvent("w3", { event: "wfe/m", timeout: "10s", match: "data.x" })
        return { e, t, m }
      }),
    ],
  })
  const [id = ""] = await app.send({ name: "wfe/go", data: { x: 5 } })
  await app.send({ name: "wfe/evt", data: { x: 4 } })
  await app.send({ name: "wfe/evt", data: { x: 5, y: "hit" }, user: { u: 1 } })
  await app.advance("2s")
  await app.send({ name: "wfe/m", data: { x: 5 } })
  expect(normalise(app.traffic)).toEqual(normalise(readRecording("wait-for-event").traffic))
  expect(app.engine.reads.runsOfEvent(id)).toMatchObject([{ phase: { kind: "completed" } }])
})
