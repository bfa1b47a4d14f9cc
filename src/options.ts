/** Option, then environment variable, then default: resolved once, each value with where it came from. */
import { ConfigError } from "./shared/error.ts"
import { localURL, parseBaseURL } from "./http/base-url.ts"
import { type RequestOptions, refuseMisspelt, toRequestSettings } from "./http/request-options.ts"
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
  refuseMisspelt(options, { baseUrl: "baseURL", id: "appId" })
  const eventKey = secret(setting("eventKey", "INNGEST_EVENT_KEY"))
  const signingKey = secret(setting("signingKey", "INNGEST_SIGNING_KEY"))
  const signingKeyFallback = secret(setting("signingKeyFallback", "INNGEST_SIGNING_KEY_FALLBACK"))
  const env = setting("env", "INNGEST_ENV")
  const dev = resolveDev()
  const settings = {
    appId: fromOption("appId").value,
    eventURL: resolveURL("INNGEST_EVENT_API_BASE_URL", cloudEventURL),
    apiURL: resolveURL("INNGEST_API_BASE_URL", cloudApiURL),
    eventKey,
    signingKey,
    signingKeyFallback,
    env,
  }
  const requestSettings = toRequestSettings(options)
  return {
    ...settings,
    toTransportOptions: () => ({
      ...requestSettings,
      eventURL: settings.eventURL.value,
      apiURL: settings.apiURL.value,
      eventKey: eventKey.value,
      signingKey: signingKey.value,
      signingKeyFallback: signingKeyFallback.value,
      env: env.value,
      dangerouslyAllowBrowser: options.dangerouslyAllowBrowser,
    }),
  }

  /** An empty text counts as not given. */
  function fromOption(
    name: "appId" | "baseURL" | "eventKey" | "signingKey" | "signingKeyFallback" | "env",
  ): Setting<string | undefined> {
    const given: unknown = options[name]
    if (given !== undefined && typeof given !== "string")
      throw new ConfigError(`${name}: must be a string`, { option: name })
    return given ? { value: given, source: `option ${name}` } : unset
  }

  function fromEnv(envVar: `INNGEST_${string}`): Setting<string | undefined> {
    const value = readEnv(envVar)
    return value ? { value, source: envVar } : unset
  }

  function setting(
    name: "eventKey" | "signingKey" | "signingKeyFallback" | "env",
    envVar: `INNGEST_${string}`,
  ): Setting<string | undefined> {
    const given = fromOption(name)
    return given === unset ? fromEnv(envVar) : given
  }

  function resolveDev(): Setting<boolean | string | undefined> {
    const given =
      options.dev === undefined
        ? fromEnv("INNGEST_DEV")
        : ({ value: options.dev, source: "option dev" } satisfies Setting<boolean | string>)
    const text = String(given.value)
    return Object.hasOwn(devWords, text) ? { value: devWords[text], source: given.source } : given
  }

  function resolveURL(sideVar: `INNGEST_${string}`, cloudURL: string): Setting<string> {
    const devAddress = typeof dev.value === "string" ? dev : unset
    const isOption = dev.source === "option dev"
    const given = [
      fromOption("baseURL"),
      isOption ? devAddress : unset,
      fromEnv(sideVar),
      fromEnv("INNGEST_BASE_URL"),
      devAddress,
    ].find(({ value }) => value !== undefined)
    if (given !== undefined) return url(given)
    const { value, source } = [dev, eventKey, signingKey].find((each) => each.value !== undefined) ?? unset
    return { value: value === undefined || value === true ? localURL : cloudURL, source }
  }
}

const unset: Setting<undefined> = { value: undefined, source: "default" }

const devWords: Readonly<Record<string, boolean | undefined>> = {
  "1": true,
  true: true,
  "0": false,
  false: false,
  "": undefined,
}

function url({ value, source }: Setting<unknown>): Setting<string> {
  const name = source.replace("option ", "")
  return { value: parseBaseURL(String(value), source === name ? { envVar: name } : { option: name }), source }
}

function secret<T>({ value, source }: Setting<T>): Setting<T> {
  const shown = { source, toJSON: () => ({ value: value === undefined ? undefined : "***", source }) }
  return Object.defineProperty(shown, "value", { value }) as unknown as Setting<T>
}
