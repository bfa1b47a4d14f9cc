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

type SettingName = "apiURL" | "eventKey" | "signingKey" | "signingKeyFallback" | "env"

/** Reads a setting of a client: its value, or where it comes from (`default`, `option dev`, a variable's name). */
export type ReadSetting = (name: SettingName, member?: "value" | "source") => string | undefined

export function settingsOf(client: ServeClient): ReadSetting {
  const settings = client.toJSON()
  return (name, member = "value") => {
    const setting = settings[name] as { readonly [Member in typeof member]?: unknown } | undefined
    const text = setting?.[member]
    return text && typeof text === "string" ? text : undefined
  }
}
