/**
 * Role: what goes on as rows of text, and back: what an engine starts from instead of all inputs since the beginning.
 * Boundary: `leaving.ts` takes snapshots, `engine.ts` loads them; a log keeps the rows.
 *
 * I1. Loading what was taken gives a state that goes on alike; what is over went to the archive. So a start costs what goes on, whatever was.
 * I2. Snapshots of data version 2 held all runs, events and what was seen: they are loaded whole, once, and leave with the next snapshot.
 */
import type { AppRow, FunctionRow } from "./app.ts"
import type { ArchiveReads } from "./archive.ts"
import type { EventRow } from "./event.ts"
import { endEventOf } from "./internal-events.ts"
import type { Timer } from "./run.ts"
import { type RunHead, bodyTextOfRun, headOfRun, toRun } from "./run-text.ts"
import { type CancellationRow, type EngineState, type WorkflowRow, emptyState } from "./state.ts"
import { addEvent } from "./tables.ts"
import { registerRun } from "./transition/register-run.ts"
import { subscribe } from "./transition/subscriptions.ts"
import { addWait } from "./transition/waits.ts"
import { addWorkflow } from "./transition/workflows.ts"

export interface SnapshotRow {
  readonly kind:
    | "meta"
    | "app"
    | "function"
    | "run"
    | "event"
    | "workflow"
    | "timer"
    | "signal"
    | "cancellation"
    | "seen"
  /** JSON text, read at once. */
  readonly head: string
  /** Text that is kept as it is. */
  readonly body: string | null
}

/** @param state what stays of it. In an order in which each row finds what it speaks of. */
export function* takeSnapshot(state: EngineState): Generator<SnapshotRow> {
  const { mint, lastSeq, workflows, events } = state
  yield row("meta", { mint, lastSeq, lastSequence: workflows.lastSequence, lastPlace: events.lastPlace })
  for (const app of state.apps.values()) yield row("app", app)
  for (const fn of state.functions.values()) yield row("function", fn)
  for (const run of state.runs.all.ascending()) yield row("run", headOfRun(run), bodyTextOfRun(run))
  for (const { document, ...rest } of workflows.byKey.values()) yield row("workflow", rest, document)
  for (const timer of state.timers.ascending()) if (timer.kind !== "step") yield row("timer", timer)
  for (const { signal, runId, stepId } of state.signals.values()) yield row("signal", { signal, runId, stepId })
  for (const cancellation of state.cancellations.values()) yield row("cancellation", cancellation)
}

function row(kind: SnapshotRow["kind"], head: unknown, body: string | null = null): SnapshotRow {
  return { kind, head: JSON.stringify(head), body }
}

export function loadSnapshot(rows: Iterable<SnapshotRow>, archive?: ArchiveReads): EngineState {
  const state = emptyState(archive)
  const arrived: [number, EventRow][] = []
  const workflows: WorkflowRow[] = []
  for (const { kind, head, body } of rows) {
    const value: unknown = JSON.parse(head)
    switch (kind) {
      case "meta": {
        const {
          mint,
          lastSeq,
          lastSequence,
          lastPlace = 0,
        } = value as Pick<EngineState, "mint" | "lastSeq"> & {
          lastSequence: number
          lastPlace?: number
        }
        Object.assign(state.mint, mint)
        state.lastSeq = lastSeq
        state.workflows.lastSequence = lastSequence
        state.events.lastPlace = lastPlace
        break
      }
      case "app":
        state.apps.set((value as AppRow).name, value as AppRow)
        break
      case "function":
        state.functions.set((value as FunctionRow).slug, value as FunctionRow)
        subscribe(state, value as FunctionRow)
        break
      case "run":
        registerRun(state, toRun(value as RunHead, body ?? "{}"), /^(?:queued|running)$/.test((value as RunHead)[6]))
        break
      case "event": {
        const event = toEvent(state, value as EventHead, body)
        if (event === undefined) break
        addEvent(state.events, event)
        const [, arrival] = value as EventHead
        if (typeof arrival === "number") arrived.push([arrival, event])
        break
      }
      case "workflow":
        workflows.push({ ...(value as Omit<WorkflowRow, "document">), document: body ?? "" })
        break
      case "timer":
        state.timers.add(value as Timer)
        break
      case "signal": {
        const { signal, runId, stepId } = value as { signal: string; runId: string; stepId: string }
        const phase = state.runs.byId.get(runId)?.steps.get(stepId)?.phase
        if (phase?.kind === "listening") state.signals.set(signal, phase.wait)
        break
      }
      case "cancellation":
        state.cancellations.set((value as CancellationRow).id, value as CancellationRow)
        break
      case "seen": {
        const { key, runId, untilMs } = value as { key: string; runId: string; untilMs: number }
        state.seen.set(key, { runId, untilMs })
        break
      }
    }
  }
  for (const [, event] of arrived.toSorted(([left], [right]) => left - right))
    state.events.arrivals.push({ place: ++state.events.lastPlace, row: event })
  for (const workflow of workflows) addWorkflow(state, workflow)
  openWaits(state)
  return state
}

type EventHead =
  | readonly [internalId: string, kind: "end", name: string, runId: string, atMs: number]
  | readonly [
      internalId: string,
      arrival: number | null,
      name: string,
      receivedAtMs: number,
      id: string,
      ts: number,
      v: string | null,
      user: string | null,
    ]

function toEvent(state: EngineState, head: EventHead, data: string | null): EventRow | undefined {
  if (head[1] === "end") {
    const [internalId, , name, runId, atMs] = head
    const run = state.runs.byId.get(runId)
    return run === undefined ? undefined : endEventOf(runId, () => run, internalId, name, atMs)
  }
  const [internalId, , name, receivedAtMs, id, ts, v, user] = head
  return { internalId, name, receivedAtMs, id, ts, data, v: v ?? undefined, user: user ?? undefined }
}

/** What the steps of runs that go on wait for, in the order in which they began to. */
function openWaits(state: EngineState): void {
  const phases: { timer: Timer; register: () => void }[] = []
  for (const runs of state.runs.open.values()) {
    for (const run of runs) {
      for (const { id: stepId, phase } of run.steps.values()) {
        switch (phase.kind) {
          case "sleeping":
            phases.push({ timer: phase.timer, register: () => {} })
            break
          case "invoking": {
            const register = (): void => void state.invocations.set(phase.childRunId, { runId: run.id, stepId })
            phases.push({ timer: phase.timer, register })
            break
          }
          case "waiting":
            phases.push({ timer: phase.wait.timer, register: () => addWait(state, phase.wait) })
            break
          case "listening":
            phases.push({ timer: phase.wait.timer, register: () => {} })
            break
          case "queued":
          case "requesting":
          case "done":
            break
        }
      }
    }
  }
  for (const { timer, register } of phases.toSorted((left, right) => left.timer.seq - right.timer.seq)) {
    state.timers.add(timer)
    register()
  }
}
