import type { EngineEffect } from "../effects.ts"
import type { EngineResults, InputKind } from "../inputs.ts"
import type { EngineState } from "../state.ts"
import type { Turn } from "./turn.ts"

/** What an input leads to. */
export interface Step<Kind extends InputKind> {
  readonly state: EngineState
  readonly effects: readonly EngineEffect<Kind>[]
}

/** The input changed the state. */
export function stepOf<Kind extends InputKind>({ state, work }: Turn, result: EngineResults[Kind]): Step<Kind> {
  return { state, effects: [{ kind: "record" }, { kind: "answer", result }, ...work] }
}

export function unchanged<Kind extends InputKind>(state: EngineState, result: EngineResults[Kind]): Step<Kind> {
  return { state, effects: [{ kind: "answer", result }] }
}
