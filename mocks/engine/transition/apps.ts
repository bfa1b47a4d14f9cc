/** Apps register their functions. The newest sync counts whole: what it leaves out is gone, while its runs go on under their old terms. */
import type { FunctionConfig } from "../../../src/protocol/function-config.ts"
import { decodeFunctionConfig, maxRetries } from "../../../src/protocol/function-config.ts"
import { defaultMaxAttempts } from "../../../src/protocol/execution.ts"
import { parseDuration } from "../../../src/shared/duration.ts"
import { type JsonValue, parseJson } from "../../../src/shared/json.ts"
import type { AppRow, CancelRule, FunctionRow, FunctionTrigger } from "../app.ts"
import type { AppRemoved, AppSynced } from "../inputs.ts"
import { textOf } from "../json-text.ts"
import type { EngineState } from "../state.ts"
import { settleEvents } from "./arrivals.ts"
import { cancelRun } from "./runs.ts"
import { type Step, stepOf, unchanged } from "./step.ts"
import { subscribe, unsubscribe } from "./subscriptions.ts"
import { setTick } from "./timers.ts"
import { type Turn, createTurn } from "./turn.ts"

export function appSynced(state: EngineState, input: AppSynced): Step<"app.synced"> {
  const { appName, appId, url, framework, sdk, checksum, atMs } = input
  const known = state.apps.get(appName)
  const configs = functionList(input.functions)
  if (known?.checksum === checksum) return unchanged(state, { modified: false, notApplied: notAppliedOf(state, known) })
  const turn = createTurn(state, atMs)
  if (state.mint.seed !== input.seed && state.functions.size === 0) state.mint.seed = input.seed
  if (known !== undefined) forgetFunctions(turn, known)
  const slugs: string[] = []
  for (const json of configs) {
    const config = decodeFunctionConfig(json, "functions.register", "functions")
    const fn = toRow(config, json, { input, previous: undefined, version: (known?.slugs.length ?? 0) + 1 })
    // Measured: of two with the same id the last one counts.
    if (state.functions.has(fn.slug)) forgetFunction(turn, fn.slug)
    state.functions.set(fn.slug, fn)
    if (!slugs.includes(fn.slug)) slugs.push(fn.slug)
    subscribe(state, fn)
    for (const trigger of fn.triggers) if (trigger.kind === "cron") setTick(turn, fn, trigger.cron, atMs)
  }
  const row: AppRow = {
    name: appName,
    id: appId,
    url,
    framework,
    sdk,
    createdAtMs: known?.createdAtMs ?? atMs,
    syncedAtMs: atMs,
    checksum,
    slugs,
  }
  state.apps.set(appName, row)
  return stepOf(turn, { modified: true, notApplied: notAppliedOf(state, row) })
}

function notAppliedOf(state: EngineState, { slugs }: AppRow): Record<string, readonly string[]> {
  const entries = slugs.map((slug) => [slug, state.functions.get(slug)?.notApplied ?? []] as const)
  return Object.fromEntries(entries.filter(([, options]) => options.length > 0))
}

function functionList(text: string): JsonValue[] {
  const list = parseJson(text)
  return list.ok && Array.isArray(list.value) ? list.value : []
}

interface RowContext {
  readonly input: AppSynced
  readonly previous: FunctionRow | undefined
  readonly version: number
}

function toRow(config: FunctionConfig, json: JsonValue, { input, version }: RowContext): FunctionRow {
  const retries = Math.min(config.retries ?? defaultMaxAttempts - 1, maxRetries)
  const triggers = config.triggers.map((trigger): FunctionTrigger =>
    "cron" in trigger
      ? { kind: "cron", cron: trigger.cron, jitterMs: durationOf(trigger.jitter) ?? 0 }
      : { kind: "event", event: trigger.event, expression: trigger.expression },
  )
  const cancelOn = (config.cancelOn ?? []).map((rule): CancelRule => ({
    event: rule.event,
    expression: rule.if,
    timeoutMs: durationOf(rule.timeout),
  }))
  return {
    slug: config.id,
    id: input.ids[config.id] ?? config.id,
    appName: input.appName,
    appId: input.appId,
    name: config.name,
    url: config.url,
    triggers,
    maxAttempts: retries + 1,
    cancelOn,
    // Measured: a text that is no duration is ignored.
    startTimeoutMs: durationOf(config.timeouts?.start),
    finishTimeoutMs: durationOf(config.timeouts?.finish),
    config: textOf(json),
    notApplied: flowOptions.filter((option) => config[option] !== undefined),
    createdAtMs: input.atMs,
    version,
  }
}

/** Flow control. A function that asks for it runs without. */
const flowOptions = [
  "concurrency",
  "throttle",
  "rateLimit",
  "debounce",
  "batchEvents",
  "priority",
  "singleton",
  "idempotency",
] as const satisfies readonly (keyof FunctionConfig)[]

function durationOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text)
}

function forgetFunctions(turn: Turn, { slugs }: AppRow): void {
  for (const slug of slugs) forgetFunction(turn, slug)
}

function forgetFunction({ state }: Turn, slug: string): void {
  state.functions.delete(slug)
  unsubscribe(state, slug)
  const ticks = [...state.timers.ascending()].filter((timer) => timer.kind === "cron" && timer.slug === slug)
  for (const tick of ticks) state.timers.remove(tick)
}

export function appRemoved(state: EngineState, { atMs, url }: AppRemoved): Step<"app.removed"> {
  const app = [...state.apps.values()].find((each) => each.url === url)
  if (app === undefined) return unchanged(state, { existed: false })
  const turn = createTurn(state, atMs)
  for (const slug of app.slugs) for (const run of state.runs.open.get(slug) ?? []) cancelRun(turn, run)
  forgetFunctions(turn, app)
  state.apps.delete(app.name)
  settleEvents(turn)
  return stepOf(turn, { existed: true })
}
