// How the engine takes answers that no SDK should give: as the recorded server did.
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { type Script, type ScriptedAnswer, done, ops, startScripted } from "../../support/scripted-app.ts"

interface Reaction {
  runs: { status: string; output: string | null }[]
  calls: { step: string; attempt: number; version: number; steps: unknown; stack: number }[]
}

const { responses } = JSON.parse(readFileSync("test/fixtures/sdk-protocol/raw-server-reactions.json", "utf8")) as {
  responses: Record<string, Reaction>
}

const first = "0000000000000000000000000000000000000001"
const second = "0000000000000000000000000000000000000002"
const raw =
  (status: number, body: string, headers = {}): Script =>
  () => ({ status, body, isRaw: true, headers })
const once =
  (answer: ScriptedAnswer, then: Script = ({ steps }) => done(steps)): Script =>
  (call, count) =>
    count === 1 ? answer : then(call, count)

/** What the recorder's functions answered. */
const scripts: Record<string, Script> = {
  s200text: raw(200, "not json{"),
  s200empty: raw(200, ""),
  s201: () => ({ status: 201, body: { a: 1 } }),
  s204: raw(204, ""),
  s400noheader: () => ({ status: 400, body: { message: "m", name: "N" } }),
  s404: () => ({ status: 404, body: "nf" }),
  s401: () => ({ status: 401, body: { message: "unauth" } }),
  s500empty: raw(500, ""),
  s500text: raw(500, "plain text failure"),
  s500noretry: () => ({ status: 500, headers: { "x-inngest-no-retry": "true" }, body: { name: "E", message: "x" } }),
  s503: raw(503, "busy"),
  nosdkheader: () => ({ status: 200, headers: { "x-inngest-sdk": "" }, body: { x: 1 } }),
  s206obj: once({ status: 206, body: { id: first, op: "StepRun", data: 1 } }, () => ({
    status: 206,
    body: { id: first, op: "StepRun", data: 1 },
  })),
  unknownop: () => ops({ id: first, op: "Bogus", data: 1 }),
  sleepopts: once(ops({ id: first, op: "Sleep", opts: { duration: "1s" } }), () => done("slept")),
  notfound: () => ops({ id: first, op: "StepNotFound" }),
  stepwrapped: once(ops({ id: first, op: "Step", data: { data: { a: 1 } } })),
  stepplain: once(ops({ id: first, op: "Step", data: { a: 1 } })),
  noneop: once(ops({ id: first, op: "None" }), () => done("after none")),
  noid: once(ops({ op: "StepRun", data: 1 })),
  discovery: once(ops({ id: first, op: "DiscoveryRequest" }), () => done("disc")),
  reset: () => undefined,
  steperrnoretries: once(ops({ id: first, op: "StepError", error: { name: "E", message: "m" } })),
  stepfaileddata: once(
    ops({
      id: first,
      op: "StepFailed",
      error: { name: "E", message: "m", cause: { name: "C", message: "c" }, data: { k: 1 }, noRetry: true },
    }),
  ),
  multistep: once(ops({ id: first, op: "StepRun", data: 1 }, { id: second, op: "StepRun", data: 2 })),
  dupstep: (_call, count) => ops({ id: first, op: "StepRun", data: count }),
  waitopts: once(ops({ id: first, op: "WaitForEvent", opts: { event: "never/x", timeout: "1s" } })),
  waitnotimeout: once(ops({ id: first, op: "WaitForEvent", opts: { event: "never/x" } })),
  plansame: ({ stepId, steps }) => {
    if (stepId !== "step") return ops({ id: first, op: "StepRun", data: "planned" })
    return Object.keys(steps).length > 0 ? done(steps) : ops({ id: first, op: "StepPlanned", name: "x" })
  },
}

/** What is not compared, each with its reason. */
const notCompared: Readonly<Record<string, string>> = {
  s302: "redirects are followed by the platform's fetch, which stops after 20",
  s206empty: "asked again for ever, here every 100 ms: below",
  sleepbad: "the real server leaves its queue to it; here it is a failed attempt that says what was wrong: below",
  waitnoevent: "as sleepbad: below",
  runcompletewithstep: "the real server stores the list of ops as the output, which loses the result: below",
}

const statuses = {
  queued: "QUEUED",
  running: "RUNNING",
  completed: "COMPLETED",
  failed: "FAILED",
  cancelled: "CANCELLED",
}

describe("as recorded", () => {
  test("every recorded answer is compared, or has a reason not to be", () => {
    const known = [...Object.keys(scripts), ...Object.keys(notCompared)].toSorted()
    expect(known).toEqual(Object.keys(responses).toSorted())
  })

  test.each(Object.entries(scripts))("%s", async (name, script) => {
    const app = await startScripted({ [name]: script })
    const runId = await app.run(name)
    await app.advance("9s")
    const phase = app.phase(runId)
    const [recorded] = responses[name]?.runs ?? []
    expect(statuses[phase.kind]).toBe(recorded?.status)
    if (phase.kind === "completed" || phase.kind === "failed")
      expect(sorted(phase.output)).toBe(sorted(recorded?.output))
    const seen = app.calls.map(({ call: { stepId, ctx, version, steps } }) => ({
      step: stepId,
      attempt: ctx.attempt,
      version,
      steps,
      stack: ctx.stack.stack.length,
    }))
    const calls = (responses[name]?.calls ?? []).map(({ step, attempt, version, steps, stack }) => ({
      step,
      attempt,
      version,
      steps,
      stack,
    }))
    expect(seen).toEqual(calls)
  })
})

/** Go sorts the members of what it writes. */
function sorted(output: string | null | undefined): string {
  try {
    return JSON.stringify(JSON.parse(output ?? ""), (_name, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)))
        : value,
    )
  } catch {
    return output ?? ""
  }
}

describe("where this engine does more than the recorded one", () => {
  test("an empty list of ops is asked again, without holding up time", async () => {
    const app = await startScripted({ fn: (_call, count) => (count < 5 ? ops() : done("ok")) })
    const runId = await app.run("fn")
    expect(app.calls).toHaveLength(1)
    await app.advance("1s")
    expect(app.phase(runId)).toMatchObject({ kind: "completed", output: '"ok"' })
  })

  test("a sleep that is no duration, and a wait for no event, fail the attempt and say why", async () => {
    const app = await startScripted({
      sleep: () => ops({ id: first, op: "Sleep", name: "nope" }),
      wait: () => ops({ id: first, op: "WaitForEvent", opts: { timeout: "1s" } }),
    })
    const [sleep, wait] = [await app.run("sleep"), await app.run("wait")]
    expect(app.phase(sleep)).toMatchObject({
      kind: "failed",
      output: expect.stringContaining('\\"nope\\" is no duration') as string,
    })
    expect(app.phase(wait)).toMatchObject({
      kind: "failed",
      output: expect.stringContaining("the name of an event") as string,
    })
  })

  test("the end of a run behind a step keeps both", async () => {
    const app = await startScripted({
      fn: () => ops({ id: first, op: "StepRun", data: 5 }, { id: second, op: "RunComplete", data: { fin: true } }),
    })
    const runId = await app.run("fn")
    expect(app.phase(runId)).toMatchObject({ kind: "completed", output: '{"fin":true}' })
    expect(app.engine.reads.run(runId)?.stack).toEqual([first])
  })
})
