/**
 * Role: the engine's rules, one function per input.
 * Boundary: called by `engine.ts` for new inputs and for those of the log at start-up, by nothing else.
 *
 * I1. Deterministic: no clock, no randomness, no I/O but looking things up in the archive, which changes between inputs alone. Equal state and
 *     input give equal state and effects.
 * I2. The state is consumed: the caller gives it up and goes on with the returned one, which may be the same object, changed. So a
 *     transition costs what it changes, not a copy of everything.
 * I3. Whether something may happen (a conditional save) is decided here, in one piece, so no other input can come in between.
 * I4. An input that changes nothing has no `record` effect; replaying the recorded ones alone gives the same state.
 */
import type { EngineInput, InputKind, InputOf } from "../inputs.ts"
import type { EngineState } from "../state.ts"
import { appRemoved, appSynced } from "./apps.ts"
import { callAnswered, runStarted } from "./calls.ts"
import { stepsCheckpointed } from "./checkpoints.ts"
import {
  cancellationRemoved,
  functionInvoked,
  historyPruned,
  runCancelled,
  runRepeated,
  runsCancelled,
  signalSent,
} from "./control.ts"
import { eventsReceived } from "./events.ts"
import { requestAnswered } from "./requests.ts"
import { runSeeded } from "./seeds.ts"
import type { Step } from "./step.ts"
import { engineStarted, timePassed } from "./timers.ts"
import { workflowDeleted, workflowSaved } from "./workflows.ts"

type Transitions = { readonly [Kind in InputKind]: (state: EngineState, input: InputOf<Kind>) => Step<Kind> }

/** A new kind of input does not compile until it has its row. */
const transitions: Transitions = {
  "events.received": eventsReceived,
  "workflow.saved": workflowSaved,
  "workflow.deleted": workflowDeleted,
  "engine.started": engineStarted,
  "app.synced": appSynced,
  "app.removed": appRemoved,
  "time.passed": timePassed,
  "run.started": runStarted,
  "call.answered": callAnswered,
  "request.answered": requestAnswered,
  "steps.checkpointed": stepsCheckpointed,
  "function.invoked": functionInvoked,
  "run.cancelled": runCancelled,
  "run.repeated": runRepeated,
  "runs.cancelled": runsCancelled,
  "cancellation.removed": cancellationRemoved,
  "signal.sent": signalSent,
  "history.pruned": historyPruned,
  "run.seeded": runSeeded,
}

export function transition<Kind extends InputKind>(state: EngineState, input: InputOf<Kind>): Step<Kind>
export function transition(state: EngineState, input: EngineInput): Step<InputKind> {
  const apply = transitions[input.kind] as (state: EngineState, input: EngineInput) => Step<InputKind>
  return apply(state, input)
}
