import { inspect } from "node:util"
import { afterEach, describe, expect, test, vi } from "vitest"
import type { ConnectionError } from "../../src/errors.ts"
import { request as requestJson } from "../../src/http/request.ts"
import { withQuery } from "../../src/http/query.ts"
import {
  type ExchangeRequest,
  type Transport,
  type TransportOptions,
  createTransport,
} from "../../src/http/transport.ts"
import { type Route, eventsList, sendEvents, signalsSend, workflowsSave } from "../../src/protocol/routes.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { type Reply, countListeners, createFakeFetch, endless, json, refused, reset } from "../support/fake-fetch.ts"
import { type ManualClock, createManualClock } from "../support/manual-clock.ts"

interface Setup {
  transport: Transport
  clock: ManualClock
  requests: ReturnType<typeof createFakeFetch>["requests"]
  /** Ask once, with time passing as needed. */
  ask: (route?: Route, request?: ExchangeRequest) => ReturnType<typeof requestJson>
}

function setup(replies: Parameters<typeof createFakeFetch>[0], options: Partial<TransportOptions> = {}): Setup {
  const clock = createManualClock()
  const { fetch, requests } = createFakeFetch(replies)
  const urls = { eventURL: "http://events.test", apiURL: "http://api.test" }
  const transport = createTransport({ ...urls, fetch, clock, random: seededRandom(1), ...options })
  const ask: Setup["ask"] = (route = eventsList, request = { path: route.path }) =>
    clock.runUntilSettled(requestJson(transport, route, request))
  return { transport, clock, requests, ask }
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe("a request", () => {
  test("goes to the host of its route, with query, headers and body as given", async () => {
    const { ask, requests } = setup([json({})], { env: "branch", eventKey: "my key", signingKey: "sig" })
    await ask(eventsList, {
      path: withQuery("/v1/events", { name: "a b&c/é", limit: 5, tag: ["x", "y"], none: undefined }),
    })
    await ask(sendEvents, { body: "[1]", headers: { "x-inngest-event-id-seed": "1,AA==" } })
    expect(requests.map(({ method, url, body, headers }) => ({ method, url, body, headers }))).toEqual([
      {
        method: "GET",
        url: "http://api.test/v1/events?name=a+b%26c%2F%C3%A9&limit=5&tag=x&tag=y",
        body: undefined,
        headers: { authorization: "Bearer sig", "x-inngest-env": "branch" },
      },
      {
        method: "POST",
        url: "http://events.test/e/my%20key",
        body: "[1]",
        headers: {
          accept: "application/json",
          "content-type": "application/json",
          "x-inngest-env": "branch",
          "x-inngest-event-id-seed": "1,AA==",
        },
      },
    ])
  })

  test("has headers of its own before those of the client, those before the key's and the body's", async () => {
    const headers = { accept: "text/plain", "x-one": "client", authorization: "Basic eHl6" }
    const { ask, requests } = setup([json({})], { signingKey: "sig", headers })
    await ask(eventsList, { path: "/", body: "1", headers: { "x-one": "own" } })
    await ask(eventsList, { path: "/", headers: { authorization: "other" } })
    expect(requests.map((request) => request.headers)).toEqual([
      { accept: "text/plain", "content-type": "application/json", authorization: "Basic eHl6", "x-one": "own" },
      { accept: "text/plain", authorization: "other", "x-one": "client" },
    ])
  })

  test("keeps the prefix of the base URL and its own query", async () => {
    const { ask, requests } = setup([json({})], { apiURL: "http://host/api/inngest" })
    await ask(eventsList, { path: withQuery("/v1/events?a=1", { b: "2" }) })
    expect(requests[0]?.url).toBe("http://host/api/inngest/v1/events?a=1&b=2")
  })

  test("follows no redirect", async () => {
    const { ask, requests } = setup([new Response(null, { status: 301, headers: { location: "http://other.test/" } })])
    await expect(ask()).rejects.toMatchObject({
      status: 301,
      message: expect.stringContaining("to http://other.test/"),
    })
    expect(requests[0]?.init.redirect).toBe("manual")
    expect(requests).toHaveLength(1)
  })

  test("passes by the browser's cache, and says nothing of caches where there is none", async () => {
    const { ask, requests } = setup([json({})])
    await ask()
    vi.stubGlobal("location", { href: "https://admin.example/" })
    await ask()
    expect(requests.map(({ init }) => init.cache)).toEqual([undefined, "no-store"])
  })

  test("uses the global fetch of the moment, not the one of the import", async () => {
    const { fetch, requests } = createFakeFetch([json({ late: true })])
    const transport = createTransport({ eventURL: "http://k", apiURL: "http://k" })
    vi.stubGlobal("fetch", fetch)
    await expect(requestJson(transport, eventsList, { path: "/v1/events" })).resolves.toMatchObject({
      body: { late: true },
    })
    expect(requests).toHaveLength(1)
  })

  test("calls a given fetch without a receiver, as window.fetch wants it", async () => {
    const fetch = async function (this: unknown): Promise<Response> {
      return json({ receiver: typeof this })
    }
    await expect(setup([], { fetch }).ask()).resolves.toMatchObject({ body: { receiver: "undefined" } })
  })
})

describe("an answer", () => {
  test("is read as JSON whatever its content type says", async () => {
    const { ask } = setup([new Response('{"n":12345678901234567890}', { headers: { "content-type": "text/plain" } })])
    await expect(ask()).resolves.toMatchObject({ status: 200, body: { n: 12345678901234567000 } })
  })

  test("may be empty", async () => {
    const { ask } = setup([new Response(null, { status: 204 }), new Response("")])
    await expect(ask()).resolves.toMatchObject({ status: 204, body: undefined })
    await expect(ask()).resolves.toMatchObject({ status: 200, body: undefined })
  })

  test("that is a page is a ProtocolError, not retried, with the beginning of what came", async () => {
    const { ask, requests } = setup([new Response("<!doctype html><title>Inngest</title>")])
    await expect(ask()).rejects.toMatchObject({
      name: "ProtocolError",
      route: "events.list",
      message: '[GET] "http://api.test/v1/events": 200 with a body that is not JSON',
      received: "<!doctype html><title>Inngest</title>",
    })
    expect(requests).toHaveLength(1)
  })

  test("is given whole by exchange, whatever its status", async () => {
    const { transport, clock } = setup([new Response("gone", { status: 410, headers: { etag: '"7"' } })])
    const answer = await clock.runUntilSettled(
      transport.exchange(workflowsSave, { path: "/v1/workflows/a", body: "{}" }),
    )
    expect(answer).toMatchObject({
      status: 410,
      attempts: 1,
    })
    expect(new TextDecoder().decode(answer.bytes)).toBe("gone")
    expect(answer.headers.get("etag")).toBe('"7"')
  })
})

describe("retries", () => {
  test("a lost connection, a reset, an overload: the same bytes again, until an answer comes", async () => {
    const { ask, requests } = setup([refused(), reset(), new Response("", { status: 503 }), json({ ok: true })])
    const request = { path: "/v1/workflows/a", body: '{"a":1}', headers: { "if-match": '"1"' } }
    await expect(ask(workflowsSave, request)).resolves.toMatchObject({ body: { ok: true } })
    expect(requests).toHaveLength(4)
    const sent = requests.map(({ method, url, headers, body }) => JSON.stringify({ method, url, headers, body }))
    expect(new Set(sent).size).toBe(1)
  })

  test("say how many there were", async () => {
    const { transport, clock } = setup([reset(), json({})])
    const answer = await clock.runUntilSettled(transport.exchange(eventsList, { path: "/v1/events" }))
    expect(answer.attempts).toBe(2)
  })

  test("wait between attempts: half to the whole of 250, 500 and 1000 ms by default", async () => {
    const { clock, transport, requests } = setup([reset()])
    const startMs = clock.now()
    const arrivals: number[] = []
    const watch = requestJson(transport, eventsList, { path: "/v1/events" }).catch((error: unknown) => error)
    for (let ms = 0; ms < 2_000; ms += 5) {
      while (arrivals.length < requests.length) arrivals.push(clock.now() - startMs)
      await clock.advance(5)
    }
    await expect(watch).resolves.toMatchObject({ code: "connection" })
    const waits = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0))
    expect(waits).toHaveLength(3)
    for (const [index, fullMs] of [250, 500, 1_000].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(fullMs / 2)
      expect(waits[index]).toBeLessThanOrEqual(fullMs + 10)
    }
  })

  test("wait as long as Retry-After asks, in seconds or until a date", async () => {
    const { clock, ask, requests } = setup((_request, index) => {
      if (index === 0) return new Response("", { status: 429, headers: { "retry-after": "7" } })
      const until = new Date(clock.now() + 9_000).toUTCString()
      return index === 1 ? new Response("", { status: 503, headers: { "retry-after": until } }) : json({})
    })
    const startMs = clock.now()
    await ask()
    expect(clock.now() - startMs).toBe(16_000)
    expect(requests).toHaveLength(3)
  })

  test("end at once when Retry-After asks for more than a minute; the error says when to come back", async () => {
    const { ask, requests } = setup([new Response("", { status: 429, headers: { "retry-after": "3600" } })])
    await expect(ask()).rejects.toMatchObject({ code: "rate-limit", retryable: true, retryAfterMs: 3_600_000 })
    expect(requests).toHaveLength(1)
  })

  test("end with the error of the last attempt", async () => {
    const { ask, requests } = setup([reset(), new Response("", { status: 503 })], { retry: { attempts: 2 } })
    await expect(ask()).rejects.toMatchObject({ code: "server", status: 503 })
    expect(requests).toHaveLength(2)
  })

  test.each([400, 401, 404, 409, 501])("%d is asked once", async (status) => {
    const { ask, requests } = setup([new Response("", { status })])
    await expect(ask()).rejects.toMatchObject({ status })
    expect(requests).toHaveLength(1)
  })

  test("an error inside a 200 is final, even one that says 500", async () => {
    const { ask, requests } = setup([json({ error: "Unable to load events", data: null, status: 500 })])
    await expect(ask()).rejects.toMatchObject({ code: "server", status: 500 })
    expect(requests).toHaveLength(1)
  })

  describe("of what must not happen twice", () => {
    const signal = ({ ask }: Setup): Promise<unknown> =>
      ask(signalsSend, { path: signalsSend.path, body: "{}" }).catch((error: unknown) => error)

    test("only as long as nothing listens", async () => {
      const it = setup([refused(), refused("ENOTFOUND"), json({})])
      await expect(signal(it)).resolves.toMatchObject({ status: 200 })
      expect(it.requests).toHaveLength(3)
    })

    test.each<[string, Reply]>([
      ["a reset", reset()],
      ["a timeout", "hang"],
    ])("not after %s: the error says that it may have happened", async (_what, reply) => {
      const it = setup([reply, json({})])
      await expect(signal(it)).resolves.toMatchObject({
        retryable: false,
        message: expect.stringMatching(/; it may have been carried out$/),
      })
      expect(it.requests).toHaveLength(1)
    })

    test("not after a 503", async () => {
      const it = setup([new Response("", { status: 503 })])
      await expect(signal(it)).resolves.toMatchObject({ status: 503, retryable: false })
      expect(it.requests).toHaveLength(1)
    })
  })
})

describe("timeouts", () => {
  test("each attempt has a fresh one: a hanging server is asked four times", async () => {
    const { ask, requests, clock } = setup(["hang"], { timeoutMs: 300 })
    await expect(ask()).rejects.toMatchObject({
      name: "TimeoutError",
      timeoutMs: 300,
      retryable: true,
      message: '[GET] "http://api.test/v1/events": no response within 300 ms after 4 attempts',
    })
    expect(requests).toHaveLength(4)
    expect(requests.map(({ init }) => init.signal?.aborted)).toEqual([true, true, true, true])
    expect(clock.pending).toBe(0)
  })

  test("a server that hangs only after an overload is timed out, too", async () => {
    const { ask, requests } = setup([new Response("", { status: 503 }), "hang", json({ ok: 1 })], { timeoutMs: 300 })
    await expect(ask()).resolves.toMatchObject({ body: { ok: 1 } })
    expect(requests).toHaveLength(3)
  })

  test("cover the body", async () => {
    const { ask, requests } = setup([endless(), json({ ok: 1 })], { timeoutMs: 300 })
    await expect(ask()).resolves.toMatchObject({ body: { ok: 1 } })
    expect(requests).toHaveLength(2)
  })

  test("also end a fetch that does not listen to its signal", async () => {
    const fetch = (): Promise<Response> => new Promise(() => {})
    await expect(setup([], { fetch, timeoutMs: 10 }).ask()).rejects.toMatchObject({ code: "timeout" })
  })

  test("are 30 seconds unless told otherwise, by the client or by the call", async () => {
    const durationOf = async (options: Partial<TransportOptions>, timeoutMs?: number): Promise<number> => {
      const { ask, clock } = setup(["hang"], { retry: { attempts: 1 }, ...options })
      const startMs = clock.now()
      await ask(eventsList, { path: "/v1/events", timeoutMs }).catch(() => {})
      return clock.now() - startMs
    }
    expect(await durationOf({})).toBe(30_000)
    expect(await durationOf({ timeoutMs: 5_000 })).toBe(5_000)
    expect(await durationOf({ timeoutMs: 5_000 }, 100)).toBe(100)
  })
})

describe("the caller's signal", () => {
  const reason = { code: "my own reason" }

  async function abortDuring(
    reply: Reply,
    whenMs: number,
  ): Promise<{ thrown: unknown; requests: number; pending: number; listeners: number }> {
    const controller = new AbortController()
    const listeners = countListeners(controller.signal)
    const { transport, clock, requests } = setup([reply])
    const outcome = requestJson(transport, eventsList, { path: "/v1/events", signal: controller.signal }).catch(
      (error: unknown) => error,
    )
    await clock.advance(whenMs)
    controller.abort(reason)
    const thrown = await outcome
    return { thrown, requests: requests.length, pending: clock.pending, listeners: listeners.count }
  }

  test("ends a request that is under way, and its reason is thrown as it is", async () => {
    expect(await abortDuring("hang", 10)).toEqual({ thrown: reason, requests: 1, pending: 0, listeners: 0 })
  })

  test("ends the reading of a body", async () => {
    expect(await abortDuring(endless(), 10)).toEqual({ thrown: reason, requests: 1, pending: 0, listeners: 0 })
  })

  test("ends a wait between attempts", async () => {
    const overload = new Response("", { status: 503, headers: { "retry-after": "30" } })
    expect(await abortDuring(overload, 10)).toEqual({ thrown: reason, requests: 1, pending: 0, listeners: 0 })
  })

  test("ends a fetch that does not listen", async () => {
    const controller = new AbortController()
    const { transport, clock } = setup([], { fetch: () => new Promise(() => {}) })
    const outcome = requestJson(transport, eventsList, { path: "/v1/events", signal: controller.signal }).catch(
      (error: unknown) => error,
    )
    await clock.advance(1)
    controller.abort(reason)
    expect(await outcome).toBe(reason)
    expect(clock.pending).toBe(0)
  })

  test("aborted before: nothing is sent", async () => {
    const { ask, requests } = setup([json({})])
    await expect(ask(eventsList, { path: "/v1/events", signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(requests).toHaveLength(0)
  })

  test("is left without a listener, and the clock without a timer, however a call ends", async () => {
    const { signal } = new AbortController()
    const listeners = countListeners(signal)
    for (const replies of [
      [json({})],
      [reset(), "hang", json({})],
      [new Response("", { status: 400 })],
      [refused()],
    ] satisfies Reply[][]) {
      const { ask, clock } = setup(replies, { timeoutMs: 100 })
      await ask(eventsList, { path: "/v1/events", signal }).catch(() => {})
      expect([listeners.count, clock.pending]).toEqual([0, 0])
    }
  })
})

describe("errors without an answer", () => {
  test("say which request, how often, and the innermost cause", async () => {
    const { ask } = setup([refused()])
    await expect(ask()).rejects.toMatchObject({
      name: "ConnectionError",
      retryable: true,
      request: { method: "GET", url: "http://api.test/v1/events" },
      message: '[GET] "http://api.test/v1/events": no response (connect ECONNREFUSED 127.0.0.1:8288) after 4 attempts',
      cause: { name: "TypeError", message: "fetch failed", cause: { code: "ECONNREFUSED" } },
    })
  })

  test("take whatever a fetch throws", async () => {
    const thrown = [
      undefined,
      "text",
      { cause: "deep" },
      Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" }),
    ]
    const texts: string[] = []
    for (const each of thrown) {
      const { ask } = setup([], { fetch: () => Promise.reject(each as Error), retry: { attempts: 1 } })
      await ask().catch((error: ConnectionError) => texts.push(error.message.replace(/^.*no response /, "")))
    }
    expect(texts).toEqual(["(undefined)", "(text)", "(deep)", "(ECONNREFUSED)"])
  })
})

describe("keys", () => {
  const eventKey = "evt/Qx7-unique-1"
  const signingKey = "signkey-prod-Zk9unique2"
  const token = "Bearer tok-unique-3"
  const secrets = [eventKey, encodeURIComponent(eventKey), signingKey, "Zk9unique2", "tok-unique-3"]

  const echo = `${secrets.join(" ")} in a text`
  test.each<[string, Reply]>([
    [
      "a refused connection whose error quotes the URL",
      new TypeError(`error sending request for url (http://k/e/${eventKey})`, { cause: new Error(echo) }),
    ],
    [
      "an error that carries the request",
      Object.assign(new Error("boom"), { config: { headers: { authorization: token } }, stack: echo }),
    ],
    ["a text that quotes them", new Response(echo, { status: 401, statusText: "no" })],
    ["a document that quotes them", json({ error: echo, [signingKey]: [echo] }, { status: 400 })],
    ["a hidden error", json({ error: echo, data: null, status: 404 })],
    [
      "a redirect",
      new Response(null, { status: 302, headers: { location: `http://k/e/${encodeURIComponent(eventKey)}` } }),
    ],
    ["a page instead of JSON", new Response(`<p>${echo}`)],
    ["nothing", "hang"],
  ])("are in no error after %s", async (_what, reply) => {
    for (const route of [sendEvents, eventsList, workflowsSave]) {
      const options = { eventKey, signingKey, headers: { "x-api-token": token }, retry: { attempts: 2 } }
      const { ask, requests } = setup([reply], options)
      const path = route === sendEvents ? undefined : withQuery(route.path, { token: "tok-unique-3" })
      const error = await ask(route, { path }).catch((thrown: unknown) => thrown)
      // Of a POST, what looks like a hidden error is a success.
      if (!(error instanceof Error)) continue
      const shown = [
        inspect(error, { depth: 20, showHidden: true }),
        JSON.stringify(error),
        error.stack,
        String(error.cause),
      ].join("\n")
      expect(JSON.stringify(requests)).toContain("tok-unique-3")
      for (const secret of secrets) expect(shown).not.toContain(secret)
    }
  })
})
