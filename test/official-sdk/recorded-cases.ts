// The recorded cases again, with the same functions: what the recorder did to the official server is done to this one.
import type { RequestOutcome } from "../../mocks/engine/invoker.ts"
import type { JsonObject } from "../../src/shared/json.ts"
import type { OfficialSdk, SdkClient, SdkContext } from "../support/official-sdk.ts"
import { callsOf } from "../support/sdk-recordings.ts"
import type { SdkApp, SdkAppOptions } from "./app.ts"

export interface RecordedCase {
  functions: (client: SdkClient, sdk: OfficialSdk) => object[]
  /** Options of the client. */
  client?: object
  /** Of a server in self-hosted mode. */
  keys?: SdkAppOptions["keys"]
  /** Answers to requests of steps, by their URL. */
  requested?: ReadonlyMap<string, RequestOutcome>
  /** @default true */
  isSynced?: boolean
  drive: (app: SdkApp) => Promise<void>
  /** Every exchange in its order, not only the calls of each run. */
  isComparedWhole?: boolean
  /** Runs and what else of the case is not compared, each with its reason. */
  isCompared?: (run: string) => boolean
}

type Code = (context: SdkContext) => unknown

const fn = (client: SdkClient, id: string, triggers: object[], code: Code, options: object = {}): object =>
  client.createFunction({ id, triggers, ...options }, code)

const on = (event: string, condition?: string): object => ({
  event,
  ...(condition === undefined ? {} : { if: condition }),
})

const sends =
  (...names: string[]) =>
  async (app: SdkApp): Promise<void> => {
    for (const name of names) await app.send({ name, data: {} })
  }

const told = (error: unknown): object => ({ name: (error as Error).name, message: (error as Error).message })

const caught = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await work()
  } catch (error) {
    return told(error)
  }
}

/** Real time, in a step: so that of two steps that run at once one ends first. */
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const recordedCases: Record<string, RecordedCase> = {
  plain: {
    functions: (client) => [
      fn(client, "plain", [on("plain/go")], ({ event, attempt: _attempt, runId: _runId, ...rest }) => ({
        ok: true,
        keys: Object.keys(rest),
        v: event.data.v,
      })),
    ],
    drive: async (app) =>
      void (await app.send({ name: "plain/go", data: { v: 1, nested: { a: [1, null] } }, user: { id: "u1" } })),
  },
  "plain-undefined": {
    functions: (client) => [fn(client, "u", [on("plainu/go")], async () => {})],
    drive: async (app) => void (await app.send({ name: "plainu/go" })),
  },
  "steps2-checkpoint": {
    client: { checkpointing: true },
    functions: (client) => [
      fn(client, "s2", [on("steps2c/go")], async ({ step }) => {
        const a = await step.run("first", () => ({ a: 1 }))
        const b = await step.run("second", () => a.a + 1)
        await step.sleep("zz", "1s")
        const d = await step.run("third", () => 3)
        return { b, d }
      }),
    ],
    async drive(app) {
      await app.send({ name: "steps2c/go", data: {} })
      await app.advance("1s")
    },
  },
  "repeat-ids": {
    functions: (client) => [
      fn(client, "rep", [on("repeat/go")], async ({ step }) => {
        const out: number[] = []
        for (let index = 0; index < 3; index++) out.push(await step.run("loop", () => index))
        return out
      }),
    ],
    drive: sends("repeat/go"),
  },
  "retry-after-error": {
    functions(client, { RetryAfterError }) {
      let tries = 0
      return [
        fn(client, "ra", [on("raerr/go")], async ({ step, attempt }) => {
          await step.run("s", () => {
            if (tries++ === 0) throw new RetryAfterError("later", "2s")
            return "ok"
          })
          if (attempt === 0) throw new RetryAfterError("fn later", new Date(Date.now() + 63_000))
          return "done"
        }),
      ]
    },
    async drive(app) {
      await app.send({ name: "raerr/go", data: {} })
      await app.advance("2s")
      await app.advance("10s")
    },
  },
  "non-retriable": {
    functions: (client, { NonRetriableError }) => [
      fn(
        client,
        "fnlevel",
        [on("nr/fn")],
        async () => {
          throw new NonRetriableError("stop", { cause: new Error("inner") })
        },
        { onFailure: async ({ error }: SdkContext) => ({ got: error?.message }) },
      ),
      fn(client, "steplevel", [on("nr/step")], async ({ step }) => {
        await step.run("s", () => {
          throw new NonRetriableError("stepstop")
        })
      }),
    ],
    drive: sends("nr/fn", "nr/step"),
  },
  "step-error-caught": {
    functions: (client) => [
      fn(
        client,
        "sec",
        [on("sec/go")],
        async ({ step }) => {
          try {
            await step.run("bad", () => {
              throw Object.assign(new Error("boom"), { name: "MyErr", code: 42 })
            })
          } catch (error) {
            const { name, message, cause } = error as Error
            const { stepId } = error as { stepId?: string }
            const ctor = (error as Error).constructor.name
            return { name, message, ctor, stepId, keys: Object.keys(error as object), cause: String(cause) }
          }
          return undefined
        },
        { retries: 0 },
      ),
    ],
    drive: sends("sec/go"),
  },
  "retries0-fail": {
    functions: (client) => [
      fn(
        client,
        "f0",
        [on("f0/go")],
        async () => {
          throw new TypeError("bad type")
        },
        {
          retries: 0,
          onFailure: async ({ event, error, step }: SdkContext) => {
            await step.run("cleanup", () => 1)
            return { name: error?.name, message: error?.message, ev: event.name }
          },
        },
      ),
    ],
    drive: async (app) => void (await app.send({ name: "f0/go", data: { a: 1 } })),
  },
  sleep: {
    functions: (client) => [
      fn(client, "sl", [on("sleep/go")], async ({ step }) => {
        await step.sleep("zz", "1500ms")
        await step.sleepUntil("until", new Date(Date.now() + 63_200))
        await step.sleepUntil("past", "2020-01-01T00:00:00Z")
        await step.sleep("num", 1000)
        return "awake"
      }),
    ],
    async drive(app) {
      await app.send({ name: "sleep/go", data: {} })
      for (let second = 0; second < 8; second++) await app.advance("1s")
    },
  },
  "step-fail-final": {
    functions: (client) => [
      fn(
        client,
        "sf",
        [on("sf/go")],
        async ({ step }) => {
          await step.run("bad", () => {
            throw new Error("always")
          })
        },
        { retries: 1 },
      ),
    ],
    async drive(app) {
      await app.send({ name: "sf/go", data: {} })
      await app.advance("45s")
    },
  },
  invoke: {
    functions(client, { NonRetriableError, referenceFunction }) {
      const callee = fn(client, "callee", [on("invoke/callee")], async ({ event, step }) => {
        await step.run("inner", () => 1)
        return { got: event.data, name: event.name }
      })
      const bad = fn(client, "badcallee", [on("invoke/bad")], async () => {
        throw new NonRetriableError("callee failed")
      })
      const slow = fn(client, "slow", [on("invoke/slow")], async ({ step }) => {
        await step.sleep("long", "30s")
        return 1
      })
      const nowhere = referenceFunction({ functionId: "nope", appId: "nonexistent" })
      return [
        callee,
        bad,
        slow,
        fn(client, "caller", [on("invoke/go")], ({ step }) =>
          step.invoke("call", { function: callee, data: { a: 1 } }),
        ),
        fn(client, "caller-bad", [on("invoke/go-bad")], ({ step }) =>
          caught(() => step.invoke("call", { function: bad, data: {} })),
        ),
        fn(client, "caller-nf", [on("invoke/go-nf")], ({ step }) =>
          caught(() => step.invoke("call", { function: nowhere, data: {} })),
        ),
        fn(client, "caller-to", [on("invoke/go-to")], ({ step }) =>
          caught(() => step.invoke("call", { function: slow, data: {}, timeout: "2s" })),
        ),
        fn(client, "listener", [on("inngest/function.invoked")], ({ event }) => event),
      ]
    },
    async drive(app) {
      for (const kind of ["go", "go-bad", "go-nf", "go-to"]) await app.send({ name: `invoke/${kind}`, data: {} })
      await app.advance("2s")
    },
  },
  "send-event": {
    functions: (client) => [
      fn(client, "se", [on("se/go")], async ({ step }) => {
        const a = await step.sendEvent("one", { name: "se/out", data: { i: 1 } })
        const b = await step.sendEvent("two", [
          { name: "se/out", data: { i: 2 } },
          { name: "se/out", data: { i: 3 }, id: "fixed-id" },
        ])
        return { a, b }
      }),
      fn(client, "recv", [on("se/out")], ({ event }) => event.data.i),
    ],
    async drive(app) {
      await app.send({ name: "se/go", data: {} })
      await app.send({ name: "se/out", id: "fixed-id", data: { i: 99 } })
    },
    // On the recorded server the same id had come within the day before.
    isCompared: (run) => !run.includes("fixed-id"),
  },
  parallel: {
    functions: (client) => [
      fn(client, "p", [on("par/go")], async ({ step }) => {
        const [a, b] = await Promise.all([
          step.run("a", async () => {
            await pause(50)
            return "a"
          }),
          step.run("b", () => "b"),
          step.sleep("c", "1s"),
        ])
        return step.run("after", () => a + b)
      }),
    ],
    async drive(app) {
      await app.send({ name: "par/go", data: {} })
      await app.advance("1s")
    },
  },
  "parallel-checkpoint": {
    client: { checkpointing: true },
    functions: (client) => [
      fn(client, "p", [on("parck/go")], async ({ step }) => {
        await step.run("pre", () => 1)
        const [a, b] = await Promise.all([step.run("a", () => "a"), step.run("b", () => "b")])
        return a + b
      }),
    ],
    drive: sends("parck/go"),
  },
  "parallel-race-mode": {
    functions: (client) => [
      fn(client, "r", [on("prm/go")], async ({ step, group }) => {
        const winner = await group.parallel({ mode: "race" }, async () =>
          Promise.race([
            step.run("slow", async () => {
              await pause(200)
              return "slow"
            }),
            step.run("fast", () => "fast"),
          ]),
        )
        return step.run("after", () => `${winner}!`)
      }),
    ],
    drive: sends("prm/go"),
  },
  "parallel-error": {
    functions: (client) => [
      fn(
        client,
        "pe",
        [on("pe/go")],
        async ({ step }) => {
          const results = await Promise.allSettled([
            step.run("ok", () => 1),
            step.run("bad", () => {
              throw new Error("x")
            }),
          ])
          return results.map(({ status }) => status)
        },
        { retries: 0 },
      ),
    ],
    drive: sends("pe/go"),
  },
  race: {
    functions: (client) => [
      fn(client, "r", [on("race/go")], async ({ step }) => {
        const winner = await Promise.race([
          step.run("slow", async () => {
            await pause(100)
            return "slow"
          }),
          step.run("fast", () => "fast"),
        ])
        return step.run("after", () => `${winner}!`)
      }),
    ],
    drive: sends("race/go"),
  },
  "cancel-on": {
    functions: (client) => [
      fn(
        client,
        "co",
        [on("co/go")],
        async ({ step }) => {
          await step.sleep("zz", "20s")
          return "never"
        },
        { cancelOn: [{ event: "co/cancel", if: "event.data.id == async.data.id" }] },
      ),
      fn(
        client,
        "listener-cancelled",
        [on("inngest/function.cancelled", "event.data.function_id == 'cancel-on-co'")],
        ({ event }) => event,
      ),
      fn(
        client,
        "listener-finished",
        [on("inngest/function.finished", "event.data.function_id == 'cancel-on-co'")],
        ({ event }) => event,
      ),
    ],
    async drive(app) {
      await app.send({ name: "co/go", data: { id: 1 } })
      await app.send({ name: "co/cancel", data: { id: 2 } })
      await app.send({ name: "co/cancel", data: { id: 1 } })
    },
  },
  "multi-triggers": {
    functions: (client) => [
      fn(
        client,
        "mt",
        [on("mt/a"), on("mt/b", "event.data.x > 10 && event.data.s == 'yes'"), on("mt/*")],
        ({ event }) => event.name,
      ),
      fn(client, "if-missing", [on("mt/miss", "event.data.nope == null")], () => "m"),
      fn(client, "if-missing2", [on("mt/miss", "event.data.nope.deep == 1")], () => "m2"),
      fn(client, "if-missing3", [on("mt/miss", "event.data.nope != 'x'")], () => "m3"),
      fn(client, "if-missing4", [on("mt/miss", "has(event.data.nope) == false")], () => "m4"),
      fn(client, "if-missing5", [on("mt/miss", "event.data.nope > 1")], () => "m5"),
      fn(client, "if-missing6", [on("mt/miss", "event.data.n > '1'")], () => "m6"),
    ],
    async drive(app) {
      await app.send({ name: "mt/a", data: {} })
      await app.send({ name: "mt/b", data: { x: 5, s: "yes" } })
      await app.send({ name: "mt/b", data: { x: 15, s: "yes" } })
      await app.send({ name: "mt/zzz", data: {} })
      await app.send({ name: "mt/miss", data: { n: 2 } })
    },
  },
  signals: {
    functions: (client) => [
      fn(client, "ws", [on("sig/go")], async ({ step }) => {
        const s = await step.waitForSignal("wait", { signal: "sig-abc", timeout: "15s" })
        const t = await step.waitForSignal("wait2", { signal: "sig-never", timeout: "2s", onConflict: "replace" })
        return { s, t }
      }),
      fn(
        client,
        "conflict",
        [on("sig/conflict")],
        ({ step }) => caught(() => step.waitForSignal("cw", { signal: "sig-abc", timeout: "10s" })),
        { retries: 0 },
      ),
      fn(client, "ss", [on("sig/send")], ({ step }) =>
        step.sendSignal("snd", { signal: "sig-abc", data: { hello: 1 } }),
      ),
      fn(
        client,
        "ssnone",
        [on("sig/none")],
        async ({ step }) => {
          try {
            return await step.sendSignal("snd", { signal: "sig-nobody", data: {} })
          } catch (error) {
            return (error as Error).message
          }
        },
        { retries: 0 },
      ),
    ],
    async drive(app) {
      for (const kind of ["go", "conflict", "none", "send"]) await app.send({ name: `sig/${kind}`, data: {} })
      await app.advance("2s")
    },
  },
  timeouts: {
    functions: (client) => [
      fn(
        client,
        "finish",
        [on("to/finish")],
        async ({ step }) => {
          await step.run("a", () => 1)
          await step.sleep("z", "4s")
          return 1
        },
        { timeouts: { finish: "2s" } },
      ),
      fn(
        client,
        "lc",
        [on("inngest/function.cancelled", "event.data.function_id == 'timeouts-finish'")],
        ({ event }) => event,
      ),
    ],
    async drive(app) {
      await app.send({ name: "to/finish", data: {} })
      await app.advance("5s")
    },
    // Its limit was reached since a concurrency limit held it up, which is flow control.
    isCompared: (run) => !run.startsWith("timeouts-start"),
  },
  "cancel-on-match-timeouts": {
    functions: (client) => [
      fn(
        client,
        "ct",
        [on("ct/go")],
        async ({ step }) => {
          await step.sleep("zz", "5s")
          return "done"
        },
        { cancelOn: [{ event: "ct/cancel", match: "data.id", timeout: "1s" }] },
      ),
    ],
    async drive(app) {
      await app.send({ name: "ct/go", data: { id: 1 } })
      await app.advance("2500ms")
      await app.send({ name: "ct/cancel", data: { id: 1 } })
      await app.advance("5s")
    },
  },
  "wait-event-before": {
    functions: (client) => [
      fn(client, "w", [on("web/go")], async ({ step }) => {
        await step.sleep("z", "1500ms")
        return step.waitForEvent("w", { event: "web/e", timeout: "3s" })
      }),
    ],
    async drive(app) {
      await app.send({ name: "web/go", data: {} })
      await app.send({ name: "web/e", data: { early: true } })
      await app.advance("5s")
    },
  },
  "wait-invalid-expr": {
    functions: (client) => [
      fn(
        client,
        "w",
        [on("wie/go")],
        ({ step }) =>
          caught(() => step.waitForEvent("w", { event: "wie/e", timeout: "3s", if: "async.data.x ==== 1" })),
        { retries: 0 },
      ),
      fn(
        client,
        "w2",
        [on("wie/go2")],
        ({ step }) =>
          step.waitForEvent("w", { event: "wie/e2", timeout: "4s", if: "async.data.missing.deep == event.data.x" }),
        { retries: 0 },
      ),
    ],
    async drive(app) {
      await app.send({ name: "wie/go", data: {} })
      await app.send({ name: "wie/go2", data: { x: 1 } })
      await app.send({ name: "wie/e2", data: { other: 1 } })
      await app.advance("4s")
    },
  },
  "wait-if-functions": {
    functions: (client) => [
      fn(
        client,
        "w",
        [on("wif/go")],
        ({ step }) => step.waitForEvent("w", { event: "wif/e", timeout: "3s", if: "async.data.s.startsWith('a')" }),
        { retries: 0 },
      ),
      fn(
        client,
        "w2",
        [on("wif/go2")],
        ({ step }) => step.waitForEvent("w", { event: "wif/e", timeout: "3s", if: "async.data.n + 1.0 == 3.0" }),
        { retries: 0 },
      ),
      fn(
        client,
        "two",
        [on("wif/go3")],
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
    async drive(app) {
      for (const name of ["wif/go", "wif/go2", "wif/go3"]) await app.send({ name, data: {} })
      await app.send({ name: "wif/e", data: { s: "abc", n: 2 } })
    },
  },
  "fail-events": {
    functions: (client) => [
      fn(
        client,
        "bad-expr",
        [on("fe/go")],
        async ({ step }) => {
          await step.waitForEvent("w", { event: "fe/e", timeout: "3s", if: "async.data.x ==== 1" })
          return 1
        },
        { retries: 0, onFailure: async ({ error }: SdkContext) => ({ n: error?.name, m: error?.message }) },
      ),
      fn(client, "ok", [on("fe/ok")], () => ({ fine: true })),
      fn(client, "okvoid", [on("fe/void")], async () => {}),
      fn(
        client,
        "lf",
        [
          on(
            "inngest/function.finished",
            "event.data.function_id.startsWith('fail-events-') && !event.data.function_id.startsWith('fail-events-l')",
          ),
        ],
        () => 1,
      ),
      fn(client, "lx", [on("inngest/function.failed", "event.data.function_id.startsWith('fail-events-')")], () => 1),
    ],
    drive: sends("fe/go", "fe/ok", "fe/void"),
  },
  "cancel-invoked": {
    functions(client) {
      const callee = fn(
        client,
        "callee",
        [on("ci/callee")],
        async ({ step }) => {
          await step.sleep("z", "6s")
          return 1
        },
        { cancelOn: [{ event: "ci/cancel" }] },
      )
      return [
        callee,
        fn(client, "caller", [on("ci/go")], ({ step }) =>
          caught(() => step.invoke("i", { function: callee, data: {} })),
        ),
      ]
    },
    drive: sends("ci/go", "ci/cancel"),
  },
  "future-ts": {
    functions: (client) => [fn(client, "f", [on("fts/go")], ({ event }) => event.ts)],
    async drive(app) {
      await app.send({ name: "fts/go", data: {}, ts: Date.now() + 63_000 })
      await app.advance("4s")
    },
  },
  "undefined-data": {
    functions: (client) => [
      fn(client, "ud", [on("ud/go")], async ({ step }) => {
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
        client,
        "bigint",
        [on("ud/bigint")],
        async ({ step }) => {
          await step.run("b", () => 10n)
        },
        { retries: 0 },
      ),
      fn(
        client,
        "circ",
        [on("ud/circ")],
        async ({ step }) => {
          await step.run("c", () => {
            const o: Record<string, unknown> = { a: 1 }
            o.self = o
            return o
          })
          return 1
        },
        { retries: 0 },
      ),
      fn(
        client,
        "symfn",
        [on("ud/symfn")],
        async ({ step }) => {
          const f = await step.run("f", () => () => 1)
          const s = await step.run("s", () => Symbol("x"))
          return [String(f), String(s)]
        },
        { retries: 0 },
      ),
      ...Object.entries({ str: "a string", obj: { weird: true, message: "objmsg" }, undef: undefined }).map(
        ([kind, thrown]) =>
          fn(
            client,
            `thrown${kind}`,
            [on(`ud/${kind}`)],
            async () => {
              throw thrown
            },
            { retries: 0 },
          ),
      ),
    ],
    drive: sends("ud/go", "ud/bigint", "ud/circ", "ud/symfn", "ud/str", "ud/obj", "ud/undef"),
  },
  "cancel-api": {
    functions: (client) => [
      fn(client, "ca", [on("ca/go")], async ({ step }) => {
        await step.sleep("z", "10s")
        return 1
      }),
    ],
    async drive(app) {
      const [id = ""] = await app.send({ name: "ca/go", data: {} })
      const runId = app.engine.reads.runsOfEvent(id)[0]?.id ?? ""
      await app.engine.cancel(runId)
      await app.send({ name: "ca/go", data: { x: 1 } })
      await app.engine.rerun(runId)
      await app.settle()
    },
  },
  "use-api": {
    functions: (client) => [
      fn(client, "big", [on("big/go")], async ({ step }) => {
        for (let index = 0; index < 3; index++) await step.run(`s${index}`, () => "x".repeat(1500 * 1024))
        return "ok"
      }),
    ],
    drive: sends("big/go"),
  },
  signed: {
    keys: { eventKey: "evtkey123", signingKey: "0123456789abcdef0123456789abcdef" },
    client: {
      isDev: false,
      eventKey: "evtkey123",
      signingKey: "signkey-prod-0123456789abcdef0123456789abcdef",
    },
    functions: (client) => [
      fn(client, "s", [on("signed/go")], async ({ step }) => {
        await step.run("a", () => 1)
        return "done"
      }),
    ],
    drive: async (app) => void (await app.send({ name: "signed/go", data: { a: 1 } })),
  },
  "retry-success": {
    functions(client) {
      let tries = 0
      return [
        fn(
          client,
          "rs",
          [on("rs/go")],
          ({ step }) =>
            step.run("flaky", () => {
              if (tries++ < 2) throw new Error(`flaky ${tries}`)
              // The recorded count went on from that of an earlier run.
              return tries + 1
            }),
          { retries: 3 },
        ),
      ]
    },
    async drive(app) {
      await app.send({ name: "rs/go", data: {} })
      await app.advance("45s")
      await app.advance("1m")
    },
  },
  "fn-fail-final": {
    functions: (client) => [
      fn(
        client,
        "ff",
        [on("ff/go")],
        ({ attempt, maxAttempts }) => {
          throw new Error(`attempt ${attempt}/${maxAttempts}`)
        },
        { retries: 2, onFailure: async ({ event }: SdkContext) => event.data },
      ),
      fn(
        client,
        "listener-finished",
        [on("inngest/function.finished", "event.data.function_id == 'fn-fail-final-ff'")],
        ({ event }) => event,
      ),
      fn(
        client,
        "listener-failed",
        [on("inngest/function.failed", "event.data.function_id == 'fn-fail-final-ff'")],
        ({ event }) => event,
      ),
    ],
    async drive(app) {
      await app.send({ name: "ff/go", data: { q: 1 } })
      await app.advance("45s")
      await app.advance("1m")
    },
  },
  cron: {
    functions: (client) => [fn(client, "cr", [{ cron: "* * * * *" }], ({ event }) => event)],
    drive: (app) => app.advance("1m"),
  },
  "nested-steps": {
    functions: (client) => [
      fn(client, "ns", [on("ns/go")], async ({ step }) => step.run("outer", async () => step.run("inner", () => 1)), {
        retries: 0,
      }),
    ],
    // The SDK never answers, here as in the recording.
    async drive(app) {
      await app.client.send({ name: "ns/go", data: {} })
      while (app.calls().length === 0) await pause(5)
    },
  },
  "fetch-ai": {
    functions: (client) => [
      fn(client, "f", [on("fetch/go")], async ({ step }) => {
        const answer = await step.fetch("http://127.0.0.1:28999/hello?x=1", {
          method: "POST",
          headers: { "x-a": "b" },
          body: JSON.stringify({ q: 1 }),
        })
        return { status: answer.status, body: await answer.json(), h: answer.headers.get("x-hi") }
      }),
      fn(
        client,
        "ffail",
        [on("fetch/fail")],
        async ({ step }) => ({ status: (await step.fetch("http://127.0.0.1:28999/fail")).status }),
        { retries: 0 },
      ),
      fn(
        client,
        "frefuse",
        [on("fetch/refuse")],
        ({ step }) => caught(async () => (await step.fetch("http://127.0.0.1:1/none")).status),
        { retries: 0 },
      ),
      fn(
        client,
        "ai",
        [on("fetch/ai")],
        ({ step }) =>
          step.ai.infer("infer", {
            model: {
              url: "http://127.0.0.1:28999/v1/chat/completions",
              headers: { authorization: "Bearer k" },
              authKey: "k",
              format: "openai-chat",
              onCall() {},
              options: { model: "m" },
            },
            body: { messages: [{ role: "user", content: "hi" }] },
          }),
        { retries: 0 },
      ),
      fn(client, "aiwrap", [on("fetch/aiwrap")], ({ step }) =>
        step.ai.wrap("wrapped", async (given: unknown) => ({ echo: given }), { prompt: "p" }),
      ),
    ],
    requested: recordedAnswers("fetch-ai"),
    drive: sends("fetch/go", "fetch/fail", "fetch/refuse", "fetch/ai", "fetch/aiwrap"),
  },
  "events-api": {
    functions: (client) => [fn(client, "ea", [on("evapi/go")], ({ event }) => event)],
    async drive(app) {
      const name = "evapi/go"
      const bodies: unknown[] = [
        { name, data: { a: 1 } },
        [{ name }, { name, data: { a: 2 }, id: "x1", ts: 1_700_000_000_000, v: "2024-01" }],
        { data: {} },
        { name: "inngest/foo", data: {} },
        { name, data: null },
        { name, data: [1] },
        { name, data: "x" },
        { name, data: {}, ts: "abc" },
        [],
        { name: "e".repeat(600) },
        { name, foo: 1, data: { z: 1 } },
      ]
      // The recorder cut one of 600 kB.
      for (const body of bodies) await app.post("/e/k", body)
      await app.post("/invoke/events-api-ea", { data: { inv: 1 } })
      await app.post("/invoke/nope", { data: {} })
      await app.settle()
    },
  },
  sync: {
    isSynced: false,
    isComparedWhole: true,
    functions: (client) => [
      fn(client, "all-options", [on("sync/a"), on("sync/b", "event.data.x > 1"), { cron: "0 0 1 1 *" }], () => 1, {
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
        onFailure: async () => {},
      }),
      fn(client, "batch", [on("sync/batch")], () => 1, {
        batchEvents: { maxSize: 5, timeout: "5s", key: "event.data.k" },
      }),
      fn(client, "debounce", [on("sync/deb")], () => 1, {
        debounce: { period: "5s", timeout: "10s", key: "event.data.k" },
      }),
      fn(client, "rl", [on("sync/rl")], () => 1, { rateLimit: { limit: 1, period: "1m", key: "event.data.k" } }),
      fn(client, "singleton", [on("sync/s")], () => 1, { singleton: { mode: "skip", key: "event.data.k" } }),
      fn(client, "conc-num", [on("sync/cn")], () => 1, { concurrency: 5, retries: 0 }),
      fn(client, "no-trigger", [], () => 1),
      fn(client, "ckpt", [on("sync/ck")], () => 1, {
        checkpointing: { bufferedSteps: 3, maxInterval: "2s", maxRuntime: "10s" },
      }),
    ],
    async drive({ url }) {
      const event = { name: "x", data: {} }
      const ctx = { run_id: "01H", attempt: 0, stack: { stack: [], current: 0 } }
      const inBand = {
        "content-type": "application/json",
        "x-inngest-sync-kind": "in_band",
        "x-inngest-server-kind": "dev",
      }
      await fetch(url)
      await fetch(url, { method: "PUT" })
      await fetch(url, { method: "PUT" })
      await fetch(url, { method: "PUT", headers: inBand, body: JSON.stringify({ url }) })
      await fetch(`${url}?deployId=abc123`, { method: "PUT" })
      await fetch(`${url}?fnId=sync-nope&stepId=step`, {
        method: "POST",
        body: JSON.stringify({ event, events: [event], steps: {}, version: 1, ctx }),
      })
      await fetch(url, { method: "DELETE" })
    },
  },
}

/** What the recorder's own port answered to requests of steps, by their URL. */
function recordedAnswers(name: string): ReadonlyMap<string, RequestOutcome> {
  const answers = new Map<string, RequestOutcome>()
  for (const { body } of callsOf(name))
    for (const memoized of Object.values((body as { steps: Record<string, { data?: JsonObject }> }).steps)) {
      const { url, status_code: status, headers = {}, body: text } = memoized.data ?? {}
      if (typeof url !== "string") continue
      // Of a model only the body was kept.
      const [at, answer] =
        status === undefined
          ? [`http://127.0.0.1:28999${url}`, { status: 200, headers: {}, body: JSON.stringify(memoized.data) }]
          : [url, { status: Number(status), headers: headers as Record<string, string>, body: String(text) }]
      answers.set(at, { kind: "answered", url: at, ...answer })
    }
  return answers
}

/** Cases of the recorder that are not compared here, each with its reason. */
export const notCompared: Readonly<Record<string, string>> = {
  "parallel-no-optimize":
    "the recorded server waits 150 ms before each call, by which both steps are over; this one calls after each",
  realtime: "realtime is not answered",
}

/** Flow control and connect, which this engine does not have yet. */
export const notServed: readonly string[] = [
  "batch",
  "debounce",
  "rate-limit",
  "rate-limit2",
  "throttle",
  "throttle2",
  "concurrency",
  "concurrency-sleep",
  "priority",
  "priority2",
  "priority3-int",
  "priority4-ternary",
  "priority5-negative-alone",
  "singleton",
  "idempotency",
  "connect",
]
