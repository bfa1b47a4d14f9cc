// Steps that an SDK reports while its call goes on, at the route that takes them.
import { describe, expect, test } from "vitest"
import { createHandler } from "../../mocks/handlers/index.ts"
import type { EngineInput } from "../../mocks/engine/inputs.ts"
import { createMemoryLog } from "../../mocks/engine/log.ts"
import { type ScriptedApp, done, startScripted } from "../support/scripted-app.ts"
import { exchangesOf } from "../support/sdk-recordings.ts"

interface Reported {
  readonly app: ScriptedApp
  readonly inputs: EngineInput[]
  /** @param body as the SDK would send it for the run that is under way. */
  report(body: string, runId?: string): Promise<Response>
}

/** A run whose call goes on while `during` reports its steps. */
async function reporting(during: (reported: Reported, runId: string) => Promise<void>): Promise<Reported> {
  const inputs: EngineInput[] = []
  const memory = createMemoryLog()
  const log = {
    ...memory,
    append(input: EngineInput) {
      inputs.push(input)
      return memory.append(input)
    },
  }
  let reported: Reported | undefined
  let failure: unknown
  const app: ScriptedApp = await startScripted(
    {
      long: async ({ ctx }) => {
        // An engine takes what a call throws for a fault of its own.
        if (reported !== undefined) await during(reported, ctx.run_id).catch((error: unknown) => (failure = error))
        return done("over")
      },
    },
    { log },
  )
  const handle = createHandler({ engine: app.engine })
  const report: Reported["report"] = (body, runId = app.calls.at(-1)?.call.ctx.run_id ?? "") =>
    handle(new Request(`http://kit.test/v1/checkpoint/${runId}/async`, { method: "POST", body }))
  reported = { app, inputs, report }
  await app.run("long")
  if (failure !== undefined) throw failure
  return reported
}

function memoOf({ app }: Reported, stepId: string): string | undefined {
  const [run] = app.engine.reads.runs({ limit: 1 })
  const phase = run?.steps.get(stepId)?.phase
  return phase?.kind === "done" ? phase.memo : undefined
}

const [recorded] = exchangesOf("steps2-checkpoint").filter(({ path }) => path.startsWith("/v1/checkpoint/"))

describe("a checkpoint", () => {
  test("is answered as recorded, and kept without the SDK's own bookkeeping", async () => {
    const told = await reporting(async ({ report }) => {
      const answer = await report(JSON.stringify(recorded?.body))
      expect(answer.status).toBe(recorded?.status)
      expect(answer.headers.get("content-type")).toBe("application/json")
      expect(await answer.text()).toBe("")
    })
    const kept = told.inputs.find((input) => input.kind === "steps.checkpointed")
    expect(JSON.stringify(recorded?.body)).toContain("memoizationDeferred")
    expect(JSON.parse(kept?.steps ?? "[]")).toEqual([
      {
        id: "e0996a37c13d44c3b06074939d43fa3759bd32c1",
        op: "StepRun",
        name: "first",
        displayName: "first",
        userland: { id: "first" },
        data: { a: 1 },
        timing: { a: 1_795_321_173_587_000_000, b: 0 },
      },
    ])
    expect(memoOf(told, "e0996a37c13d44c3b06074939d43fa3759bd32c1")).toBe('{"data":{"a":1}}')
  })

  test("keeps integers beyond 2^53 as they were written", async () => {
    const told = await reporting(async ({ report }) => {
      const step =
        '{"id":"a","op":"StepRun","data":{"n":9007199254740993},"timing":{"a":1795321173587000123,"b":1999999}}'
      expect((await report(`{"steps":[${step}]}`)).status).toBe(200)
    })
    expect(memoOf(told, "a")).toBe('{"data":{"n":9007199254740993}}')
  })

  test("may have something behind it, as the server's decoder lets it", async () => {
    const told = await reporting(async ({ report }) => {
      expect((await report('{"steps":[{"id":"a","op":"StepRun","data":1}]} and more')).status).toBe(200)
    })
    expect(memoOf(told, "a")).toBe('{"data":1}')
  })

  test("that can't be read keeps nothing", async () => {
    const told = await reporting(async ({ report }) => {
      expect((await report('{"steps":[{"id":"a","op":"StepRun","data":1e400}]}')).status).toBe(400)
      expect((await report('{"steps":[{"id":"a"')).status).toBe(400)
      expect((await report("")).status).toBe(400)
      expect((await report('{"steps":[{"id":"a","op":"Sleep","name":"1s"}]}')).status).toBe(400)
      // Measured: of no steps it is content.
      expect((await report("{}")).status).toBe(200)
    })
    expect(told.inputs.some(({ kind }) => kind === "steps.checkpointed")).toBe(false)
  })

  test("of a run that nobody knows is told so", async () => {
    await reporting(async ({ report }) => {
      expect((await report('{"steps":[]}', "01ARZ3NDEKTSV4RRFFQ69G5FAV")).status).toBe(404)
    })
  })
})
