import { expect, test } from "vitest"
import { loadSnapshot, takeSnapshot } from "../../../mocks/engine/snapshot.ts"
import { compactLog, createLastingLog } from "../../support/memory-log.ts"
import { type Script, done, ops, startMs, startScripted } from "../../support/scripted-app.ts"
import { createVirtualClock, standingClock } from "../../../mocks/engine/virtual-clock.ts"

const sleeps: Script = ({ steps }) =>
  steps.z === undefined ? ops({ id: "z", op: "Sleep", name: "1h" }) : done("awake")
const waits: Script = ({ steps }) =>
  "w" in steps
    ? done("got")
    : ops({ id: "w", op: "WaitForEvent", name: "e", opts: { timeout: "2h", if: "async.data.n == 1" } })
const listens: Script = ({ steps }) =>
  "s" in steps ? done("heard") : ops({ id: "s", op: "WaitForSignal", opts: { signal: "go", timeout: "2h" } })
const invokes: Script = ({ steps }) =>
  "i" in steps
    ? done(steps.i)
    : ops({ id: "i", op: "InvokeFunction", opts: { function_id: "app-sleeps", payload: { data: {} } } })
const functions = {
  sleeps,
  waits,
  listens,
  invokes,
  ends: () => done({ big: 1 }),
  cron: { triggers: [{ cron: "0 * * * *" }], script: () => done() },
}

async function played() {
  const log = createLastingLog()
  const app = await startScripted(functions, { log })
  for (const id of ["ends", "sleeps", "waits", "listens", "invokes"]) await app.run(id)
  await app.engine.save("order-7", '{"a":1}', "running")
  await app.engine.cancelMany({
    slug: "app-ends",
    startedAfterMs: undefined,
    startedBeforeMs: startMs,
    condition: "event.data.n == 1",
  })
  app.engine.close()
  compactLog(log, startMs)
  return log
}

test("what is loaded is what was taken, also when it is taken again unread", async () => {
  const { rows } = await played()
  expect(rows.length).toBeGreaterThan(15)
  expect([...takeSnapshot(loadSnapshot(rows))]).toEqual(rows)
  expect([...takeSnapshot(loadSnapshot([...takeSnapshot(loadSnapshot(rows))]))]).toEqual(rows)
})

test("what is over is in the archive, and not in the snapshot", async () => {
  const { archive, rows } = await played()
  const ended = archive.runs({ limit: Infinity })
  expect(ended.map(({ slug }) => slug)).toEqual(["app-ends"])
  expect(archive.events({ limit: Infinity }).map(({ name }) => name)).toEqual(
    ["ends", "sleeps", "waits", "listens", "invokes"].map((id) => `app/${id}`).toReversed(),
  )
  const runs = rows.filter(({ kind }) => kind === "run").map(({ head }) => (JSON.parse(head) as string[])[1])
  expect(runs).toEqual(["app-sleeps", "app-waits", "app-listens", "app-invokes", "app-sleeps"])
})

test("an engine goes on from a snapshot alone: sleeps, waits, signals, invocations and crons", async () => {
  const log = await played()
  expect(log.records).toEqual([])
  const clock = createVirtualClock(standingClock(startMs))
  const app = await startScripted(functions, { log, clock, isSynced: false })
  await app.send("e", { n: 2 })
  await app.send("e", { n: 1 })
  expect(await app.engine.signal("go", "1")).toMatchObject({ runId: expect.any(String) as string })
  await app.advance("1h")
  const ends = app.engine.reads
    .runs({ order: "asc", limit: Infinity })
    .map(({ slug, phase }) => [slug, phase.kind === "completed" ? phase.output : phase.kind])
  expect(ends).toEqual([
    ["app-ends", '{"big":1}'],
    ["app-sleeps", '"awake"'],
    ["app-waits", '"got"'],
    ["app-listens", '"heard"'],
    ["app-invokes", '{"data":"awake"}'],
    ["app-sleeps", '"awake"'],
    ["app-cron", "null"],
  ])
  expect(app.engine.reads.workflow("order-7")).toMatchObject({ document: '{"a":1}', status: "running" })
  expect(app.engine.reads.cancellations()).toMatchObject([{ slug: "app-ends", condition: "event.data.n == 1" }])
})
