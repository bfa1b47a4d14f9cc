// Whatever comes first, comes twice, or dies in between: runs end alike, and what was recorded is never done again.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Engine, createEngine } from "../../mocks/engine/engine.ts"
import type { CallAnswered } from "../../mocks/engine/inputs.ts"
import { type Invoker, readAnswer } from "../../mocks/engine/invoker.ts"
import { type VirtualClock, createVirtualClock, standingClock } from "../../mocks/engine/virtual-clock.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { compactLog, createLastingLog } from "../support/memory-log.ts"
import { type Script, type ScriptedCall, done, ops, startMs } from "../support/scripted-app.ts"

/** Functions that use all that a run can wait for. What they answer follows from the call alone. */
const scripts: Record<string, Script> = {
  /** Two steps, of which the first fails once. */
  steps: ({ steps, ctx }) => {
    if (steps.a === undefined)
      return ctx.attempt === 0
        ? ops({ id: "a", op: "StepError", error: { name: "Error", message: "once" } })
        : ops({ id: "a", op: "StepRun", data: 1 })
    return steps.b === undefined ? ops({ id: "b", op: "StepRun", data: 2 }) : done(steps)
  },
  /** A group of two steps and a sleep, then one more. */
  group: ({ steps, stepId }) => {
    if (stepId !== "step") return ops({ id: stepId, op: "StepRun", data: `ran ${stepId}` })
    if (["p", "q", "z"].some((id) => steps[id] === undefined))
      return ops({ id: "p", op: "StepPlanned" }, { id: "q", op: "StepPlanned" }, { id: "z", op: "Sleep", name: "1h" })
    return steps.r === undefined ? ops({ id: "r", op: "StepRun", data: 3 }) : done(Object.keys(steps).toSorted())
  },
  /** A wait that ends with its event, and one that ends with its time. */
  waits: ({ steps }) => {
    if (steps.w === undefined)
      return ops({
        id: "w",
        op: "WaitForEvent",
        name: "wake",
        opts: { timeout: "2d", if: "async.data.of == event.data.of" },
      })
    if (steps.never === undefined)
      return ops({ id: "never", op: "WaitForEvent", name: "nobody", opts: { timeout: "1h" } })
    return done((steps.w as { data: unknown }).data)
  },
  /** Invokes another one, and fails for good with what that one failed with. */
  invokes: ({ steps }) => {
    if (steps.i === undefined)
      return ops({ id: "i", op: "InvokeFunction", opts: { function_id: "app-fails", payload: { data: {} } } })
    return { status: 400, headers: { "x-inngest-no-retry": "true" }, body: (steps.i as { error: unknown }).error }
  },
  fails: () => ({ status: 400, headers: { "x-inngest-no-retry": "true" }, body: { name: "Bad", message: "for good" } }),
  /** Started by the failures of the others. */
  hears: ({ event }) => done((event.data as { function_id: string }).function_id),
}

const configs = Object.keys(scripts).map((id) => ({
  id: `app-${id}`,
  name: id,
  triggers: id === "hears" ? [{ event: "inngest/function.failed" }] : [{ event: `app/${id}` }],
  steps: {
    step: {
      id: "step",
      name: "step",
      runtime: { type: "http", url: `http://a.test/?fnId=app-${id}&stepId=step` },
      retries: { attempts: 2 },
    },
  },
}))

type Fault = "none" | "twice" | "crash" | "compact"

/** One choice: which of the calls that are open is answered next, and what goes wrong then. */
interface Choice {
  readonly pick: number
  readonly fault: Fault
}

interface Open {
  readonly call: ScriptedCall
  readonly functionId: string
  answer: () => Promise<void>
}

/** All that a run came to. */
type Outcome = Record<string, unknown>

/** @param compactAfter inputs until what is over goes to the archive. */
async function play(
  choices: readonly Choice[],
  compactAfter: number = Infinity,
): Promise<{ outcome: Outcome[]; stepRuns: Map<string, number> }> {
  const log = createLastingLog()
  const clock: VirtualClock = createVirtualClock(standingClock(startMs))
  let open: Open[] = []
  let engine: Engine = begin()
  let next = 0
  /** How often a call that had a step's result recorded lacked it later: never. */
  const known = new Map<string, Set<string>>()
  const stepRuns = new Map<string, number>()

  function begin(): Engine {
    open = []
    const mine = open
    const invoker: Invoker = {
      call: ({ url, body }) =>
        new Promise((resolve) => {
          const { searchParams } = new URL(url)
          const functionId = (searchParams.get("fnId") ?? "").slice("app-".length)
          const call = { ...(JSON.parse(body ?? "{}") as ScriptedCall), stepId: searchParams.get("stepId") ?? "" }
          remember(call)
          const answer = async (): Promise<void> => {
            const given = await scripts[functionId]?.(call, 0)
            if (given === undefined) return
            count(call, given.body)
            const fields: Record<string, string> = {
              "x-inngest-sdk": "js",
              "x-inngest-req-version": "2",
              ...given.headers,
            }
            resolve(readAnswer(given.status, (name) => fields[name] ?? null, JSON.stringify(given.body)))
            await quiet()
          }
          mine.push({ call, functionId, answer })
        }),
      request: async () => ({ kind: "unreachable", message: "no network" }),
    }
    return createEngine({ clock, random: seededRandom(7), log, invoker, retryIntervalMs: 60_000, compactAfter })
  }

  function remember({ ctx, steps }: ScriptedCall): void {
    const seen = known.get(ctx.run_id) ?? new Set()
    known.set(ctx.run_id, seen)
    for (const id of seen) expect(Object.keys(steps), "a recorded step is never forgotten").toContain(id)
    for (const id of Object.keys(steps)) seen.add(id)
  }

  function count({ ctx }: ScriptedCall, body: unknown): void {
    for (const op of Array.isArray(body) ? (body as { op: string; id: string }[]) : []) {
      if (op.op !== "StepRun") continue
      const key = `${ctx.run_id} ${op.id}`
      stepRuns.set(key, (stepRuns.get(key) ?? 0) + 1)
    }
  }

  function crash(): void {
    engine.close()
    engine = begin()
  }

  /** Answer what is open, in the order and with the faults that were chosen, until nothing is. */
  async function settle(): Promise<void> {
    await quiet()
    while (open.length > 0) {
      const { pick, fault } = choices[next++ % Math.max(choices.length, 1)] ?? { pick: 0, fault: "none" as const }
      const isLate = next > choices.length
      const [chosen] = open.splice(pick % open.length, 1)
      if (fault === "crash" && !isLate) crash()
      else if (fault === "compact" && !isLate) {
        compactLog(log, clock.now())
        crash()
      } else {
        await chosen?.answer()
        if (fault === "twice") await repeatLast()
      }
      await quiet()
    }
  }

  /** The last answer once more, as a peer that did not hear would send it. */
  async function repeatLast(): Promise<void> {
    const last = log.records.findLast((record) => record.includes('"call.answered"'))
    if (last === undefined) return
    const before = log.records.length
    const [, , input] = JSON.parse(last) as [string, number, CallAnswered]
    await engine.dispatch<"call.answered">(input)
    expect(log.records.length, "an answer that came before changes nothing").toBe(before)
  }

  await engine.sync({
    url: "http://a.test/",
    appName: "app",
    framework: "",
    sdk: "js:v9.9.9",
    functions: JSON.stringify(configs),
  })
  const seed = { timeMs: startMs, randomness: new Uint8Array(10) }
  const events = ["steps", "group", "waits", "invokes"].map((id) => ({
    name: `app/${id}`,
    data: JSON.stringify({ of: id }),
  }))
  await engine.receive(events, seed)
  // A sender that was not answered sends the same again.
  await engine.receive(events, seed)
  await settle()
  await clock.advance(120_000, settle)
  await engine.receive([
    { name: "wake", data: '{"of":"other"}' },
    { name: "wake", data: '{"of":"waits"}' },
  ])
  await settle()
  await clock.advance(3 * 86_400_000, settle)
  const runs = engine.reads.runs({ order: "asc", limit: Infinity })
  const outcome = runs.map(({ slug, phase, steps, eventName, attempts }) => ({
    slug,
    eventName,
    kind: phase.kind,
    output: phase.kind === "completed" || phase.kind === "failed" ? phase.output : undefined,
    attempts: attempts.length,
    steps: Object.fromEntries(
      [...steps.values()]
        .map(({ id, phase: step }) => [id, step.kind === "done" ? withoutIds(step.memo) : step.kind] as const)
        .toSorted(([left], [right]) => (left < right ? -1 : 1)),
    ),
  }))
  engine.close()
  return {
    outcome: outcome.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1)),
    stepRuns,
  }
}

function withoutIds(text: string): string {
  return text.replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, "<ulid>").replace(/"ts":\d+/g, '"ts":0')
}

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

const choice = fc.record({
  pick: fc.nat(7),
  fault: fc.oneof(
    { weight: 5, arbitrary: fc.constant<Fault>("none") },
    { weight: 2, arbitrary: fc.constantFrom<Fault>("twice", "crash", "compact") },
  ),
})

describe("the end of runs", () => {
  test("without faults it is what the functions say", async () => {
    const { outcome } = await play([])
    expect(outcome.map(({ slug, kind, output }) => [slug, kind, output])).toEqual([
      ["app-fails", "failed", '{"name":"Bad","message":"for good"}'],
      ["app-group", "completed", '["p","q","r","z"]'],
      ["app-hears", "completed", '"app-fails"'],
      ["app-hears", "completed", '"app-invokes"'],
      ["app-invokes", "failed", expect.stringContaining("for good")],
      ["app-steps", "completed", '{"a":{"data":1},"b":{"data":2}}'],
      ["app-waits", "completed", '{"of":"waits"}'],
    ])
  })

  test("is the same whatever order the work is done in, answers that come twice, and crashes with and without a snapshot", async () => {
    const { outcome: expected } = await play([])
    await fc.assert(
      fc.asyncProperty(
        fc.array(choice, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(1, 7, Infinity),
        async (choices, compactAfter) => {
          const { outcome } = await play(choices, compactAfter)
          expect(outcome).toEqual(expected)
        },
      ),
      { numRuns: 40 },
    )
  })

  test("without crashes every step runs once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ pick: fc.nat(7), fault: fc.constantFrom<Fault>("none", "twice") }), { minLength: 1 }),
        async (choices) => {
          const { stepRuns } = await play(choices)
          expect([...stepRuns.values()].every((times) => times === 1)).toBe(true)
          expect(stepRuns.size).toBe(5)
        },
      ),
      { numRuns: 15 },
    )
  })
})
