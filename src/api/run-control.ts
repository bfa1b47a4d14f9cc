/** What follows one run. */
import type { NotFoundError } from "../shared/call-errors.ts"
import { hasCode } from "../shared/error.ts"
import { type CallOptions, toCallSettings } from "../http/request-options.ts"
import { decodeData } from "../protocol/envelope.ts"
import { buildPath, runsGetV2, runsJobs, runsRerun, runsTrace } from "../protocol/routes.ts"
import { type Run, isEnded } from "../protocol/run.ts"
import { type RunJob, type RunTrace, decodeRunJob, decodeRunTrace } from "../protocol/run-trace.ts"
import { list as listOf } from "../protocol/shape.ts"
import { backoffDelayMs } from "../shared/backoff.ts"
import { type Clock, wait as waitFor, within } from "../shared/clock.ts"
import type { Duration } from "../shared/duration.ts"
import type { Random } from "../shared/random.ts"
import { type Ask, isRouteMissing, orNull } from "./ask.ts"
import { type StartedRun, decodeStartedRun } from "./functions.ts"

export interface WaitOptions {
  /** For the whole wait. @default for ever */
  timeout?: Duration | undefined
  /** Ends the wait; its reason is thrown as it is. */
  signal?: AbortSignal | undefined
}

export interface RunControl {
  /** What happened in a run, or `null` when the server has no such run. Needs a server with REST v2. */
  trace(id: string, options?: CallOptions): Promise<RunTrace | null>
  /** What of a run is queued; empty once it has ended. */
  jobs(id: string, options?: CallOptions): Promise<RunJob[]>
  /**
   * Run again, with the same events. Never asked twice once bytes were sent: an error without an answer says that it may have happened.
   *
   * Needs a server with REST v2.
   */
  rerun(id: string, options?: CallOptions): Promise<StartedRun>
  /**
   * The run, once it has ended in whatever way. Asked for after 100 to 200 ms, then less and less often, at least every 5 s.
   *
   * @throws TimeoutError when it is still under way, NotFoundError when the server has had no such run for 15 s, and the signal's reason.
   */
  wait(id: string, options?: WaitOptions): Promise<Run>
}

export interface RunControlPorts {
  ask: Ask
  clock: Clock
  random: Random
  /** Shown in errors. */
  apiURL: string
  /** @throws NotFoundError */
  load: (id: string, options?: CallOptions) => Promise<Run>
}

const waitSteps = { minDelayMs: 200, maxDelayMs: 5_000 }

/** A new run can be unknown for a while: 250 ms as a rule, 10 s behind a backlog. @source measured for events, contract/http.md §8 */
const graceMs = 15_000

export function createRunControl({ ask, clock, random, apiURL, load }: RunControlPorts): RunControl {
  return {
    trace: (id, options) =>
      orNull(
        ask(runsTrace, { id }, { query: { includeOutput: true }, options }).then((body) =>
          decodeData(body, decodeRunTrace, runsTrace),
        ),
      ),
    jobs: async (id, options) => decodeData(await ask(runsJobs, { id }, { options }), listOf(decodeRunJob), runsJobs),
    rerun: async (id, options) =>
      decodeData(await ask(runsRerun, { id }, { body: {}, options }), decodeStartedRun, runsRerun),
    wait,
  }

  async function wait(id: string, options: WaitOptions = {}): Promise<Run> {
    const { signal, timeoutMs } = await toCallSettings(options)
    const startMs = clock.now()
    const controller = new AbortController()
    let status = "unknown"
    const run = await within<Run | undefined>(
      clock,
      timeoutMs ?? Number.MAX_SAFE_INTEGER,
      signal,
      undefined,
      poll,
      () => controller.abort(signal?.reason),
    )
    if (run !== undefined) return run
    const url = apiURL + buildPath(runsGetV2.path, { id })
    throw (await import("./overdue.ts")).overdue({ id, status, url }, Number(timeoutMs))

    async function poll(): Promise<Run> {
      for (let attempt = 1; ; attempt++) {
        try {
          const found = await load(id, { signal: controller.signal })
          if (isEnded(found)) return found
          status = found.status
        } catch (error) {
          const isNew =
            hasCode<NotFoundError>(error, "not-found") && !isRouteMissing(error) && clock.now() - startMs < graceMs
          if (!isNew) throw error
        }
        await waitFor(clock, backoffDelayMs(attempt, waitSteps, random), controller.signal)
      }
    }
  }
}
