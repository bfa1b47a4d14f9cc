/**
 * Role: makes the calls that the state asks for, when they are due, and lets time pass.
 * Boundary: `engine.ts` gives it jobs; it calls the invoker, and dispatches what came of it.
 *
 * I1. No call is made from what is not durable: it could be forgotten, and made again.
 * I2. A job is in flight once at a time. After a restart those that were in flight are made again, under the same attempt.
 * I3. Each answer is dispatched under the job and attempt that it belongs to; whether it still counts is for the transition to say.
 * I4. It waits on the clock alone, so that on a virtual one nothing happens but by `advance`.
 */
import { signBody } from "../../src/protocol/signature.ts"
import type { Clock } from "../../src/shared/clock.ts"
import type { Random } from "../../src/shared/random.ts"
import { createSortedList } from "../../src/shared/sorted-list.ts"
import { writeCall } from "./call-text.ts"
import type { EngineResults, InputKind, InputOf } from "./inputs.ts"
import { createIdMint } from "./ids.ts"
import { type Invoker, type OutgoingRequest, unreachable } from "./invoker.ts"
import { retryDelayMs, retryJitterMs } from "./retry.ts"
import { type Job, type RunRow, isEnded } from "./run.ts"
import { type DueKey, type EngineState, compareDue } from "./state.ts"
import { firstTimer } from "./transition/timers.ts"

export interface RunnerOptions {
  readonly clock: Clock
  readonly random: Random
  readonly invoker: Invoker
  /** Every retry waits so long, instead of what the table says. */
  readonly retryIntervalMs: number | undefined
  /** Signs calls. */
  readonly signingKey: string | undefined
  /** Calls in flight at a time. */
  readonly maxCalls: number
  state(): EngineState
  dispatch<Kind extends InputKind>(input: InputOf<Kind>): Promise<EngineResults[Kind]>
  /** `undefined`: all is durable. */
  durable(): Promise<void> | undefined
}

export interface Runner {
  /** There is a job. */
  take(job: Job): void
  /** The state has changed: look what is due. */
  wake(): void
  /** Resolves when nothing is in flight and nothing more is due now. */
  idle(): Promise<void>
  /** When something is due next, in ms since the epoch. */
  nextDueMs(): number | undefined
  /** Let go of what is in flight, and begin nothing more. */
  close(): void
}

export function createRunner(options: RunnerOptions): Runner {
  const { clock, random, invoker, state, dispatch, maxCalls } = options
  const queue = createSortedList<Job, DueKey>((job) => job, compareDue)
  const inFlight = new Map<string, AbortController>()
  const mintIds = createIdMint(random)
  let isOpen = true
  let isWaking = false
  let alarm: { atMs: number; cancel: () => void } | undefined
  let waiting: (() => void)[] = []

  function first(): Job | undefined {
    for (const job of queue.ascending()) return job
    return undefined
  }

  function wake(): void {
    if (isWaking || !isOpen) return
    isWaking = true
    queueMicrotask(pump)
  }

  function pump(): void {
    isWaking = false
    if (!isOpen) return
    const nowMs = clock.now()
    const timer = firstTimer(state())
    if (timer !== undefined && timer.dueAtMs <= nowMs)
      attempt(dispatch<"time.passed">({ kind: "time.passed", atMs: nowMs }))
    for (let job = first(); job !== undefined && job.dueAtMs <= nowMs && inFlight.size < maxCalls; job = first()) {
      queue.remove(job)
      start(job)
    }
    setAlarm()
    if (isIdle()) {
      const done = waiting
      waiting = []
      for (const resolve of done) resolve()
    }
  }

  /** A log that fails has halted the engine, which says so to everybody who asks. */
  function attempt(dispatched: Promise<unknown>): void {
    dispatched.catch(close)
  }

  function nextDueMs(): number | undefined {
    const jobMs = first()?.dueAtMs
    const timerMs = firstTimer(state())?.dueAtMs
    return jobMs === undefined || timerMs === undefined ? (jobMs ?? timerMs) : Math.min(jobMs, timerMs)
  }

  function setAlarm(): void {
    const atMs = nextDueMs()
    if (atMs === alarm?.atMs || !isOpen) return
    alarm?.cancel()
    alarm = undefined
    // What is due and has to wait for a place begins when another call has ended.
    if (atMs === undefined || (atMs <= clock.now() && inFlight.size >= maxCalls)) return
    const cancel = clock.setTimer(atMs, () => {
      alarm = undefined
      wake()
    })
    alarm = { atMs, cancel }
  }

  function isIdle(): boolean {
    if (isWaking || inFlight.size > 0) return false
    const dueMs = nextDueMs()
    return !isOpen || dueMs === undefined || dueMs > clock.now()
  }

  function start(job: Job): void {
    const run = state().runs.byId.get(job.runId)
    if (run === undefined || isEnded(run.phase) || run.jobs.get(job.id) !== job) return
    const controller = new AbortController()
    inFlight.set(job.id, controller)
    if (run.phase.kind === "queued")
      attempt(dispatch<"run.started">({ kind: "run.started", atMs: clock.now(), runId: run.id }))
    perform(run, job, controller)
      .catch(close)
      .then(() => {
        inFlight.delete(job.id)
        wake()
      })
  }

  async function perform(run: RunRow, job: Job, controller: AbortController): Promise<void> {
    // I1
    const durable = options.durable()
    if (durable !== undefined) await durable
    if (!isOpen) return
    const startedAtMs = clock.now()
    if (job.kind === "request") await request(run, job, startedAtMs, controller.signal)
    else await call(run, job, startedAtMs, controller.signal)
  }

  async function call(run: RunRow, job: Job, startedAtMs: number, signal: AbortSignal): Promise<void> {
    const fn = state().functions.get(run.slug)
    const outgoing = fn === undefined ? undefined : await prepare(writeCall(fn, run, job, newDispatch(startedAtMs)))
    const answer = outgoing === undefined ? unreachable : await invoker.call(outgoing, signal)
    if (!isOpen) return
    const common = outcomeOf(job, startedAtMs)
    // I3
    await dispatch<"call.answered">({ kind: "call.answered", ...common, answer })
  }

  async function request(run: RunRow, job: Job, startedAtMs: number, signal: AbortSignal): Promise<void> {
    const phase = job.stepId === undefined ? undefined : run.steps.get(job.stepId)?.phase
    if (phase?.kind !== "requesting") return
    const answer = await invoker.request(phase.request, signal)
    if (!isOpen) return
    await dispatch<"request.answered">({ kind: "request.answered", ...outcomeOf(job, startedAtMs), answer })
  }

  function outcomeOf({ runId, id, attempt: tried }: Job, startedAtMs: number) {
    const delayMs = options.retryIntervalMs ?? retryDelayMs(tried + 1, retryJitterMs(random))
    return { atMs: clock.now(), runId, jobId: id, attempt: tried, startedAtMs, retryDelayMs: delayMs }
  }

  function newDispatch(nowMs: number): { requestId: string; spanId: string } {
    // Nothing depends on it but that few are alike.
    const half = (): string =>
      Math.floor(random.next() * 2 ** 32)
        .toString(16)
        .padStart(8, "0")
    const spanId = half() + half()
    return { requestId: mintIds(1, nowMs)[0] ?? "", spanId }
  }

  async function prepare({ url, headers, body }: { url: string; headers: Record<string, string>; body: string }) {
    const { signingKey } = options
    if (signingKey !== undefined) headers["x-inngest-signature"] = await signBody(body, signingKey, clock.now())
    return { url, headers, body, method: "POST" } satisfies OutgoingRequest
  }

  function close(): void {
    isOpen = false
    alarm?.cancel()
    for (const controller of inFlight.values()) controller.abort()
    const done = waiting
    waiting = []
    for (const resolve of done) resolve()
  }

  return {
    take(job) {
      queue.add(job)
      wake()
    },
    wake,
    idle() {
      if (isIdle()) return Promise.resolve()
      wake()
      return new Promise((resolve) => waiting.push(resolve))
    },
    nextDueMs,
    close,
  }
}
