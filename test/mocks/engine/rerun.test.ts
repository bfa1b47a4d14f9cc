// Runs that are started again from a step on, and runs that are cancelled for a reason.
import { expect, test } from "vitest"
import { createVirtualClock, standingClock } from "../../../mocks/engine/virtual-clock.ts"
import { createLastingLog } from "../../support/memory-log.ts"
import { type Script, type ScriptedApp, done, ops, startMs, startScripted } from "../../support/scripted-app.ts"

/** Two steps, the second with what a rerun puts in; `fails` says which call of it fails. */
function charge(fails: (count: number) => boolean = () => false): Script {
  let count = 0
  return ({ steps }) => {
    if (steps.a === undefined) return ops({ id: "a", name: "reserve", op: "StepRun", data: 1 })
    const b = steps.b as { data?: unknown; input?: unknown[] } | undefined
    if (b?.data !== undefined) return done(b.data)
    if (fails(++count)) return { status: 500, body: { name: "Error", message: "later" } }
    return ops({ id: "b", name: "pay", op: "StepRun", data: b?.input?.[0] ?? 5 })
  }
}

const outputOf = (app: ScriptedApp, runId = ""): unknown => {
  const phase = app.phase(runId)
  return phase.kind === "completed" ? JSON.parse(phase.output) : phase
}

test("a call holds what was taken over, and the input of the step under its id", async () => {
  const app = await startScripted({ fn: charge() })
  const original = await app.run("fn")
  app.calls.length = 0
  const { runId } = await app.engine.rerun(original, { step: "pay", input: '[7,"EUR"]' })
  await app.advance("1s")
  expect(outputOf(app, runId)).toBe(7)
  const [first] = app.calls
  expect(first?.call.steps).toEqual({ a: { data: 1 }, b: { input: [7, "EUR"] } })
  expect(first?.call.ctx.stack).toMatchObject({ current: 1, stack: ["a"] })
  expect(app.engine.reads.run(runId ?? "")?.cause).toEqual({ kind: "rerun", originalRunId: original })
})

test("what was taken over outlasts a restart, out of the log and out of a snapshot", async () => {
  for (const compactAfter of [1_000, 1]) {
    const log = createLastingLog()
    const functions = { fn: { retries: 3, script: charge((count) => count === 2) } }
    const first = await startScripted(functions, { log, compactAfter })
    const original = await first.run("fn")
    const { runId } = await first.engine.rerun(original, { step: "b", input: "[7]" })
    await first.advance("1s")
    expect(first.phase(runId ?? "").kind).toBe("running")
    first.engine.close()
    const clock = createVirtualClock(standingClock(startMs + 60_000))
    const second = await startScripted(functions, { log, clock, isSynced: false, compactAfter })
    await second.advance("5m")
    expect(outputOf(second, runId)).toBe(7)
    expect(second.calls[0]?.call.steps).toEqual({ a: { data: 1 }, b: { input: [7] } })
  }
})

test("a step goes by its id or by a name that is its own", async () => {
  const app = await startScripted({
    fn: ({ steps }) => {
      const next = ["a", "b"].find((id) => steps[id] === undefined)
      return next === undefined ? done() : ops({ id: next, name: "same", op: "StepRun", data: next })
    },
  })
  const original = await app.run("fn")
  expect(await app.engine.rerun(original, { step: "same" })).toEqual({ runId: undefined, fault: "several-steps" })
  expect(await app.engine.rerun(original, { step: "c" })).toEqual({ runId: undefined, fault: "unknown-step" })
  expect(await app.engine.rerun("01M8DF136WBJ0000001VWGQCV8")).toEqual({ runId: undefined, fault: "unknown-run" })
  expect((await app.engine.rerun(original, { step: "b" })).runId).toBeDefined()
})

test("the reason of a cancellation is kept, also over a restart; the first one counts", async () => {
  const log = createLastingLog()
  const sleeper: Script = ({ steps }) => (steps.z === undefined ? ops({ id: "z", op: "Sleep", name: "1h" }) : done())
  const app = await startScripted({ fn: sleeper }, { log, compactAfter: 1 })
  const runId = await app.run("fn")
  await app.engine.cancel(runId, "wrong season")
  expect(await app.engine.cancel(runId, "again")).toEqual({ outcome: "already-cancelled" })
  app.engine.close()
  const again = await startScripted({ fn: sleeper }, { log, isSynced: false })
  expect(again.phase(runId)).toMatchObject({ kind: "cancelled", reason: "wrong season" })
})
