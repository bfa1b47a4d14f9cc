/**
 * What serving functions means, asked over the wire: a runtime runs it with `testFunctionRuntime`, whatever carries its calls.
 */
import { describe, expect, test } from "vitest"
import {
  type EventTrigger,
  type InngestFunction,
  NonRetriableError,
  RetryAfterError,
  createFunction,
  eventTrigger,
} from "../../src/functions/index.ts"
import { hashStepId } from "../../src/protocol/step.ts"
import { type Call, driveRun, outputOf } from "../support/run-driver.ts"

export interface FunctionRuntime {
  call: Call
  close?: () => void | Promise<void>
}

export interface FunctionRuntimeSuite {
  name: string
  /** Serve these as the app `core`, to an unsigned dev server. */
  start: (functions: readonly InngestFunction[]) => FunctionRuntime | Promise<FunctionRuntime>
}

/** A case of one function. */
export interface FunctionCase {
  name: string
  /** @param count notes that its code, or that of a step, ran. */
  make: (count: (what: string) => void) => Handler
  check: (run: { call: Call; counts: Record<string, number> }) => Promise<void>
}

export function testFunctionRuntime({ name, start }: FunctionRuntimeSuite): void {
  describe(`functions ${name}`, () => {
    test.each(functionCases)("$name", (each) => runCase(each, start))
  })
}

const trigger: EventTrigger<"test/go"> = eventTrigger("test/go")
type Handler = Parameters<typeof createFunction<typeof trigger, unknown>>[2]

export async function runCase({ make, check }: FunctionCase, start: FunctionRuntimeSuite["start"]): Promise<void> {
  const counts: Record<string, number> = {}
  const handler = make((what) => (counts[what] = (counts[what] ?? 0) + 1))
  const { call, close } = await start([createFunction({ id: "fn" }, trigger, handler)])
  try {
    await check({ call, counts })
  } finally {
    await close?.()
  }
}

const functionId = "core-fn"

export const functionCases: readonly FunctionCase[] = [
  {
    name: "a function without steps is answered with what it returns",
    make:
      () =>
      ({ event }) => ({ got: event.data }),
    async check({ call }) {
      const result = await driveRun(call, { functionId, event: { data: { a: [1, null] } } })
      expect(outputOf(result)).toEqual({ got: { a: [1, null] } })
      expect(result.answers).toHaveLength(1)
    },
  },
  {
    name: "steps run once each, one for each call, and the next ones get their results",
    make:
      (count) =>
      async ({ step }) => {
        const a = await step.run("a", () => (count("a"), { at: new Date(0) }))
        const b = await step.run({ id: "b", name: "Step B" }, () => (count("b"), a.at))
        return { b }
      },
    async check({ call, counts }) {
      const result = await driveRun(call, { functionId })
      expect(outputOf(result)).toEqual({ b: "1970-01-01T00:00:00.000Z" })
      expect(counts).toEqual({ a: 1, b: 1 })
      expect(result.ops.map(({ op }) => op)).toEqual(["StepRun", "StepRun"])
      expect(result.answers).toHaveLength(3)
      expect(result.remembered.stack).toEqual([hashStepId("a"), hashStepId("b")])
    },
  },
  {
    name: "a step that is used again is another step",
    make:
      () =>
      async ({ step }) => {
        const all: number[] = []
        for (const index of [1, 2, 3]) all.push(await step.run("loop", () => index))
        return all
      },
    async check({ call }) {
      const result = await driveRun(call, { functionId })
      expect(outputOf(result)).toEqual([1, 2, 3])
      expect(result.remembered.stack).toEqual([hashStepId("loop"), hashStepId("loop", 1), hashStepId("loop", 2)])
    },
  },
  {
    name: "what the server carries out is reported, and its result given to the function",
    make:
      () =>
      async ({ step }) => {
        await step.sleep("s", "90s")
        const event = await step.waitForEvent("w", { event: "a/b", timeout: "3d", match: "data.id" })
        const signal = await step.waitForSignal("g", { signal: "sig", timeout: "1h" })
        const invoked = await step.invoke("i", { function: "core-other", data: { x: 1 } })
        const response = await step.fetch("https://example.com/x")
        return [event?.data, signal?.data, invoked, response.status, await response.text()]
      },
    async check({ call }) {
      const event = { id: "e", name: "a/b", data: { id: 7 }, ts: 1, user: {} }
      const fetched = { url: "https://example.com/x", status_code: 418, headers: { "X-A": "b" }, body: "tea" }
      const result = await driveRun(call, {
        functionId,
        resolve: (op) =>
          op.op === "WaitForEvent"
            ? event
            : op.op === "WaitForSignal"
              ? { data: { signal: "sig", data: 8 } }
              : op.op === "InvokeFunction"
                ? { data: 9 }
                : op.op === "Gateway"
                  ? { data: fetched }
                  : null,
      })
      expect(outputOf(result)).toEqual([{ id: 7 }, 8, 9, 418, "tea"])
      expect(result.ops).toMatchObject([
        { op: "Sleep", duration: "1m30s" },
        { op: "WaitForEvent", event: "a/b", timeout: "72h", if: "event.data.id == async.data.id" },
        { op: "WaitForSignal", signal: "sig", timeout: "1h" },
        { op: "InvokeFunction", functionId: "core-other", payload: { data: { x: 1 } } },
        { op: "Gateway", url: "https://example.com/x", method: "GET" },
      ])
    },
  },
  {
    name: "steps side by side are planned, and run once each when they are asked for",
    make:
      (count) =>
      async ({ step }) => {
        const [a, b] = await Promise.all([
          step.run("a", () => (count("a"), 1)),
          step.run("b", () => (count("b"), 2)),
          step.sleep("s", "1s"),
        ])
        return step.run("sum", () => a + b)
      },
    async check({ call, counts }) {
      for (const isReversed of [false, true]) {
        for (const name of Object.keys(counts)) delete counts[name]
        const result = await driveRun(call, { functionId, order: (ops) => (isReversed ? ops.toReversed() : ops) })
        expect(outputOf(result)).toBe(3)
        expect(counts).toEqual({ a: 1, b: 1 })
        expect(result.answers[0]).toMatchObject({
          ops: [{ op: "StepPlanned" }, { op: "StepPlanned" }, { op: "Sleep" }],
        })
      }
    },
  },
  {
    name: "a race is won by the step that ended first, in every later call",
    make:
      () =>
      async ({ step }) => {
        const first = await Promise.race([step.run("a", () => "a"), step.run("b", () => "b")])
        const after = await step.run("after", () => first)
        return [first, after]
      },
    async check({ call }) {
      expect(outputOf(await driveRun(call, { functionId }))).toEqual(["a", "a"])
      const reversed = await driveRun(call, { functionId, order: (ops) => ops.toReversed() })
      expect(outputOf(reversed)).toEqual(["b", "b"])
    },
  },
  {
    name: "a step that fails is tried again until its attempts are over, then the function gets its error",
    make:
      (count) =>
      async ({ step }) => {
        try {
          return await step.run("bad", () => {
            count("bad")
            throw Object.assign(new TypeError("no"), { code: 7 })
          })
        } catch (error) {
          return [(error as Error).name, (error as Error).message, (error as { stepId?: string }).stepId]
        }
      },
    async check({ call, counts }) {
      const result = await driveRun(call, { functionId, maxAttempts: 3 })
      expect(outputOf(result)).toEqual(["TypeError", "no", "bad"])
      expect(counts).toEqual({ bad: 3 })
      expect(result.ops.map(({ op }) => op)).toEqual(["StepError", "StepError", "StepFailed"])
    },
  },
  {
    name: "an uncaught failure of a step fails the run at once",
    make:
      (count) =>
      async ({ step }) => {
        await step.run("bad", () => {
          count("bad")
          throw new NonRetriableError("never")
        })
      },
    async check({ call, counts }) {
      const { end, answers } = await driveRun(call, { functionId })
      expect(end).toMatchObject({
        kind: "error",
        retryable: false,
        error: { name: "NonRetriableError", message: "never" },
      })
      expect(counts).toEqual({ bad: 1 })
      expect(answers).toHaveLength(2)
    },
  },
  {
    name: "a function that throws is tried again, with the time it asks for, and at the last attempt no more",
    make:
      (count) =>
      ({ attempt }) => {
        count("fn")
        throw attempt === 0 ? new RetryAfterError("later", "1m30s") : new Error(`attempt ${attempt}`)
      },
    async check({ call, counts }) {
      const { end, answers } = await driveRun(call, { functionId, maxAttempts: 3 })
      expect(counts).toEqual({ fn: 3 })
      expect(answers).toMatchObject([
        { kind: "error", retryable: true, retryAfter: "90" },
        { kind: "error", retryable: true },
        { kind: "error", retryable: false },
      ])
      expect(end).toMatchObject({ error: { message: "attempt 2" } })
    },
  },
  {
    name: "code that is no step may wait, before steps and between them",
    make:
      () =>
      async ({ step }) => {
        await turnOfTheLoop()
        const a = await step.run("a", async () => {
          await turnOfTheLoop()
          return 1
        })
        await turnOfTheLoop()
        const [b, c] = await Promise.all([step.run("b", () => a + 1), step.run("c", () => a + 2)])
        await turnOfTheLoop()
        return [a, b, c]
      },
    async check({ call }) {
      expect(outputOf(await driveRun(call, { functionId }))).toEqual([1, 2, 3])
    },
  },
  {
    name: "a discovery call that may not run steps runs none",
    make:
      (count) =>
      ({ step }) =>
        step.run("a", () => (count("a"), 1)),
    async check({ call, counts }) {
      const result = await driveRun(call, { functionId, discoverAfterEach: true, order: (ops) => ops })
      expect(outputOf(result)).toBe(1)
      expect(counts).toEqual({ a: 1 })
      const response = await call(
        new Request(`http://localhost:3000/api/inngest?fnId=${functionId}&stepId=step`, {
          method: "POST",
          body: JSON.stringify({
            event: { name: "test/go" },
            steps: {},
            ctx: { run_id: "r", attempt: 0, disable_immediate_execution: true, stack: { stack: [], current: 0 } },
          }),
        }),
      )
      expect(response.status).toBe(206)
      expect(await response.json()).toMatchObject([{ op: "StepPlanned", id: hashStepId("a") }])
      expect(counts).toEqual({ a: 1 })
    },
  },
  {
    name: "every answer says which SDK it is, what it understands, and which call it belongs to",
    make: () => () => 1,
    async check({ call }) {
      const response = await call(
        new Request(`http://localhost:3000/api/inngest?fnId=${functionId}&stepId=step`, {
          method: "POST",
          headers: { traceparent: "00-a-b-01", tracestate: "inngest@x=1" },
          body: JSON.stringify({ event: { name: "test/go" }, ctx: { run_id: "r", stack: {} } }),
        }),
      )
      expect(response.headers.get("x-inngest-sdk")).toMatch(/^[\w-]+:v\d/)
      expect(response.headers.get("x-inngest-req-version")).toBe("2")
      expect(response.headers.get("traceparent")).toBe("00-a-b-01")
      expect(response.headers.get("tracestate")).toBe("inngest@x=1")
      expect(response.headers.get("content-type")).toMatch(/json/)
    },
  },
  {
    name: "a function that is not there is an error that says so",
    make: () => () => 1,
    async check({ call }) {
      const { end } = await driveRun(retryOnce(call), { functionId: "core-nope" })
      expect(end).toMatchObject({
        kind: "error",
        error: { message: expect.stringContaining('"core-nope" was not found') },
      })
    },
  },
]

/** So that a driver that repeats what may be repeated comes to an end. */
function retryOnce(call: Call): Call {
  return async (request) => {
    const response = await call(request)
    const headers = new Headers(response.headers)
    headers.set("x-inngest-no-retry", "true")
    return new Response(await response.text(), { status: response.status, headers })
  }
}

/** A turn of the event loop, by a door that every runtime has. */
function turnOfTheLoop(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.addEventListener("message", () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })
}
