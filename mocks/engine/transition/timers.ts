/**
 * Time passes.
 *
 * I1. What is due together happens in the order in which it was set.
 * I2. A cron tick that was missed, since the engine did not run, is not made up: the next one is the next after now.
 * I3. A jitter comes from the engine's seed, which its randomness gave and its log holds: a replay waits as long.
 */
import { sha1Hex } from "../../../src/shared/hash.ts"
import type { FunctionRow } from "../app.ts"
import { callEventText } from "../call-event.ts"
import { nextTickMs } from "../cron.ts"
import type { EngineStarted, TimePassed } from "../inputs.ts"
import { eventNames } from "../internal-events.ts"
import { type Timer, isEnded } from "../run.ts"
import type { EngineState, EventRow } from "../state.ts"
import { settleEvents } from "./arrivals.ts"
import { cancelRun, forgetStep, startRun } from "./runs.ts"
import { type Step, stepOf, unchanged } from "./step.ts"
import { completeStep } from "./steps.ts"
import { storeEvent } from "./store-event.ts"
import { type Turn, createTurn, newId, setTimer } from "./turn.ts"

export function timePassed(state: EngineState, { atMs }: TimePassed): Step<"time.passed"> {
  const turn = createTurn(state, atMs)
  let isChanged = false
  // What is set meanwhile comes after what was there, so each look begins anew; those that are due now come in this turn as well.
  for (let timer = firstTimer(state); timer !== undefined && timer.dueAtMs <= atMs; timer = firstTimer(state)) {
    state.timers.remove(timer)
    isChanged = true
    fire(turn, timer)
    settleEvents(turn)
  }
  return isChanged ? stepOf(turn, undefined) : unchanged(state, undefined)
}

export function firstTimer({ timers }: EngineState): Timer | undefined {
  for (const timer of timers.ascending()) return timer
  return undefined
}

function fire(turn: Turn, timer: Timer): void {
  const { state } = turn
  switch (timer.kind) {
    case "step":
      return endStep(turn, timer.runId, timer.stepId)
    case "run.start-limit": {
      const run = state.runs.byId.get(timer.runId)
      if (run?.phase.kind === "queued") cancelRun(turn, run)
      return
    }
    case "run.finish-limit": {
      const run = state.runs.byId.get(timer.runId)
      if (run !== undefined) cancelRun(turn, run)
      return
    }
    case "cron":
      return tick(turn, timer)
    default:
      timer satisfies never
  }
}

const invokeTimedOut = JSON.stringify({
  error: {
    error: "InngestInvokeTimeoutError: Timed out waiting for invoked function to complete",
    message: "Timed out waiting for invoked function to complete",
    name: "InngestInvokeTimeoutError",
  },
})

/** A sleep is over, or a wait has lasted too long. */
function endStep(turn: Turn, runId: string, stepId: string): void {
  const run = turn.state.runs.byId.get(runId)
  const step = run?.steps.get(stepId)
  if (run === undefined || step === undefined || isEnded(run.phase)) return
  const { phase } = step
  switch (phase.kind) {
    case "sleeping":
      return completeStep(turn, run, step, "null", "completed")
    case "waiting":
    case "listening":
      forgetStep(turn, phase)
      return completeStep(turn, run, step, "null", "timed-out")
    case "invoking":
      turn.state.invocations.delete(phase.childRunId)
      return completeStep(turn, run, step, invokeTimedOut, "timed-out")
    case "queued":
    case "requesting":
    case "done":
      return
    default:
      phase satisfies never
  }
}

function tick(turn: Turn, { slug, cron, tickAtMs, dueAtMs }: Timer & { kind: "cron" }): void {
  const { state, atMs } = turn
  const fn = state.functions.get(slug)
  if (fn === undefined) return
  const internalId = newId(turn)
  const [text, fireText] = [tickAtMs, dueAtMs].map((ms) => new Date(ms).toISOString().replace(".000Z", "Z"))
  const event: EventRow = {
    internalId,
    receivedAtMs: atMs,
    id: text ?? internalId,
    name: eventNames.timer,
    data: `{"cron":${JSON.stringify(cron)},"fireAt":"${fireText}","scheduledAt":"${text}"}`,
    ts: tickAtMs,
    v: undefined,
    user: undefined,
  }
  storeEvent(state, event, { isOwn: true })
  startRun(turn, fn, {
    cause: { kind: "cron", cron },
    eventIds: [internalId],
    events: [callEventText(event)],
    eventName: event.name,
  })
  // Ticks that came while this one was put off are put off themselves.
  setTick(turn, fn, cron, Math.max(atMs - jitterOf(fn, cron), tickAtMs))
}

/** Wait for the next tick of a cron trigger after a time. */
export function setTick(turn: Turn, fn: FunctionRow, cron: string, afterMs: number): void {
  const tickAtMs = nextTickMs(cron, afterMs)
  if (tickAtMs === undefined) return
  const { slug } = fn
  setTimer(turn, tickAtMs + delayMs(turn, fn, cron, tickAtMs), { kind: "cron", slug, cron, tickAtMs })
}

function jitterOf({ triggers }: FunctionRow, cron: string): number {
  for (const trigger of triggers) if (trigger.kind === "cron" && trigger.cron === cron) return trigger.jitterMs
  return 0
}

/** I3. Whole seconds, up to the trigger's jitter. */
function delayMs({ state }: Turn, fn: FunctionRow, cron: string, tickAtMs: number): number {
  const jitterMs = jitterOf(fn, cron)
  if (jitterMs === 0) return 0
  const drawn = Number.parseInt(sha1Hex(`${state.mint.seed} ${fn.slug} ${cron} ${tickAtMs}`).slice(0, 8), 16) / 2 ** 32
  return Math.floor(drawn * (jitterMs / 1000 + 1)) * 1000
}

/** I2 */
export function engineStarted(state: EngineState, { atMs, seed }: EngineStarted): Step<"engine.started"> {
  const turn = createTurn(state, atMs)
  state.mint.seed = seed
  const missed = [...state.timers.ascending()].filter((timer) => timer.kind === "cron" && timer.dueAtMs <= atMs)
  let missedTicks = 0
  for (const timer of missed) {
    if (timer.kind !== "cron") continue
    state.timers.remove(timer)
    for (
      let at: number | undefined = timer.tickAtMs;
      at !== undefined && at <= atMs && missedTicks < 1000;
      missedTicks++
    )
      at = nextTickMs(timer.cron, at)
    const fn = state.functions.get(timer.slug)
    if (fn !== undefined) setTick(turn, fn, timer.cron, atMs)
  }
  return stepOf(turn, { missedTicks })
}
