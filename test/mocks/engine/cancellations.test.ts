import { expect, test } from "vitest"
import { createHandler } from "../../../mocks/handlers/index.ts"
import { toFetch } from "../../../mocks/in-process-fetch.ts"
import { createClient } from "../../../src/index.ts"
import { type MemoryLog, compactLog, createLastingLog } from "../../support/memory-log.ts"
import { type Script, ops, startMs, startScripted } from "../../support/scripted-app.ts"
import { createVirtualClock, standingClock } from "../../../mocks/engine/virtual-clock.ts"

const sleeps: Script = () => ops({ id: "z", op: "Sleep", name: "1h" })

async function start(log: MemoryLog, isSynced = true) {
  const clock = createVirtualClock(standingClock(startMs + (isSynced ? 0 : 60_000)))
  const app = await startScripted({ fn: sleeps }, { log, clock, isSynced })
  const fetch = toFetch(createHandler({ engine: app.engine }), "http://kit.test")
  const client = createClient({ baseURL: "http://kit.test", fetch, clock, retry: { attempts: 1 } })
  return { ...app, fetch, cancellations: client.cancellations }
}

test("a bulk cancellation is listed and deleted, and its runs stay cancelled", async () => {
  const app = await start(createLastingLog())
  const runId = await app.run("fn", { n: 1 })
  await app.advance("1m")
  const input = { appId: "app", functionId: "fn", startedBefore: "1s" }
  const one = await app.cancellations.create({
    ...input,
    startedAfter: "2026-01-31T11:59:59.5Z",
    if: "event.data.n==1",
  })
  const other = await app.cancellations.create({ ...input, startedBefore: "2026-01-01T00:00:00.5+01:00" })
  expect(app.phase(runId).kind).toBe("cancelled")
  expect(one).toEqual({
    id: one.id,
    functionId: "app-fn",
    startedAfter: "2026-01-31T11:59:59.5Z",
    startedBefore: "2026-01-31T12:00:59Z",
    if: "event.data.n==1",
  })
  expect(other).toEqual({ id: other.id, functionId: "app-fn", startedBefore: "2025-12-31T23:00:00.5Z" })
  expect(await app.cancellations.list()).toEqual({ data: [other, one] })

  const remove = () => app.fetch(`/v1/cancellations/${one.id.toLowerCase()}`, { method: "DELETE" })
  expect([await remove(), await remove()].map(({ status }) => status)).toEqual([204, 404])
  expect(await app.cancellations.list()).toEqual({ data: [other] })
  expect(app.phase(runId).kind).toBe("cancelled")
})

test("a time with a comma in its seconds is one too, as Go reads it", async () => {
  const app = await start(createLastingLog())
  const body = JSON.stringify({ app_id: "app", function_id: "app-fn", started_before: "2026-01-01T00:00:00,25Z" })
  const answer = await app.fetch("/v1/cancellations", { method: "POST", body })
  expect([answer.status, await answer.json()]).toMatchObject([
    201,
    { data: { app_id: "app", started_before: "2026-01-01T00:00:00.25Z" } },
  ])
  expect((await app.cancellations.list()).data).toMatchObject([{ startedBefore: "2026-01-01T00:00:00.25Z" }])
})

test.each(["the log", "a snapshot"])(
  "after a restart they come from %s, and what is old is forgotten",
  async (source) => {
    const log = createLastingLog()
    const first = await start(log)
    const input = { appId: "app", functionId: "fn", startedBefore: "1s" }
    const [gone, kept] = [await first.cancellations.create(input), await first.cancellations.create(input)]
    await first.cancellations.delete(gone.id)
    if (source === "a snapshot") compactLog(log, startMs)
    first.engine.close()
    const second = await start(log, false)
    expect(await second.cancellations.list()).toEqual({ data: [kept] })
    await second.engine.prune(startMs)
    expect(await second.cancellations.list()).toEqual({ data: [kept] })
    await second.engine.prune(startMs + 1)
    expect(await second.cancellations.list()).toEqual({ data: [] })
  },
)
