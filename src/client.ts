import type { Api } from "./api/api.ts"
import { createLateApi } from "./api/late-api.ts"
import { type Queries, createQueries } from "./api/queries.ts"
import type { RawRequest } from "./api/raw.ts"
import type { ServerInfo } from "./api/server-info.ts"
import { type SendEvents, createSend } from "./events/send.ts"
import { keepSettings } from "./http/client-settings.ts"
import { tryFallbackKey } from "./http/fallback-key.ts"
import type { CallOptions } from "./http/request-options.ts"
import { type Transport, createTransport } from "./http/transport.ts"
import { type ClientOptions, cloudApiURL, resolveClientOptions } from "./options.ts"
import { systemClock } from "./shared/clock.ts"
import { systemRandom } from "./shared/random.ts"
import { httpStore } from "./store/drivers/http.ts"
import type { WorkflowStore } from "./store/store.ts"

export interface InngestClient extends Api {
  readonly appId: string | undefined
  readonly send: SendEvents
  /** Workflow states kept by the same server, where it keeps any: see `serverInfo`. */
  readonly workflows: WorkflowStore
  /** The same reads for TanStack Query, SWR and their kin. */
  readonly queries: Queries
  readonly request: RawRequest
  /** What answers under this client's URLs. */
  serverInfo(options?: CallOptions): Promise<ServerInfo>
  /** Where requests go and which setting said so. Keys are masked. */
  toJSON(): Record<string, unknown>
}

/**
 * A client of one Inngest server. Nothing is requested before the first call.
 *
 * @throws ConfigError naming the option or the environment variable.
 */
export function createClient(options: ClientOptions = {}): InngestClient {
  const { toTransportOptions, ...settings } = resolveClientOptions(options)
  const { clock = systemClock, random = systemRandom } = options
  const { appId } = settings
  const transport = createTransport(toTransportOptions(), tryFallbackKey(toTransportOptions()))
  const transportTo = (origin: string): Transport => {
    const { fetch, retry, timeoutMs } = toTransportOptions()
    return createTransport({ eventURL: origin, apiURL: origin, fetch, retry, timeoutMs, clock, random })
  }
  let api: Api | undefined
  const resources = createLateApi(async () => {
    const { createApi } = await import("./api/api.ts")
    return (api ??= createApi({ transport, transportTo, clock, random, appId }))
  })
  const client: InngestClient = {
    ...resources,
    queries: createQueries(resources.runs, transport.urls.api),
    appId,
    send: createSend(transport, { clock, random, coalesce: options.coalesce }),
    workflows: httpStore({ transport }),
    request: async (...asked) => (await import("./api/raw.ts")).createRawRequest(transport)(...asked),
    serverInfo: async (callOptions) =>
      (await import("./api/server-info.ts")).fetchServerInfo(transport, cloudApiURL, callOptions),
    toJSON: () => ({ ...settings }),
  }
  return keepSettings(client, toTransportOptions)
}
