// A run again from a step on, with a client that is not ours.
import { afterEach, expect, test } from "vitest"
import { type SdkApp, startApp } from "./app.ts"

let app: SdkApp | undefined

afterEach(async () => {
  await app?.close()
  app = undefined
})

test("steps before the one that is named are not done again, and its code gets the input", async () => {
  let done = 0
  app = await startApp({
    name: "rerun-from-step",
    functions: (client) => [
      client.createFunction({ id: "charge", triggers: [{ event: "charge/go" }] }, async ({ step }) => {
        const reserved = await step.run("reserve", () => ++done)
        await step.sleep("a while", "1s")
        const amount = await step.run("pay", (given = 5) => given)
        return { reserved, amount }
      }),
    ],
  })
  const { engine } = app
  const [id = ""] = await app.send({ name: "charge/go", data: {} })
  await app.advance("2s")
  const outputOf = (runId: string | undefined): unknown => {
    const { phase } = engine.reads.run(runId ?? "") ?? {}
    return phase?.kind === "completed" ? JSON.parse(phase.output) : phase
  }
  const original = engine.reads.runsOfEvent(id)[0]?.id ?? ""
  expect(outputOf(original)).toEqual({ reserved: 1, amount: 5 })
  const repeat = async (step: string, input?: string): Promise<unknown> => {
    const { runId } = await engine.rerun(original, { step, input })
    await app?.advance("2s")
    return outputOf(runId)
  }
  expect(await repeat("pay")).toEqual({ reserved: 1, amount: 5 })
  expect(await repeat("pay", "[7]")).toEqual({ reserved: 1, amount: 7 })
  expect(await repeat("reserve")).toEqual({ reserved: 2, amount: 5 })
  expect(await engine.rerun(original, { step: "ship" })).toEqual({ runId: undefined, fault: "unknown-step" })
})
