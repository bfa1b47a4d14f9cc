/** The resources that few programs use. Loaded with the first call of one. */
import type { Transport } from "../http/transport.ts"
import type { Clock } from "../shared/clock.ts"
import type { Random } from "../shared/random.ts"
import { type AppsApi, createAppsApi } from "./apps.ts"
import type { Ask, Either } from "./ask.ts"
import { type CancellationsApi, createCancellationsApi } from "./cancellations.ts"
import { type FunctionsApi, createFunctionsApi } from "./functions.ts"
import { type SignalsApi, createSignalsApi } from "./signals.ts"

export interface RarerApi {
  readonly functions: FunctionsApi
  readonly apps: AppsApi
  readonly cancellations: CancellationsApi
  readonly signals: SignalsApi
}

export interface RarerPorts {
  ask: Ask
  either: Either
  clock: Clock
  random: Random
  /** The client's own app. */
  appId: string | undefined
  /** Makes requests to another server, without any key. */
  transportTo: (origin: string) => Transport
}

export function createRarerApi({ ask, clock, transportTo, ...ports }: RarerPorts): RarerApi {
  const apps = createAppsApi(ask, transportTo)
  return {
    functions: createFunctionsApi({ ask, clock, apps, ...ports }),
    apps,
    cancellations: createCancellationsApi(ask, clock),
    signals: createSignalsApi(ask),
  }
}
