/** What may be over for long: looked for in the state, then in the archive. Work on runs that go on looks in the state alone. */
import type { Seen } from "../archive.ts"
import type { RunRow } from "../run.ts"
import type { EngineState, EventRow } from "../state.ts"

export function runOf({ runs, archive }: EngineState, runId: string): RunRow | undefined {
  return runs.byId.get(runId) ?? archive.run(runId)
}

export function eventOf({ events, archive }: EngineState, internalId: string): EventRow | undefined {
  return events.all.equal(internalId)[0] ?? archive.event(internalId)
}

export function seenOf({ seen, archive }: EngineState, key: string): Seen | undefined {
  return seen.get(key) ?? archive.seen(key)
}
