import { type RunRow, isEnded } from "../run.ts"
import type { EngineState } from "../state.ts"
import { addRun } from "../tables.ts"

/** Put a run into the tables that it is found by. @param isOpen whether it goes on. */
export function registerRun({ runs }: EngineState, run: RunRow, isOpen: boolean = !isEnded(run.phase)): void {
  addRun(runs, run)
  if (!isOpen) return
  const open = runs.open.get(run.slug)
  if (open === undefined) runs.open.set(run.slug, new Set([run]))
  else open.add(run)
}
