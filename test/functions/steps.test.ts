import { describe, expect, test } from "vitest"
import {
  type FunctionContext,
  type InngestFunction,
  type Middleware,
  type ServeOptions,
  RetryAfterError,
  createFunction,
  defineMiddleware,
  eventTrigger,
  isStepError,
  serve,
} from "../../src/functions/index.ts"
import { createClient } from "../../src/index.ts"
import { nextMove } from "../../src/functions/next-move.ts"
import { hashStepId } from "../../src/protocol/step.ts"
import type { JsonObject, JsonValue } from "../../src/shared/json.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { driveRun, outputOf } from "../support/run-driver.ts"

const client = createClient({ appId: "core", dev: true })
const functionId = "core-fn"

const make = (handler: (context: FunctionContext) => unknown, options = {}): InngestFunction =>
  createFunction({ id: "fn", ...options }, eventTrigger("test/go"), handler)
const handlerOf = (handler: (context: FunctionContext) => unknown, options: Partial<ServeOptions> = {}) =>
  serve({ client, functions: [make(handler)], ...options })

/** One call, as a server makes it. */
async function call(
  handler: (request: Request) => Promise<Response>,
  { stepId = "step", steps = {}, stack = [] as string[], id = functionId, event = {}, ctx = {} } = {},
) {
  const response = await handler(
    new Request(`http://app.test/?fnId=${id}&stepId=${stepId}`, {
      method: "POST",
      body: JSON.stringify({
        event: { name: "test/go", data: {}, ...event },
        steps,
        ctx: { run_id: "01RUN", attempt: 0, max_attempts: 4, qi_id: "item", stack: { stack, current: 0 }, ...ctx },
      }),
    }),
  )
  return { status: response.status, headers: response.headers, body: (await response.json()) as JsonValue }
}

describe("a step inside a step", () => {
  test("is refused at once, and not tried again", async () => {
    const { end } = await driveRun(
      handlerOf(({ step }) => step.run("outer", () => step.run("inner", () => 1))),
      { functionId },
    )
    expect(end).toMatchObject({
      kind: "error",
      retryable: false,
      error: { message: 'Step "inner" is inside step "outer"; put it behind' },
    })
  })
})

test("a run that fails of a step has the stack of that step, as the official SDK leaves it", async () => {
  const id = hashStepId("bad")
  const error = { name: "Error", message: "boom", stack: "Error: boom\n    at charge (pay.ts:7:9)" }
  const answer = await call(
    handlerOf(({ step }) => step.run("bad", () => 1)),
    { steps: { [id]: { error } }, stack: [id] },
  )
  expect(answer.status).toBe(400)
  expect(answer.body).toEqual({ ...error, __serialized: true })
})

describe("a step that was asked for", () => {
  test("and does not come up is an error after 10 s, to be retried", async () => {
    const clock = createManualClock()
    const answer = await clock.runUntilSettled(
      call(
        handlerOf(({ step }) => step.run("a", () => 1), { clock }),
        { stepId: hashStepId("gone") },
      ),
    )
    expect(answer.status).toBe(500)
    expect(answer.headers.get("x-inngest-no-retry")).toBe("false")
    expect(answer.body).toMatchObject({ message: expect.stringContaining("was not found") })
    expect(clock.pending).toBe(0)
  })

  test("and was run meanwhile is not run again", async () => {
    let runs = 0
    const id = hashStepId("a")
    const answer = await call(
      handlerOf(async ({ step }) => {
        const [a] = await Promise.all([step.run("a", () => ++runs), step.run("b", () => 1)])
        return a
      }),
      { stepId: id, steps: { [id]: { data: 7 } }, stack: [id] },
    )
    expect(answer.body).toMatchObject([{ op: "StepPlanned", id: hashStepId("b") }])
    expect(runs).toBe(0)
  })
})

describe("a failed step that nobody waits for", () => {
  test("is no unhandled rejection", async () => {
    const handler = handlerOf(async ({ step }) => {
      void step.run("bad", () => 1)
      await step.sleep("s", "1s")
      return "done"
    })
    const [bad, s] = [hashStepId("bad"), hashStepId("s")]
    const steps = { [bad]: { error: { name: "E", message: "m" } }, [s]: null }
    // Vitest fails the run for one.
    expect(await call(handler, { steps, stack: [bad, s] })).toMatchObject({ status: 200, body: "done" })
  })
})

describe("errors of steps", () => {
  test("come with name, message, cause and the step's id, and are StepErrors", async () => {
    const id = hashStepId("pay")
    const error = {
      name: "CardDeclined",
      message: "no money",
      stack: "CardDeclined: no money\n at x",
      cause: { name: "E", message: "limit" },
    }
    const seen: unknown[] = []
    await call(
      handlerOf(async ({ step }) => {
        await step.run("pay", () => 1).catch((thrown: unknown) => seen.push(thrown))
      }),
      { steps: { [id]: { error } }, stack: [id] },
    )
    expect(seen).toEqual([expect.toSatisfy(isStepError)])
    expect(seen[0]).toMatchObject({
      name: "CardDeclined",
      message: "no money",
      stepId: "pay",
      cause: { name: "E", message: "limit" },
    })
  })

  test("a step can say when to try again", async () => {
    const at = new Date("2030-01-01T00:00:00.000Z")
    for (const [given, header] of [
      ["1500ms", "2"],
      [60_000, "60"],
      [at, at.toISOString()],
    ] as const) {
      const answer = await call(
        handlerOf(({ step }) =>
          step.run("a", () => {
            throw new RetryAfterError("busy", given)
          }),
        ),
      )
      expect(answer).toMatchObject({ status: 206, body: [{ op: "StepError" }] })
      expect([answer.headers.get("retry-after"), answer.headers.get("x-inngest-no-retry")]).toEqual([header, "false"])
    }
    expect(() => new RetryAfterError("x", "soon")).toThrow(/neither a duration nor a time/)
  })

  test.each<[string, (context: FunctionContext) => unknown]>([
    ["a sleep of no duration", ({ step }) => step.sleep("s", "soon")],
    ["a time that is none", ({ step }) => step.sleepUntil("s", "tomorrow")],
    ["an empty id", ({ step }) => step.run("", () => 1)],
    ["a wait without a timeout", ({ step }) => step.waitForEvent("w", { event: "x" } as never)],
    ["a relative URL", ({ step }) => step.fetch("/x")],
  ])("%s fails the run without further attempts", async (_what, handler) => {
    const { end } = await driveRun(handlerOf(handler), { functionId })
    expect(end).toMatchObject({ kind: "error", retryable: false, error: { name: "ValidationError" } })
  })
})

test("a group in race mode is planned as one, even where one step of it is left", async () => {
  const handler = handlerOf(async ({ step, group }) => {
    const results = await group.parallel({ mode: "race" }, () =>
      Promise.all([step.run("a", () => 1), step.run("b", () => 2)]),
    )
    return results
  })
  const a = hashStepId("a")
  expect((await call(handler)).body).toMatchObject([
    { op: "StepPlanned", opts: { parallelMode: "race" } },
    { op: "StepPlanned", opts: { parallelMode: "race" } },
  ])
  // b is under way elsewhere.
  expect((await call(handler, { steps: { [a]: { data: 1 } }, stack: [a] })).body).toMatchObject([
    { op: "StepPlanned", id: hashStepId("b") },
  ])
})

test("onFailure is a function of its own, and is told the error", async () => {
  const handler = serve({
    client,
    functions: [
      make(() => 1, {
        onFailure: ({ error, event }: { error: Error; event: { data: JsonObject } }) => [
          error.name,
          error.message,
          event.data.run_id,
        ],
      }),
    ],
  })
  const event = {
    name: "inngest/function.failed",
    data: { function_id: functionId, run_id: "r1", error: { name: "TypeError", message: "bad" } },
  }
  expect(await call(handler, { id: `${functionId}-failure`, event })).toMatchObject({
    status: 200,
    body: ["TypeError", "bad", "r1"],
  })
})

describe("middleware", () => {
  const log: string[] = []
  const noting = (name: string): Middleware => ({
    name,
    async call(info, next) {
      log.push(`${name} call ${info.functionId}`)
      const response = await next()
      log.push(`${name} answered ${response.kind}`)
      return response
    },
    async run(_info, next) {
      log.push(`${name} run`)
      return next({ [name]: true })
    },
    async step({ step }, next) {
      log.push(`${name} step ${step.id}`)
      return { by: name, result: await next() }
    },
  })

  test("hooks are an onion: the first is outermost, serve's before the function's", async () => {
    log.length = 0
    const fn = make(
      async (context) => {
        log.push(
          `code ${Object.keys(context)
            .filter((key) => ["a", "b"].includes(key))
            .join()}`,
        )
        return context.step.run("s", () => 1)
      },
      { middleware: [noting("b")] },
    )
    const answer = await call(serve({ client, functions: [fn], middleware: [noting("a")] }))
    expect(answer.body).toMatchObject([{ data: { by: "a", result: { by: "b", result: 1 } } }])
    expect(log).toEqual([
      "a call core-fn",
      "b call core-fn",
      "a run",
      "b run",
      "code a,b",
      "a step s",
      "b step s",
      "b answered ops",
      "a answered ops",
    ])
  })

  test("what a hook adds reaches the function, what it throws fails the step or the call", async () => {
    const withDb = defineMiddleware<{ db: string }>({ run: (_info, next) => next({ db: "pg" }) })
    const fn = createFunction({ id: "fn", middleware: [withDb] }, [], ({ db }) => db)
    expect((await call(serve({ client, functions: [fn] }))).body).toBe("pg")
    const failing: Middleware = {
      step: async () => {
        throw new Error("no step")
      },
    }
    const failed = await call(handlerOf(({ step }) => step.run("s", () => 1), { middleware: [failing] }))
    expect(failed.body).toMatchObject([{ op: "StepError", error: { message: "no step" } }])
    const refusing: Middleware = {
      call: async () => {
        throw new Error("closed")
      },
    }
    expect(await call(handlerOf(() => 1, { middleware: [refusing] }))).toMatchObject({
      status: 500,
      body: { message: "closed" },
    })
  })
})

describe("checkpoints", () => {
  function checkpointed(
    handler: (context: FunctionContext) => unknown,
    checkpointing: ServeOptions["checkpointing"],
    status = () => 200,
  ) {
    const reports: JsonObject[] = []
    const clock = createManualClock()
    const inngest = createClient({
      appId: "core",
      dev: true,
      clock,
      retry: { attempts: 1 },
      async fetch(_input, init) {
        const code = status()
        if (code === 200) reports.push(JSON.parse(String(init?.body)) as JsonObject)
        return new Response(null, { status: code })
      },
    })
    const handle = serve({ client: inngest, functions: [make(handler)], checkpointing, clock })
    return { reports, clock, ask: (options = {}) => clock.runUntilSettled(call(handle, options)) }
  }
  const idsIn = (report: JsonObject | undefined) =>
    ((report?.steps ?? []) as JsonObject[]).map(({ userland }) => (userland as JsonObject).id)
  const three = async ({ step }: FunctionContext) => {
    const a = await step.run("a", () => new Date(0))
    const b = await step.run("b", () => a)
    return step.run("c", () => [a, b])
  }

  test("one call runs all steps, and reports each; the function gets the same as in a replay", async () => {
    const { ask, reports } = checkpointed(three, true)
    const answer = await ask()
    const at = "1970-01-01T00:00:00.000Z"
    expect(answer).toMatchObject({ status: 206, body: [{ op: "RunComplete", data: [at, at] }] })
    expect(reports.map(idsIn)).toEqual([["a"], ["b"], ["c"]])
    expect(reports[0]).toMatchObject({ run_id: "01RUN", qi_id: "item" })
  })

  test("are buffered by count, and what is left goes before the answer", async () => {
    const { ask, reports } = checkpointed(three, { bufferedSteps: 2 })
    expect((await ask()).body).toMatchObject([{ op: "RunComplete" }])
    expect(reports.map(idsIn)).toEqual([["a", "b"], ["c"]])
  })

  test("a sleep, or a failed step, is answered after the steps before it were reported", async () => {
    const sleeping = checkpointed(
      async ({ step }) => {
        await step.run("a", () => 1)
        await step.sleep("s", "1s")
      },
      { bufferedSteps: 9 },
    )
    expect((await sleeping.ask()).body).toMatchObject([{ op: "Sleep" }])
    expect(sleeping.reports.map(idsIn)).toEqual([["a"]])
    const failing = checkpointed(
      async ({ step }) => {
        await step.run("a", () => 1)
        await step.run("bad", () => {
          throw new Error("x")
        })
      },
      { bufferedSteps: 9 },
    )
    expect((await failing.ask()).body).toMatchObject([{ op: "StepError", displayName: "bad" }])
    expect(failing.reports.map(idsIn)).toEqual([["a"]])
  })

  test("that the server does not take, five times, go into the answer", async () => {
    let asked = 0
    const { ask, reports } = checkpointed(three, true, () => (asked++, 404))
    expect((await ask()).body).toMatchObject([{ op: "StepRun", displayName: "a" }])
    expect([asked, reports]).toEqual([5, []])
  })

  test("that fail once are reported again", async () => {
    let asked = 0
    const { ask, reports } = checkpointed(three, true, () => (asked++ === 0 ? 503 : 200))
    expect((await ask()).body).toMatchObject([{ op: "RunComplete" }])
    expect(reports.map(idsIn)).toEqual([["a"], ["b"], ["c"]])
  })

  test("end with the time that a call may take", async () => {
    const { ask, clock, reports } = checkpointed(
      async ({ step }) => {
        await step.run("a", () => new Promise<void>((resolve) => clock.setTimer(clock.now() + 5_000, resolve)))
        await step.run("b", () => 1)
      },
      { maxRuntime: "4s", bufferedSteps: 9 },
    )
    expect((await ask()).body).toMatchObject([{ op: "DiscoveryRequest" }])
    expect(reports.map(idsIn)).toEqual([["a"]])
  })

  test("are not made in a call for one step", async () => {
    const { ask, reports } = checkpointed(three, true)
    expect((await ask({ stepId: hashStepId("a") })).body).toMatchObject([{ op: "StepRun", displayName: "a" }])
    expect(reports).toEqual([])
  })
})

test("events are sent with the app's client, signals likewise, and a batch is all of its events", async () => {
  const asked: string[] = []
  const inngest = createClient({
    appId: "core",
    dev: true,
    async fetch(input) {
      asked.push(new URL(String(input)).pathname)
      return String(input).includes("/e/")
        ? Response.json({ ids: ["01A"], status: 200 })
        : Response.json({ data: { run_id: "01R" } })
    },
  })
  const handler = serve({
    client: inngest,
    functions: [
      make(async ({ step, events }) => {
        const sent = await step.sendEvent("e", { name: "x/y", data: { n: events.length } })
        return [sent, await step.sendSignal("s", { signal: "go" })]
      }),
    ],
  })
  const events = [1, 2].map((ts) => ({ id: `e${ts}`, name: "test/go", data: {}, ts, user: {} }))
  expect(outputOf(await driveRun(handler, { functionId, events }))).toEqual([{ ids: ["01A"] }, { runId: "01R" }])
  expect(asked).toEqual(["/e/NO_EVENT_KEY_SET", "/v1/signals"])
})

describe("what a call does next", () => {
  const step = (id: string, state: "new" | "memoized" | "settled", more = {}) => ({
    id,
    state,
    isRunnable: true,
    runsAtOnce: true,
    ...more,
  })
  const base = { hasEnded: false, stack: [] as string[], target: undefined, mayRun: true, isLate: false }

  test.each([
    ["nothing was found", { ...base, steps: [] }, { kind: "wait" }],
    ["it ended", { ...base, steps: [step("a", "new")], hasEnded: true }, { kind: "end" }],
    ["one new step", { ...base, steps: [step("a", "new")] }, { kind: "run" }],
    ["one new step that may not run", { ...base, steps: [step("a", "new")], mayRun: false }, { kind: "report" }],
    [
      "one new sleep",
      { ...base, steps: [step("a", "new", { isRunnable: false, runsAtOnce: false })] },
      { kind: "report" },
    ],
    ["two new steps", { ...base, steps: [step("a", "new"), step("b", "new")] }, { kind: "report" }],
    [
      "a result first",
      { ...base, steps: [step("a", "new"), step("b", "memoized")] },
      { kind: "fulfil", step: { id: "b" } },
    ],
    [
      "the earliest result",
      { ...base, stack: ["c", "b"], steps: [step("b", "memoized"), step("c", "memoized")] },
      { kind: "fulfil", step: { id: "c" } },
    ],
    [
      "the step that was asked for",
      { ...base, target: "b", steps: [step("a", "memoized"), step("b", "new")] },
      { kind: "run", step: { id: "b" } },
    ],
    ["another than the one asked for", { ...base, target: "b", steps: [step("a", "new")] }, { kind: "wait" }],
    ["and it took too long", { ...base, target: "b", isLate: true, steps: [step("a", "new")] }, { kind: "lost" }],
  ])("%s", (_what, situation, move) => {
    expect(nextMove(situation)).toMatchObject(move)
  })
})
