/**
 * Looks for what must not get to a page: a server behind that leaks its keys and its own words in every way it can, and every byte and header of
 * every answer searched. Takes any gateway, so that broken ones can show that it finds something.
 */
import { createHash } from "node:crypto"
import { type Route, buildPath, routes } from "../../src/protocol/routes.ts"
import { json } from "../support/fake-fetch.ts"
import { keys } from "./page.ts"

export interface GatewayUnderTest {
  (upstream: typeof globalThis.fetch): (request: Request) => Promise<Response>
}

/** What the server says of its own in errors. */
export const words = "upstream-words-7c1f unique"

const bare = (key: string): string => key.replace(/^signkey-\w+-/, "")
const hashOf = (key: string): string =>
  createHash("sha256")
    .update(Buffer.from(bare(key), "hex"))
    .digest("hex")

/** Every form of every key. */
export const secrets: readonly string[] = [
  keys.eventKey,
  bare(keys.signingKey),
  bare(keys.signingKeyFallback),
  hashOf(keys.signingKey),
  hashOf(keys.signingKeyFallback),
]

/** Where the words of the server may not be either: all that is no data. */
const forbidden = [...secrets, words]

const everySecret = `${secrets.join(" ")} ${encodeURIComponent(secrets.join(" "))} ${keys.signingKey}`
const leakyHeaders = {
  "x-key": everySecret,
  "x-powered-by": words,
  "set-cookie": `key=${keys.eventKey}`,
  server: words,
  "x-inngest-server-kind": "cloud",
  "x-request-id": keys.signingKey,
  "retry-after": words,
  etag: `"${keys.eventKey}"`,
  "www-authenticate": `Bearer realm="${keys.signingKey}"`,
}
const text = `${words} ${everySecret}`

type Behaviour = (input: string, init: RequestInit) => Response | Promise<Response>

const statuses = [400, 401, 403, 404, 408, 409, 410, 412, 418, 422, 425, 429, 500, 501, 503, 504, 599]

/** Each way to leak, by name. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  ...Object.fromEntries(
    statuses.flatMap((status): [string, Behaviour][] => [
      [`${status} as text`, () => new Response(text, { status, headers: leakyHeaders, statusText: "Leaky" })],
      [`${status} of v1`, () => json({ error: text, data: null, status }, { status, headers: leakyHeaders })],
      [`${status} of v2`, () => json({ errors: [{ code: words, message: text }] }, { status, headers: leakyHeaders })],
      [
        `${status} of v2 with a code that is known`,
        () => json({ errors: [{ code: "not_found", message: text }] }, { status, headers: leakyHeaders }),
      ],
      [`${status} with data`, () => json({ data: { runId: text, secret: text } }, { status, headers: leakyHeaders })],
      [`${status} with ids`, () => json({ ids: [text], error: text, status }, { status, headers: leakyHeaders })],
    ]),
  ),
  ...Object.fromEntries(
    [300, 301, 302, 303, 307, 308].map((status): [string, Behaviour] => [
      `redirect ${status}`,
      (input) =>
        new Response(text, {
          status,
          headers: { ...leakyHeaders, location: `${input}?key=${keys.eventKey}&words=${words}` },
        }),
    ]),
  ),
  "error inside a 200": () => json({ error: text, data: null, status: 500 }, { headers: leakyHeaders }),
  "404 inside a 200": () => json({ error: text, data: null, status: 404 }, { headers: leakyHeaders }),
  "a page of HTML": () =>
    new Response(`<html>${text}</html>`, { headers: { ...leakyHeaders, "content-type": "text/html" } }),
  "cut JSON": () => new Response(`{"data": "${text}`, { headers: leakyHeaders }),
  "ids that are words": () => json({ ids: [text], status: 200 }, { headers: leakyHeaders }),
  "no ids": () => json({ status: 200, note: text }, { headers: leakyHeaders }),
  "its settings": () =>
    json({ version: text, startOpts: { signingKey: keys.signingKey, note: words } }, { headers: leakyHeaders }),
  "a version that is a key": () => json({ version: keys.eventKey }, { headers: leakyHeaders }),
  "a broken connection": (input, init) => {
    throw Object.assign(new TypeError(`fetch failed: ${input} ${text}`), {
      cause: Object.assign(new Error(`${input} ${text}`), { request: init, code: text }),
    })
  },
  "what is no error": () => Promise.reject(text),
  "a body that breaks": () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(`{"data":"${text}`))
          controller.error(new Error(text))
        },
      }),
      { headers: leakyHeaders },
    ),
}

/** A success that holds keys, but is data otherwise: only the keys are looked for. */
export const dataBehaviours: Readonly<Record<string, Behaviour>> = {
  "data with every key": () => json({ data: [everySecret, ...secrets], page: {} }, { headers: leakyHeaders }),
  "data with keys in escapes that JSON has no need of": () =>
    new Response(
      `{"data":[${secrets.map((secret) => `"${escaped(secret)}"`).join()},{"${escaped(keys.eventKey)}":1}]}`,
      {
        headers: { "content-type": "application/json" },
      },
    ),
  "data with keys as names": () =>
    json({ data: { [keys.eventKey]: 1, [keys.signingKey]: 2 } }, { headers: leakyHeaders }),
  "data of the request": (input, init) =>
    json({ data: { input, headers: Object.fromEntries(new Headers(init.headers)) } }, { headers: leakyHeaders }),
}

/** Its fourth character as a function's encoder may write it. */
function escaped(secret: string): string {
  return `${secret.slice(0, 3)}\\u00${secret.charCodeAt(3).toString(16)}${secret.slice(4)}`
}

const ulid = "01M80QVQQSZJ5WGK4BNHR1SX0Q"

const bodies: Readonly<Record<string, string>> = {
  "events.send": '{"name":"shop/paid"}',
  "workflows.save": '{"Status":"running"}',
  "signals.send": '{"signal":"s"}',
  "functions.invoke": '{"data":{}}',
}

export function requestFor({ name, method, path }: Route): Request {
  const filled = buildPath(path as "/:id/:key/:app/:fn/:run/:slug/:env", {
    id: ulid,
    key: "NO_EVENT_KEY_SET",
    app: "core",
    fn: "ship",
    run: ulid,
    slug: "core-ship",
    env: "prod",
  })
  const body = method === "GET" || method === "DELETE" ? undefined : (bodies[name] ?? "{}")
  return new Request(`https://app.test/api/inngest${filled}`, {
    method,
    headers: { "x-inngest-gateway": "1" },
    ...(body !== undefined && { body }),
  })
}

/** Everything of an answer that a page, its developer tools or a proxy could read. */
export async function everythingIn(response: Response): Promise<string> {
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n")
  return `${response.status} ${response.statusText}\n${headers}\n\n${await response.text().catch(String)}`
}

const found = (shown: string, looked: readonly string[]): string[] => {
  const decoded = shown
    .replace(/%[0-9a-f]{2}/gi, decodeOne)
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return looked.filter((each) => shown.includes(each) || decoded.includes(each))
}
const decodeOne = (escape: string): string => String.fromCharCode(Number.parseInt(escape.slice(1), 16))

/** @returns `route, how the server leaked: what got through`, the first `limit` of them. */
export async function findLeaks(gatewayOn: GatewayUnderTest, limit: number = Infinity): Promise<string[]> {
  const leaks: string[] = []
  const all = [
    ...Object.entries(behaviours).map(([name, behaviour]) => ({ name, behaviour, looked: forbidden })),
    ...Object.entries(dataBehaviours).map(([name, behaviour]) => ({ name, behaviour, looked: secrets })),
  ]
  for (const { name, behaviour, looked } of all) {
    const gateway = gatewayOn(async (input, init = {}) => behaviour(String(input), init))
    for (const route of routes) {
      const shown = await everythingIn(await gateway(requestFor(route)))
      const got = found(shown, looked)
      if (got.length > 0) leaks.push(`${route.name}, ${name}: ${got.length}`)
      if (leaks.length >= limit) return leaks
    }
  }
  return leaks
}

export function leaksIn(shown: string): string[] {
  return found(shown, forbidden)
}

export function keysIn(shown: string): string[] {
  return found(shown, secrets)
}
