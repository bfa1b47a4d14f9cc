import type { CallOptions } from "../http/request-options.ts"
import { decodeData, decodePage } from "../protocol/envelope.ts"
import { type ReceivedEvent, decodeReceivedEvent } from "../protocol/received-event.ts"
import { type Decode, list as listOf, misread } from "../protocol/shape.ts"
import { eventsGet, eventsList, eventsRuns, eventsRunsV2 } from "../protocol/usual-routes.ts"
import { type Run, decodeRun, decodeRunV1 } from "../protocol/run.ts"
import type { Clock } from "../shared/clock.ts"
import type { Duration } from "../shared/duration.ts"
import type { PageList } from "../shared/page.ts"
import { type Ask, type Either, orNull } from "./ask.ts"
import { type PageOptions, createPages } from "./pages.ts"
import { mendOutputs } from "./run-output.ts"
import { toTimeIf } from "./time.ts"

export interface EventsListOptions extends PageOptions {
  /** Exact and case-sensitive; there are no wildcards. */
  name?: string | undefined
  /**
   * Received after: a duration ago (`"2h"`), a Date, or a time as text. @default everything that the server still has: without an answer to
   * "since when", a list that leaves out all but the last hour (as the server's own default does) only looks complete
   */
  since?: Duration | Date | undefined
  /** Received before, written like `since`. @default now */
  until?: Duration | Date | undefined
}

export interface EventsApi {
  /** Received events, newest first. A sent event shows up some 250 ms after `send` (measured); those of the server's own are never listed. */
  list(options?: EventsListOptions): PageList<ReceivedEvent>
  /**
   * One event, or `null` when the server has none (or not yet).
   *
   * @param internalId from `send` or `list`; ids of the sender's are not looked up.
   */
  get(internalId: string, options?: CallOptions): Promise<ReceivedEvent | null>
  /** Runs that an event started, with their output; none for an event that the server does not know, and until some 250 ms after `send`. */
  runs(internalId: string, options?: CallOptions): PageList<Run>
}

/** What the server gives at most, whatever is asked for. @source measured */
const maxEventsPage = 51

/** More are refused. @source the server's source, `maxEventRunsLimit` */
const maxEventRunsPage = 40

/** Before any event: the server looks back one hour unless told otherwise. */
const theBeginning = "2000-01-01T00:00:00Z"

export function createEventsApi(ask: Ask, either: Either, clock: Clock): EventsApi {
  return {
    list({ name, since, until, limit, cursor, ...options } = {}) {
      // Fixed now: "2h ago" is the same time on every page.
      const nowMs = clock.now()
      return createPages(
        async (page) => {
          const query = {
            name,
            // One more, to know whether more follow.
            limit: page.limit + 1,
            cursor: page.cursor,
            received_after: toTimeIf("since", since, nowMs) ?? theBeginning,
            received_before: toTimeIf("until", until, nowMs),
          }
          const events = decodeData(await ask(eventsList, {}, { query, options }), decodeList, eventsList)
          const data = events.slice(0, page.limit)
          return events.length > page.limit ? { data, cursor: data.at(-1)?.internalId ?? "" } : { data }
        },
        { limit, cursor },
        maxEventsPage - 1,
      )
    },
    get: (id, options) =>
      orNull(ask(eventsGet, { id }, { options }).then((body) => decodeData(body, decodeReceivedEvent, eventsGet))),
    runs: (id, options) =>
      createPages(
        (page) =>
          either(
            async () => {
              const query = { includeOutput: true, ...page }
              const runs = decodePage(await ask(eventsRunsV2, { id }, { query, options }), decodeRun, eventsRunsV2)
              return mendOutputs(ask, runs, options)
            },
            async () => decodePage(await ask(eventsRuns, { id }, { options }), decodeRunV1, eventsRuns),
          ),
        { limit: Infinity },
        maxEventRunsPage,
      ),
  }
}

/** v1 never leaves a list out: without one, it is another server. */
const decodeList: Decode<ReceivedEvent[]> = (value, route, path) =>
  listOf(decodeReceivedEvent)(value ?? misread(route, path, "an array", value), route, path)
