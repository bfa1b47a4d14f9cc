/**
 * Role: the state as rows of text, and back: what an engine starts from instead of all inputs since the beginning.
 * Boundary: `engine.ts` takes and loads snapshots; a log keeps the rows.
 *
 * I1. Loading what was taken gives a state that answers and goes on alike.
 * I2. What is over is not parsed when it is loaded: a start costs what goes on, and little for what was.
 */
import type { AppRow, FunctionRow } from "./app.ts"
import { compileExpression } from "./expression.ts"
import { endEventOf, isEndEvent } from "./internal-events.ts"
import { type RunRow, type StepPhase, type StepRow, type Timer } from "./run.ts"
import { type CancellationRow, type EngineState, type EventRow, type WorkflowRow, emptyState } from "./state.ts"
import { registerRun } from "./transition/register-run.ts"
import { storeEvent } from "./transition/store-event.ts"
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

/** In an order in which each row finds what it speaks of. */
export function* takeSnapshot(state: EngineState): Generator<SnapshotRow> {
  const { mint, lastSeq, workflows } = state
  yield row("meta", { mint, lastSeq, lastSequence: workflows.lastSequence })
  for (const app of state.apps.values()) yield row("app", app)
  for (const fn of state.functions.values()) yield row("function", fn)
  for (const run of state.runs.all.ascending()) yield rowOfRun(run)
  const arrived = new Map(state.events.arrived.map((event, index) => [event, index]))
  for (const event of state.events.all.ascending()) yield rowOfEvent(event, arrived.get(event))
  for (const { document, ...rest } of workflows.byKey.values()) yield row("workflow", rest, document)
  for (const timer of state.timers.ascending()) if (timer.kind !== "step") yield row("timer", timer)
  for (const { signal, runId, stepId } of state.signals.values()) yield row("signal", { signal, runId, stepId })
  for (const cancellation of state.cancellations.values()) yield row("cancellation", cancellation)
  for (const [key, seen] of state.seen) yield row("seen", { key, ...seen })
}

function row(kind: SnapshotRow["kind"], head: unknown, body: string | null = null): SnapshotRow {
  return { kind, head: JSON.stringify(head), body }
}

function rowOfEvent(event: EventRow, arrival: number | undefined): SnapshotRow {
  if (isEndEvent(event)) return row("event", [event.internalId, "end", event.name, event.runId, event.ts])
  const { internalId, name, receivedAtMs, id, ts, v, user, data } = event
  return row("event", [internalId, arrival ?? null, name, receivedAtMs, id, ts, v ?? null, user ?? null], data)
}

/** Of a run: what lists look at; the rest is its body. */
function rowOfRun(run: RunRow): SnapshotRow {
  const { id, slug, appName, queuedAtMs, eventIds, eventName } = run
  const head = [
    id,
    slug,
    appName,
    queuedAtMs,
    eventIds,
    eventName,
    run instanceof LoadedRun ? run.kind : run.phase.kind,
  ]
  return row("run", head, (run instanceof LoadedRun ? run.unread : undefined) ?? JSON.stringify(bodyOfRun(run)))
}

interface RunBody extends Omit<
  RunRow,
  "id" | "slug" | "appName" | "queuedAtMs" | "eventIds" | "eventName" | "steps" | "pending" | "jobs"
> {
  readonly steps: readonly unknown[]
  readonly pending: readonly string[]
  readonly jobs: readonly unknown[]
}

function bodyOfRun(run: RunRow): RunBody {
  // One by one: a run that was loaded has these behind getters.
  return {
    functionId: run.functionId,
    appId: run.appId,
    maxAttempts: run.maxAttempts,
    cause: run.cause,
    events: run.events,
    phase: run.phase,
    requestVersion: run.requestVersion,
    mustPlan: run.mustPlan,
    stack: run.stack,
    stateBytes: run.stateBytes,
    attempts: run.attempts,
    steps: [...run.steps.values()],
    pending: [...run.pending],
    jobs: [...run.jobs.values()],
  }
}

export function loadSnapshot(rows: Iterable<SnapshotRow>): EngineState {
  const state = emptyState()
  const arrived: [number, EventRow][] = []
  const workflows: WorkflowRow[] = []
  for (const { kind, head, body } of rows) {
    const value: unknown = JSON.parse(head)
    switch (kind) {
      case "meta": {
        const { mint, lastSeq, lastSequence } = value as Pick<EngineState, "mint" | "lastSeq"> & {
          lastSequence: number
        }
        Object.assign(state.mint, mint)
        state.lastSeq = lastSeq
        state.workflows.lastSequence = lastSequence
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
        registerRun(
          state,
          new LoadedRun(value as RunHead, body ?? "{}"),
          /^(?:queued|running)$/.test((value as RunHead)[6]),
        )
        break
      case "event": {
        const event = toEvent(state, value as EventHead, body)
        if (event === undefined) break
        storeEvent(state, event, { isOwn: true })
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
  for (const [, event] of arrived.toSorted(([left], [right]) => left - right)) state.events.arrived.push(event)
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
    return run === undefined ? undefined : endEventOf(run, internalId, name, atMs)
  }
  const [internalId, , name, receivedAtMs, id, ts, v, user] = head
  return { internalId, name, receivedAtMs, id, ts, data, v: v ?? undefined, user: user ?? undefined }
}

type RunHead = readonly [
  id: string,
  slug: string,
  appName: string,
  queuedAtMs: number,
  eventIds: readonly string[],
  eventName: string,
  phase: RunRow["phase"]["kind"],
]

type ReadBody = Omit<RunBody, "steps" | "pending" | "jobs"> & Pick<RunRow, "steps" | "pending" | "jobs">

/** I2: its body is parsed when something of it is asked for. A class, since thousands of them are made. */
class LoadedRun implements RunRow {
  readonly id: string
  readonly slug: string
  readonly appName: string
  readonly queuedAtMs: number
  readonly eventIds: readonly string[]
  readonly eventName: string
  readonly #kind: RunRow["phase"]["kind"]
  #body: string | ReadBody

  constructor([id, slug, appName, queuedAtMs, eventIds, eventName, kind]: RunHead, body: string) {
    this.id = id
    this.slug = slug
    this.appName = appName
    this.queuedAtMs = queuedAtMs
    this.eventIds = eventIds
    this.eventName = eventName
    this.#kind = kind
    this.#body = body
  }

  /** The text that it was loaded from, if nothing of it was looked at: then nothing of it has changed. */
  get unread(): string | undefined {
    return typeof this.#body === "string" ? this.#body : undefined
  }

  get kind(): RunRow["phase"]["kind"] {
    return typeof this.#body === "string" ? this.#kind : this.#body.phase.kind
  }

  get #read(): ReadBody {
    if (typeof this.#body === "string") this.#body = readBody(JSON.parse(this.#body) as RunBody)
    return this.#body
  }

  get functionId(): RunRow["functionId"] {
    return this.#read.functionId
  }

  get appId(): RunRow["appId"] {
    return this.#read.appId
  }

  get maxAttempts(): RunRow["maxAttempts"] {
    return this.#read.maxAttempts
  }

  get cause(): RunRow["cause"] {
    return this.#read.cause
  }

  get events(): RunRow["events"] {
    return this.#read.events
  }

  get steps(): RunRow["steps"] {
    return this.#read.steps
  }

  get stack(): RunRow["stack"] {
    return this.#read.stack
  }

  get pending(): RunRow["pending"] {
    return this.#read.pending
  }

  get jobs(): RunRow["jobs"] {
    return this.#read.jobs
  }

  get attempts(): RunRow["attempts"] {
    return this.#read.attempts
  }

  get phase(): RunRow["phase"] {
    return this.#read.phase
  }

  set phase(value: RunRow["phase"]) {
    this.#read.phase = value
  }

  get requestVersion(): RunRow["requestVersion"] {
    return this.#read.requestVersion
  }

  set requestVersion(value: RunRow["requestVersion"]) {
    this.#read.requestVersion = value
  }

  get mustPlan(): RunRow["mustPlan"] {
    return this.#read.mustPlan
  }

  set mustPlan(value: RunRow["mustPlan"]) {
    this.#read.mustPlan = value
  }

  get stateBytes(): RunRow["stateBytes"] {
    return this.#read.stateBytes
  }

  set stateBytes(value: RunRow["stateBytes"]) {
    this.#read.stateBytes = value
  }
}

function readBody(body: RunBody): ReadBody {
  const steps = (body.steps as StepRow[]).map((step) => [step.id, { ...step, phase: readPhase(step.phase) }] as const)
  return {
    ...body,
    steps: new Map(steps),
    pending: new Set(body.pending),
    jobs: new Map((body.jobs as { id: string }[]).map((job) => [job.id, job])) as RunRow["jobs"],
  }
}

function readPhase(phase: StepPhase): StepPhase {
  if (phase.kind !== "waiting") return phase
  const { condition } = phase.wait
  const compiled = condition === undefined || condition === "" ? undefined : compileExpression(condition)
  const expression = compiled?.ok === true ? compiled.expression : undefined
  return { kind: "waiting", wait: { ...phase.wait, expression } }
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
