/** Runs that a test begins with: they are there, with their events, and nothing is called for them. */
import { callEventText } from "../call-event.ts"
import type { RunSeeded } from "../inputs.ts"
import type { EngineState } from "../state.ts"
import { toEventRow } from "./events.ts"
import { registerRun } from "./register-run.ts"
import { createRun } from "./runs.ts"
import { type Step, stepOf } from "./step.ts"
import { storeEvent } from "./store-event.ts"
import { createTurn } from "./turn.ts"

export function runSeeded(state: EngineState, input: RunSeeded): Step<"run.seeded"> {
  const { atMs, runId, slug, functionId, appName, appId, event, queuedAtMs, phase } = input
  const row = storeEvent(state, toEventRow(event, event.internalId, queuedAtMs), { isOwn: false })
  const maxAttempts = state.functions.get(slug)?.maxAttempts ?? 1
  const draft = {
    cause: { kind: "event" },
    eventIds: [row.internalId],
    events: [callEventText(row)],
    eventName: row.name,
  } as const
  const run = createRun(runId, { slug, id: functionId, appName, appId, maxAttempts }, draft, queuedAtMs)
  run.phase = phase
  registerRun(state, run)
  return stepOf(createTurn(state, atMs), { runId })
}
