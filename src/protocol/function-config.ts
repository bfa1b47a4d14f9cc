/** A function as an SDK registers it: what starts it, how it is called, its retries and flow control. Durations are texts as Go reads them. */
import type { ValidationIssue } from "../shared/validation-error.ts"
import { compact } from "../shared/compact.ts"
import { parseDuration } from "../shared/duration.ts"
import { type JsonObject, type JsonValue, isJsonObject } from "../shared/json.ts"
import { misread } from "./shape.ts"

export type TriggerConfig =
  /** `event` may end in `*`. `expression` is CEL over `event`. */
  | { event: string; expression?: string | undefined }
  /** Five fields, `TZ=Europe/Paris ` may go before them. `jitter`: 1 s to 5 min. */
  | { cron: string; jitter?: string | undefined }

export interface ConcurrencyLimit {
  limit: number
  /** CEL over `event`: one set of slots for each value. */
  key?: string | undefined
  /** `env` and `account` need a key. @default "fn" */
  scope?: "fn" | "env" | "account" | undefined
}

export interface FunctionConfig {
  /** In full: `core-ship-order`. */
  id: string
  name: string
  triggers: TriggerConfig[]
  /** Where it is called, `fnId` and `stepId` in the query. */
  url: string
  runtime: "http" | "ws"
  /** @default 4 */
  retries?: number | undefined
  /** CEL over `event`: one run for each value in 24 h. */
  idempotency?: string | undefined
  batchEvents?: { maxSize: number; timeout: string; key?: string | undefined; if?: string | undefined } | undefined
  rateLimit?: { limit: number; period: string; key?: string | undefined } | undefined
  throttle?: { limit: number; period: string; burst?: number | undefined; key?: string | undefined } | undefined
  debounce?: { period: string; timeout?: string | undefined; key?: string | undefined } | undefined
  concurrency?: ConcurrencyLimit[] | undefined
  /** CEL over `event` that gives whole seconds. */
  priority?: { run: string } | undefined
  timeouts?: { start?: string | undefined; finish?: string | undefined } | undefined
  singleton?: { mode: "skip" | "cancel"; key?: string | undefined } | undefined
  cancelOn?: { event: string; if?: string | undefined; timeout?: string | undefined }[] | undefined
}

/** Members that are the same on the wire. */
const asTheyAre = [
  "idempotency",
  "batchEvents",
  "rateLimit",
  "throttle",
  "debounce",
  "priority",
  "timeouts",
  "singleton",
] as const satisfies readonly (keyof FunctionConfig)[]

/** @source measured (recording `sync`). A single concurrency limit is written without a list, and as a number where it is nothing more. */
export function encodeFunctionConfig(config: FunctionConfig): JsonObject {
  const { id, name, triggers, url, runtime, retries, concurrency, cancelOn } = config
  const json: JsonObject = {
    id,
    name,
    triggers: triggers.map(compact),
    steps: {
      step: {
        id: "step",
        name: "step",
        runtime: { type: runtime, url },
        ...(retries === undefined ? {} : { retries: { attempts: retries } }),
      },
    },
  }
  for (const member of asTheyAre) {
    const value = config[member]
    if (value !== undefined) json[member] = typeof value === "string" ? value : compact(value)
  }
  if (concurrency !== undefined) {
    const limits = concurrency.map(compact)
    const [only = {}, ...others] = limits
    json.concurrency = others.length > 0 ? limits : Object.keys(only).join() === "limit" ? (only.limit ?? 0) : only
  }
  if (cancelOn !== undefined) json.cancel = cancelOn.map(compact)
  return json
}

/**
 * A function as a server reads it. Only shapes are checked here; the rules are in `functionConfigIssues`.
 *
 * @throws ProtocolError naming the member.
 */
export function decodeFunctionConfig(value: JsonValue | undefined, route: string, path: string): FunctionConfig {
  const json = objectAt(value, path)
  const step = objectAt(objectAt(json.steps, `${path}.steps`).step ?? {}, `${path}.steps.step`)
  const runtime = objectAt(step.runtime ?? {}, `${path}.steps.step.runtime`)
  const retries = objectAt(step.retries ?? {}, `${path}.steps.step.retries`).attempts
  const url = textAt(runtime.url, `${path}.steps.step.runtime.url`)
  const id = textAt(json.id, `${path}.id`)
  const config: FunctionConfig = {
    id,
    name: typeof json.name === "string" && json.name !== "" ? json.name : id,
    triggers: listAt(json.triggers ?? [], `${path}.triggers`).map((trigger, index) =>
      triggerAt(trigger, `${path}.triggers[${index}]`),
    ),
    url,
    runtime: runtime.type === "ws" ? "ws" : "http",
    ...(retries === undefined || retries === null ? {} : { retries: numberAt(retries, `${path}.retries`) }),
  }
  const { idempotency, batchEvents, rateLimit, throttle, debounce, concurrency, priority, timeouts, singleton } = json
  const at = (name: string): string => `${path}.${name}`
  if (isGiven(idempotency)) config.idempotency = textAt(idempotency, at("idempotency"))
  if (isGiven(batchEvents))
    config.batchEvents = {
      ...optionalTexts(batchEvents, at("batchEvents"), ["key", "if"]),
      maxSize: memberNumber(batchEvents, at("batchEvents"), "maxSize"),
      timeout: memberText(batchEvents, at("batchEvents"), "timeout"),
    }
  if (isGiven(rateLimit))
    config.rateLimit = {
      ...optionalTexts(rateLimit, at("rateLimit"), ["key"]),
      limit: memberNumber(rateLimit, at("rateLimit"), "limit"),
      period: memberText(rateLimit, at("rateLimit"), "period"),
    }
  if (isGiven(throttle)) {
    const burst = objectAt(throttle, at("throttle")).burst
    config.throttle = {
      ...optionalTexts(throttle, at("throttle"), ["key"]),
      limit: memberNumber(throttle, at("throttle"), "limit"),
      period: memberText(throttle, at("throttle"), "period"),
      ...(isGiven(burst) ? { burst: numberAt(burst, at("throttle.burst")) } : {}),
    }
  }
  if (isGiven(debounce))
    config.debounce = {
      ...optionalTexts(debounce, at("debounce"), ["key", "timeout"]),
      period: memberText(debounce, at("debounce"), "period"),
    }
  if (isGiven(concurrency)) {
    const items = Array.isArray(concurrency) ? concurrency : [concurrency]
    config.concurrency = items.map((item, index) => limitAt(item, `${path}.concurrency[${index}]`))
  }
  if (isGiven(priority)) config.priority = { run: memberText(priority, at("priority"), "run") }
  if (isGiven(timeouts)) config.timeouts = optionalTexts(timeouts, at("timeouts"), ["start", "finish"])
  if (isGiven(singleton)) {
    const mode = objectAt(singleton, at("singleton")).mode
    config.singleton = {
      ...optionalTexts(singleton, at("singleton"), ["key"]),
      mode: mode === "skip" || mode === "cancel" ? mode : misread(route, at("singleton.mode"), "skip or cancel", mode),
    }
  }
  if (isGiven(json.cancel))
    config.cancelOn = listAt(json.cancel, at("cancel")).map((item, index) => ({
      ...optionalTexts(item, at(`cancel[${index}]`), ["if", "timeout"]),
      event: memberText(item, at(`cancel[${index}]`), "event"),
    }))
  return config

  function objectAt(found: JsonValue | undefined, where: string): JsonObject {
    return isJsonObject(found) ? found : misread(route, where, "an object", found)
  }
  function listAt(found: JsonValue | undefined, where: string): JsonValue[] {
    return Array.isArray(found) ? found : misread(route, where, "an array", found)
  }
  function textAt(found: JsonValue | undefined, where: string): string {
    return typeof found === "string" ? found : misread(route, where, "a string", found)
  }
  function numberAt(found: JsonValue | undefined, where: string): number {
    return typeof found === "number" ? found : misread(route, where, "a number", found)
  }
  /** Zero and empty where absent, as Go has it: what is wrong with that is for the rules to say. */
  function memberNumber(of: JsonValue, where: string, name: string): number {
    return numberAt(objectAt(of, where)[name] ?? 0, `${where}.${name}`)
  }
  function memberText(of: JsonValue, where: string, name: string): string {
    return textAt(objectAt(of, where)[name] ?? "", `${where}.${name}`)
  }
  function optionalTexts<Name extends string>(
    of: JsonValue,
    where: string,
    members: readonly Name[],
  ): { [N in Name]?: string } {
    const found = objectAt(of, where)
    const texts: { [N in Name]?: string } = {}
    for (const name of members)
      if (isGiven(found[name]) && found[name] !== "") texts[name] = textAt(found[name], `${where}.${name}`)
    return texts
  }
  function limitAt(item: JsonValue, where: string): ConcurrencyLimit {
    if (typeof item === "number") return { limit: item }
    const { scope } = objectAt(item, where)
    return {
      ...optionalTexts(item, where, ["key"]),
      limit: memberNumber(item, where, "limit"),
      ...(scope === "env" || scope === "account" || scope === "fn" ? { scope } : {}),
    }
  }
  function triggerAt(item: JsonValue, where: string): TriggerConfig {
    const { cron, event } = objectAt(item, where)
    if (isGiven(cron) && isGiven(event)) return misread(route, where, "an event or a cron, not both", item)
    return isGiven(cron)
      ? { ...optionalTexts(item, where, ["jitter"]), cron: textAt(cron, `${where}.cron`) }
      : { ...optionalTexts(item, where, ["expression"]), event: textAt(event, `${where}.event`) }
  }
}

function isGiven(value: JsonValue | undefined): value is Exclude<JsonValue, null> {
  return value !== undefined && value !== null
}

/** Bounds. @source measured (recording `raw-server-reactions`, `register`) */
const dayMs = 86_400_000
const maxTriggers = 10
const maxCancels = 5
const maxConcurrencyLimits = 2
const maxNameLength = 255

/** Retries above are clamped by the server. */
export const maxRetries = 20

/** Whether an expression compiles; a message when it does not. `isRestricted`: only logic, comparisons and conversions are allowed. */
export type CheckExpression = (expression: string, isRestricted: boolean) => string | undefined

/**
 * What the server refuses a function for, as issues with the path of the member; empty when it would take it.
 *
 * @param checkExpression compiles CEL, where that is at hand.
 * @source measured (recording `raw-server-reactions`, `register`)
 */
export function functionConfigIssues(
  config: FunctionConfig,
  checkExpression: CheckExpression = () => undefined,
): ValidationIssue[] {
  const {
    triggers,
    batchEvents: batch,
    rateLimit,
    throttle,
    debounce,
    singleton,
    concurrency = [],
    cancelOn = [],
  } = config
  const issues: ValidationIssue[] = []
  const refuse = (isWrong: unknown, path: string, message: string): void => {
    if (isWrong) issues.push({ path, message })
  }
  // What is not typed may lack it.
  const isOutside = (text: string | undefined, minMs: number, maxMs: number): boolean => {
    const ms = parseDuration(text ?? "") ?? -1
    return ms < minMs || ms > maxMs
  }
  const refuseName = (name: string, path: string): void => {
    refuse(!(name?.length > 0 && name.length <= maxNameLength), path, "must have 1 to 255 characters")
  }
  const refuseCount = (items: readonly unknown[], max: number, path: string): void =>
    refuse(items.length > max, path, `${items.length} are more than ${max}`)
  const expressions: [text: string | undefined, path: string, isRestricted?: boolean][] = [
    [batch?.if, "batchEvents.if"],
    [config.priority?.run, "priority.run"],
    [config.idempotency, "idempotency"],
  ]

  for (const option of ["batchEvents", "rateLimit", "throttle", "debounce", "singleton"] as const)
    expressions.push([config[option]?.key, `${option}.key`])
  refuseName(config.id, "id")
  refuseCount(triggers, maxTriggers, "triggers")
  refuseCount(concurrency, maxConcurrencyLimits, "concurrency")
  refuseCount(cancelOn, maxCancels, "cancelOn")
  const seen = new Set<string>()
  for (const [index, trigger] of triggers.entries()) {
    const path = `triggers[${index}]`
    const key = JSON.stringify({ ...trigger, jitter: undefined })
    refuse(seen.has(key), path, "is there twice")
    seen.add(key)
    if ("cron" in trigger) {
      const fields = trigger.cron.replace(/^(?:CRON_)?TZ=\S+\s+/, "").trim()
      refuseName(trigger.cron, `${path}.cron`)
      refuse(!/^(?:[\w*/,?-]+\s+){4}[\w*/,?-]+$/.test(fields), `${path}.cron`, "must have five fields")
      const { jitter = "1s" } = trigger
      refuse(isOutside(jitter, 1_000, 300_000), `${path}.jitter`, "must be between 1s and 5m")
    } else {
      refuseName(trigger.event, `${path}.event`)
      expressions.push([trigger.expression, `${path}.if`])
    }
  }
  for (const [index, { key, scope = "fn" }] of concurrency.entries()) {
    const path = `concurrency${concurrency.length > 1 ? `[${index}]` : ""}.key`
    refuse(scope !== "fn" && !key, path, "is needed for this scope")
    expressions.push([key, path])
  }
  for (const [index, { event, if: condition }] of cancelOn.entries()) {
    refuseName(event, `cancelOn[${index}].event`)
    expressions.push([condition, `cancelOn[${index}].if`, true])
  }
  if (batch !== undefined) {
    const { maxSize, timeout } = batch
    refuse(maxSize < 2, "batchEvents.maxSize", "must be at least 2")
    const isWrong = /d/.test(timeout) || isOutside(timeout, 1_000, Infinity)
    refuse(isWrong, "batchEvents.timeout", "must be at least 1s, in h, m or s")
    for (const other of ["debounce", "singleton", "priority", "cancelOn"] as const)
      refuse(config[other], "batchEvents", `does not go with ${other}`)
  }
  if (debounce !== undefined)
    refuse(isOutside(debounce.period, 1_000, 7 * dayMs), "debounce.period", "must be between 1s and 7d")
  if (rateLimit !== undefined) {
    refuse(rateLimit.limit < 1, "rateLimit.limit", "must be at least 1")
    refuse(isOutside(rateLimit.period, 1, dayMs), "rateLimit.period", "must be between 1ms and 24h")
  }
  if (throttle !== undefined) refuse(isOutside(throttle.period, 0, Infinity), "throttle.period", "must be a duration")
  refuse(singleton && !["skip", "cancel"].includes(singleton.mode), "singleton.mode", "must be skip or cancel")
  for (const [text, path, isRestricted = false] of expressions) {
    const message = text === undefined ? undefined : checkExpression(text, isRestricted)
    refuse(message, path, message ?? "")
  }
  return issues
}
