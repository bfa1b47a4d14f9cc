// Replay: whatever the server remembered so far, and in whatever order side-by-side steps ended, the run comes to the same end.
import fc from "fast-check"
import { expect, test } from "vitest"
import { type FunctionContext, createFunction, eventTrigger, serve } from "../../src/functions/index.ts"
import { createClient } from "../../src/index.ts"
import { type JsonValue } from "../../src/shared/json.ts"
import { driveRun, outputOf } from "../support/run-driver.ts"

/** A function as data: what it does, one after the other. */
type Plan =
  | { kind: "run"; id: string; value: JsonValue }
  | { kind: "fail"; id: string }
  | { kind: "sleep"; id: string }
  | { kind: "wait"; id: string }
  | { kind: "pause"; turns: number }
  | { kind: "all"; members: Plan[] }
  | { kind: "settled"; members: Plan[] }

const id = fc.constantFrom("a", "b", "c", "a:1")
const value = fc.jsonValue({ maxDepth: 1 }).map((json) => JSON.parse(JSON.stringify(json)) as JsonValue)
const leaf: fc.Arbitrary<Plan> = fc.oneof(
  fc.record({ kind: fc.constant("run" as const), id, value }),
  fc.record({ kind: fc.constant("fail" as const), id }),
  fc.record({ kind: fc.constant("sleep" as const), id }),
  fc.record({ kind: fc.constant("wait" as const), id }),
  fc.record({ kind: fc.constant("pause" as const), turns: fc.integer({ min: 1, max: 5 }) }),
)
const plan: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 3, arbitrary: leaf },
  fc.record({
    kind: fc.constantFrom("all" as const, "settled" as const),
    members: fc.array(leaf, { minLength: 1, maxLength: 4 }),
  }),
)
const program = fc.array(plan, { maxLength: 5 })

const trigger = eventTrigger("test/go")
const client = createClient({ appId: "core", dev: true })

/** The function of a program; its steps give what the program says, and so does it. */
function serveProgram(steps: readonly Plan[], onRun: (id: string) => void = () => undefined) {
  const fn = createFunction({ id: "fn" }, trigger, async (context) => {
    const results: unknown[] = []
    for (const each of steps) results.push(await carryOut(each, context))
    return results
  })
  return serve({ client, functions: [fn] })

  async function carryOut(each: Plan, context: FunctionContext): Promise<unknown> {
    const { step } = context
    switch (each.kind) {
      case "run":
        return step.run(each.id, () => {
          onRun(each.id)
          return each.value
        })
      case "fail":
        try {
          return await step.run(each.id, () => {
            throw new Error(`${each.id} failed`)
          })
        } catch (error) {
          return (error as Error).message
        }
      case "sleep":
        return step.sleep(each.id, "1s")
      case "wait":
        return (await step.waitForEvent(each.id, { event: "x/y", timeout: "1s" }))?.data
      case "pause":
        for (let turn = 0; turn < each.turns; turn++) await undefined
        return "paused"
      case "all":
        return Promise.all(each.members.map((member) => carryOut(member, context)))
      case "settled":
        return Promise.allSettled(each.members.map((member) => carryOut(member, context)))
      default:
        return each satisfies never
    }
  }
}

const resolve = ({ op }: { op: string }): JsonValue =>
  op === "WaitForEvent" ? { id: "e", name: "x/y", data: { found: true }, ts: 1, user: {} } : null
const run = { functionId: "core-fn", maxAttempts: 2, resolve }

test("any prefix of what was remembered leads to the same end", async () => {
  await fc.assert(
    fc.asyncProperty(program, async (steps) => {
      const call = serveProgram(steps)
      const whole = await driveRun(call, run)
      const output = outputOf(whole)
      for (const remembered of whole.history) {
        const replayed = await driveRun(call, { ...run, remembered })
        expect(outputOf(replayed)).toEqual(output)
        expect(replayed.remembered.stack).toEqual(whole.remembered.stack)
      }
    }),
    { numRuns: 60 },
  )
})

test("any order in which side-by-side steps end leads to the same end, and each runs once", async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.infiniteStream(fc.nat()), fc.boolean(), async (steps, picks, discoverAfterEach) => {
      const ran: string[] = []
      const call = serveProgram(steps, (stepId) => ran.push(stepId))
      const output = outputOf(await driveRun(call, run))
      const usual = ran.splice(0).toSorted()
      const shuffled = await driveRun(call, {
        ...run,
        discoverAfterEach,
        order(ops) {
          const left = [...ops]
          return ops.flatMap(() => left.splice((picks.next().value ?? 0) % left.length, 1))
        },
      })
      expect(outputOf(shuffled)).toEqual(output)
      expect(ran.toSorted()).toEqual(usual)
    }),
    { numRuns: 60 },
  )
})

test("no two steps of a run share a hashed id", async () => {
  await fc.assert(
    fc.asyncProperty(program, async (steps) => {
      const { remembered } = await driveRun(serveProgram(steps), run)
      expect(new Set(remembered.stack).size).toBe(remembered.stack.length)
    }),
    { numRuns: 40 },
  )
})
