/** Option, then environment variable, then default: resolved once, each value with where it came from. */
import { ConfigError } from "./errors.ts"
import { parseBaseURL } from "./http/base-url.ts"
import { type RequestOptions, toRequestSettings } from "./http/request-options.ts"
import type { TransportOptions } from "./http/transport.ts"
import { readEnv as readRuntimeEnv } from "./shared/runtime.ts"

export interface ClientOptions extends RequestOptions {
  /** The app's name; for a client that sends or serves functions. */
  appId?: string | undefined
  /**
   * Where everything goes: `http://localhost:8288`, or in a page also `/api/inngest`. Without it, in this order: `dev` with a URL,
   * INNGEST_EVENT_API_BASE_URL and INNGEST_API_BASE_URL (one side each), INNGEST_BASE_URL, what `dev` says, the cloud when there is a key,
   * http://localhost:8288.
   */
  baseURL?: string | undefined
  /** INNGEST_EVENT_KEY. Needed by keyed servers to take events. */
  eventKey?: string | undefined
  /** INNGEST_SIGNING_KEY. Needed by keyed servers to read. Refused in a page. */
  signingKey?: string | undefined
  /** INNGEST_ENV. Branch environment. */
  env?: string | undefined
  /** INNGEST_DEV (`1`, `0` or a URL). `true`: the dev server at http://localhost:8288, or at the URL given; `false`: the cloud. */
  dev?: boolean | string | undefined
  /** Let `signingKey` into a page, where every visitor can read it. */
  dangerouslyAllowBrowser?: boolean | undefined
  /** It is `baseURL`. */
  baseUrl?: never
  /** It is `appId`. */
  id?: never
}

/** `option baseURL`, a variable's name, or `default`. */
export type SettingSource = `option ${string}` | `INNGEST_${string}` | "default"

export interface Setting<T> {
  readonly value: T
  readonly source: SettingSource
}

/** The `value` of a key is not enumerable: it is in no log, no JSON and no inspection. */
export interface ResolvedClientOptions {
  readonly appId: string | undefined
  readonly eventURL: Setting<string>
  readonly apiURL: Setting<string>
  readonly eventKey: Setting<string | undefined>
  readonly signingKey: Setting<string | undefined>
  readonly env: Setting<string | undefined>
  toTransportOptions(): TransportOptions
}

const devURL = "http://localhost:8288"
export const cloudEventURL = "https://inn.gs"
export const cloudApiURL = "https://api.inngest.com"

/**
 * @param readEnv looks up an environment variable.
 * @throws ConfigError naming the option or the variable.
 */
export function resolveClientOptions(
  options: ClientOptions = {},
  readEnv: (name: string) => string | undefined = readRuntimeEnv,
): ResolvedClientOptions {
  if ("baseUrl" in options) throw new ConfigError("baseUrl: this option is called baseURL", { option: "baseUrl" })
  if ("id" in options) throw new ConfigError("id: this option is called appId", { option: "id" })

  const appId = optionText("appId")
  const eventKey = secret(setting("eventKey", "INNGEST_EVENT_KEY"))
  const signingKey = secret(setting("signingKey", "INNGEST_SIGNING_KEY"))
  const env = setting("env", "INNGEST_ENV")
  const dev = resolveDev()
  const eventURL = resolveURL("INNGEST_EVENT_API_BASE_URL", cloudEventURL)
  const apiURL = resolveURL("INNGEST_API_BASE_URL", cloudApiURL)
  const requestSettings = toRequestSettings(options)
  return {
    appId,
    eventURL,
    apiURL,
    eventKey,
    signingKey,
    env,
    toTransportOptions: () => ({
      ...requestSettings,
      eventURL: eventURL.value,
      apiURL: apiURL.value,
      eventKey: eventKey.value,
      signingKey: signingKey.value,
      env: env.value,
      dangerouslyAllowBrowser: options.dangerouslyAllowBrowser,
    }),
  }

  /** An empty text counts as not given. */
  function optionText(name: "appId" | "baseURL" | "eventKey" | "signingKey" | "env"): string | undefined {
    const given: unknown = options[name]
    if (given !== undefined && typeof given !== "string")
      throw new ConfigError(`${name}: must be a string`, { option: name })
    return given || undefined
  }

  function setting(
    name: "baseURL" | "eventKey" | "signingKey" | "env",
    envVar: `INNGEST_${string}`,
  ): Setting<string | undefined> {
    const given = optionText(name)
    if (given !== undefined) return { value: given, source: `option ${name}` }
    const value = readEnv(envVar) || undefined
    return { value, source: value === undefined ? "default" : envVar }
  }

  function resolveDev(): Setting<boolean | string | undefined> {
    const source = options.dev === undefined ? "INNGEST_DEV" : "option dev"
    const value = options.dev ?? readEnv("INNGEST_DEV")
    if (value === undefined || value === "") return { value: undefined, source: "default" }
    if (value === "1" || value === "true") return { value: true, source }
    if (value === "0" || value === "false") return { value: false, source }
    return { value, source }
  }

  function resolveURL(sideVar: `INNGEST_${string}`, cloudURL: string): Setting<string> {
    const base = setting("baseURL", "INNGEST_BASE_URL")
    const side = readEnv(sideVar)
    if (base.source === "option baseURL") return url(base)
    if (typeof dev.value === "string" && dev.source === "option dev") return url(dev)
    if (side) return url({ value: side, source: sideVar })
    if (base.value !== undefined) return url(base)
    if (typeof dev.value === "string") return url(dev)
    if (dev.value !== undefined) return { value: dev.value ? devURL : cloudURL, source: dev.source }
    const key = [eventKey, signingKey].find(({ value }) => value !== undefined)
    return key === undefined ? { value: devURL, source: "default" } : { value: cloudURL, source: key.source }
  }
}

function url({ value, source }: Setting<unknown>): Setting<string> {
  const name = source.replace("option ", "")
  return { value: parseBaseURL(String(value), source === name ? { envVar: name } : { option: name }), source }
}

function secret<T>({ value, source }: Setting<T>): Setting<T> {
  const shown = { source, toJSON: () => ({ value: value === undefined ? undefined : "***", source }) }
  return Object.defineProperty(shown, "value", { value }) as unknown as Setting<T>
}
