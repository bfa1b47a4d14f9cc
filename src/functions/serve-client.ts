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
    apiURL: textOf("apiURL", "value"),
    apiURLSource: textOf("apiURL", "source"),
    eventKey: textOf("eventKey", "value"),
    signingKey: textOf("signingKey", "value"),
    signingKeyFallback: textOf("signingKeyFallback", "value"),
    env: textOf("env", "value"),
  }

  function textOf(name: string, member: "value" | "source"): string | undefined {
    const setting = settings[name]
    if (typeof setting !== "object" || setting === null || !(member in setting)) return undefined
    const text = (setting as { value?: unknown; source?: unknown })[member]
    return typeof text === "string" && text !== "" ? text : undefined
  }
}
