/**
 * What is over leaves the state for the archive, as a snapshot of what goes on is taken: in one transaction of the log.
 *
 * I1. The state answers every read after it as before it.
 */
import type { Forget, Forgotten, Leaving } from "./archive.ts"
import type { EngineLog } from "./log.ts"
import { takeSnapshot } from "./snapshot.ts"
import { type EngineState, createTimers, isOpen } from "./state.ts"
import { addRun, createEventTables, createRunTables } from "./tables.ts"

export interface LeaveOptions {
  /** Now. */
  readonly atMs: number
  readonly forget?: Omit<Forget, "keptEventIds"> | undefined
}

/** @returns the state that goes on in place of the one given. @throws when the log can't write it; the state is as it was then. */
export function leave(
  state: EngineState,
  log: Pick<EngineLog, "compact">,
  { atMs, forget }: LeaveOptions,
): { state: EngineState; forgotten: Forgotten } {
  const staying = stayingOf(state)
  const { events, seen, runs } = state
  const leaving: Leaving = {
    runs: [...runs.all.ascending()].filter((run) => !isOpen(state, run)),
    events: events.all.ascending(),
    arrivals: events.arrivals,
    seen,
    atMs,
    forget: forget === undefined ? undefined : { ...forget, keptEventIds: [...staying.runs.byEvent.keys()] },
  }
  return { forgotten: log.compact(takeSnapshot(staying), leaving), state: staying }
}

/** Whether anything would leave. */
export function isAnythingOver({ runs, events, seen }: EngineState): boolean {
  const open = [...runs.open.values()].reduce((sum, each) => sum + each.size, 0)
  return runs.byId.size > open || events.all.size > 0 || seen.size > 0
}

function stayingOf(state: EngineState): EngineState {
  const runs = createRunTables()
  for (const run of state.runs.all.ascending()) if (isOpen(state, run)) addRun(runs, run)
  const { open } = state.runs
  const { lastPlace } = state.events
  const timers = createTimers()
  // How long a run may take is of no account once it has ended.
  for (const timer of state.timers.ascending())
    if (timer.kind === "cron" || runs.byId.has(timer.runId)) timers.add(timer)
  return { ...state, timers, runs: { ...runs, open }, events: { ...createEventTables(), lastPlace }, seen: new Map() }
}
