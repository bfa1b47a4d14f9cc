import { describe, expect, test } from "vitest"
import { type ValidationIssue, isValidationError } from "../../src/errors.ts"
import {
  type CreateFunctionOptions,
  type Middleware,
  type Trigger,
  createFunction,
  cronTrigger,
  eventTrigger,
  eventType,
} from "../../src/functions/index.ts"
import { encodeFunctionConfig } from "../../src/protocol/function-config.ts"

type Options = Partial<CreateFunctionOptions<readonly Middleware[]>>

function issuesOf(options: Options, triggers: Trigger | readonly Trigger[] = []): readonly ValidationIssue[] {
  try {
    createFunction({ id: "fn", ...options }, triggers, () => 1)
    return []
  } catch (error) {
    if (isValidationError(error)) return error.issues
    throw error
  }
}

describe("a function's options are checked by the server's rules", () => {
  test.each<[path: string, Options, (Trigger | readonly Trigger[])?]>([
    ["id", { id: "" }],
    ["retries", { retries: -1 }],
    ["retries", { retries: 1.5 }],
    [
      "concurrency",
      { concurrency: [{ limit: 1 }, { limit: 2, key: "event.data.a" }, { limit: 3, key: "event.data.b" }] },
    ],
    ["concurrency.key", { concurrency: { limit: 1, scope: "env" } }],
    ["concurrency.key", { concurrency: { limit: 1, key: "event.data.((" } }],
    ["batchEvents.maxSize", { batchEvents: { maxSize: 1, timeout: "5s" } }],
    ["batchEvents.timeout", { batchEvents: { maxSize: 5, timeout: "500ms" } }],
    ["batchEvents", { batchEvents: { maxSize: 5, timeout: "5s" }, debounce: { period: "1s" } }],
    ["batchEvents", { batchEvents: { maxSize: 5, timeout: "5s" }, cancelOn: [{ event: "x" }] }],
    ["debounce.period", { debounce: { period: "500ms" } }],
    ["debounce.period", { debounce: { period: "8d" } }],
    ["debounce.key", { debounce: { period: "1s", key: "((" } }],
    ["rateLimit.limit", { rateLimit: { limit: 0, period: "5s" } }],
    ["rateLimit.period", { rateLimit: { limit: 1, period: "25h" } }],
    ["priority.run", { priority: { run: "event.data.p === 1" } }],
    ["priority.run", { priority: { run: "int(event.data.p" } }],
    ["throttle.key", { throttle: { limit: 1, period: "1s", key: "event.data.k.lowerAscii()" } }],
    ["singleton.key", { singleton: { mode: "skip", key: "evnt.data.k" } }],
    ["singleton.mode", { singleton: { mode: "replace" as never } }],
    ["batchEvents.if", { batchEvents: { maxSize: 5, timeout: "5s", if: "event.data.s.trim() == ''" } }],
    ["cancelOn[0].if", { cancelOn: [{ event: "b", if: "async.data.s.startsWith('a')" }] }],
    ["cancelOn[0].if", { cancelOn: [{ event: "b", if: "event.data.n + 1.0 == async.data.n" }] }],
    ["idempotency", { idempotency: "event.data['a" }],
    ["cancelOn", { cancelOn: Array.from({ length: 6 }, (_, index) => ({ event: `c${index}` })) }],
    ["cancelOn[1].if", { cancelOn: [{ event: "a" }, { event: "b", if: "event.data.x = async.data.x" }] }],
    ["triggers", {}, Array.from({ length: 11 }, (_, index) => eventTrigger(`t${index}`))],
    ["triggers[1]", {}, [eventTrigger("a"), eventTrigger("a")]],
    ["triggers[0].event", {}, eventTrigger("")],
    ["triggers[0].event", {}, eventTrigger("e".repeat(256))],
    ["triggers[0].if", {}, eventTrigger("a", { if: "event.data.x == 'open" })],
    ["triggers[0].cron", {}, cronTrigger("@daily")],
    ["triggers[0].cron", {}, cronTrigger("*/5 * * * * *")],
    ["triggers[0].jitter", {}, cronTrigger("0 5 * * *", { jitter: "10h" })],
  ])("%s: %j", (path, options, triggers) => {
    expect(issuesOf(options, triggers).map((issue) => issue.path)).toEqual([path])
  })

  test("what is left out, where types don't help, is named as well", () => {
    for (const option of ["throttle", "rateLimit", "debounce"] as const)
      expect(issuesOf({ [option]: { limit: 1 } }).map(({ path }) => path)).toEqual([`${option}.period`])
    expect(issuesOf({ batchEvents: { maxSize: 2 } } as never).map(({ path }) => path)).toEqual(["batchEvents.timeout"])
    expect(issuesOf({ id: 7 } as never).map(({ path }) => path)).toEqual(["id"])
    expect(issuesOf({}, [{} as Trigger]).map(({ path }) => path)).toEqual(["triggers[0].event"])
  })

  test("all of them at once, and by their names", () => {
    const issues = issuesOf({ rateLimit: { limit: 0, period: "25h" }, retries: -1 }, cronTrigger("nope"))
    expect(issues.map(({ path }) => path)).toEqual([
      "retries",
      "triggers[0].cron",
      "rateLimit.limit",
      "rateLimit.period",
    ])
    expect(() => createFunction({ id: "pay", retries: -1 }, [], () => 1)).toThrow('function "pay": retries: must be')
  })

  test("durations that are none name where they stand", () => {
    expect(() => createFunction({ id: "a", debounce: { period: "soon" } }, [], () => 1)).toThrow(
      /debounce\.period.*"soon"/,
    )
    expect(() => createFunction({ id: "a", cancelOn: [{ event: "x", timeout: "5 parsecs" }] }, [], () => 1)).toThrow(
      /cancelOn\[0\]\.timeout/,
    )
    expect(() => createFunction({ id: "a" }, cronTrigger("0 5 * * *", { jitter: "x" }), () => 1)).toThrow(/jitter/)
  })

  test("what looks odd and compiles is let through", () => {
    expect(
      issuesOf(
        {
          retries: 99,
          concurrency: 0,
          throttle: { limit: 1, period: "500ms" },
          idempotency: "event.data['a)'] != \"(\"",
        },
        [
          cronTrigger("TZ=Europe/Paris 0 5 * * MON-FRI"),
          eventTrigger("shop/*", { if: "event.data.x >= 1.0 && event.data.y != 'a == b'" }),
        ],
      ),
    ).toEqual([])
  })
})

test("every option reaches the wire, durations as Go reads them, matches as expressions", () => {
  const paid = eventType<"shop/paid", { id: string }>("shop/paid")
  const { config } = createFunction(
    {
      id: "fn",
      name: "Fn",
      retries: 0,
      concurrency: [{ limit: 2, key: "event.data.k", scope: "account" }, { limit: 5 }],
      idempotency: "event.data.id",
      rateLimit: { limit: 1, period: 90_000 },
      throttle: { limit: 1, period: "1d", burst: 2, key: "event.data.k" },
      debounce: { period: "1m30s", timeout: "2h", key: "event.data.k" },
      priority: { run: "120" },
      timeouts: { start: "10s", finish: 1_500 },
      singleton: { mode: "cancel", key: "event.data.k" },
      cancelOn: [{ event: paid, match: "data.id", timeout: "7d" }],
    },
    [
      eventTrigger(paid, { if: "event.data.x > 1.0" }),
      cronTrigger("0 5 * * *", { jitter: "30s" }),
      eventTrigger("inngest/function.invoked"),
    ],
    () => 1,
  )
  expect(encodeFunctionConfig({ ...config, url: "u", runtime: "http" })).toEqual({
    id: "fn",
    name: "Fn",
    triggers: [
      { event: "shop/paid", expression: "event.data.x > 1.0" },
      { cron: "0 5 * * *", jitter: "30s" },
    ],
    steps: { step: { id: "step", name: "step", runtime: { type: "http", url: "u" }, retries: { attempts: 0 } } },
    concurrency: [{ limit: 2, key: "event.data.k", scope: "account" }, { limit: 5 }],
    idempotency: "event.data.id",
    rateLimit: { limit: 1, period: "1m30s" },
    throttle: { limit: 1, period: "24h", burst: 2, key: "event.data.k" },
    debounce: { period: "1m30s", timeout: "2h", key: "event.data.k" },
    priority: { run: "120" },
    timeouts: { start: "10s", finish: "1s500ms" },
    singleton: { mode: "cancel", key: "event.data.k" },
    cancel: [{ event: "shop/paid", if: "event.data.id == async.data.id", timeout: "168h" }],
  })
  const batched = createFunction(
    { id: "b", batchEvents: { maxSize: 10, timeout: "1h", key: "event.data.k", if: "true" } },
    [],
    () => 1,
  )
  expect(encodeFunctionConfig({ ...batched.config, url: "u", runtime: "http" })).toMatchObject({
    name: "b",
    batchEvents: { maxSize: 10, timeout: "1h", key: "event.data.k", if: "true" },
  })
})
