/**
 * Role: a run as text and back: what lists look at is its head, all else its body.
 * Boundary: snapshots hold live runs as this, the archive in SQLite those that ended.
 *
 * I1. A body is parsed when something of it is asked for, and not before.
 */
import { unreadable } from "./archive.ts"
import { compileExpression } from "./expression.ts"
import type { RunRow, StepPhase, StepRow } from "./run.ts"

export type RunHead = readonly [
  id: string,
  slug: string,
  appName: string,
  queuedAtMs: number,
  eventIds: readonly string[],
  eventName: string,
  phase: RunRow["phase"]["kind"],
]

/** Of a run: what lists look at; the rest is its body. */
export function headOfRun(run: RunRow): RunHead {
  const { id, slug, appName, queuedAtMs, eventIds, eventName } = run
  return [id, slug, appName, queuedAtMs, eventIds, eventName, run instanceof LoadedRun ? run.kind : run.phase.kind]
}

/** JSON text. */
export function bodyTextOfRun(run: RunRow): string {
  return (run instanceof LoadedRun ? run.unread : undefined) ?? JSON.stringify(bodyOfRun(run))
}

export function toRun(head: RunHead, body: string): RunRow {
  return new LoadedRun(head, body)
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

type ReadBody = Omit<RunBody, "steps" | "pending" | "jobs"> & Pick<RunRow, "steps" | "pending" | "jobs">

/** I1. A class, since thousands of them are made. */
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
    if (typeof this.#body === "string") this.#body = readBody(this.id, this.#body)
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

function readBody(runId: string, text: string): ReadBody {
  const body = parseBody(runId, text)
  const steps = (body.steps as StepRow[]).map((step) => [step.id, { ...step, phase: readPhase(step.phase) }] as const)
  return {
    ...body,
    steps: new Map(steps),
    pending: new Set(body.pending),
    jobs: new Map((body.jobs as { id: string }[]).map((job) => [job.id, job])) as RunRow["jobs"],
  }
}

/** @throws StoreError naming the run. */
function parseBody(runId: string, text: string): RunBody {
  try {
    return JSON.parse(text) as RunBody
  } catch (cause) {
    throw unreadable(`run ${runId}`, cause)
  }
}

function readPhase(phase: StepPhase): StepPhase {
  if (phase.kind !== "waiting") return phase
  const { condition } = phase.wait
  const compiled = condition === undefined || condition === "" ? undefined : compileExpression(condition)
  const expression = compiled?.ok === true ? compiled.expression : undefined
  return { kind: "waiting", wait: { ...phase.wait, expression } }
}
