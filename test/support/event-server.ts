import { parseIdSeed, seededIds } from "../../mocks/engine/ids.ts"
import { type FakeFetch, type Reply, createFakeFetch, json } from "./fake-fetch.ts"

export interface TakenEvent {
  internalId: string
  id?: string
  name: string
  data?: unknown
}

export interface EventServer extends FakeFetch {
  /** Every row, in order; a repeated request makes a second row, as on the real server. */
  taken: TakenEvent[]
}

/**
 * `POST /e/:key` as it was measured: ids made from the seed header.
 *
 * @param before what happens to a request before it is taken, instead of being taken; `"lost"`: it is taken, and the answer gets lost.
 */
export function createEventServer(
  before: (index: number) => Reply | "lost" | undefined = () => undefined,
): EventServer {
  const taken: TakenEvent[] = []
  const fake = createFakeFetch((request, index) => {
    const fate = before(index)
    if (fate !== undefined && fate !== "lost") return fate
    const seed = parseIdSeed(request.headers["x-inngest-event-id-seed"] ?? null)
    if (seed === undefined) throw new Error("a request without a seed")
    const events = JSON.parse(request.body ?? "") as Omit<TakenEvent, "internalId">[]
    const ids = seededIds(seed, events.length)
    const rows = events.map((event, position) => ({ internalId: ids[position] ?? "", ...event }))
    taken.push(...rows)
    if (fate === "lost") return new TypeError("fetch failed", { cause: new Error("socket hang up") })
    return json({ ids: rows.map(({ internalId }) => internalId), status: 200 })
  })
  return { ...fake, taken }
}
