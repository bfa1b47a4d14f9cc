/** Option, then environment variable, then default: resolved once, each value with where it came from. */
import { localURL, parseBaseURL } from "./http/base-url.ts"
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
  /** INNGEST_SIGNING_KEY_FALLBACK. Tried where the server does not know `signingKey`, and kept if it knows this one. Refused in a page. */
  signingKeyFallback?: string | undefined
  /** INNGEST_ENV. Branch environment. */
  env?: string | undefined
  /** INNGEST_DEV (`1`, `0` or a URL). `true`: the dev server at http://localhost:8288, or at the URL given; `false`: the cloud. */
  dev?: boolean | string | undefined
  /**
   * Callers of `send` in one tick share a request: many small sends side by side become few large ones. Each still gets its own ids and its
   * own errors, and its signal ends nobody else's send; a call with a `timeout` of its own goes alone. @default false
   */
  coalesce?: boolean | undefined
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
  readonly signingKeyFallback: Setting<string | undefined>
  readonly env: Setting<string | undefined>
  toTransportOptions(): TransportOptions
}

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
  const requestSettings = toRequestSettings(options, names)
  const eventKey = secret(find("eventKey", "INNGEST_EVENT_KEY"))
  const signingKey = secret(find("signingKey", "INNGEST_SIGNING_KEY"))
  const signingKeyFallback = secret(find("signingKeyFallback", "INNGEST_SIGNING_KEY_FALLBACK"))
  const env = find("env", "INNGEST_ENV")
  const dev = find("dev", "INNGEST_DEV")
  const devText = dev.value ?? ""
  const isAddress = /^(?!([01]|true|false)$)./s.test(devText)
  const eventURL = resolveURL("INNGEST_EVENT_API_BASE_URL", cloudEventURL)
  const apiURL = resolveURL("INNGEST_API_BASE_URL", cloudApiURL)
  return {
    appId: find("appId").value,
    eventURL,
    apiURL,
    eventKey,
    signingKey,
    signingKeyFallback,
    env,
    toTransportOptions: () => ({
      ...requestSettings,
      eventURL: eventURL.value,
      apiURL: apiURL.value,
      eventKey: eventKey.value,
      signingKey: signingKey.value,
      signingKeyFallback: signingKeyFallback.value,
      env: env.value,
    }),
  }

  /** The first of these options and variables that is given; an empty text counts as not given. */
  function find(...settings: (keyof ClientOptions | EnvVar | false)[]): Setting<string | undefined> {
    for (const setting of settings)
      if (setting) {
        const isVar = isEnvVar(setting)
        const value = (isVar ? readEnv(setting) : options[setting]) ?? ""
        if (value !== "") return { value: String(value), source: isVar ? setting : `option ${setting}` }
      }
    return unset
  }

  function resolveURL(sideVar: EnvVar, cloudURL: string): Setting<string> {
    const { value, source } = find(
      "baseURL",
      isAddress && "dev",
      sideVar,
      "INNGEST_BASE_URL",
      isAddress && "INNGEST_DEV",
    )
    if (value !== undefined) return { value: parseBaseURL(value, source.replace("option ", "")), source }
    const said = [dev, eventKey, signingKey].find((each) => each.value) ?? unset
    return { value: said === unset || /^(1|true)$/.test(devText) ? localURL : cloudURL, source: said.source }
  }
}

const names: readonly (keyof ClientOptions)[] = [
  "appId",
  "baseURL",
  "eventKey",
  "signingKey",
  "signingKeyFallback",
  "env",
  "dev",
  "coalesce",
  "dangerouslyAllowBrowser",
]

const unset: Setting<undefined> = { value: undefined, source: "default" }

type EnvVar = `INNGEST_${string}`

function isEnvVar(name: string): name is EnvVar {
  return name.startsWith("INNGEST_")
}

function secret<T>({ value, source }: Setting<T>): Setting<T> {
  const shown = { source, toJSON: () => ({ value: value && "***", source }) }
  return Object.defineProperty(shown, "value", { value }) as unknown as Setting<T>
}
