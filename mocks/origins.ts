import { ConfigError } from "../src/errors.ts"
import type { MockOrigins } from "./msw-handlers.ts"

/** The hosts that a client reaches when nobody tells it another. */
const eventCloud = "https://inn.gs"
const apiCloud = "https://api.inngest.com"
const local = "http://localhost:8288"

/** @throws ConfigError naming the option. */
export function resolveOrigins(options: { baseURL?: string; origins?: readonly string[] }): MockOrigins {
  if ("baseUrl" in options) throw new ConfigError("baseUrl: the option is called baseURL", { option: "baseUrl" })
  if (options.origins !== undefined && !Array.isArray(options.origins))
    throw new ConfigError("origins: must be a list of URLs", { option: "origins" })
  const given = [
    ...(options.baseURL === undefined ? [] : [parse(options.baseURL, "baseURL")]),
    ...(options.origins ?? []).map((origin) => parse(origin, "origins")),
  ]
  if (given.length > 0) return { event: [...new Set(given)], api: [...new Set(given)] }
  return { event: [eventCloud, local], api: [apiCloud, local] }
}

function parse(text: string, option: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new ConfigError(`${option}: must be an absolute http(s) URL, not ${JSON.stringify(text)}`, { option })
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "")
}
