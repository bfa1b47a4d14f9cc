import { TimeoutError, invalid, isConflictError, isNotFoundError } from "../errors.ts"
import type { CallOptions } from "../http/request-options.ts"
import { decodeData, decodePage } from "../protocol/envelope.ts"
import {
  buildPath,
  runsCancel,
  runsCancelV2,
  runsGet,
  runsGetV2,
  runsJobs,
  runsListV2,
  runsRerun,
  runsTrace,
} from "../protocol/routes.ts"
import {
  type Run,
  type RunJob,
  type RunStatus,
  type RunTrace,
  decodeRun,
  decodeRunJob,
  decodeRunTrace,
  decodeRunV1,
  isEnded,
  toRunStatus,
} from "../protocol/run.ts"
import { list as listOf } from "../protocol/shape.ts"
import { backoffDelayMs } from "../shared/backoff.ts"
import { type Clock, wait as waitFor } from "../shared/clock.ts"
import { type Duration, parseDuration } from "../shared/duration.ts"
import type { Page, PageList } from "../shared/page.ts"
import type { Random } from "../shared/random.ts"
import type { AppsApi } from "./apps.ts"
import { type Ask, type Either, isRouteMissing, orNull } from "./ask.ts"
import { type StartedRun, decodeStartedRun } from "./functions.ts"
import { type PageOptions, createPages } from "./pages.ts"
import { toTimeIf } from "./time.ts"

/** What `runs.list` filters by. */
export interface RunFilters {
  status?: readonly (RunStatus | "canceled")[] | undefined
  /** In full (`core-ship-order`), or within its app (`ship-order`): then of every app, unless `appId` says which. */
  functionId?: string | undefined
  appId?: string | undefined
  /** Queued from then on: a duration ago (`"2h"`), a Date, or a time as text. @default the server's: dev and self-hosted ones give all */
  since?: Duration | Date | undefined
  /** Queued until then, written like `since`. @default now */
  until?: Duration | Date | undefined
  /** With `output`. @default false */
  includeOutput?: boolean | undefined
}

export interface RunsListOptions extends RunFilters, PageOptions {}

export interface WaitOptions {
  /** For the whole wait. @default for ever */
  timeout?: Duration | undefined
  /** Ends the wait; its reason is thrown as it is. */
  signal?: AbortSignal | undefined
}

export interface CancelResult {
  /** Whether it had ended (also: been cancelled) before. Absent where the server has only REST v1, which does not tell. */
  hadEnded?: boolean
}

export interface RunsApi {
  /** Runs, the last queued first. Needs a server with REST v2. */
  list(options?: RunsListOptions): PageList<Run>
  /** One run with its output, or `null` when the server has none (or not yet: some 250 ms after its event, measured). */
  get(id: string, options?: CallOptions): Promise<Run | null>
  /** What happened in a run, or `null` when the server has no such run. Needs a server with REST v2. */
  trace(id: string, options?: CallOptions): Promise<RunTrace | null>
  /** What of a run is queued; empty once it has ended. */
  jobs(id: string, options?: CallOptions): Promise<RunJob[]>
  /**
   * Cancel a run. That it has ended already is no error.
   *
   * @throws NotFoundError when the server has no such run.
   */
  cancel(id: string, options?: CallOptions): Promise<CancelResult>
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

const knownStatuses = ["queued", "running", "completed", "failed", "cancelled", "skipped"]

const waitSteps = { minDelayMs: 200, maxDelayMs: 5_000 }

/** A new run can be unknown for a while: 250 ms as a rule, 10 s behind a backlog. @source measured for events, contract/http.md §8 */
const graceMs = 15_000

export interface RunsPorts {
  ask: Ask
  either: Either
  apps: AppsApi
  clock: Clock
  random: Random
  /** Shown in errors. */
  apiURL: string
}

export function createRunsApi({ ask, either, apps, clock, random, apiURL }: RunsPorts): RunsApi {
  return {
    list,
    get: (id, options) => orNull(load(id, options)),
    trace: (id, options) =>
      orNull(
        ask(runsTrace, { id }, { query: { includeOutput: true }, options }).then((body) =>
          decodeData(body, decodeRunTrace, runsTrace),
        ),
      ),
    jobs: async (id, options) => decodeData(await ask(runsJobs, { id }, { options }), listOf(decodeRunJob), runsJobs),
    cancel: (id, options) =>
      either<CancelResult>(
        async () => {
          try {
            await ask(runsCancelV2, { id }, { body: {}, options })
            return { hadEnded: false }
          } catch (error) {
            // run_already_ended, run_already_cancelled
            if (isConflictError(error) && error.serverCode?.startsWith("run_already")) return { hadEnded: true }
            throw error
          }
        },
        async () => {
          await ask(runsCancel, { id }, { options })
          return {}
        },
      ),
    rerun: async (id, options) =>
      decodeData(await ask(runsRerun, { id }, { body: {}, options }), decodeStartedRun, runsRerun),
    wait,
  }

  function list(options: RunsListOptions = {}): PageList<Run> {
    const { functionId, appId, status, since, until, includeOutput } = options
    // Fixed now: "2h ago" is the same time on every page.
    const nowMs = clock.now()
    let appIds: Promise<string[]> | undefined
    return createPages(async (page): Promise<Page<Run>> => {
      const filters = {
        status: status?.map(toStatusFilter),
        from: toTimeIf("since", since, nowMs),
        until: toTimeIf("until", until, nowMs),
        includeOutput: includeOutput || undefined,
        ...page,
      }
      const fetchPage = async (own: object): Promise<Page<Run>> =>
        decodePage(await ask(runsListV2, {}, { query: { ...filters, ...own }, options }), decodeRun, runsListV2)
      if (functionId === undefined) return fetchPage({ appId })
      // The server takes a function only together with its app.
      const ofApps = await (appIds ??= appId === undefined ? allApps(options) : Promise.resolve([appId]))
      if (ofApps.length === 0) return { data: [] }
      // Which of the two forms the server compares with differs by its version.
      const forms = ofApps.flatMap((app) => [
        `${app}-${functionId}`,
        functionId.startsWith(`${app}-`) ? functionId.slice(app.length + 1) : functionId,
      ])
      const { data, ...rest } = await fetchPage({ appId: ofApps, functionId: [...new Set([functionId, ...forms])] })
      // Of several apps, one may have a function that another's form names.
      return { data: data.filter((run) => isOf(run, functionId)), ...rest }
    }, options)
  }

  async function allApps({ signal, timeout }: CallOptions): Promise<string[]> {
    return (await apps.list({ signal, timeout })).data.map(({ id }) => id)
  }

  /** @throws NotFoundError */
  function load(id: string, options?: CallOptions): Promise<Run> {
    const v1 = async (): Promise<Run> => decodeData(await ask(runsGet, { id }, { options }), decodeRunV1, runsGet)
    return either(async () => {
      try {
        const body = await ask(runsGetV2, { id }, { query: { includeOutput: true }, options })
        return decodeData(body, decodeRun, runsGetV2)
      } catch (error) {
        // v2 has no words for the run of a function that is gone; v1 has.
        if (isNotFoundError(error) && error.message.endsWith("Function not found")) return v1()
        throw error
      }
    }, v1)
  }

  async function wait(id: string, { timeout, signal }: WaitOptions = {}): Promise<Run> {
    const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout)
    if (timeout !== undefined && timeoutMs === undefined)
      throw invalid("timeout", `"${timeout}" is no duration ("30s", or a number of ms)`)
    const startMs = clock.now()
    const controller = new AbortController()
    const onAbort = (): void => controller.abort(signal?.reason)
    if (signal?.aborted) onAbort()
    signal?.addEventListener("abort", onAbort)
    const cancelTimer =
      timeoutMs === undefined ? undefined : clock.setTimer(startMs + timeoutMs, () => controller.abort(late(timeoutMs)))
    let status = "unknown"
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          const run = await load(id, { signal: controller.signal })
          if (isEnded(run)) return run
          status = run.status
        } catch (error) {
          const isNew = isNotFoundError(error) && !isRouteMissing(error) && clock.now() - startMs < graceMs
          if (!isNew) throw error
        }
        await waitFor(clock, backoffDelayMs(attempt, waitSteps, random), controller.signal)
      }
    } finally {
      cancelTimer?.()
      signal?.removeEventListener("abort", onAbort)
    }

    function late(afterMs: number): TimeoutError {
      const url = apiURL + buildPath(runsGetV2.path, { id })
      return new TimeoutError(`run ${id} is ${status} after ${afterMs} ms`, { method: "GET", url }, afterMs)
    }
  }
}

function isOf(run: Run, functionId: string): boolean {
  return (
    [run.functionId, `${run.appId}-${run.functionId}`].includes(functionId) ||
    run.functionId === `${run.appId}-${functionId}`
  )
}

function toStatusFilter(given: string): string {
  const status = toRunStatus(given)
  if (!knownStatuses.includes(status)) throw invalid("status", `"${given}" is not one of ${knownStatuses.join(", ")}`)
  return status.toUpperCase()
}
