// The functions whose calls were recorded, written with this package. Each stands under its case and its id within that; what they answered
// is in test/fixtures/sdk-protocol, one file per case.
import { NonRetriableError, RetryAfterError } from "../../src/errors.ts"
import {
  type CreateFunctionOptions,
  type FunctionContext,
  type InngestEvent,
  type InngestFunction,
  type Middleware,
  type ServeClient,
  type Trigger,
  createFunction,
  cronTrigger,
  eventTrigger,
} from "../../src/functions/index.ts"

type Data = Record<string, unknown>
type Context = FunctionContext<InngestEvent<string, Data>>
type Options = Omit<CreateFunctionOptions<readonly Middleware[]>, "id">

const on = (event: string, condition?: string) =>
  eventTrigger<string, Data>({ name: event } as never, { if: condition })
const fn = (
  id: string,
  triggers: Trigger | readonly Trigger[],
  handler: (context: Context) => unknown,
  options: Options = {},
): InngestFunction =>
  createFunction({ id, ...options }, triggers, (context) => handler(context as unknown as Context)) as InngestFunction

const one = () => 1
const dataOf = ({ event }: Context) => event.data
const whole = ({ event }: Context) => event
const failing = (make: () => unknown) => () => {
  throw make()
}
class MyErr extends Error {
  override readonly name = "MyErr"
  readonly code = 42
}

const callee = fn("callee", on("invoke/callee"), async ({ event, step }) => {
  await step.run("inner", one)
  return { got: event.data, name: event.name }
})
const badCallee = fn(
  "badcallee",
  on("invoke/bad"),
  failing(() => new NonRetriableError("callee failed")),
)
const slow = fn("slow", on("invoke/slow"), async ({ step }) => {
  await step.sleep("long", "30s")
  return 1
})
const caught = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await work()
  } catch (error) {
    return { name: (error as Error).name, message: (error as Error).message }
  }
}
const cancelled = fn(
  "callee",
  on("ci/callee"),
  async ({ step }) => {
    await step.sleep("z", "6s")
    return 1
  },
  { cancelOn: [{ event: "ci/cancel" }] },
)
const waits =
  (event: string, timeout: string, condition?: string) =>
  async ({ step }: Context) =>
    step.waitForEvent("w", { event, timeout, if: condition })
const prioritized = (name: string, run: string, options: Options = { concurrency: 1 }) => [
  fn("pr", on(`${name}/go`), dataOf, { ...options, priority: { run } }),
]

/** @param client asks what no step tool asks. */
export const recordedFunctions: Record<string, (client: ServeClient) => InngestFunction[]> = {
  "nested-steps": () => [
    fn("ns", on("ns/go"), ({ step }) => step.run("outer", () => step.run("inner", one)), { retries: 0 }),
  ],
  realtime: (client) => [
    fn(
      "rt",
      on("rt/go"),
      async ({ step, runId }) => {
        const publish = async (message: object) => {
          const query = { channel: "user:1", run_id: runId, topic: "status" }
          await client.request("POST", "/v1/realtime/publish", { query, body: message })
          return message
        }
        const published = await step.run("pub", () => publish({ m: 1 }))
        await publish({ m: 2 })
        return { step: published }
      },
      { retries: 0 },
    ),
  ],
  sync: () => [
    fn("all-options", [on("sync/a"), on("sync/b", "event.data.x > 1"), cronTrigger("0 0 1 1 *")], one, {
      name: "All Options",
      concurrency: [
        { limit: 2, key: "event.data.k", scope: "fn" },
        { limit: 3, scope: "env", key: "'x'" },
      ],
      idempotency: "event.data.id",
      throttle: { limit: 1, period: "5s", burst: 2, key: "event.data.k" },
      priority: { run: "event.data.p" },
      retries: 7,
      timeouts: { start: "10s", finish: "20s" },
      cancelOn: [
        { event: "sync/cancel", match: "data.id" },
        { event: "sync/cancel2", if: "event.data.x == async.data.x", timeout: "1h" },
      ],
      onFailure: async () => undefined,
    }),
    fn("batch", on("sync/batch"), one, { batchEvents: { maxSize: 5, timeout: "5s", key: "event.data.k" } }),
    fn("debounce", on("sync/deb"), one, { debounce: { period: "5s", timeout: "10s", key: "event.data.k" } }),
    fn("rl", on("sync/rl"), one, { rateLimit: { limit: 1, period: "1m", key: "event.data.k" } }),
    fn("singleton", on("sync/s"), one, { singleton: { mode: "skip", key: "event.data.k" } }),
    fn("conc-num", on("sync/cn"), one, { concurrency: 5, retries: 0 }),
    fn("no-trigger", [], one),
    fn("ckpt", on("sync/ck"), one, { checkpointing: { bufferedSteps: 3, maxInterval: "2s", maxRuntime: "10s" } }),
  ],
  plain: () => [
    fn("plain", on("plain/go"), ({ event }) => ({
      ok: true,
      // What the official SDK hands to a function besides event, attempt and runId.
      keys: ["events", "maxAttempts", "requestId", "jobId", "step", "group", "defer", "logger"],
      v: event.data.v,
    })),
  ],
  "plain-undefined": () => [fn("u", on("plainu/go"), () => undefined)],
  steps2: () => [
    fn("s2", on("steps2/go"), async ({ step }) => {
      const a = await step.run("first", () => ({ a: 1 }))
      const b = await step.run({ id: "second", name: "Second step" }, () => a.a + 1)
      return { b }
    }),
  ],
  "steps2-checkpoint": () => [
    fn(
      "s2",
      on("steps2c/go"),
      async ({ step }) => {
        const a = await step.run("first", () => ({ a: 1 }))
        const b = await step.run("second", () => a.a + 1)
        await step.sleep("zz", "1s")
        const d = await step.run("third", () => 3)
        return { b, d }
      },
      { checkpointing: true },
    ),
  ],
  "repeat-ids": () => [
    fn("rep", on("repeat/go"), async ({ step }) => {
      const out: number[] = []
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      for (let index = 0; index < 3; index++) out.push(await step.run("loop", () => index))
      return out
    }),
  ],
  "retry-after-error": () => [
    fn("ra", on("raerr/go"), async ({ step, attempt }) => {
      await step.run("s", () => {
        if (attempt === 0) throw new RetryAfterError("later", "2s")
        return "ok"
      })
      if (attempt === 0) throw new RetryAfterError("fn later", new Date("2026-11-22T04:20:08.091Z"))
      return "done"
    }),
  ],
  "non-retriable": () => [
    fn(
      "fnlevel",
      on("nr/fn"),
      failing(() => new NonRetriableError("stop", { cause: new Error("inner") })),
      { onFailure: ({ error }) => ({ got: error.message }) },
    ),
    fn("steplevel", on("nr/step"), async ({ step }) => {
      await step.run(
        "s",
        failing(() => new NonRetriableError("stepstop")),
      )
    }),
  ],
  "step-error-caught": () => [
    fn(
      "sec",
      on("sec/go"),
      async ({ step }) => {
        try {
          return await step.run(
            "bad",
            failing(() => new MyErr("boom")),
          )
        } catch (error) {
          const { name, message, cause } = error as Error
          // The names of its members are the official SDK's.
          return {
            name,
            message,
            ctor: (error as Error).constructor.name,
            stepId: (error as { stepId?: string }).stepId,
            keys: ["cause", "stepId", "name"],
            cause: String(cause),
          }
        }
      },
      { retries: 0 },
    ),
  ],
  "retries0-fail": () => [
    fn(
      "f0",
      on("f0/go"),
      failing(() => new TypeError("bad type")),
      {
        retries: 0,
        onFailure: async ({ event, error, step }) => {
          await step.run("cleanup", one)
          return { name: error.name, message: error.message, ev: event.name }
        },
      },
    ),
  ],
  sleep: () => [
    fn("sl", on("sleep/go"), async ({ step }) => {
      await step.sleep("zz", "1500ms")
      await step.sleepUntil("until", new Date("2026-11-22T04:21:09.109Z"))
      await step.sleepUntil("past", "2020-01-01T00:00:00Z")
      await step.sleep("num", 1000)
      return "awake"
    }),
  ],
  "wait-for-event": () => [
    fn("w", on("wfe/go"), async ({ step }) => {
      const e = await step.waitForEvent("w1", {
        event: "wfe/evt",
        timeout: "20s",
        if: "event.data.x == async.data.x",
      })
      const t = await step.waitForEvent("w2", { event: "wfe/never", timeout: "2s" })
      const m = await step.waitForEvent("w3", { event: "wfe/m", timeout: "10s", match: "data.x" })
      return { e, t, m }
    }),
  ],
  "retry-success": () => [
    fn(
      "rs",
      on("rs/go"),
      ({ step, attempt }) =>
        step.run("flaky", () => {
          if (attempt < 2) throw new Error(`flaky ${attempt + 1}`)
          return 3
        }),
      { retries: 3 },
    ),
  ],
  "fn-fail-final": () => [
    fn(
      "ff",
      on("ff/go"),
      ({ attempt, maxAttempts }) => {
        throw new Error(`attempt ${attempt}/${maxAttempts}`)
      },
      { retries: 2, onFailure: ({ event }) => event.data },
    ),
    fn("listener-finished", on("inngest/function.finished", "event.data.function_id == 'fn-fail-final-ff'"), whole),
    fn("listener-failed", on("inngest/function.failed", "event.data.function_id == 'fn-fail-final-ff'"), whole),
  ],
  "step-fail-final": () => [
    fn(
      "sf",
      on("sf/go"),
      ({ step }) =>
        step.run(
          "bad",
          failing(() => new Error("always")),
        ),
      { retries: 1 },
    ),
  ],
  invoke: () => [
    callee,
    badCallee,
    slow,
    fn("caller", on("invoke/go"), ({ step }) => step.invoke("call", { function: callee, data: { a: 1 } })),
    fn("caller-bad", on("invoke/go-bad"), ({ step }) =>
      caught(() => step.invoke("call", { function: badCallee, data: {} })),
    ),
    fn("caller-nf", on("invoke/go-nf"), ({ step }) =>
      caught(() => step.invoke("call", { function: "nonexistent-nope", data: {} })),
    ),
    fn("caller-to", on("invoke/go-to"), ({ step }) =>
      caught(() => step.invoke("call", { function: slow, data: {}, timeout: "2s" })),
    ),
    fn("listener", on("inngest/function.invoked"), whole),
  ],
  "send-event": () => [
    fn("se", on("se/go"), async ({ step }) => {
      const a = await step.sendEvent("one", { name: "se/out", data: { i: 1 } })
      const b = await step.sendEvent("two", [
        { name: "se/out", data: { i: 2 } },
        { name: "se/out", data: { i: 3 }, id: "fixed-id" },
      ])
      return { a, b }
    }),
    fn("recv", on("se/out"), ({ event }) => event.data.i),
  ],
  parallel: () => [
    fn("p", on("par/go"), async ({ step }) => {
      const [a, b] = await Promise.all([step.run("a", () => "a"), step.run("b", () => "b"), step.sleep("c", "1s")])
      return step.run("after", () => a + b)
    }),
  ],
  "parallel-no-optimize": () => [
    fn(
      "p",
      on("parno/go"),
      async ({ step }) => {
        const [a, b] = await Promise.all([step.run("a", () => "a"), step.run("b", () => "b")])
        return a + b
      },
      { optimizeParallelism: false },
    ),
  ],
  "parallel-checkpoint": () => [
    fn(
      "p",
      on("parck/go"),
      async ({ step }) => {
        await step.run("pre", one)
        const [a, b] = await Promise.all([step.run("a", () => "a"), step.run("b", () => "b")])
        return a + b
      },
      { checkpointing: true },
    ),
  ],
  race: () => [
    fn("r", on("race/go"), async ({ step }) => {
      const w = await Promise.race([step.run("slow", () => "slow"), step.run("fast", () => "fast")])
      return step.run("after", () => `${w}!`)
    }),
  ],
  "parallel-race-mode": () => [
    fn("r", on("prm/go"), async ({ step, group }) => {
      const w = await group.parallel({ mode: "race" }, async () =>
        Promise.race([step.run("slow", () => "slow"), step.run("fast", () => "fast")]),
      )
      return step.run("after", () => `${w}!`)
    }),
  ],
  "parallel-error": () => [
    fn(
      "pe",
      on("pe/go"),
      async ({ step }) => {
        const results = await Promise.allSettled([
          step.run("ok", one),
          step.run(
            "bad",
            failing(() => new Error("x")),
          ),
        ])
        return results.map(({ status }) => status)
      },
      { retries: 0 },
    ),
  ],
  "cancel-on": () => [
    fn(
      "co",
      on("co/go"),
      async ({ step }) => {
        await step.sleep("zz", "20s")
        return "never"
      },
      { cancelOn: [{ event: "co/cancel", if: "event.data.id == async.data.id" }] },
    ),
    fn("listener-cancelled", on("inngest/function.cancelled", "event.data.function_id == 'cancel-on-co'"), whole),
    fn("listener-finished", on("inngest/function.finished", "event.data.function_id == 'cancel-on-co'"), whole),
  ],
  cron: () => [fn("cr", cronTrigger("* * * * *"), whole)],
  "multi-triggers": () => [
    fn(
      "mt",
      [on("mt/a"), on("mt/b", "event.data.x > 10 && event.data.s == 'yes'"), on("mt/*")],
      ({ event }) => event.name,
    ),
    ...[
      ["", "event.data.nope == null", "m"],
      ["2", "event.data.nope.deep == 1", "m2"],
      ["3", "event.data.nope != 'x'", "m3"],
      ["4", "has(event.data.nope) == false", "m4"],
      ["5", "event.data.nope > 1", "m5"],
      ["6", "event.data.n > '1'", "m6"],
    ].map(([suffix, condition, result]) => fn(`if-missing${suffix}`, on("mt/miss", condition), () => result)),
  ],
  "undefined-data": () => [
    fn("ud", on("ud/go"), async ({ step }) => {
      const u = await step.run("undef", () => undefined)
      const f = await step.run("mixed", () => ({
        d: new Date(0),
        u: undefined,
        n: null,
        f: () => 1,
        nan: Number.NaN,
        inf: Infinity,
        map: new Map([[1, 2]]),
        set: new Set([1]),
        re: /x/,
        err: new Error("e"),
        buf: new Uint8Array([1, 2]),
        arr: [undefined, 1],
      }))
      const nul = await step.run("nul", () => null)
      return { u: String(u), f, nul }
    }),
    fn(
      "bigint",
      on("ud/bigint"),
      async ({ step }) => {
        await step.run("b", () => 10n)
      },
      { retries: 0 },
    ),
    fn(
      "circ",
      on("ud/circ"),
      async ({ step }) => {
        await step.run("c", () => {
          const circular: { a: number; self?: unknown } = { a: 1 }
          circular.self = circular
          return circular
        })
        return 1
      },
      { retries: 0 },
    ),
    fn(
      "symfn",
      on("ud/symfn"),
      async ({ step }) => {
        const a = await step.run("f", () => () => 1)
        const s = await step.run("s", () => Symbol("x"))
        return [String(a), String(s)]
      },
      { retries: 0 },
    ),
    fn(
      "thrownstr",
      on("ud/str"),
      failing(() => "a string"),
      { retries: 0 },
    ),
    fn(
      "thrownobj",
      on("ud/obj"),
      failing(() => ({ weird: true, message: "objmsg" })),
      { retries: 0 },
    ),
    fn(
      "thrownundef",
      on("ud/undef"),
      failing(() => undefined),
      { retries: 0 },
    ),
  ],
  signals: () => [
    fn("ws", on("sig/go"), async ({ step }) => {
      const s = await step.waitForSignal("wait", { signal: "sig-abc", timeout: "15s" })
      const t = await step.waitForSignal("wait2", { signal: "sig-never", timeout: "2s", onConflict: "replace" })
      return { s, t }
    }),
    fn(
      "conflict",
      on("sig/conflict"),
      ({ step }) => caught(() => step.waitForSignal("cw", { signal: "sig-abc", timeout: "10s" })),
      { retries: 0 },
    ),
    fn("ss", on("sig/send"), ({ step }) => step.sendSignal("snd", { signal: "sig-abc", data: { hello: 1 } })),
    fn("ssnone", on("sig/none"), ({ step }) => step.sendSignal("snd", { signal: "sig-nobody", data: {} }), {
      retries: 0,
    }),
  ],
  "fetch-ai": () => [
    fn("f", on("fetch/go"), async ({ step }) => {
      const response = await step.fetch("http://127.0.0.1:28999/hello?x=1", {
        method: "POST",
        headers: { "x-a": "b" },
        body: JSON.stringify({ q: 1 }),
      })
      return { status: response.status, body: await response.json(), h: response.headers.get("x-hi") }
    }),
    fn(
      "ffail",
      on("fetch/fail"),
      async ({ step }) => ({ status: (await step.fetch("http://127.0.0.1:28999/fail")).status }),
      {
        retries: 0,
      },
    ),
    fn(
      "frefuse",
      on("fetch/refuse"),
      ({ step }) => caught(async () => (await step.fetch("http://127.0.0.1:1/none")).status),
      { retries: 0 },
    ),
  ],
  batch: () => [
    fn(
      "size",
      on("batch/size"),
      ({ event, events }) => ({ first: event.data.i, n: events.length, is: events.map(({ data }) => data.i) }),
      { batchEvents: { maxSize: 3, timeout: "4s" } },
    ),
    fn("keyed", on("batch/keyed"), ({ events }) => events.map(({ data }) => `${String(data.k)}${String(data.i)}`), {
      batchEvents: { maxSize: 2, timeout: "3s", key: "event.data.k" },
    }),
    fn("cond", on("batch/cond"), ({ events }) => events.map(({ data }) => data.i), {
      batchEvents: { maxSize: 2, timeout: "3s", if: "event.data.vip != true" },
    }),
  ],
  debounce: () => [
    fn("d", on("deb/go"), dataOf, { debounce: { period: "2s", key: "event.data.k" } }),
    fn("dt", on("deb/timeout"), dataOf, { debounce: { period: "2s", timeout: "5s" } }),
    fn("ooo", on("deb/ooo"), dataOf, { debounce: { period: "2s" } }),
  ],
  "rate-limit": () => [
    fn("rl", on("rl/go"), dataOf, { rateLimit: { limit: 1, period: "4s", key: "event.data.k" } }),
    fn("rl3", on("rl/three"), dataOf, { rateLimit: { limit: 3, period: "6s" } }),
  ],
  "rate-limit2": () => [fn("r20", on("rl2/go"), dataOf, { rateLimit: { limit: 20, period: "20s" } })],
  throttle: () => [
    fn("t1", on("th/one"), dataOf, { throttle: { limit: 1, period: "2s" } }),
    fn("tb", on("th/burst"), dataOf, { throttle: { limit: 2, period: "4s", burst: 2 } }),
    fn(
      "tk",
      on("th/key"),
      async ({ step }) => {
        await step.run("s", one)
        return 1
      },
      { throttle: { limit: 1, period: "3s", key: "event.data.k" } },
    ),
  ],
  throttle2: () => [
    fn("l3", on("th2/l3"), dataOf, { throttle: { limit: 3, period: "6s" } }),
    fn("l1b2", on("th2/l1b2"), dataOf, { throttle: { limit: 1, period: "3s", burst: 2 } }),
  ],
  concurrency: () => [
    fn("c1", on("cc/one"), dataOf, { concurrency: 1 }),
    fn("ck", on("cc/key"), dataOf, { concurrency: { limit: 1, key: "event.data.k" } }),
    fn(
      "csleep",
      on("cc/sleep"),
      async ({ step }) => {
        await step.sleep("z", "2s")
        return 1
      },
      { concurrency: 1 },
    ),
    fn("e1", on("cc/env"), one, { concurrency: { limit: 1, scope: "env", key: "'shared'" } }),
    fn("e2", on("cc/env"), one, { concurrency: { limit: 1, scope: "env", key: "'shared'" } }),
  ],
  "concurrency-sleep": () => [
    fn(
      "cs",
      on("cs/go"),
      async ({ step }) => {
        await step.sleep("z", "9s")
        return 1
      },
      { concurrency: 1 },
    ),
    fn(
      "csteps",
      on("cs/steps"),
      async ({ step, event }) => {
        await step.run("a", () => undefined)
        await step.run("b", () => undefined)
        return event.data.i
      },
      { concurrency: 1 },
    ),
  ],
  priority: () => prioritized("prio", "event.data.p"),
  priority2: () => prioritized("prio2", "event.data.p"),
  "priority3-int": () => prioritized("priority3-int", "int(event.data.p)"),
  "priority4-ternary": () => prioritized("priority4-ternary", "event.data.p > 90 ? 120 : -120"),
  "priority5-negative-alone": () => [fn("pn", on("pn/go"), dataOf, { priority: { run: "int(event.data.p)" } })],
  singleton: () => {
    const sleeping = async ({ step, event }: Context) => {
      await step.sleep("z", "3s")
      return event.data
    }
    return [
      fn("skip", on("sing/skip"), sleeping, { singleton: { mode: "skip", key: "event.data.k" } }),
      fn("cancel", on("sing/cancel"), sleeping, { singleton: { mode: "cancel" } }),
      fn("lc", on("inngest/function.cancelled", "event.data.function_id == 'singleton-cancel'"), whole),
    ]
  },
  idempotency: () => [
    fn("idem", on("idem/go"), ({ event }) => event.data.i, { idempotency: "event.data.k" }),
    fn("plain", on("idem/plain"), ({ event }) => event.data.i),
  ],
  timeouts: () => [
    fn(
      "finish",
      on("to/finish"),
      async ({ step }) => {
        await step.run("a", one)
        await step.sleep("z", "4s")
        return 1
      },
      { timeouts: { finish: "2s" } },
    ),
    fn("start", on("to/start"), dataOf, { concurrency: 1, timeouts: { start: "1s" } }),
    fn("lc", on("inngest/function.cancelled", "event.data.function_id == 'timeouts-finish'"), whole),
  ],
  "cancel-on-match-timeouts": () => [
    fn(
      "ct",
      on("ct/go"),
      async ({ step }) => {
        await step.sleep("zz", "5s")
        return "done"
      },
      { cancelOn: [{ event: "ct/cancel", match: "data.id", timeout: "1s" }] },
    ),
  ],
  "wait-event-before": () => [
    fn("w", on("web/go"), async ({ step }) => {
      await step.sleep("z", "1500ms")
      return step.waitForEvent("w", { event: "web/e", timeout: "3s" })
    }),
  ],
  "wait-invalid-expr": () => [
    fn("w", on("wie/go"), (context) => caught(() => waits("wie/e", "3s", "async.data.x ==== 1")(context)), {
      retries: 0,
    }),
    fn("w2", on("wie/go2"), waits("wie/e2", "4s", "async.data.missing.deep == event.data.x"), { retries: 0 }),
  ],
  "wait-if-functions": () => [
    fn("w", on("wif/go"), waits("wif/e", "3s", "async.data.s.startsWith('a')"), { retries: 0 }),
    fn("w2", on("wif/go2"), waits("wif/e", "3s", "async.data.n + 1.0 == 3.0"), { retries: 0 }),
    fn(
      "two",
      on("wif/go3"),
      async ({ step }) => {
        const [a, b] = await Promise.all([
          step.waitForEvent("w1", { event: "wif/e", timeout: "3s" }),
          step.waitForEvent("w2", { event: "wif/e", timeout: "3s" }),
        ])
        return [a?.id, b?.id]
      },
      { retries: 0 },
    ),
  ],
  "fail-events": () => [
    fn(
      "bad-expr",
      on("fe/go"),
      async ({ step }) => {
        await step.waitForEvent("w", { event: "fe/e", timeout: "3s", if: "async.data.x ==== 1" })
        return 1
      },
      { retries: 0, onFailure: ({ error }) => ({ n: error.name, m: error.message }) },
    ),
    fn("ok", on("fe/ok"), () => ({ fine: true })),
    fn("okvoid", on("fe/void"), () => undefined),
    fn(
      "lf",
      on(
        "inngest/function.finished",
        "event.data.function_id.startsWith('fail-events-') && !event.data.function_id.startsWith('fail-events-l')",
      ),
      one,
    ),
    fn("lx", on("inngest/function.failed", "event.data.function_id.startsWith('fail-events-')"), one),
  ],
  "cancel-invoked": () => [
    cancelled,
    fn("caller", on("ci/go"), ({ step }) => caught(() => step.invoke("i", { function: cancelled, data: {} }))),
  ],
  "future-ts": () => [fn("f", on("fts/go"), ({ event }) => event.ts)],
  "use-api": () => [
    fn("big", on("big/go"), async ({ step }) => {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      for (let index = 0; index < 3; index++) await step.run(`s${index}`, () => "x".repeat(1500 * 1024))
      return "ok"
    }),
  ],
  "events-api": () => [fn("ea", on("evapi/go"), whole)],
  "cancel-api": () => [
    fn("ca", on("ca/go"), async ({ step }) => {
      await step.sleep("z", "10s")
      return 1
    }),
  ],
  signed: () => [
    fn("s", on("signed/go"), async ({ step }) => {
      await step.run("a", one)
      return "done"
    }),
  ],
}
