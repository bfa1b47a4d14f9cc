// What the engine does with runs, on a clock that the tests move.
import { describe, expect, test } from "vitest"
import { createLastingLog } from "../../support/memory-log.ts"
import { type Script, done, ops, startMs, startScripted } from "../../support/scripted-app.ts"
import { seededRandom } from "../../../src/shared/random.ts"
import { retryDelayMs } from "../../../mocks/engine/retry.ts"
import { createVirtualClock, standingClock } from "../../../mocks/engine/virtual-clock.ts"

const failed = (message: string, noRetry = false) => ({
  status: noRetry ? 400 : 500,
  headers: { "x-inngest-no-retry": String(noRetry) },
  body: { name: "Error", message, stack: "Error", __serialized: true },
})
const minutes = (count: number): number => count * 60_000

describe("retries", () => {
  test("come after the measured times, with up to 30 s of jitter, and end with the last attempt", async () => {
    const app = await startScripted({ fn: { retries: 11, script: () => failed("no") } })
    const runId = await app.run("fn")
    await app.advance("14h")
    const waits = app.calls.slice(1).map(({ atMs }, index) => atMs - (app.calls[index]?.atMs ?? 0))
    const tableMs = [15_000, 30_000, ...[1, 2, 5, 10, 20, 40, 60, 120, 120].map(minutes)]
    expect(waits).toHaveLength(11)
    for (const [index, waitMs] of waits.entries()) {
      expect(waitMs).toBeGreaterThanOrEqual(tableMs[index] ?? 0)
      expect(waitMs).toBeLessThan((tableMs[index] ?? 0) + 30_000)
    }
    expect(app.calls.map(({ call: { ctx } }) => [ctx.attempt, ctx.generation_id, ctx.max_attempts])).toEqual(
      Array.from({ length: 12 }, (_, attempt) => [attempt, attempt + 1, 12]),
    )
    expect(app.phase(runId)).toMatchObject({ kind: "failed", failure: { name: "Error", message: "no" } })
  })

  test("of the table are counted from 1, and the last one repeats", () => {
    expect([1, 2, 3, 10, 11, 20].map((retry) => retryDelayMs(retry, 0))).toEqual([
      15_000, 30_000, 60_000, 7_200_000, 7_200_000, 7_200_000,
    ])
  })

  test("have a fixed interval where one is given", async () => {
    const app = await startScripted({ fn: { retries: 2, script: () => failed("no") } }, { retryIntervalMs: 1_000 })
    await app.run("fn")
    await app.advance("10s")
    expect(app.calls.map(({ atMs }) => atMs - startMs)).toEqual([0, 1_000, 2_000])
  })

  test("are clamped to 20, and 4 where nothing is said", async () => {
    const app = await startScripted({ many: { retries: 99, script: () => failed("no") }, fn: () => done() })
    await app.run("many")
    expect(app.calls[0]?.call.ctx.max_attempts).toBe(21)
    const runtime = { type: "http", url: "http://app.test/?fnId=app-plain&stepId=step" }
    const functions = JSON.stringify([
      { id: "app-plain", name: "p", triggers: [], steps: { step: { id: "step", name: "step", runtime } } },
    ])
    await app.engine.sync({ url: "http://other.test/", appName: "other", framework: "", sdk: "js:v9.9.9", functions })
    expect(app.engine.reads.fn("app-plain")?.maxAttempts).toBe(5)
  })

  test("are not made after an error that says so", async () => {
    const app = await startScripted({ fn: { retries: 5, script: () => failed("stop", true) } })
    const runId = await app.run("fn")
    await app.advance("1d")
    expect(app.calls).toHaveLength(1)
    expect(app.phase(runId)).toMatchObject({ kind: "failed", failure: { code: "NonRetriableError", message: "stop" } })
  })

  test("wait as long as the answer says, a day at most", async () => {
    const after =
      (text: string): Script =>
      (_call, count) =>
        count === 1 ? { ...failed("later"), headers: { "x-inngest-no-retry": "false", "retry-after": text } } : done()
    const app = await startScripted({
      seconds: { retries: 1, script: after("90") },
      time: { retries: 1, script: after(new Date(startMs + minutes(3)).toISOString()) },
      far: { retries: 1, script: after(new Date(startMs + minutes(60 * 24 * 30)).toISOString()) },
    })
    for (const id of ["seconds", "time", "far"]) await app.run(id)
    await app.advance("2d")
    const second = (id: string) => app.calls.filter(({ functionId }) => functionId === id)[1]?.atMs ?? 0
    expect(["seconds", "time", "far"].map((id) => second(id) - startMs)).toEqual([90_000, minutes(3), minutes(60 * 24)])
  })

  test("count for each step of its own", async () => {
    const app = await startScripted(
      {
        fn: {
          retries: 1,
          script: ({ steps, ctx }) => {
            const next = ["a", "b"].find((id) => steps[id] === undefined)
            if (next === undefined) return done("both")
            const error = { name: "Error", message: "once" }
            return ctx.attempt === 0
              ? ops({ id: next, op: "StepError", error })
              : ops({ id: next, op: "StepRun", data: next })
          },
        },
      },
      { retryIntervalMs: 1_000 },
    )
    const runId = await app.run("fn")
    await app.advance("10s")
    expect(app.phase(runId)).toMatchObject({ kind: "completed", output: '"both"' })
    expect(app.calls.map(({ call: { ctx } }) => ctx.attempt)).toEqual([0, 1, 0, 1, 0])
  })

  test("an SDK that nobody reaches is tried again, and what is wrong is said", async () => {
    const app = await startScripted({ fn: { retries: 1, script: () => undefined } }, { retryIntervalMs: 1_000 })
    const runId = await app.run("fn")
    await app.advance("5s")
    expect(app.calls).toHaveLength(2)
    expect(app.phase(runId)).toMatchObject({
      kind: "failed",
      output: expect.stringContaining("Unable to reach SDK URL") as string,
    })
  })
})

describe("events", () => {
  test("with one id start a function once in a day", async () => {
    const app = await startScripted({
      fn: () => done(),
      other: { triggers: [{ event: "app/fn" }], script: () => done() },
    })
    const ids = [await app.send("app/fn", {}, { id: "same" }), await app.send("app/fn", {}, { id: "same" })]
    expect(ids.map((id) => app.engine.reads.runsOfEvent(id).length)).toEqual([2, 0])
    await app.advance("25h")
    const later = await app.send("app/fn", {}, { id: "same" })
    expect(app.engine.reads.runsOfEvent(later)).toHaveLength(2)
  })

  test("of the future start their runs when it comes", async () => {
    const app = await startScripted({ fn: () => done() })
    const id = await app.send("app/fn", {}, { ts: startMs + minutes(5) })
    expect(app.calls).toHaveLength(0)
    expect(app.engine.reads.runsOfEvent(id)).toMatchObject([{ phase: { kind: "queued" } }])
    await app.advance("5m")
    expect(app.calls.map(({ atMs }) => atMs)).toEqual([startMs + minutes(5)])
  })

  test("that several triggers of a function match start one run", async () => {
    const app = await startScripted({ fn: { triggers: [{ event: "a/b" }, { event: "a/*" }], script: () => done() } })
    const id = await app.send("a/b")
    expect(app.engine.reads.runsOfEvent(id)).toHaveLength(1)
  })

  test("of the engine's own are readable by their id, and in no list of what was sent", async () => {
    const app = await startScripted({ fn: () => done("x") })
    await app.run("fn")
    const { reads } = app.engine
    expect(reads.arrived().map(({ name }) => name)).toEqual(["app/fn"])
    expect(reads.events({ limit: 10 }).map(({ name }) => name)).toEqual(["app/fn"])
    const finished = reads.events({ limit: 10, isWithInternal: true }).find(({ name }) => name.startsWith("inngest/"))
    expect(JSON.parse(reads.event(finished?.internalId ?? "")?.data ?? "")).toMatchObject({
      function_id: "app-fn",
      result: "x",
    })
  })

  test("of ends start no run without end", async () => {
    const app = await startScripted({
      hears: { triggers: [{ event: "inngest/function.finished" }], script: () => done() },
      fn: () => done(),
    })
    await app.run("fn")
    expect(app.calls.map(({ functionId }) => functionId)).toEqual(["fn", "hears"])
  })
})

describe("crons", () => {
  const every = (cron: string, script: Script = () => done()) => ({ triggers: [{ cron }], script })

  test("fire at their minutes, in the zone that they name", async () => {
    const app = await startScripted({ utc: every("30 13 * * *"), paris: every("TZ=Europe/Paris 30 13 * * *") })
    await app.advance("1d")
    expect(app.calls.map(({ functionId, atMs }) => [functionId, new Date(atMs).toISOString()])).toEqual([
      ["paris", "2026-01-31T12:30:00.000Z"],
      ["utc", "2026-01-31T13:30:00.000Z"],
    ])
    expect(app.calls[0]?.call.event).toMatchObject({
      id: "2026-01-31T12:30:00Z",
      name: "inngest/scheduled.timer",
      data: { cron: "TZ=Europe/Paris 30 13 * * *", fireAt: "2026-01-31T12:30:00Z" },
    })
  })

  test("with a jitter fire up to so much later, each tick once, and say when", async () => {
    const triggers = [{ cron: "* * * * *", jitter: "2m" }]
    const play = async (seed: number) => {
      const random = seededRandom(seed)
      const app = await startScripted({ fn: { triggers, script: () => done() } }, { random })
      await app.advance("1h")
      return app.calls.map(({ atMs, call }) => ({ atMs, ...call.event, data: call.event.data as { fireAt: string } }))
    }
    const calls = await play(1)
    const ticks = calls.map(({ ts }) => ts)
    expect(ticks).toEqual(ticks.map((_, index) => startMs + minutes(index + 1)))
    expect(ticks.length).toBeGreaterThanOrEqual(58)
    const delays = calls.map(({ atMs, ts, data, id }) => {
      expect(data).toMatchObject({ scheduledAt: id, cron: "* * * * *" })
      expect(id).toBe(new Date(ts).toISOString().replace(".000Z", "Z"))
      // Of two that are due in the wrong order the earlier tick holds up the later one.
      expect(atMs).toBeGreaterThanOrEqual(Date.parse(data.fireAt))
      expect(atMs - ts).toBeLessThanOrEqual(minutes(2))
      return Date.parse(data.fireAt) - ts
    })
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...delays)).toBeLessThanOrEqual(minutes(2))
    expect(new Set(delays).size).toBeGreaterThan(20)
    expect(await play(1)).toEqual(calls)
    expect(await play(2)).not.toEqual(calls)
  })

  test("that were missed while the engine was stopped are not made up, and said", async () => {
    const log = createLastingLog()
    const first = await startScripted({ fn: every("0 * * * *") }, { log })
    first.engine.close()
    const clock = createVirtualClock(standingClock(startMs + minutes(150)))
    const second = await startScripted({ fn: every("0 * * * *") }, { log, clock, isSynced: false })
    await second.advance("1h")
    expect(second.warnings).toEqual(["2 cron ticks were missed while stopped, and not made up"])
    expect(second.calls.map(({ atMs }) => atMs - startMs)).toEqual([minutes(180)])
  })

  test("of a function that was synced without them fire no more", async () => {
    const app = await startScripted({ fn: every("* * * * *") })
    await app.advance("2m")
    await app.engine.sync({
      url: "http://app.test/",
      appName: "app",
      framework: "test",
      sdk: "js:v9.9.9",
      functions: "[]",
    })
    await app.advance("10m")
    expect(app.calls).toHaveLength(2)
  })
})

describe("waiting", () => {
  const sleep =
    (name: string): Script =>
    ({ steps }) =>
      steps.z === undefined ? ops({ id: "z", op: "Sleep", name }) : done("awake")

  test("a sleep ends at its time, one of the past at once", async () => {
    const app = await startScripted({
      hour: sleep("1h30m"),
      at: sleep("2026-01-31T13:00:00Z"),
      past: sleep("2020-01-01T00:00:00Z"),
    })
    const runs = [await app.run("hour"), await app.run("at"), await app.run("past")]
    expect(runs.map((id) => app.phase(id).kind)).toEqual(["running", "running", "completed"])
    await app.advance("1h")
    expect(runs.map((id) => app.phase(id).kind)).toEqual(["running", "completed", "completed"])
    await app.advance("30m")
    expect(app.phase(runs[0] ?? "").kind).toBe("completed")
  })

  test("a sleep of more than 366 days is refused by name", async () => {
    const app = await startScripted({ fn: sleep("367d") })
    expect(app.phase(await app.run("fn"))).toMatchObject({
      kind: "failed",
      failure: { code: "InngestErrTimeoutTooLong" },
    })
  })

  test("a wait does not look back, and all who wait for an event get it", async () => {
    const waits: Script = ({ steps }) =>
      "w" in steps
        ? done((steps.w as { data: unknown } | null)?.data ?? null)
        : ops({ id: "w", op: "WaitForEvent", name: "e", opts: { timeout: "1h" } })
    const app = await startScripted({ fn: waits })
    await app.send("e", { early: true })
    const runs = [await app.run("fn"), await app.run("fn")]
    await app.send("e", { late: true })
    expect(runs.map((id) => app.phase(id))).toMatchObject([{ output: '{"late":true}' }, { output: '{"late":true}' }])
  })

  test("two steps wait for one signal only when the second replaces the first", async () => {
    const listens =
      (conflict?: string): Script =>
      ({ steps }) =>
        "s" in steps
          ? done(steps.s)
          : ops({ id: "s", op: "WaitForSignal", opts: { signal: "go", timeout: "1h", conflict } })
    const app = await startScripted({ first: listens(), second: listens(), third: listens("replace") })
    const runs = [await app.run("first"), await app.run("second"), await app.run("third")]
    expect(app.phase(runs[1] ?? "")).toMatchObject({
      kind: "failed",
      output: expect.stringContaining("Signal conflict") as string,
    })
    expect(await app.engine.signal("go", '{"n":1}')).toEqual({ runId: runs[2] })
    await app.engine.idle()
    expect(app.phase(runs[2] ?? "")).toMatchObject({
      kind: "completed",
      output: '{"data":{"data":{"n":1},"signal":"go"}}',
    })
    expect(await app.engine.signal("go", "1")).toEqual({ runId: undefined })
    await app.advance("1h")
    expect(app.phase(runs[0] ?? "")).toMatchObject({ kind: "completed", output: "null" })
  })

  test("an invocation ends with its time, and the invoked run goes on", async () => {
    const app = await startScripted({
      calls: ({ steps }) =>
        "i" in steps
          ? done(steps.i)
          : ops({
              id: "i",
              op: "InvokeFunction",
              opts: { function_id: "app-slow", payload: { data: { n: 1 } }, timeout: "1m" },
            }),
      slow: sleep("1h"),
    })
    const runId = await app.run("calls")
    await app.advance("1m")
    expect(app.phase(runId)).toMatchObject({
      kind: "completed",
      output: expect.stringContaining("InngestInvokeTimeoutError") as string,
    })
    await app.advance("1h")
    expect(app.engine.reads.runs({ slug: "app-slow", limit: 1 })).toMatchObject([
      { phase: { kind: "completed", output: '"awake"' } },
    ])
  })
})

describe("cancelling", () => {
  const sleeps: Script = ({ steps }) =>
    steps.z === undefined ? ops({ id: "z", op: "Sleep", name: "1h" }) : done("never")

  test("a run is cancelled once, and what it waited for is forgotten", async () => {
    const app = await startScripted({
      fn: sleeps,
      hears: { triggers: [{ event: "inngest/function.cancelled" }], script: () => done() },
    })
    const runId = await app.run("fn")
    expect(await app.engine.cancel(runId)).toEqual({ outcome: "cancelled" })
    expect(await app.engine.cancel(runId)).toEqual({ outcome: "already-cancelled" })
    expect(await app.engine.cancel("01ARZ3NDEKTSV4RRFFQ69G5FAV")).toEqual({ outcome: "unknown" })
    await app.advance("2h")
    expect(app.calls.map(({ functionId }) => functionId)).toEqual(["fn", "hears"])
    expect(await app.engine.cancel(app.engine.reads.runs({ slug: "app-hears", limit: 1 })[0]?.id ?? "")).toEqual({
      outcome: "already-ended",
    })
  })

  test("what a call answers after its run was cancelled is ignored", async () => {
    let answer: () => void = () => {}
    const app = await startScripted({ fn: () => new Promise((resolve) => (answer = () => resolve(done("late")))) })
    const [eventId = ""] = await app.engine.receive([{ name: "app/fn", data: null }])
    await Promise.resolve()
    const runId = app.engine.reads.runsOfEvent(eventId)[0]?.id ?? ""
    await new Promise((resolve) => setImmediate(resolve))
    await app.engine.cancel(runId)
    answer()
    await app.engine.idle()
    expect(app.phase(runId).kind).toBe("cancelled")
  })

  test("an event cancels the runs that its expression is true of, until its time is over", async () => {
    const cancel = [{ event: "stop", if: "event.data.id == async.data.id", timeout: "10m" }]
    const app = await startScripted({ fn: { script: sleeps, options: { cancel } } })
    const [one, two] = [await app.run("fn", { id: 1 }), await app.run("fn", { id: 2 })]
    await app.send("stop", { id: 1 })
    expect([one, two].map((id) => app.phase(id).kind)).toEqual(["cancelled", "running"])
    await app.advance("11m")
    await app.send("stop", { id: 2 })
    expect(app.phase(two).kind).toBe("running")
  })

  test("in bulk: the runs of a function that were queued in a span of time and that a condition is true of", async () => {
    const app = await startScripted({ fn: sleeps })
    const early = await app.run("fn", { n: 1 })
    await app.advance("1m")
    const [meant, other] = [await app.run("fn", { n: 1 }), await app.run("fn", { n: 2 })]
    const { count } = await app.engine.cancelMany({
      slug: "app-fn",
      startedAfterMs: startMs + 1,
      startedBeforeMs: app.clock.now(),
      condition: "event.data.n == 1",
    })
    expect([count, ...[early, meant, other].map((id) => app.phase(id).kind)]).toEqual([
      1,
      "running",
      "cancelled",
      "running",
    ])
  })

  test("a run that takes longer than its function allows is cancelled", async () => {
    const app = await startScripted({ fn: { script: sleeps, options: { timeouts: { finish: "10m" } } } })
    const runId = await app.run("fn")
    await app.advance("11m")
    expect(app.phase(runId)).toEqual({ kind: "cancelled", startedAtMs: startMs, endedAtMs: startMs + minutes(10) })
  })
})

describe("invoking from outside", () => {
  test("starts a function by name, with one key once", async () => {
    const app = await startScripted({ fn: ({ event }) => done(event.data) })
    const first = await app.engine.invoke("app-fn", { data: '{"n":1}' }, "key")
    const again = await app.engine.invoke("app-fn", { data: '{"n":2}' }, "key")
    await app.engine.idle()
    expect(again).toMatchObject({ runId: first.runId, isRepeated: true })
    const nobody = '"expire":0,"fn_id":"app-fn","gid":"","name":"","source_app_id":"","source_fn_id":"","source_fn_v":0'
    const output = `{"_inngest":{${nobody}},"n":1}`
    expect(app.phase(first.runId ?? "")).toMatchObject({ kind: "completed", output })
    expect(await app.engine.invoke("app-nope", { data: "{}" })).toMatchObject({
      runId: undefined,
      eventId: expect.any(String) as string,
    })
  })

  test("a rerun has the same events, and says of which run it is one", async () => {
    const app = await startScripted({ fn: ({ event }) => done(event.data) })
    const runId = await app.run("fn", { n: 1 })
    const { runId: again = "" } = await app.engine.rerun(runId)
    await app.engine.idle()
    expect(app.engine.reads.run(again)).toMatchObject({
      cause: { kind: "rerun", originalRunId: runId },
      phase: { output: '{"n":1}' },
    })
    expect(await app.engine.rerun("01ARZ3NDEKTSV4RRFFQ69G5FAV")).toEqual({
      runId: undefined,
      fault: "unknown-run",
    })
  })
})

describe("limits", () => {
  const step =
    (count: number): Script =>
    ({ steps }) => {
      const ran = Object.keys(steps).length
      return ran < count ? ops({ id: `s${ran}`, op: "StepRun", data: ran }) : done(ran)
    }

  test("a thousand steps are taken, one more is not", async () => {
    const app = await startScripted({ fits: step(1_000), over: step(1_001) })
    expect(app.phase(await app.run("fits"))).toMatchObject({ kind: "completed", output: "1000" })
    expect(app.phase(await app.run("over"))).toMatchObject({
      kind: "failed",
      failure: { code: "InngestErrFunctionOverflowed" },
    })
  })

  test("ops, answers, steps and states that are too large are refused by name", async () => {
    const big = (bytes: number) => "x".repeat(bytes)
    const app = await startScripted({
      ops: () => ops(...Array.from({ length: 1_001 }, (_, index) => ({ id: `p${index}`, op: "StepPlanned" }))),
      answer: () => done(big(9 * 1024 * 1024)),
      step: () => ops({ id: "s", op: "StepRun", data: big(4 * 1024 * 1024) }),
      state: ({ ctx }) => ops({ id: `s${ctx.stack.stack.length}`, op: "StepRun", data: big(3.9 * 1024 * 1024) }),
    })
    const codes: string[] = []
    for (const id of ["ops", "answer", "step", "state"]) {
      const phase = app.phase(await app.run(id))
      if (phase.kind === "failed") codes.push(phase.failure.code)
    }
    expect(codes).toEqual([
      "InngestErrFunctionOverflowed",
      "InngestErrFunctionOutputTooLarge",
      "InngestErrStepOutputTooLarge",
      "InngestErrStateOverflowed",
    ])
  })

  test("a call of more than 4 MiB leaves out the steps, and says so", async () => {
    const app = await startScripted({
      fn: ({ ctx }) =>
        ctx.stack.stack.length < 3
          ? ops({ id: `s${ctx.stack.stack.length}`, op: "StepRun", data: "x".repeat(1_536_000) })
          : done(ctx.use_api),
    })
    const runId = await app.run("fn")
    expect(app.phase(runId)).toMatchObject({ kind: "completed", output: "true" })
    expect(app.calls.map(({ call: { ctx, steps } }) => [ctx.use_api, Object.keys(steps).length])).toEqual([
      [false, 0],
      [false, 1],
      [false, 2],
      [true, 0],
    ])
  })
})

describe("syncing", () => {
  test("the same again changes nothing; options that are not applied are named", async () => {
    const options = { concurrency: 1, throttle: { limit: 1, period: "1s" } }
    const app = await startScripted({ fn: { options, script: () => done() }, plain: () => done() })
    expect(app.warnings).toEqual([
      "app-fn asks for concurrency, throttle: not applied by this engine yet, it runs without",
    ])
    expect(app.engine.reads.fn("app-fn")?.notApplied).toEqual(["concurrency", "throttle"])
    const functions = JSON.stringify([])
    const again = { url: "http://b.test/", appName: "b", framework: "", sdk: "js:v9.9.9", functions }
    expect([await app.engine.sync(again), await app.engine.sync(again)].map(({ modified }) => modified)).toEqual([
      true,
      false,
    ])
  })

  test("a removed app's runs are cancelled, and its events start nothing", async () => {
    const app = await startScripted({
      fn: ({ steps }) => (steps.z === undefined ? ops({ id: "z", op: "Sleep", name: "1h" }) : done()),
    })
    const runId = await app.run("fn")
    expect(await app.engine.removeApp("http://app.test/")).toEqual({ existed: true })
    expect(app.phase(runId).kind).toBe("cancelled")
    const eventId = await app.send("app/fn")
    expect(app.engine.reads.runsOfEvent(eventId)).toEqual([])
  })
})

describe("pruning", () => {
  test("forgets what ended before a time, and keeps what goes on with its events", async () => {
    const app = await startScripted({
      short: () => done(),
      long: ({ steps }) => (steps.z === undefined ? ops({ id: "z", op: "Sleep", name: "5d" }) : done()),
    })
    const [short, long] = [await app.run("short"), await app.run("long")]
    await app.advance("1d")
    const later = await app.run("short")
    expect(await app.engine.prune(app.clock.now() - 1)).toEqual({ runs: 1, events: 2 })
    expect([short, long, later].map((id) => app.engine.reads.run(id)?.id)).toEqual([undefined, long, later])
    await app.advance("5d")
    expect(app.phase(long).kind).toBe("completed")
  })
})
