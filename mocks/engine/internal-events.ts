/**
 * What the engine tells about the ends of runs, and gives to those who invoked them.
 *
 * @source contract §5.1 and §5.2; recordings `fn-fail-final`, `fail-events`, `cancel-on`, `invoke`, `cancel-invoked`
 */
import { callEventText, withoutEmptyUser } from "./call-event.ts"
import { type EndPhase, type RunFailure, type RunRow, isEnded } from "./run.ts"
import type { EventRow } from "./event.ts"

export const eventNames = {
  finished: "inngest/function.finished",
  failed: "inngest/function.failed",
  cancelled: "inngest/function.cancelled",
  invoked: "inngest/function.invoked",
  timer: "inngest/scheduled.timer",
} as const

const statusTexts = { completed: "Completed", failed: "Failed", cancelled: "Cancelled" } as const

/** `finished`, then `failed` or `cancelled` under the run's id. */
export function endEvents(run: RunRow, phase: EndPhase, atMs: number, newId: () => string): EventRow[] {
  const finished = new EndEvent(run.id, run, newId(), eventNames.finished, atMs)
  if (phase.kind === "completed") return [finished]
  const name = phase.kind === "failed" ? eventNames.failed : eventNames.cancelled
  return [finished, new EndEvent(run.id, run, newId(), name, atMs)]
}

/** One of them again, for a run that is read when it is asked for. */
export function endEventOf(
  runId: string,
  readRun: () => RunRow | undefined,
  internalId: string,
  name: string,
  atMs: number,
): EventRow {
  return new EndEvent(runId, readRun, internalId, name, atMs)
}

export function isEndEvent(row: EventRow): row is EventRow & { readonly runId: string } {
  return row instanceof EndEvent
}

/** Its text is made when it is asked for: most are never read. */
class EndEvent implements EventRow {
  readonly runId: string
  readonly internalId: string
  readonly receivedAtMs: number
  readonly id: string
  readonly name: string
  readonly ts: number
  readonly v = undefined
  readonly user = undefined
  readonly #run: RunRow | (() => RunRow | undefined)

  constructor(runId: string, run: RunRow | (() => RunRow | undefined), internalId: string, name: string, atMs: number) {
    this.internalId = internalId
    // A failure and a cancellation have the run's own.
    this.id = name === eventNames.finished ? internalId : runId
    this.name = name
    this.receivedAtMs = atMs
    this.ts = atMs
    this.runId = runId
    this.#run = run
  }

  get data(): string {
    const run = typeof this.#run === "function" ? this.#run() : this.#run
    return run !== undefined && isEnded(run.phase) ? endData(run, run.phase) : "{}"
  }
}

/** @returns the `data` of an end event. */
function endData(run: RunRow, phase: EndPhase): string {
  const members: string[] = [`"_inngest":{"status":"${statusTexts[phase.kind]}"}`]
  const correlation = correlationOf(run)
  if (correlation !== undefined) members.push(`"correlation_id":"${correlation}"`)
  if (phase.kind === "failed") members.push(`"error":${failureText(phase.failure)}`)
  members.push(`"event":${run.events[0] ?? "null"}`, `"events":[${run.events.map(withoutEmptyUser).join(",")}]`)
  members.push(`"function_id":${JSON.stringify(run.slug)}`)
  if (phase.kind === "completed") members.push(`"result":${jsonOf(phase.output)}`)
  if (phase.kind === "failed")
    members.push(`"result":${phase.failure.isOfSdk ? jsonOf(phase.output) : JSON.stringify(phase.output)}`)
  members.push(`"run_id":"${run.id}"`)
  return `{${members.join(",")}}`
}

export function correlationOf({ cause }: RunRow): string | undefined {
  return cause.kind === "invoke" && cause.parent !== undefined
    ? `${cause.parent.runId}.${cause.parent.stepId}`
    : undefined
}

/** A run's output as JSON: what is none becomes a text. */
export function jsonOf(output: string): string {
  try {
    JSON.parse(output)
    return output
  } catch {
    return JSON.stringify(output)
  }
}

export function failureText({ code, name, message, stack, cause }: RunFailure): string {
  return (
    `{${cause === undefined ? "" : `"cause":${cause},`}"error":${JSON.stringify(code)},"message":${JSON.stringify(message)},` +
    `"name":${JSON.stringify(name)}${stack === undefined ? "" : `,"stack":${JSON.stringify(stack)}`}}`
  )
}

/** What the step that invoked a run gets. A cancelled one resolves it, with its end event. */
export function invokeMemo(phase: EndPhase, finished: EventRow | undefined): string {
  switch (phase.kind) {
    case "completed":
      return `{"data":${jsonOf(phase.output)}}`
    case "failed":
      return `{"error":${failureText(phase.failure)}}`
    case "cancelled":
      return finished === undefined ? "null" : callEventText(finished)
  }
}
