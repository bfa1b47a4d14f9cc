/**
 * `inngest-kit/store/inngest`: workflow states kept as events on a stock Inngest server.
 *
 * I1  A save is one event of the workflow's own name, with the document as text and a version that is one more than the highest known.
 * I2  A save or delete is over when the server shows its event: until then it may still be lost, and nobody can read it.
 * I3  The state is the event with the highest version among the newest of its name, of two such the newer. The order of the events alone
 *     says nothing: it is that of the writers' clocks.
 *
 * @source contract measured on Inngest 1.x dev and self-hosted servers, cases `store-1` to `store-12`
 */
import type { EventsApi } from "../../api/events.ts"
import { ConfigError, StoreError } from "../../errors.ts"
import type { SendEvents } from "../../events/send.ts"
import type { ReceivedEvent } from "../../protocol/event.ts"
import { type Clock, systemClock, wait } from "../../shared/clock.ts"
import { sha256 } from "../../shared/digest.ts"
import { type Duration, parseDuration } from "../../shared/duration.ts"
import { createBackedStore } from "../backed-store.ts"
import { createDocuments } from "../documents.ts"
import type { CallOptions, StoreFlags, WorkflowStore } from "../store.ts"

/** What is used of a client: `inngestEventsStore(createClient({ … }))`. */
export interface EventsClient {
  send: SendEvents
  events: Pick<EventsApi, "list" | "get">
}

export interface InngestEventsStoreOptions {
  /** Begins the names of the events. Functions that listen to such names are started by saves. @default "workflow.state/" */
  prefix?: string | undefined
  /** How long a save waits until the server shows its event. @default "15s" */
  visibleWithin?: Duration | undefined
  clock?: Clock | undefined
}

const flags: StoreFlags = { list: "own-saves", revision: false, watch: false }

/** @source Inngest's documentation: 256 characters on the cloud; the servers take any */
const maxNameLength = 256

/** Events of one name that are looked at. @source measured: a page of the server holds 51 */
const pageLimit = 50

const [minPollMs, maxPollMs] = [2, 50]

/** What an event of ours says: `{ workflowId, version, state }`, or `{ workflowId, version, deleted: true }`. */
interface Entry {
  version: number
  /** As text, in which nothing is lost: the server reads data and writes it anew. `null` when the workflow was deleted. */
  document: string | null
}

/**
 * Workflow states as events, for a server that allows nothing else. **Experimental**: prefer any other store. The limits, as measured on
 * dev and self-hosted servers:
 *
 * - A state holds 3 MiB, its event included; on the cloud 256 KiB (free) to 3 MiB (documented).
 * - A save takes what the server needs to show its event: 7 to 265 ms, median 118 to 163 ms; up to 396 ms with 1 MiB; behind a backlog of
 *   3000 events up to 10 s. After 15 s (`visibleWithin`) it fails with a `retryable` StoreError, and may still come.
 * - A load reads the newest 50 events of the workflow: 0.7 ms with some hundreds of events on the server, 3.4 ms with 10 000, for the server
 *   has no index by name.
 * - No revisions (`flags.revision` is false): of two writers at the same moment one wins, and neither is told which. Writers' clocks must
 *   agree to within 50 saves of one workflow.
 * - Lists hold what this object saved (`flags.list` is "own-saves"), and it keeps that in memory until it is deleted.
 * - Nothing is ever removed: a delete is one more event. Dev and self-hosted servers keep all events, the cloud one to 90 days by plan, and
 *   lets them be looked up for 1 h to 3 days (documented). So it is no durable store there.
 * - A dev server without `--persist` forgets all when it stops.
 *
 * @example
 * ```ts
 * import { createClient } from "inngest-kit"
 * import { inngestEventsStore } from "inngest-kit/store/inngest"
 *
 * const store = inngestEventsStore(createClient({ dev: true }))
 * ```
 * @param client a client of this package: its `send` numbers what it sends, so that events of one millisecond keep their order.
 * @throws ConfigError naming the option. The methods throw what `send` and `events` throw, and StoreError.
 */
export function inngestEventsStore(client: EventsClient, options: InngestEventsStoreOptions = {}): WorkflowStore {
  const { prefix = "workflow.state/", visibleWithin = "15s", clock = systemClock } = options
  if (prefix === "" || prefix.length > 100 || /^inngest\//i.test(prefix))
    throw new ConfigError("prefix: must be 1 to 100 characters that do not begin with inngest/", { option: "prefix" })
  const visibleWithinMs = parseDuration(visibleWithin)
  if (visibleWithinMs === undefined)
    throw new ConfigError('visibleWithin: must be a duration such as "15s"', { option: "visibleWithin" })
  const ownSaves = createDocuments()
  /** The highest version that this object wrote, which the server may not show yet to another request. */
  const ownVersions = new Map<string, number>()

  return createBackedStore(
    { driver: "events", flags },
    {
      async save(document, _ifRevision, callOptions) {
        const latest = await find(document.id, callOptions)
        await write("save", document.id, latest, document.text, callOptions)
        ownSaves.put(document)
        return { saved: true }
      },
      async load(id, callOptions) {
        const document = (await find(id, callOptions))?.document
        return typeof document === "string" ? { text: document } : undefined
      },
      list: ownSaves.page,
      async delete(id, callOptions) {
        const latest = await find(id, callOptions)
        if (typeof latest?.document === "string") await write("delete", id, latest, null, callOptions)
        ownSaves.delete(id)
      },
    },
  )

  async function nameOf(id: string): Promise<string> {
    const name = `${prefix}${id}`
    return name.length <= maxNameLength ? name : `${prefix}sha256.${await sha256(id)}`
  }

  /** I3 */
  async function find(id: string, { signal }: CallOptions): Promise<Entry | undefined> {
    const { data } = await client.events.list({ name: await nameOf(id), limit: pageLimit, signal })
    let latest: Entry | undefined
    for (const event of data) {
      const entry = entryOf(event, id)
      if (entry !== undefined && (latest === undefined || entry.version > latest.version)) latest = entry
    }
    return latest
  }

  /** I1, I2 */
  async function write(
    verb: "save" | "delete",
    id: string,
    latest: Entry | undefined,
    document: string | null,
    { signal }: CallOptions,
  ): Promise<void> {
    const version = Math.max(latest?.version ?? 0, ownVersions.get(id) ?? 0) + 1
    ownVersions.set(id, version)
    const data = { workflowId: id, version, ...(document === null ? { deleted: true } : { state: document }) }
    const { ids } = await client.send({ name: await nameOf(id), data }, { signal })
    const internalId = ids[0] ?? ""
    const endMs = clock.now() + (visibleWithinMs ?? 0)
    for (let delayMs = minPollMs; (await client.events.get(internalId, { signal })) === null;) {
      if (clock.now() + delayMs > endMs)
        throw new StoreError(
          `events/${verb}: the server took the event ${internalId} and does not show it`,
          { workflowId: id },
          {
            retryable: true,
            hint: "It may be busy, or have lost the event when it stopped: load to see, and try again.",
          },
        )
      await wait(clock, delayMs, signal)
      delayMs = Math.min(maxPollMs, delayMs * 2)
    }
  }
}

/** `undefined` for an event that is not one of this workflow's: of another with the same hash, or of somebody else. */
function entryOf({ data }: ReceivedEvent, id: string): Entry | undefined {
  if (data === null || data.workflowId !== id || typeof data.version !== "number") return undefined
  const { version, state, deleted } = data
  if (deleted === true) return { version, document: null }
  return typeof state === "string" ? { version, document: state } : undefined
}
