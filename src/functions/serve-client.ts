/** What `serve` needs of a client. The one of `createClient` has it. */
import type { RawRequest } from "../api/raw.ts"
import type { SendEvents } from "../events/send.ts"
import type { SendSignal } from "./steps/send-signal.ts"

export interface ServeClient {
  readonly appId: string | undefined
  readonly send: SendEvents
  readonly signals: { readonly send: SendSignal }
  readonly request: RawRequest
  /** Its settings, each `{ value, source }`; values of keys are there to be read, not to be seen. */
  toJSON(): Record<string, unknown>
}

export interface ClientSettings {
  apiURL: string | undefined
  /** `default` where nothing at all was configured. */
  apiURLSource: string | undefined
  eventKey: string | undefined
  signingKey: string | undefined
  signingKeyFallback: string | undefined
  env: string | undefined
}

export function settingsOf(client: ServeClient): ClientSettings {
  const settings = client.toJSON()
  return {
    apiURL: textOf("apiURL"),
    apiURLSource: textOf("apiURL", "source"),
    eventKey: textOf("eventKey"),
    signingKey: textOf("signingKey"),
    signingKeyFallback: textOf("signingKeyFallback"),
    env: textOf("env"),
  }

  function textOf(name: string, member: "value" | "source" = "value"): string | undefined {
    const setting = settings[name] as { readonly [Member in typeof member]?: unknown } | undefined
    const text = setting?.[member]
    return text && typeof text === "string" ? text : undefined
  }
}
