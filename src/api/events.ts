import { ProtocolError, ValidationError, isNotFoundError } from "../errors.ts"
import { type CallOptions, toCallSettings } from "../http/request-options.ts"
import type { Transport } from "../http/transport.ts"
import { unwrapData } from "../protocol/envelope.ts"
import { type ReceivedEvent, decodeReceivedEvent } from "../protocol/event.ts"
import { buildPath, eventsGet, eventsList } from "../protocol/routes.ts"
import type { Clock } from "../shared/clock.ts"
import { type Duration, parseDuration } from "../shared/duration.ts"
import { describeJson, isJsonObject } from "../shared/json.ts"
import { type Page, type PageList, createPageList } from "../shared/page.ts"
import { createFreshQuery } from "./fresh.ts"

export interface EventsListOptions extends CallOptions {
  /** Exact and case-sensitive; there are no wildcards. */
  name?: string | undefined
  /**
   * Received after: a duration ago (`"2h"`), a Date, or a time as text. @default everything that the server still has: without an answer to
   * "since when", a list that leaves out all but the last hour (as the server's own default does) only looks complete
   */
  since?: Duration | Date | undefined
  /** Received before, written like `since`. @default now */
  until?: Duration | Date | undefined
  /** Events on the page that an `await` gives, 1 or more. `for await` gives all. @default 20 */
  limit?: number | undefined
  /** From the page before. */
  cursor?: string | undefined
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
}

const defaultLimit = 20

/** What the server gives at most, whatever is asked for. @source measured */
const maxPageSize = 51

/** Before any event: the server looks back one hour unless told otherwise. */
const theBeginning = "2000-01-01T00:00:00Z"

export function createEventsApi(transport: Transport, clock: Clock): EventsApi {
  const fresh = createFreshQuery(clock)
  return { list, get }

  function list(options: EventsListOptions = {}): PageList<ReceivedEvent> {
    const { name, limit = defaultLimit, cursor: start } = options
    // Fixed now: "2h ago" is the same time on every page.
    const nowMs = clock.now()
    return createPageList(firstPage, (cursor) =>
      page(cursor ?? start, Math.min(options.limit ?? maxPageSize, maxPageSize)),
    )

    /** As many pages of the server as it takes; one event more is asked for, to know whether more follow. */
    async function firstPage(): Promise<Page<ReceivedEvent>> {
      const gathered: ReceivedEvent[] = []
      let cursor = start
      do {
        const next = await page(cursor, Math.min(limit + 1 - gathered.length, maxPageSize))
        gathered.push(...next.data)
        cursor = next.cursor
      } while (cursor !== undefined && gathered.length <= limit)
      const data = gathered.slice(0, limit)
      const last = data.at(-1)
      return gathered.length > limit && last !== undefined ? { data, cursor: last.internalId } : { data }
    }

    async function page(cursor: string | undefined, size: number): Promise<Page<ReceivedEvent>> {
      if (!(Number.isInteger(limit) && limit > 0))
        throw new ValidationError("limit", [{ path: "", message: "must be a whole number from 1" }])
      const { body } = await transport.request(eventsList, {
        path: eventsList.path,
        query: {
          name,
          limit: size,
          cursor,
          received_after: options.since === undefined ? theBeginning : toTime("since", options.since, nowMs),
          received_before: options.until === undefined ? undefined : toTime("until", options.until, nowMs),
        },
        ...toCallSettings(options),
      })
      const items = unwrapData(body)
      if (!Array.isArray(items)) {
        const what = `data should be an array, not ${describeJson(items)}`
        throw new ProtocolError(`${eventsList.name}: ${what}`, { route: eventsList.name, path: "data" })
      }
      const data = items.map((item, index) => decodeReceivedEvent(item, eventsList.name, `data[${index}]`))
      const last = data.at(-1)
      return data.length < size || last === undefined ? { data } : { data, cursor: last.internalId }
    }
  }

  async function get(internalId: string, options: CallOptions = {}): Promise<ReceivedEvent | null> {
    if (/^\.{0,2}$/.test(internalId))
      throw new ValidationError("event id", [{ path: "", message: `"${internalId}" is none` }])
    try {
      const { body } = await transport.request(eventsGet, {
        path: buildPath(eventsGet.path, { id: internalId }),
        query: fresh(),
        ...toCallSettings(options),
      })
      return decodeReceivedEvent(unwrapData(body) ?? null, eventsGet.name, "data")
    } catch (error) {
      // As text it is another server's, or no such route.
      if (isNotFoundError(error) && isJsonObject(error.body)) return null
      throw error
    }
  }
}

/** RFC 3339, which the server reads; epoch numbers it refuses. */
function toTime(option: string, given: Duration | Date, nowMs: number): string {
  const agoMs = given instanceof Date ? undefined : parseDuration(given)
  // Verbatim, since a Date would cut it to milliseconds.
  if (typeof given === "string" && agoMs === undefined && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(given))
    return given
  const time = agoMs === undefined ? new Date(given) : new Date(nowMs - agoMs)
  if (Number.isNaN(time.getTime())) {
    const message = `"${String(given)}" is neither a duration ("2h"), nor a time (2026-01-31T12:00:00Z), nor a Date`
    throw new ValidationError(option, [{ path: "", message }])
  }
  return time.toISOString()
}
