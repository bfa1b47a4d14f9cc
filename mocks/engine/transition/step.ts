import type { EngineEffect } from "../effects.ts"
import type { InputKind } from "../inputs.ts"
import type { EngineState } from "../state.ts"

/** What an input leads to. */
export interface Step<Kind extends InputKind> {
  readonly state: EngineState
  readonly effects: readonly EngineEffect<Kind>[]
}
