/**
 * Role: what to do. A transition does nothing itself; the engine's shell carries these out, in order.
 * Boundary: made by `transition/`, carried out by `engine.ts`.
 */
import type { EngineResults, InputKind } from "./inputs.ts"
import type { Job } from "./run.ts"

/** The input changed the state: it goes to the log, and nobody is told before it is durable. */
export interface RecordEffect {
  readonly kind: "record"
}

/** Tell the one who dispatched the input. */
export interface AnswerEffect<Kind extends InputKind> {
  readonly kind: "answer"
  readonly result: EngineResults[Kind]
}

/** There is work outside: make the call or request when it is due, and dispatch what came of it. */
export interface WorkEffect {
  readonly kind: "work"
  readonly job: Job
}

export type EngineEffect<Kind extends InputKind = InputKind> = RecordEffect | AnswerEffect<Kind> | WorkEffect
