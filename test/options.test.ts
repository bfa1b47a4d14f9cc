import { inspect } from "node:util"
import { describe, expect, test } from "vitest"
import { type ClientOptions, type ResolvedClientOptions, resolveClientOptions } from "../src/options.ts"

const dev = "http://localhost:8288"
const cloud = ["https://inn.gs", "https://api.inngest.com"] as const

function resolve(options: ClientOptions, env: Record<string, string> = {}): ResolvedClientOptions {
  return resolveClientOptions(options, (name) => env[name])
}

/** Event URL, API URL, and where each came from. */
function urls(options: ClientOptions, env: Record<string, string> = {}): string[] {
  const { eventURL, apiURL } = resolve(options, env)
  return [eventURL.value, apiURL.value, eventURL.source, apiURL.source]
}

describe("where requests go", () => {
  test.each<[string, ClientOptions, Record<string, string>, string[]]>([
    ["nothing: the dev server", {}, {}, [dev, dev, "default", "default"]],
    ["baseURL", { baseURL: "http://a/" }, {}, ["http://a", "http://a", "option baseURL", "option baseURL"]],
    [
      "INNGEST_BASE_URL",
      {},
      { INNGEST_BASE_URL: "http://b" },
      ["http://b", "http://b", "INNGEST_BASE_URL", "INNGEST_BASE_URL"],
    ],
    [
      "the option before the variables",
      { baseURL: "http://a" },
      { INNGEST_BASE_URL: "http://b", INNGEST_API_BASE_URL: "http://c" },
      ["http://a", "http://a", "option baseURL", "option baseURL"],
    ],
    [
      "one side by its variable",
      {},
      { INNGEST_BASE_URL: "http://b", INNGEST_API_BASE_URL: "http://c/api/" },
      ["http://b", "http://c/api", "INNGEST_BASE_URL", "INNGEST_API_BASE_URL"],
    ],
    [
      "the other side by its variable",
      {},
      { INNGEST_EVENT_API_BASE_URL: "http://e" },
      ["http://e", dev, "INNGEST_EVENT_API_BASE_URL", "default"],
    ],
    ["dev", { dev: true }, {}, [dev, dev, "option dev", "option dev"]],
    ["dev with a key", { dev: true, eventKey: "k" }, {}, [dev, dev, "option dev", "option dev"]],
    ["dev as a URL", { dev: "http://d:9" }, {}, ["http://d:9", "http://d:9", "option dev", "option dev"]],
    [
      "dev as a URL before the variables",
      { dev: "http://d:9" },
      { INNGEST_BASE_URL: "http://b" },
      ["http://d:9", "http://d:9", "option dev", "option dev"],
    ],
    [
      "a variable's address before a mere yes",
      { dev: true },
      { INNGEST_BASE_URL: "http://b" },
      ["http://b", "http://b", "INNGEST_BASE_URL", "INNGEST_BASE_URL"],
    ],
    ["INNGEST_DEV=1", {}, { INNGEST_DEV: "1", INNGEST_EVENT_KEY: "k" }, [dev, dev, "INNGEST_DEV", "INNGEST_DEV"]],
    ["INNGEST_DEV=true", {}, { INNGEST_DEV: "true" }, [dev, dev, "INNGEST_DEV", "INNGEST_DEV"]],
    [
      "INNGEST_DEV as a URL",
      {},
      { INNGEST_DEV: "http://d:9" },
      ["http://d:9", "http://d:9", "INNGEST_DEV", "INNGEST_DEV"],
    ],
    ["dev: false", { dev: false }, {}, [...cloud, "option dev", "option dev"]],
    ["INNGEST_DEV=0", {}, { INNGEST_DEV: "0" }, [...cloud, "INNGEST_DEV", "INNGEST_DEV"]],
    ["the option dev before INNGEST_DEV", { dev: false }, { INNGEST_DEV: "1" }, [...cloud, "option dev", "option dev"]],
    ["nothing but an event key: the cloud", { eventKey: "k" }, {}, [...cloud, "option eventKey", "option eventKey"]],
    [
      "nothing but a signing key",
      {},
      { INNGEST_SIGNING_KEY: "k" },
      [...cloud, "INNGEST_SIGNING_KEY", "INNGEST_SIGNING_KEY"],
    ],
    [
      "empty texts are nothing",
      { baseURL: "", eventKey: "" },
      { INNGEST_BASE_URL: "", INNGEST_DEV: "", INNGEST_EVENT_KEY: "" },
      [dev, dev, "default", "default"],
    ],
  ])("%s", (_what, options, env, expected) => {
    expect(urls(options, env)).toEqual(expected)
  })
})

test("keys and env: the option, then the variable", () => {
  const env = { INNGEST_EVENT_KEY: "e2", INNGEST_SIGNING_KEY: "s2", INNGEST_ENV: "v2" }
  expect(resolve({ eventKey: "e1", signingKey: "s1", env: "v1" }, env).toTransportOptions()).toMatchObject({
    eventKey: "e1",
    signingKey: "s1",
    env: "v1",
  })
  expect(resolve({}, env).toTransportOptions()).toMatchObject({ eventKey: "e2", signingKey: "s2", env: "v2" })
  expect(resolve({}, env)).toMatchObject({
    eventKey: { source: "INNGEST_EVENT_KEY" },
    env: { value: "v2", source: "INNGEST_ENV" },
  })
})

test("durations become milliseconds", () => {
  const { retry, timeoutMs } = resolve({
    timeout: "1m",
    retry: { attempts: 2, minDelay: "0.1s", maxDelay: 900 },
  }).toTransportOptions()
  expect({ retry, timeoutMs }).toEqual({ retry: { attempts: 2, minDelayMs: 100, maxDelayMs: 900 }, timeoutMs: 60_000 })
})

test("keys are in no JSON, no inspection and no enumeration of the resolved options", () => {
  const resolved = resolve({ eventKey: "evt-unique-1", signingKey: "sig-unique-2" })
  expect(JSON.stringify(resolved)).toContain('"eventKey":{"value":"***","source":"option eventKey"}')
  expect(JSON.stringify(resolve({}))).toContain('"eventKey":{"source":"default"}')
  expect(inspect(resolved, { depth: 9 })).not.toMatch(/unique/)
  expect(JSON.stringify({ ...resolved.eventKey, ...resolved.signingKey })).not.toMatch(/unique/)
  expect(resolved.eventKey.value).toBe("evt-unique-1")
})

describe("what can't be meant is refused at once", () => {
  test.each<[object, Record<string, string>, string, { option?: string; envVar?: string }]>([
    [{ baseUrl: "http://a" }, {}, "baseUrl: is none of the options appId, baseURL, ", { option: "baseUrl" }],
    [{ id: "core" }, {}, "id: is none of the options appId, baseURL, ", { option: "id" }],
    [{ tiemout: 1 }, {}, "tiemout: is none of the options", { option: "tiemout" }],
    [
      { baseURL: "/api/inngest" },
      {},
      'baseURL: "/api/inngest" must be http://… or https://…, relative only in a page',
      { option: "baseURL" },
    ],
    [{ baseURL: 5 }, {}, "baseURL: must be a string", { option: "baseURL" }],
    [{ eventKey: {} }, {}, "eventKey: must be a string", { option: "eventKey" }],
    [
      {},
      { INNGEST_BASE_URL: "localhost:8288" },
      'INNGEST_BASE_URL: "localhost:8288" must be http://…',
      { envVar: "INNGEST_BASE_URL" },
    ],
    [{}, { INNGEST_API_BASE_URL: "x" }, 'INNGEST_API_BASE_URL: "x" must be', { envVar: "INNGEST_API_BASE_URL" }],
    [{ dev: "yes" }, {}, 'dev: "yes" must be http', { option: "dev" }],
    [{}, { INNGEST_DEV: "yes" }, 'INNGEST_DEV: "yes" must be http', { envVar: "INNGEST_DEV" }],
    [{ timeout: "soon" }, {}, 'timeout: "soon" is no duration', { option: "timeout" }],
    [{ timeout: 0 }, {}, 'timeout: "0" is no duration', { option: "timeout" }],
    [{ timeout: -1 }, {}, 'timeout: "-1" is no duration', { option: "timeout" }],
    [{ fetch: "fetch" as never }, {}, "fetch: must be a function", { option: "fetch" }],
    [{ retry: { attempts: 0 } }, {}, "retry.attempts: must be a whole number from 1", { option: "retry.attempts" }],
    [{ retry: { minDelay: "x" } }, {}, 'retry.minDelay: "x" is no duration', { option: "retry.minDelay" }],
  ])("%j %j", (options, env, message, fields) => {
    expect(() => resolve(options, env)).toThrow(
      expect.objectContaining({ code: "config", message: expect.stringContaining(message), ...fields }),
    )
  })
})
