/** A function's options, as a user writes them, and their form on the wire. */
import type { ConcurrencyLimit, FunctionConfig } from "../protocol/function-config.ts"
import type { Duration } from "../shared/duration.ts"
import { toDurationText } from "./duration-text.ts"
import { toMatch } from "./expression.ts"
import type { Middleware } from "./middleware.ts"
import { nameOf } from "./triggers.ts"

/** What is remembered while a call goes on, instead of one call for each step. */
export interface CheckpointOptions {
  /** Report after this many steps. @default 1 */
  bufferedSteps?: number | undefined
  /** Report when the last report is this old, whatever is buffered. @default only by `bufferedSteps` */
  maxInterval?: Duration | undefined
  /** Go on in another call after this long. @default never */
  maxRuntime?: Duration | undefined
}

/** Expressions are CEL over `event`; numbers of an event are doubles, so write `event.data.n > 1.0` and `int(event.data.p)`. */
export interface FlowControl {
  /** How many steps of this function are carried out at once; sleeping runs don't count. Up to two limits. @default 1000 */
  concurrency?: number | ConcurrencyLimit | readonly ConcurrencyLimit[] | undefined
  /** One run for each value in 24 h. */
  idempotency?: string | undefined
  /** One run for several events, which are in `events`; `timeout` is counted from the first of them, at least 1 s. */
  batchEvents?: { maxSize: number; timeout: Duration; key?: string | undefined; if?: string | undefined } | undefined
  /** Events beyond the rate are dropped. `period` is at most 24 h. */
  rateLimit?: { limit: number; period: Duration; key?: string | undefined } | undefined
  /** Runs beyond the rate start later; `burst` more may start at once. */
  throttle?: { limit: number; period: Duration; burst?: number | undefined; key?: string | undefined } | undefined
  /** One run, with the newest event, once none came for `period` (1 s to 7 d), at the latest after `timeout`. */
  debounce?: { period: Duration; timeout?: Duration | undefined; key?: string | undefined } | undefined
  /** Runs with a greater number start earlier, by so many seconds. It must be an integer: `int(event.data.p)`. */
  priority?: { run: string } | undefined
  /** A run that has not started, or not finished, in this time is cancelled. */
  timeouts?: { start?: Duration | undefined; finish?: Duration | undefined } | undefined
  /** One run at a time: a further event is skipped, or cancels the run that is there. */
  singleton?: { mode: "skip" | "cancel"; key?: string | undefined } | undefined
  /** Events that cancel a run, up to five. `if` is CEL over `event` and `async`, the cancelling event; `match` is a member that both have alike. */
  cancelOn?:
    | readonly {
        /** An `eventType`, or a name. */
        event: { readonly name: string } | string
        if?: string | undefined
        match?: string | undefined
        timeout?: Duration | undefined
      }[]
    | undefined
}

export interface FunctionOptions<
  Middlewares extends readonly Middleware[] = readonly Middleware[],
> extends FlowControl {
  /** Within its app; don't change it while runs are under way. */
  id: string
  /** What people see. @default the id */
  name?: string | undefined
  /** Attempts after the first, of the function and of each of its steps; the server takes no more than 20. @default 4 */
  retries?: number | undefined
  /** Needs a server that takes checkpoints; with another one it is as if it were off. @default that of `serve`, else false */
  checkpointing?: boolean | CheckpointOptions | undefined
  /**
   * `false`: the server calls after every member of a parallel group, not only after the last, so that a `Promise.race` goes on at once; it
   * costs calls. @default true
   */
  optimizeParallelism?: boolean | undefined
  middleware?: Middlewares | undefined
}

type FlowControlConfig = Pick<FunctionConfig, keyof FlowControl>

/** Members that are durations, in every option. */
const durations = ["timeout", "period", "start", "finish"] as const

type WithTexts<T> = { [Name in keyof T]: Name extends (typeof durations)[number] ? string : T[Name] }

/** @throws ValidationError for a duration that is none. */
export function toFlowControlConfig(options: FlowControl): FlowControlConfig {
  const { concurrency, idempotency, batchEvents, rateLimit, throttle, debounce } = options
  const { priority, timeouts, singleton, cancelOn } = options
  return {
    idempotency,
    batchEvents: batchEvents && withTexts(batchEvents, "batchEvents"),
    rateLimit: rateLimit && withTexts(rateLimit, "rateLimit"),
    throttle: throttle && withTexts(throttle, "throttle"),
    debounce: debounce && withTexts(debounce, "debounce"),
    concurrency: concurrency === undefined ? undefined : [concurrency].flat().map(toLimit),
    priority,
    timeouts: timeouts && withTexts(timeouts, "timeouts"),
    singleton,
    cancelOn: cancelOn?.map(({ event, match, ...rest }, index) => ({
      ...withTexts(rest, `cancelOn[${index}]`),
      event: nameOf(event),
      if: toMatch({ match, if: rest.if }),
    })),
  }
}

function toLimit(limit: number | ConcurrencyLimit): ConcurrencyLimit {
  return typeof limit === "number" ? { limit } : limit
}

function withTexts<T extends { readonly [Name in (typeof durations)[number]]?: Duration | undefined }>(
  option: T,
  path: string,
): WithTexts<T> {
  const texts: { [Name in (typeof durations)[number]]?: string | undefined } = {}
  for (const name of durations) if (name in option) texts[name] = toDurationText(option[name], `${path}.${name}`)
  return { ...option, ...texts } as WithTexts<T>
}
