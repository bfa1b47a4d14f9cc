// Any story, told to an engine that keeps all in memory and to one that archives in a file and is killed now and then: every answer is the same.
import { join } from "node:path"
import fc from "fast-check"
import { expect, test } from "vitest"
import { type OpenDatabase, openSqlite } from "../../../mocks/engine/database.ts"
import type { EngineLog } from "../../../mocks/engine/log.ts"
import { openSqliteLog } from "../../../mocks/engine/persistence.ts"
import { createVirtualClock, standingClock } from "../../../mocks/engine/virtual-clock.ts"
import { seededRandom } from "../../../src/shared/random.ts"
import { createLastingLog } from "../../support/memory-log.ts"
import { type Script, type ScriptedApp, done, ops, startMs, startScripted } from "../../support/scripted-app.ts"
import { temporaryDirectory } from "../../support/temporary-directory.ts"

const twoSteps: Script = ({ steps }) => {
  if (steps.a === undefined) return ops({ id: "a", op: "StepRun", data: 1 })
  const b = steps.b as { data?: unknown; input?: unknown } | undefined
  return b?.data === undefined ? ops({ id: "b", op: "StepRun", data: b?.input ?? 2 }) : done(steps)
}
const fails: Script = () => ({ status: 400, headers: { "x-inngest-no-retry": "true" }, body: { message: "for good" } })
const sleeps: Script = ({ steps }) =>
  steps.z === undefined ? ops({ id: "z", op: "Sleep", name: "1h" }) : done("awake")
const waits: Script = ({ steps }) =>
  "w" in steps ? done(steps.w) : ops({ id: "w", op: "WaitForEvent", name: "e", opts: { timeout: "2h" } })
const invokes: Script = ({ steps }) =>
  "i" in steps
    ? done(steps.i)
    : ops({ id: "i", op: "InvokeFunction", opts: { function_id: "app-waits", payload: { data: {} } } })
const functions = {
  ends: twoSteps,
  fails,
  waits,
  invokes,
  limited: { script: sleeps, options: { cancel: [{ event: "stop" }], timeouts: { finish: "30m" } } },
  hearsFailures: { script: sleeps, triggers: [{ event: "inngest/function.failed" }] },
  hearsEnds: { script: twoSteps, triggers: [{ event: "inngest/function.finished" }] },
  ticks: { script: twoSteps, triggers: [{ cron: "0 * * * *" }] },
}

/** All that there is to ask, as text: what has getters is asked member by member. */
function answersOf({ engine: { reads } }: ScriptedApp): unknown {
  const runs = reads.runs({ order: "asc", limit: Infinity })
  const events = reads.events({ isWithInternal: true, limit: Infinity })
  const statuses = [["failed"], ["queued", "running"], ["completed", "running"], ["cancelled"]] as const
  return {
    runs: runs.map((run) => {
      const { id, slug, queuedAtMs, eventIds, events: texts, phase, cause, steps } = run
      const again = reads.run(id)?.phase.kind
      const [held, work] = [reads.steps(run), reads.work(run)]
      return { id, slug, queuedAtMs, eventIds, texts, phase, cause, steps: [...steps.values()], again, held, work }
    }),
    events: events.map(({ internalId, receivedAtMs, id, name, data, ts, v, user }) => {
      const started = reads.runsOfEvent(internalId).map((run) => run.id)
      const again = reads.event(internalId)?.data
      return { internalId, receivedAtMs, id, name, data, ts, v, user, again, started }
    }),
    arrived: reads.arrived().map(({ internalId }) => internalId),
    lastPlace: reads.lastPlace(),
    counts: [reads.countRuns({}), reads.countEvents({}), reads.countEvents({ isWithInternal: true })],
    times: reads.runTimes({}),
    pages: statuses.map((status) => reads.runs({ status, limit: 2 }).map(({ id }) => id)),
  }
}

const names = ["app/ends", "app/ends", "app/fails", "app/fails", "app/waits", "app/invokes", "app/limited", "e", "stop"]
const act = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("send" as const),
      name: fc.constantFrom(...names),
      id: fc.constantFrom(undefined, undefined, "x"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("advance" as const), by: fc.constantFrom("1s", "1h", "25h") }),
  },
  // The same request once more: its ids are made of the seed.
  fc.record({ kind: fc.constant("request" as const), n: fc.nat(2) }),
  fc.record({ kind: fc.constant("invoke" as const), key: fc.constantFrom(undefined, "k") }),
  fc.record({ kind: fc.constant("cancel" as const), at: fc.nat() }),
  fc.record({ kind: fc.constant("rerun" as const), at: fc.nat(), step: fc.constantFrom(undefined, "a", "b") }),
  fc.record({ kind: fc.constant("prune" as const), agoMs: fc.constantFrom(-1, 0, 1, 600_000, 3_600_000) }),
  fc.record({ kind: fc.constantFrom("restart" as const, "kill" as const) }),
)
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never

interface Teller {
  openLog: () => EngineLog
  compactAfter: number
}

async function tell(story: readonly Act[], { openLog, compactAfter }: Teller): Promise<unknown[]> {
  let [lives, atMs] = [0, startMs]
  const begin = async (): Promise<ScriptedApp> => {
    const clock = createVirtualClock(standingClock(atMs))
    const random = seededRandom(++lives)
    return startScripted(functions, { log: openLog(), compactAfter, random, clock, isSynced: lives === 1 })
  }
  let app = await begin()

  async function perform(each: Act): Promise<unknown> {
    const { engine, clock } = app
    const runs = engine.reads.runs({ order: "asc", limit: Infinity })
    const idAt = (at: number): string => runs[at % Math.max(runs.length, 1)]?.id ?? "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    switch (each.kind) {
      case "send":
        return app.send(each.name, {}, each.id === undefined ? {} : { id: each.id })
      case "advance":
        return app.advance(each.by)
      case "request": {
        const sent = [`{"n":${each.n}}`, "{}"].map((data) => ({ name: "app/ends", data }))
        return engine.receive(sent, { timeMs: startMs, randomness: new Uint8Array(10) })
      }
      case "invoke":
        return engine.invoke("app-ends", { data: "{}" }, each.key)
      case "cancel":
        return engine.cancel(idAt(each.at), "enough")
      case "rerun":
        return engine.rerun(idAt(each.at), each.step === undefined ? undefined : { step: each.step, input: "[5]" })
      case "prune":
        return engine.prune(clock.now() - each.agoMs)
      case "restart":
      case "kill":
        // A kill flushes and closes nothing.
        if (each.kind === "restart") engine.close()
        else await engine.settled()
        // A later millisecond, in which ids are greater.
        atMs = clock.now() + 1
        app = await begin()
        return undefined
    }
  }

  const told: unknown[] = []
  for (const each of story) {
    const answer = await perform(each)
    await app.engine.idle()
    told.push([each, answer, answersOf(app)])
  }
  app.engine.close()
  return told
}

/** A test asks for no power cut. */
const openUnsynced: OpenDatabase = (file, options) => {
  const database = openSqlite(file, options)
  return { ...database, exec: (sql) => database.exec(sql.replace("synchronous = FULL", "synchronous = OFF")) }
}

test("any story is answered alike, wherever what is over lies", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(act, { minLength: 3, maxLength: 30, size: "max" }),
      fc.constantFrom(1, 2, 5, 17),
      async (story, compactAfter) => {
        const directory = temporaryDirectory()
        try {
          const kept = createLastingLog()
          const expected = await tell(story, { openLog: () => kept, compactAfter: Infinity })
          const file = join(directory.path, "log.db")
          const openLog = (): EngineLog => openSqliteLog(file, { open: openUnsynced })
          expect(await tell(story, { openLog, compactAfter })).toEqual(expected)
        } finally {
          directory.remove()
        }
      },
    ),
    { numRuns: 25 },
  )
})
