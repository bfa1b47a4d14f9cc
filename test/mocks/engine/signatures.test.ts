// With a signing key calls are signed; the answers' signatures say nothing here, as on the real server.
import { expect, test } from "vitest"
import { createEngine } from "../../../mocks/engine/engine.ts"
import { createFetchInvoker } from "../../../mocks/engine/invoker.ts"
import { createVirtualClock, standingClock } from "../../../mocks/engine/virtual-clock.ts"
import { isSigned } from "../../../src/protocol/signature.ts"
import { seededRandom } from "../../../src/shared/random.ts"

const signingKey = "signkey-test-0123456789abcdef"

test.each([
  ["a forged", { "x-inngest-signature": "t=1&s=deadbeef" }],
  ["no", {}],
])("an answer with %s signature counts, and its call was signed", async (_name, signature) => {
  const clock = createVirtualClock(standingClock(Date.UTC(2026, 0, 31)))
  const signed: boolean[] = []
  const invoker = createFetchInvoker(async (_url, init) => {
    const header = new Headers(init.headers).get("x-inngest-signature")
    signed.push(await isSigned(String(init.body), header, signingKey, clock.now()))
    const headers = { "x-inngest-sdk": "js:v9", "x-inngest-req-version": "2", ...signature }
    return new Response('"ok"', { headers })
  })
  const engine = createEngine({ clock, random: seededRandom(1), invoker, signingKey })
  const runtime = { type: "http", url: "http://app.test/?fnId=app-f&stepId=step" }
  const step = { id: "step", name: "step", runtime, retries: { attempts: 0 } }
  const functions = JSON.stringify([{ id: "app-f", name: "f", triggers: [{ event: "e" }], steps: { step } }])
  await engine.sync({ url: "http://app.test/", appName: "app", framework: "test", sdk: "js:v9", functions })
  await engine.receive([{ name: "e", data: "{}" }])
  await engine.idle()
  expect(signed).toEqual([true])
  expect(engine.reads.runs({ limit: 1 })[0]?.phase).toMatchObject({ kind: "completed", output: '"ok"' })
})
