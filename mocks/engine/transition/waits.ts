/** Steps that wait for an event or a signal. */
import type { Expression } from "../expression.ts"
import type { EventWait, RunRow, SignalWait, StepRow } from "../run.ts"
import type { EngineState } from "../state.ts"
import { type Turn, setTimer } from "./turn.ts"

export interface EventWaitDraft {
  readonly event: string
  readonly condition: string | undefined
  readonly expression: Expression | undefined
  readonly untilMs: number
}

export function waitForEvent(turn: Turn, run: RunRow, step: StepRow, { untilMs, ...what }: EventWaitDraft): void {
  const timer = setTimer(turn, untilMs, { kind: "step", runId: run.id, stepId: step.id })
  const wait: EventWait = { runId: run.id, stepId: step.id, ...what, timer }
  step.phase = { kind: "waiting", wait }
  addWait(turn.state, wait)
}

/** Put a wait into the table that events are looked up in. */
export function addWait({ waits }: EngineState, wait: EventWait): void {
  const ofEvent = waits.get(wait.event)
  if (ofEvent === undefined) waits.set(wait.event, new Set([wait]))
  else ofEvent.add(wait)
}

export interface SignalWaitDraft {
  readonly signal: string
  readonly untilMs: number
  readonly isReplacing: boolean
}

/** `false`: another step waits for it. One that is replaced goes on waiting for its timeout alone. */
export function listenForSignal(
  turn: Turn,
  run: RunRow,
  step: StepRow,
  { signal, untilMs, isReplacing }: SignalWaitDraft,
): boolean {
  if (!isReplacing && turn.state.signals.has(signal)) return false
  const timer = setTimer(turn, untilMs, { kind: "step", runId: run.id, stepId: step.id })
  const wait: SignalWait = { runId: run.id, stepId: step.id, signal, timer }
  step.phase = { kind: "listening", wait }
  turn.state.signals.set(signal, wait)
  return true
}
