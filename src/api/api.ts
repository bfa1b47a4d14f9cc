import type { Transport } from "../http/transport.ts"
import type { Clock } from "../shared/clock.ts"
import { type PageList, createPageList } from "../shared/page.ts"
import type { Random } from "../shared/random.ts"
import { createAsk, createEither } from "./ask.ts"
import { type EventsApi, createEventsApi } from "./events.ts"
import { type Queries, createQueries } from "./queries.ts"
import type { RarerApi } from "./rarer.ts"
import { type RunsApi, createRunsApi } from "./runs.ts"

/** The REST resources of a server. */
export interface Api extends RarerApi {
  readonly events: EventsApi
  readonly runs: RunsApi
  /** The same reads for TanStack Query, SWR and their kin. */
  readonly queries: Queries
}

export interface ApiPorts {
  transport: Transport
  clock: Clock
  random: Random
  /** The client's own app. */
  appId: string | undefined
  /** Makes requests to another server, without any key. */
  transportTo: (origin: string) => Transport
}

export function createApi({ transport, clock, random, appId, transportTo }: ApiPorts): Api {
  const ask = createAsk(transport, clock)
  const either = createEither()
  const apiURL = transport.urls.api
  const rarer = async (): Promise<RarerApi> =>
    (await import("./rarer.ts")).createRarerApi({ ask, either, clock, random, appId, transportTo })
  const apps: RarerApi["apps"] = {
    list: (options) => whole(async () => (await rarer()).apps.list(options)),
    sync: async (...asked) => (await rarer()).apps.sync(...asked),
  }
  const runs = createRunsApi({ ask, either, apps, clock, random, apiURL })
  return {
    events: createEventsApi(ask, either, clock),
    runs,
    apps,
    functions: {
      list: (options) => whole(async () => (await rarer()).functions.list(options)),
      invoke: async (...asked) => (await rarer()).functions.invoke(...asked),
    },
    cancellations: {
      create: async (...asked) => (await rarer()).cancellations.create(...asked),
      list: (options) => whole(async () => (await rarer()).cancellations.list(options)),
      delete: async (...asked) => (await rarer()).cancellations.delete(...asked),
    },
    signals: { send: async (...asked) => (await rarer()).signals.send(...asked) },
    queries: createQueries(runs, apiURL),
  }
}

/** A list that always comes whole, of a resource that loads late: to wait for it is to wait for all of it. */
function whole<T>(load: () => Promise<Awaited<PageList<T>>>): PageList<T> {
  return createPageList(load, load)
}
