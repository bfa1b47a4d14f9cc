import { expect, test } from "vitest"
import { decodeCheckpoint, encodeCheckpoint } from "../../src/protocol/checkpoint.ts"
import { functionConfigIssues } from "../../src/protocol/function-config.ts"
import { decodeIntrospection, encodeIntrospection } from "../../src/protocol/introspection.ts"
import {
  decodeInBandSync,
  decodeRegister,
  decodeRegisterAnswer,
  encodeInBandSync,
  encodeRegister,
  encodeRegisterAnswer,
} from "../../src/protocol/sync.ts"
import type { JsonObject, JsonValue } from "../../src/shared/json.ts"
import { exchangesOf, readRecording, recordedCases } from "../support/sdk-recordings.ts"

const registrations = recordedCases.flatMap((name) =>
  exchangesOf(name).filter(({ path }) => path.startsWith("/fn/register")),
)

test("every recorded registration decodes and encodes to the same functions", () => {
  expect(registrations.length).toBeGreaterThan(50)
  for (const { body } of registrations) {
    const { functions, url, appName, framework, sdk, v, deployType } = body as JsonObject
    expect(encodeRegister(decodeRegister(body))).toMatchObject({
      functions,
      url,
      appName,
      framework,
      sdk,
      v,
      deployType,
    } as object)
  }
})

test("every recorded answer to a registration decodes and encodes to itself", () => {
  for (const { responseBody } of registrations)
    expect(encodeRegisterAnswer(decodeRegisterAnswer(responseBody))).toEqual(responseBody)
})

test("the recorded introspection and in-band sync decode and encode to themselves", () => {
  const [get] = exchangesOf("sync").filter(({ method }) => method === "GET")
  expect(encodeIntrospection(decodeIntrospection(get?.responseBody))).toEqual(get?.responseBody)
  const [inBand] = exchangesOf("sync").filter(({ headers }) => headers["x-inngest-sync-kind"] === "in_band")
  const { featureObservations, capabilities, ...recorded } = (inBand?.responseBody ?? {}) as JsonObject
  expect(featureObservations).toBeDefined()
  expect(capabilities).toBeDefined()
  expect(encodeInBandSync(decodeInBandSync(inBand?.responseBody))).toMatchObject({
    ...recorded,
    // Empty in the official SDK of the recording.
    sdk_language: "js",
    sdk_version: "4.24.0",
  })
})

test("checkpoints decode and encode to the recorded ones, less what the official SDK leaks", () => {
  const checkpoints = recordedCases.flatMap((name) =>
    exchangesOf(name).filter(({ path }) => path.startsWith("/v1/checkpoint/")),
  )
  expect(checkpoints.length).toBeGreaterThan(3)
  for (const { body } of checkpoints) {
    const { steps, ...rest } = body as JsonObject
    const decoded = decodeCheckpoint(body)
    expect(encodeCheckpoint(decoded)).toMatchObject(rest)
    expect(decodeCheckpoint(encodeCheckpoint(decoded))).toEqual(decoded)
    expect(decoded.ops.map(({ id }) => id)).toEqual((steps as JsonObject[]).map(({ id }) => id))
  }
  expect(() => decodeCheckpoint({ steps: [{ id: "a", op: "Sleep", name: "1s" }] })).toThrow(/an op of a checkpoint/)
})

const { register } = readRecording("raw-server-reactions") as unknown as { register: Record<string, [number, string]> }

/** The members that the recorder registered a function with, under the name of the recorded answer. */
const variants: Record<string, JsonObject> = {
  ok: {},
  noTriggers: { triggers: [] },
  conc3: { concurrency: [{ limit: 1 }, { limit: 2, key: "event.data.a" }, { limit: 3, key: "event.data.b" }] },
  conc0: { concurrency: 0 },
  concEnvNoKey: { concurrency: [{ limit: 1, scope: "env" }] },
  batch1: { batchEvents: { maxSize: 1, timeout: "5s" } },
  batch101: { batchEvents: { maxSize: 101, timeout: "5s" } },
  batch1000: { batchEvents: { maxSize: 1000, timeout: "5s" } },
  batchT500ms: { batchEvents: { maxSize: 5, timeout: "500ms" } },
  batchT61s: { batchEvents: { maxSize: 5, timeout: "61s" } },
  batchT1d: { batchEvents: { maxSize: 5, timeout: "1d" } },
  batchCancel: { batchEvents: { maxSize: 5, timeout: "5s" }, cancel: [{ event: "x" }] },
  batchDebounce: { batchEvents: { maxSize: 5, timeout: "5s" }, debounce: { period: "1s" } },
  batchSingleton: { batchEvents: { maxSize: 5, timeout: "5s" }, singleton: { mode: "skip" } },
  batchPriority: { batchEvents: { maxSize: 5, timeout: "5s" }, priority: { run: "1" } },
  batchRate: { batchEvents: { maxSize: 5, timeout: "5s" }, rateLimit: { limit: 1, period: "5s" } },
  batchIdem: { batchEvents: { maxSize: 5, timeout: "5s" }, idempotency: "event.data.a" },
  deb500ms: { debounce: { period: "500ms" } },
  deb8d: { debounce: { period: "8d" } },
  rl0: { rateLimit: { limit: 0, period: "5s" } },
  rl25h: { rateLimit: { limit: 1, period: "25h" } },
  rlNoPeriod: { rateLimit: { limit: 1 } },
  thNoPeriod: { throttle: { limit: 1 } },
  th500ms: { throttle: { limit: 1, period: "500ms" } },
  th8d: { throttle: { limit: 1, period: "8d" } },
  th0: { throttle: { limit: 0, period: "5s" } },
  prioStr: { priority: { run: "'abc'" } },
  cancel6: { cancel: Array.from({ length: 6 }, (_, index) => ({ event: `c${index}` })) },
  singletonBad: { singleton: { mode: "weird" } },
  trig11: { triggers: Array.from({ length: 11 }, (_, index) => ({ event: `t${index}` })) },
  trigDup: { triggers: [{ event: "a" }, { event: "a" }] },
  trigBoth: { triggers: [{ event: "a", cron: "* * * * *" }] },
  cronBad: { triggers: [{ cron: "not a cron" }] },
  cron6: { triggers: [{ cron: "*/5 * * * * *" }] },
  cronTZ: { triggers: [{ cron: "TZ=Europe/Paris 0 5 * * *" }] },
  cronDesc: { triggers: [{ cron: "@daily" }] },
  cronDup: { triggers: [{ cron: "1 1 1 1 *" }, { cron: "1 1 1 1 *" }] },
  toBad: { timeouts: { start: "nope" } },
  jitterBad: { triggers: [{ cron: "2 1 1 1 *", jitter: "10h" }] },
  jitterOk: { triggers: [{ cron: "3 1 1 1 *", jitter: "30s" }] },
  concBadKey: { concurrency: [{ limit: 1, key: "event.data.((" }] },
  debBadKey: { debounce: { period: "1s", key: "((" } },
  prioBad: { priority: { run: "((" } },
  cancelBadIf: { cancel: [{ event: "c", if: "((" }] },
  trigBadExpr: { triggers: [{ event: "a", expression: "event.data.((" }] },
  idemBad: { idempotency: "((" },
}

test("the rules accept and refuse what the real server accepted and refused", () => {
  // Answers about the registration as a whole, not about one function.
  const others = ["emptyFns", "dupId", "noAppName", "badUrlPing", "retries99"]
  expect(Object.keys(variants).toSorted()).toEqual(
    Object.keys(register)
      .filter((name) => !others.includes(name))
      .toSorted(),
  )
  const compiles = (text: string) => (text.includes("((") ? "does not compile" : undefined)
  for (const [name, members] of Object.entries(variants)) {
    const fn: JsonValue = {
      id: "app-a",
      name: "a",
      triggers: [{ event: "app/a" }],
      steps: { step: { id: "step", name: "step", runtime: { type: "http", url: "http://x/?fnId=a&stepId=step" } } },
      ...members,
    }
    const refused = refusedBy(() => decodeRegister({ appName: "app", functions: [fn] }).functions[0])
    expect([name, refused ? 400 : 200]).toEqual([name, register[name]?.[0]])
  }

  function refusedBy(decode: () => Parameters<typeof functionConfigIssues>[0] | undefined): boolean {
    try {
      const config = decode()
      return config === undefined || functionConfigIssues(config, compiles).length > 0
    } catch {
      return true
    }
  }
})
