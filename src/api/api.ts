import type { Transport } from "../http/transport.ts"
import type { Clock } from "../shared/clock.ts"
import type { Random } from "../shared/random.ts"
import { type AppsApi, createAppsApi } from "./apps.ts"
import { createAsk, createEither } from "./ask.ts"
import { type CancellationsApi, createCancellationsApi } from "./cancellations.ts"
import { type EventsApi, createEventsApi } from "./events.ts"
import { type FunctionsApi, createFunctionsApi } from "./functions.ts"
import { type RunsApi, createRunsApi } from "./runs.ts"
import { type SignalsApi, createSignalsApi } from "./signals.ts"

/** The REST resources of a server. */
export interface Api {
  readonly events: EventsApi
  readonly runs: RunsApi
  readonly functions: FunctionsApi
  readonly apps: AppsApi
  readonly cancellations: CancellationsApi
  readonly signals: SignalsApi
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
  const apps = createAppsApi(ask, transportTo)
  return {
    events: createEventsApi(ask, either, clock),
    runs: createRunsApi({ ask, either, apps, clock, random, apiURL: transport.urls.api }),
    functions: createFunctionsApi({ ask, either, apps, random, appId }),
    apps,
    cancellations: createCancellationsApi(ask, clock),
    signals: createSignalsApi(ask),
  }
}
