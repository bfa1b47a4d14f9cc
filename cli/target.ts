/** Which server is meant: the flag, then the environment, then the default. Nothing is asked yet. */
import { type ResolvedClientOptions, isConfigError, resolveClientOptions } from "../src/index.ts"
import { usageError } from "./command-error.ts"

export interface NamedTarget {
  readonly kind: "named"
  readonly apiURL: string
  /** Where events go, when that is somewhere else. */
  readonly eventURL: string
  /** `--url`, the variable, or `the default` for a side that was not named. */
  readonly apiSource: string
  readonly eventSource: string
}

/** `default`: nothing was named; then the ladder of connect.ts. */
export type Target = NamedTarget | { readonly kind: "default" }

/** Where a request for this path goes, and which setting said so. */
export function sideFor(target: NamedTarget, path: string): { url: string; source: string } {
  return path.startsWith("/e/")
    ? { url: target.eventURL, source: target.eventSource }
    : { url: target.apiURL, source: target.apiSource }
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * A key alone does not lead to the cloud here, as it does in a program: an operator who exported one must not find himself in production.
 *
 * @throws ConfigError, or CommandError, for a URL that is none.
 */
export function findTarget(flagURL: string | undefined, env: Env): Target {
  const { apiURL, eventURL } = resolveSettings(flagURL, env)
  if (![apiURL, eventURL].some(({ source }) => isNamed(source, env))) return { kind: "default" }
  const labelOf = (source: string): string =>
    source === "option baseURL" ? "--url" : isNamed(source, env) ? source : "the default"
  return {
    kind: "named",
    apiURL: apiURL.value,
    eventURL: eventURL.value,
    apiSource: labelOf(apiURL.source),
    eventSource: labelOf(eventURL.source),
  }
}

function resolveSettings(flagURL: string | undefined, env: Env): ResolvedClientOptions {
  try {
    return resolveClientOptions(flagURL === undefined ? {} : { baseURL: flagURL }, (name) =>
      name === "INNGEST_DEV" ? (devURL(env) ?? "1") : env[name],
    )
  } catch (error) {
    // In the words of the client it is the option of a program.
    if (!isConfigError(error) || error.option !== "baseURL") throw error
    const isBare = flagURL !== undefined && !/^\w+:\/\//.test(flagURL) && URL.canParse(`http://${flagURL}`)
    const hint = error.hint ?? (isBare ? `Write http://${flagURL}` : undefined)
    throw usageError(error.message.replace(/^baseURL/, "--url"), { hint, cause: error })
  }
}

function isNamed(source: string, env: Env): boolean {
  if (source === "INNGEST_DEV") return devURL(env) !== undefined
  return source === "option baseURL" || source.endsWith("BASE_URL")
}

/** INNGEST_DEV holds a URL, or a yes or no that says nothing about where. */
function devURL(env: Env): string | undefined {
  return env.INNGEST_DEV?.includes("/") || env.INNGEST_DEV?.includes(":") ? env.INNGEST_DEV : undefined
}
