import type { ConflictError } from "../shared/call-errors.ts"
import { hasCode } from "../shared/error.ts"
import { invalid } from "../shared/validation-error.ts"
import type { CallOptions } from "../http/request-options.ts"
import { decodeData, decodePage } from "../protocol/envelope.ts"
import { runsCancel, runsCancelV2, runsGetV2, runsListV2 } from "../protocol/usual-routes.ts"
import { type Run, type RunStatus, decodeRun, toRunStatus } from "../protocol/run.ts"
import type { Clock } from "../shared/clock.ts"
import type { Duration } from "../shared/duration.ts"
import type { Page, PageList } from "../shared/page.ts"
import type { Random } from "../shared/random.ts"
import type { AppsApi } from "./apps.ts"
import { type Ask, type Either, orNull } from "./ask.ts"
import { type PageOptions, createPages } from "./pages.ts"
import { type RunControl, createRunControl } from "./run-control.ts"
import { loadRunV1, mendOutput, mendOutputs } from "./run-output.ts"
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
  /** With `output`; it takes a request more for each that v2 can not tell from `{ data: … }`. @default false */
  includeOutput?: boolean | undefined
}

export interface RunsListOptions extends RunFilters, PageOptions {}

export interface CancelResult {
  /** Whether it had ended (also: been cancelled) before. Absent where the server has only REST v1, which does not tell. */
  hadEnded?: boolean
}

export interface RunsApi extends RunControl {
  /** Runs, the last queued first. Needs a server with REST v2. */
  list(options?: RunsListOptions): PageList<Run>
  /** One run with its output, or `null` when the server has none (or not yet: some 250 ms after its event, measured). */
  get(id: string, options?: CallOptions): Promise<Run | null>
  /**
   * Cancel a run. That it has ended already is no error.
   *
   * @throws NotFoundError when the server has no such run.
   */
  cancel(id: string, options?: CallOptions): Promise<CancelResult>
}

const knownStatuses = ["queued", "running", "completed", "failed", "cancelled", "skipped"]

export interface RunsPorts {
  ask: Ask
  either: Either
  apps: AppsApi
  clock: Clock
  random: Random
  /** Shown in errors. */
  apiURL: string
}

export function createRunsApi(ports: RunsPorts): RunsApi {
  const { ask, either, apps, clock } = ports
  return {
    ...createRunControl({ ...ports, load }),
    list,
    get: (id, options) => orNull(load(id, options)),
    cancel: (id, options) =>
      either<CancelResult>(
        async () => {
          try {
            await ask(runsCancelV2, { id }, { body: {}, options })
            return { hadEnded: false }
          } catch (error) {
            // run_already_ended, run_already_cancelled
            if (hasCode<ConflictError>(error, "conflict") && error.serverCode?.startsWith("run_already"))
              return { hadEnded: true }
            throw error
          }
        },
        async () => {
          await ask(runsCancel, { id }, { options })
          return {}
        },
      ),
  }

  function list({
    functionId,
    appId,
    status,
    since,
    until,
    includeOutput,
    limit,
    cursor,
    ...options
  }: RunsListOptions = {}): PageList<Run> {
    // Fixed now: "2h ago" is the same time on every page.
    const nowMs = clock.now()
    let appIds: Promise<string[]> | undefined
    return createPages(
      async (page): Promise<Page<Run>> => {
        const filters = {
          status: status?.map(toStatusFilter),
          from: toTimeIf("since", since, nowMs),
          until: toTimeIf("until", until, nowMs),
          includeOutput: includeOutput || undefined,
          ...page,
        }
        const fetchPage = async (own: object): Promise<Page<Run>> =>
          mendOutputs(
            ask,
            decodePage(await ask(runsListV2, {}, { query: { ...filters, ...own }, options }), decodeRun, runsListV2),
            options,
          )
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
      },
      { limit, cursor },
    )
  }

  async function allApps(options: CallOptions): Promise<string[]> {
    return (await apps.list(options)).data.map(({ id }) => id)
  }

  /** @throws NotFoundError */
  function load(id: string, options?: CallOptions): Promise<Run> {
    const v1 = (): Promise<Run> => loadRunV1(ask, id, options)
    return either(async () => {
      try {
        const body = await ask(runsGetV2, { id }, { query: { includeOutput: true }, options })
        return await mendOutput(ask, decodeData(body, decodeRun, runsGetV2), options)
      } catch (error) {
        // v2 has no words for the run of a function that is gone; v1 has.
        if (hasCode(error, "not-found") && error.message.endsWith("Function not found")) return v1()
        throw error
      }
    }, v1)
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
