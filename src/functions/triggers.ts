/** What starts a function. */
import type { EventType, InngestEvent } from "../events/event-type.ts"
import type { TriggerConfig } from "../protocol/function-config.ts"
import type { Duration } from "../shared/duration.ts"
import { toDurationText } from "./duration-text.ts"
import type { Jsonified } from "./jsonified.ts"

export interface EventTrigger<Name extends string = string, Data = unknown> {
  readonly event: Name
  readonly if?: string | undefined
  /** Never there at run time: it carries the type of the data. */
  readonly data?: Data
}

export interface CronTrigger {
  readonly cron: string
  readonly jitter?: Duration | undefined
}

export type Trigger = EventTrigger | CronTrigger

/** The event of a run that a cron started. */
export type CronEvent = InngestEvent<"inngest/scheduled.timer", { cron: string }>

export interface EventTriggerOptions {
  /** CEL over `event`; where it is not true nothing happens. */
  if?: string | undefined
}

/**
 * Start on an event: an `eventType`, whose data is then typed, or a name, whose data is `unknown`. A name that ends in `*` is a prefix.
 *
 * A run that was invoked sees the name `inngest/function.invoked` instead.
 */
export function eventTrigger<Name extends string, Data>(
  event: EventType<Name, Data>,
  options?: EventTriggerOptions,
): EventTrigger<Name, Data>
export function eventTrigger<Name extends string>(name: Name, options?: EventTriggerOptions): EventTrigger<Name>
export function eventTrigger(
  event: string | { readonly name: string },
  options: EventTriggerOptions = {},
): EventTrigger {
  return { event: nameOf(event), if: options.if }
}

/**
 * Start by the clock: five fields (`0 5 * * *`, UTC), or with a zone before them (`TZ=Europe/Paris 0 5 * * *`).
 *
 * @param options.jitter each tick is late by up to this much, 1 s to 5 min.
 */
export function cronTrigger(cron: string, options: { jitter?: Duration | undefined } = {}): CronTrigger {
  return { cron, jitter: options.jitter }
}

/** The name of an event that was given as a value of `eventType`, or as its name. */
export function nameOf(event: string | { readonly name: string }): string {
  return typeof event === "string" ? event : event.name
}

export function toTriggerConfig(trigger: Trigger): TriggerConfig {
  return "cron" in trigger
    ? {
        cron: trigger.cron,
        jitter: toDurationText(trigger.jitter, "jitter"),
      }
    : { event: trigger.event, expression: trigger.if }
}

/** The event that a function with these triggers receives. */
export type EventOf<Triggers extends Trigger | readonly Trigger[]> = Triggers extends readonly (infer Each)[]
  ? [Each] extends [never]
    ? InngestEvent
    : EventOfOne<Each>
  : EventOfOne<Triggers>

type EventOfOne<Each> = Each extends CronTrigger
  ? CronEvent
  : Each extends EventTrigger<infer Name, infer Data>
    ? InngestEvent<Name, Jsonified<Data>>
    : never

/** What an invocation of a function with these triggers gives as data. */
export type DataOf<Triggers extends Trigger | readonly Trigger[]> = Triggers extends readonly (infer Each)[]
  ? [Each] extends [never]
    ? unknown
    : DataOfOne<Each>
  : DataOfOne<Triggers>

type DataOfOne<Each> = Each extends EventTrigger<string, infer Data> ? Data : unknown
