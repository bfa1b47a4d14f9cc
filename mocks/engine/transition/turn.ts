/** One input being applied: the state it changes, the time it happened at, and what follows from it. */
import type { WorkEffect } from "../effects.ts"
import { mintUlid } from "../mint.ts"
import type { Job, RunRow, Timer } from "../run.ts"
import type { EngineState, EventRow } from "../state.ts"

export interface Turn {
  readonly state: EngineState
  readonly atMs: number
  readonly work: WorkEffect[]
  /** Events of the engine's own that have not been looked at: a run that ends may start, cancel or resume others. */
  readonly events: EventRow[]
}

export function createTurn(state: EngineState, atMs: number): Turn {
  return { state, atMs, work: [], events: [] }
}

export function newId({ state, atMs }: Turn): string {
  return mintUlid(state.mint, atMs)
}

type TimerOf<T> = T extends Timer ? Omit<T, "dueAtMs" | "seq"> : never

export function setTimer(turn: Turn, dueAtMs: number, what: TimerOf<Timer>): Timer {
  const timer = { ...what, dueAtMs, seq: ++turn.state.lastSeq } as Timer
  turn.state.timers.add(timer)
  return timer
}

export interface JobDraft {
  readonly kind: Job["kind"]
  readonly stepId?: string | undefined
  /** @default what the run knows now */
  readonly stackAtStart?: number
  /** @default now */
  readonly dueAtMs?: number
}

export function addJob(turn: Turn, run: RunRow, draft: JobDraft): void {
  const { kind, stepId, stackAtStart = run.stack.length, dueAtMs = turn.atMs } = draft
  const seq = ++turn.state.lastSeq
  putJob(turn, run, { id: jobId(seq), runId: run.id, kind, stepId, stackAtStart, attempt: 0, dueAtMs, seq })
}

/** The same job once more, later. */
export function repeatJob(turn: Turn, run: RunRow, job: Job, dueAtMs: number): void {
  putJob(turn, run, { ...job, attempt: job.attempt + 1, dueAtMs, seq: ++turn.state.lastSeq })
}

function putJob(turn: Turn, run: RunRow, job: Job): void {
  run.jobs.set(job.id, job)
  turn.work.push({ kind: "work", job })
}

/** Short, and looking like no count: nobody may take it for an order. */
export function jobId(seq: number): string {
  return ((seq * 2_654_435_761) % 4_294_967_296).toString(36).padStart(7, "0") + seq.toString(36)
}
