/**
 * What an event does once it is stored: it resumes steps that wait for it, cancels runs, and starts functions.
 *
 * I1. In this order: an event does not cancel or resume what it starts itself.
 * I2. Several triggers of one function that match start one run.
 * I3. A function is admitted in the server's order of checks: batch, rate limit and idempotency key, debounce, singleton, event id; then the
 *     queue, where throttle, concurrency and priority apply. Of these the event id alone is applied here; a function that asks for another
 *     one says so in `notApplied`.
 */
import type { FunctionRow } from "../app.ts"
import { callEventText, parseCallEvent } from "../call-event.ts"
import type { Expression } from "../expression.ts"
import { eventNames } from "../internal-events.ts"
import { idempotencyMs } from "../limits.ts"
import { isEnded } from "../run.ts"
import type { EventRow } from "../state.ts"
import { seenOf } from "./lookups.ts"
import { cancelRun, forgetStep, startRun } from "./runs.ts"
import { completeStep } from "./steps.ts"
import type { Turn } from "./turn.ts"

/** Look at the events that the turn has made, and at those that follow from them. */
export function settleEvents(turn: Turn): void {
  for (let row = turn.events.shift(); row !== undefined; row = turn.events.shift()) arrive(turn, row)
}

export function arrive(turn: Turn, row: EventRow): void {
  const { subscriptions, waits } = turn.state
  const event = createReading(row)
  // I1
  const waiting = waits.get(row.name)
  if (waiting !== undefined) for (const wait of waiting) resume(turn, wait, event)
  const cancelling = subscriptions.cancelling.get(row.name)
  if (cancelling !== undefined) for (const rule of cancelling) cancel(turn, rule, event)
  const started = new Set<string>()
  for (const { slug, expression } of subscriptionsTo(turn, row.name)) {
    // I2
    if (started.has(slug)) continue
    if (expression !== undefined && !expression.matches({ event: event.value(), nowMs: turn.atMs })) continue
    started.add(slug)
    const fn = turn.state.functions.get(slug)
    if (fn !== undefined) admit(turn, fn, event)
  }
}

/** An event in the forms that are needed of it, each made once. */
interface Reading {
  readonly row: EventRow
  text(): string
  value(): unknown
}

function createReading(row: EventRow): Reading {
  let text: string | undefined
  let value: unknown
  const read = { row, text: () => (text ??= callEventText(row)), value: () => (value ??= parseCallEvent(read.text())) }
  return read
}

function subscriptionsTo({ state: { subscriptions } }: Turn, name: string) {
  const exact = subscriptions.exact.get(name) ?? []
  if (subscriptions.wild.size === 0) return exact
  return [
    ...exact,
    ...[...subscriptions.wild].filter(([prefix]) => name.startsWith(prefix)).flatMap(([, each]) => each),
  ]
}

type EventWait = NonNullable<ReturnType<Turn["state"]["waits"]["get"]>> extends Set<infer Wait> ? Wait : never

function resume(turn: Turn, wait: EventWait, event: Reading): void {
  const run = turn.state.runs.byId.get(wait.runId)
  const step = run?.steps.get(wait.stepId)
  if (run === undefined || step?.phase.kind !== "waiting" || isEnded(run.phase)) return
  if (wait.expression !== undefined) {
    const scope = { event: parseCallEvent(run.events[0] ?? "null"), async: event.value(), nowMs: turn.atMs }
    if (!wait.expression.matches(scope)) return
  }
  forgetStep(turn, step.phase)
  completeStep(turn, run, step, event.text(), "completed")
}

interface CancelOn {
  readonly slug: string
  readonly expression: Expression | undefined
  readonly timeoutMs: number
}

function cancel(turn: Turn, { slug, expression, timeoutMs }: CancelOn, event: Reading): void {
  for (const run of turn.state.runs.open.get(slug) ?? []) {
    if (turn.atMs > run.queuedAtMs + timeoutMs) continue
    const scope = (): Parameters<Expression["matches"]>[0] => ({
      event: parseCallEvent(run.events[0] ?? "null"),
      async: event.value(),
      nowMs: turn.atMs,
    })
    if (expression === undefined || expression.matches(scope())) cancelRun(turn, run)
  }
}

/** I3 */
function admit(turn: Turn, fn: FunctionRow, { row, text }: Reading): void {
  const key = seenKey(fn.slug, row.id)
  const seen = seenOf(turn.state, key)
  if (seen !== undefined && seen.untilMs > turn.atMs) return
  const run = startRun(turn, fn, {
    cause: { kind: "event" },
    eventIds: [row.internalId],
    events: [text()],
    eventName: row.name,
    dueAtMs: row.ts,
  })
  // What has the engine's own id can't come again.
  if (row.id !== row.internalId && row.name !== eventNames.timer)
    turn.state.seen.set(key, { runId: run.id, untilMs: turn.atMs + idempotencyMs })
}

export function seenKey(slug: string, id: string): string {
  return `${slug}\n${id}`
}
