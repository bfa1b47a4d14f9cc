import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { createGateway } from "../../src/gateway/index.ts"
import { createClient } from "../../src/index.ts"
import { routes } from "../../src/protocol/routes.ts"
import { httpStore } from "../../src/store/index.ts"
import {
  type GatewayUnderTest,
  behaviours,
  dataBehaviours,
  everythingIn,
  findLeaks,
  keysIn,
  leaksIn,
  requestFor,
  secrets,
  words,
} from "./leak-suite.ts"
import { everything, keys } from "./page.ts"

/** Its store is on the same leaky server. */
const ours: GatewayUnderTest = (upstream) => {
  const fetch = upstream
  const retry = { attempts: 1 }
  return createGateway({
    client: createClient({ baseURL: "http://inngest.internal", fetch, retry, ...keys }),
    store: httpStore({ baseURL: "http://inngest.internal", fetch, retry, eventKey: keys.eventKey }),
    authorize: () => true,
    allow: everything,
  })
}

/** A proxy as it is first written: the request goes on with the key, the answer comes back. */
const naive: GatewayUnderTest = (upstream) => async (request) => {
  const url = new URL(request.url)
  try {
    return await upstream(`http://inngest.internal${url.pathname}`, {
      method: request.method,
      headers: { authorization: `Bearer ${keys.signingKey}` },
    })
  } catch (error) {
    return new Response(String(error), { status: 502 })
  }
}

/** Ours, but for one mistake. */
const broken: Record<string, GatewayUnderTest> = {
  "hands on answers as they are": naive,
  "hands on the headers": (upstream) => async (request) => {
    const answer = await naive(upstream)(request)
    return new Response("{}", { headers: answer.headers })
  },
  "hands on where it is redirected to": (upstream) => async (request) => {
    const location = (await naive(upstream)(request)).headers.get("location")
    return location === null ? ours(upstream)(request) : new Response(null, { status: 302, headers: { location } })
  },
  "tells the text of what was thrown": (upstream) => async (request) => {
    let thrown = ""
    const answer = await ours(async (...asked) => {
      try {
        return await upstream(...asked)
      } catch (error) {
        thrown = String(error)
        throw error
      }
    })(request)
    return thrown === "" ? answer : new Response(thrown, { status: 502 })
  },
  "tells what went wrong in a 500": (upstream) => async (request) => {
    const answer = await naive(upstream)(request)
    return answer.status === 500 ? new Response(await answer.text(), { status: 500 }) : ours(upstream)(request)
  },
  "hands on the data of a success": (upstream) => async (request) => {
    const answer = await naive(upstream)(request)
    const body = await answer.text().catch(() => "")
    return answer.status === 200 && body.startsWith('{"data"') ? new Response(body) : ours(upstream)(request)
  },
  "hands on the settings of the server": (upstream) => async (request) =>
    request.url.endsWith("/dev")
      ? new Response(await (await naive(upstream)(request)).text())
      : ours(upstream)(request),
}

describe("a server that leaks", () => {
  test("tells a page neither a key nor a word of its own, whatever the route and the way", async () => {
    expect(await findLeaks(ours)).toEqual([])
  }, 60_000)

  test("reads as leaky to this suite", () => {
    expect(leaksIn(`x ${words} y`)).toEqual([words])
    for (const secret of secrets) expect(leaksIn(`{"a":"${secret}"}`)).toContain(secret)
  })

  test.each(Object.entries(broken))(
    "is seen through by this suite when a gateway %s",
    async (_, gateway) => {
      expect((await findLeaks(gateway, 1)).length).toBe(1)
    },
    60_000,
  )
})

describe("whatever is asked, and whatever the server answers", () => {
  const forms = fc.constantFrom(
    ...secrets,
    keys.signingKey,
    ...secrets.map((secret) => encodeURIComponent(secret)),
    `${words}`,
  )
  const bodies = fc.oneof(
    fc
      .record({ error: forms, data: fc.constant(null), status: fc.integer({ min: 400, max: 599 }) })
      .map((body) => JSON.stringify(body)),
    fc.record({ errors: fc.tuple(fc.record({ code: forms, message: forms })) }).map((body) => JSON.stringify(body)),
    fc.tuple(fc.string(), forms, fc.string()).map((parts) => parts.join("")),
    fc.tuple(forms, forms).map(([name, value]) => `{"${name}":"${value}"`),
  )
  const answers = fc.record({
    status: fc.constantFrom(200, 201, 301, 302, 400, 401, 403, 404, 409, 413, 418, 429, 500, 501, 503),
    headers: fc.dictionary(
      fc.constantFrom("x-a", "location", "retry-after", "etag", "content-type", "allow", "x-inngest-workflow-store"),
      forms,
    ),
    body: bodies,
  })

  test("no answer of the gateway holds a key, nor any word of an error", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), answers, async (route, { status, headers, body }) => {
        const gateway = ours(async () => new Response(body, { status, headers }))
        const shown = await everythingIn(await gateway(requestFor(route)))
        expect(leaksIn(shown)).toEqual([])
      }),
      { numRuns: 800 },
    )
  }, 60_000)

  test("requests of any shape get an answer, and never a key", async () => {
    const leaks = [...Object.values(behaviours), ...Object.values(dataBehaviours)]
    const parts = fc.constantFrom(
      "v1",
      "v2",
      "e",
      "workflows",
      "events",
      "runs",
      "..",
      "%2e%2e",
      "%2F",
      "%00",
      "",
      "a b",
      ";x",
      "\\",
      "é",
      "?name=x",
      "?_=1",
      "#f",
      "dev",
      "health",
      "apps",
      "functions",
      "invoke",
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "QUERY"),
        fc.array(parts, { maxLength: 6 }),
        fc.oneof(fc.json(), fc.string(), fc.constant('{"name":"shop/paid"}')),
        fc.constantFrom(...leaks),
        async (method, path, body, leak) => {
          const gateway = ours(async (input, init = {}) => leak(String(input), init))
          const hasBody = !["GET", "HEAD"].includes(method)
          const answer = await gateway(
            new Request(`https://app.test/api/inngest/${path.join("/")}`, {
              method,
              headers: { "x-inngest-gateway": "1" },
              ...(hasBody && { body }),
            }),
          )
          expect(answer.status).toBeGreaterThanOrEqual(200)
          expect(keysIn(await everythingIn(answer))).toEqual([])
        },
      ),
      { numRuns: 800 },
    )
  }, 60_000)
})
