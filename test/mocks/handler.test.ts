import { describe, expect, test } from "vitest"
import { createInngestMock } from "../../mocks/index.ts"
import { version } from "../../mocks/version.ts"
import { routes } from "../../src/protocol/routes.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { seedFor, vectorsOf } from "../support/vector-http.ts"
import packageJson from "../../package.json" with { type: "json" }

const base = "http://kit.test"

function start() {
  const clock = createManualClock()
  const { fetch, ...inngest } = createInngestMock({ clock })
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${base}${path}`, init)
    const body = await response.text()
    return { status: response.status, headers: Object.fromEntries(response.headers), body }
  }
  const send = (body: BodyInit, headers: Record<string, string> = {}) =>
    ask("/e/key", { method: "POST", body, headers })
  const list = async (query = "") =>
    JSON.parse((await ask(`/v1/events${query}`)).body) as { data: { name: string; data: unknown }[]; error?: string }
  return { clock, inngest, ask, send, list }
}

const eventOf = (bytes: number): string => {
  const event = JSON.stringify({ name: "a", data: { p: "" } })
  return event.replace('""', `"${"a".repeat(bytes - event.length)}"`)
}

describe("POST /e/{key}", () => {
  const taken = async (body: string) => {
    const { send, inngest } = start()
    const answer = JSON.parse((await send(body)).body) as { ids: string[]; status: number; error?: string }
    return { ...answer, names: inngest.sent().map(({ name }) => name) }
  }

  test.each([
    ["a name that is null", '{"name":null}', "event name is empty"],
    ["null in a list", '[{"name":"a"},null]', "event name is empty"],
    ["a number in a list", '[{"name":"a"},5]', "json: cannot unmarshal number into Go value of type event.raw"],
    ["a truth in a list", "[true]", "json: cannot unmarshal bool into Go value of type event.raw"],
    [
      "v that is a number",
      '{"name":"a","v":1}',
      "json: cannot unmarshal number into Go struct field raw.v of type string",
    ],
    [
      "user that is a text",
      '{"name":"a","user":"u"}',
      "json: cannot unmarshal string into Go struct field raw.user of type map[string]interface {}",
    ],
    [
      "ts with an exponent",
      '{"name":"a","ts":17e11}',
      "json: cannot unmarshal number 17e11 into Go struct field raw.ts of type int64",
    ],
    [
      "ts beyond 64 bits",
      '{"name":"a","ts":99999999999999999999}',
      "json: cannot unmarshal number 99999999999999999999 into Go struct field raw.ts of type int64",
    ],
    [
      "a number too large for a double, deep down",
      '{"name":"a","data":{"x":[{"y":1e400}]}}',
      "json: cannot unmarshal number 1e400 into Go struct field raw.data of type float64",
    ],
    [
      "of several faults of type the first",
      '{"data":1,"name":2}',
      "json: cannot unmarshal number into Go struct field raw.data of type map[string]interface {}",
    ],
    [
      "a fault of type before an empty name",
      '{"name":"","v":1}',
      "json: cannot unmarshal number into Go struct field raw.v of type string",
    ],
    ["a cut item", '[{"name":"a"},{"name":', "unexpected EOF"],
    ["a missing comma", '[{"name":"a"} {"name":"b"}]', "expected comma after array element"],
    ["a comma at the end", '[{"name":"a"},]', "invalid character ']' looking for beginning of value"],
    [
      "a session that is no text",
      '{"name":"a","meta":{"sessions":{"s":true}}}',
      'event session "s" must be a string or number',
    ],
    [
      "a session without an id",
      '{"name":"a","meta":{"sessions":{"s":""}}}',
      'event session "s" cannot have an empty ID',
    ],
  ])("refuses %s", async (_, body, error) => {
    expect(await taken(body)).toMatchObject({ status: 400, error })
  })

  test("takes what comes before the first bad event, and nothing behind it", async () => {
    const answer = await taken('[{"name":"a"},{"name":"b"},{"name":""},{"name":"c"}]')
    expect(answer).toMatchObject({ status: 400, error: "event name is empty", names: ["a", "b"] })
    expect(answer.ids).toHaveLength(2)
  })

  test("stores the first 5000 events of more", async () => {
    const { send, inngest } = start()
    const { status, body } = await send(JSON.stringify(Array.from({ length: 5_001 }, () => ({ name: "a" }))))
    expect(status).toBe(400)
    expect((JSON.parse(body) as { ids: string[] }).ids).toHaveLength(5_000)
    expect(inngest.sent()).toHaveLength(5_000)
  })

  test("counts the bytes of each event, not of the request, and bytes, not letters", async () => {
    const max = 3 * 1024 * 1024
    const { send } = start()
    expect((await send(`[${eventOf(max)},${eventOf(max)}]`)).status).toBe(200)
    const over = await send(`[${eventOf(100)},${eventOf(max + 1)}]`)
    expect(JSON.parse(over.body)).toMatchObject({
      error: `Event is over the max size: Max ${max} bytes / Size ${max + 1} bytes`,
    })
    const wide = JSON.stringify({ name: "a", data: { p: "é".repeat(max / 2) } })
    expect((await send(wide)).status).toBe(400)
    expect((await send(`[${wide}]`)).status).toBe(400)
  })

  test("reads names in any case, drops _inngest, null and unknown members, and sorts the data", async () => {
    const { send, list } = start()
    await send(
      '{"NAME":"a","Data":{"z":1,"_inngest":{"x":1},"a":{"_inngest":1}},"other":1,"v":"","id":"","user":{},"meta":null}',
    )
    const [event] = (await list()).data
    expect(event?.data).toEqual({ z: 1, a: { _inngest: 1 } })
    expect(Object.keys(event ?? {})).not.toContain("v")
    expect(Object.keys(event ?? {})).not.toContain("user")
  })

  test("makes U+FFFD of bytes that are no UTF-8", async () => {
    const { send, inngest } = start()
    await send(new Uint8Array([...Buffer.from('{"name":"a'), 0xff, ...Buffer.from('"}')]))
    expect(inngest.sent()[0]?.name).toBe("a\ufffd")
  })

  test("gives a repeated request the same ids, and stores it once", async () => {
    const { send, inngest } = start()
    const headers = { "x-inngest-event-id-seed": seedFor("01JQDAE4RQF8MBCR55T5AK4KXS") }
    const [first, second] = [
      await send('[{"name":"a"},{"name":"b"}]', headers),
      await send('[{"name":"a"},{"name":"b"}]', headers),
    ]
    expect(second.body).toBe(first.body)
    expect(inngest.sent()).toHaveLength(2)
  })

  test("takes the key as it stands in the path, escapes and all", async () => {
    const { ask, inngest } = start()
    expect((await ask("/e/a%2Fb%20c", { method: "POST", body: '{"name":"a"}' })).status).toBe(200)
    expect(inngest.sent()).toHaveLength(1)
  })
})

describe("GET /v1/events", () => {
  test("looks back one hour unless told otherwise", async () => {
    const { clock, send, list } = start()
    await send('{"name":"old"}')
    await clock.advance(3_600_000)
    await send('{"name":"new"}')
    const names = async (query?: string) => (await list(query)).data.map(({ name }) => name)
    expect(await names()).toEqual(["new"])
    expect(await names("?received_after=2000-01-01")).toEqual(["new", "old"])
    expect(
      await names(`?received_after=2000-01-01&received_before=${new Date(clock.now() - 1).toISOString()}`),
    ).toEqual(["old"])
    expect(await names(`?received_after=${new Date(clock.now()).toISOString()}`)).toEqual([])
  })

  test("gives 20, at least 1, at most 51", async () => {
    const { send, list } = start()
    await send(JSON.stringify(Array.from({ length: 60 }, () => ({ name: "a" }))))
    const lengths = await Promise.all(
      ["", "?limit=", "?limit=0", "?limit=x", "?limit=1.5", "?limit=-3", "?limit=50", "?limit=99"].map(
        async (query) => (await list(query)).data.length,
      ),
    )
    expect(lengths).toEqual([20, 20, 20, 20, 20, 1, 50, 51])
  })

  test.each([
    ["2026-01-31T12:00:00Z", true],
    ["2026-01-31T12:00:00.123456789+02:00", true],
    ["2026-01-31T12:00:00", true],
    ["2026-01-31", true],
    ["Sat, 31 Jan 2026 12:00:00 GMT", true],
    ["Sat Jan 31 12:00:00 2026", true],
    ["2026-13-01", false],
    ["1700000000", false],
    ["yesterday", false],
    ["2026", false],
  ])("takes %s as a time: %s", async (time, isTaken) => {
    const { list } = start()
    const { error } = await list(`?received_after=${encodeURIComponent(time)}`)
    expect(error).toBe(isTaken ? undefined : "Invalid received_after query parameter")
  })

  test("finds names of any letters, exactly", async () => {
    const { send, list } = start()
    const names = ["a b", "a%b", "a'b", "a\nb", "a\u0000b", "😀", "a?b=c&d", "A b", "x".repeat(100_000)]
    for (const name of names) await send(JSON.stringify({ name }))
    for (const name of names)
      expect((await list(`?name=${encodeURIComponent(name)}`)).data.map((event) => event.name)).toEqual([name])
  })

  test("walks page by page through the last internal id", async () => {
    const { send, list } = start()
    await send(JSON.stringify(Array.from({ length: 120 }, (_, n) => ({ name: "a", data: { n } }))))
    const seen: unknown[] = []
    let cursor = ""
    for (;;) {
      const { data } = await list(`?limit=51${cursor}`)
      if (data.length === 0) break
      seen.push(...data.map((event) => (event.data as { n: number }).n))
      cursor = `&cursor=${(data.at(-1) as unknown as { internal_id: string }).internal_id}`
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, n) => 119 - n))
  })
})

describe("the rest of the route table", () => {
  const workflowRoute = /^\/v1\/workflows/

  test("every route is answered: as measured, or with 501 and its name in the shape of its generation", async () => {
    const { ask } = start()
    const refused: string[] = []
    for (const { name, method, path } of routes.filter((route) => !workflowRoute.test(route.path))) {
      const { status, body, headers } = await ask(path.replace(/:\w+\+?/g, "x"), {
        method,
        ...(method === "POST" && { body: "{}" }),
      })
      expect(headers["x-inngest-server-kind"], name).toBe("dev")
      if (status !== 501) continue
      const answer = JSON.parse(body) as { error?: string; status?: number; errors?: { message: string }[] }
      const message = path.startsWith("/v2/") ? answer.errors?.[0]?.message : answer.error
      // What the real one leaves to the cloud, in its words.
      if (message?.endsWith("not implemented in OSS")) continue
      refused.push(name)
      expect(message, name).toBe(`${name}: this server does not answer ${method} ${path} yet`)
    }
    expect(refused).toEqual([
      "checkpoint.create",
      "checkpoint.steps",
      "runs.createHttp",
      "traces.userland",
      "realtime.token",
      "realtime.publish",
      "prom",
      "metrics",
      "mcp",
      "connect.start",
      "connect.connections",
    ])
  })

  test.each([
    ["GET", "/v1/events/"],
    ["GET", "/v1//events"],
    ["GET", "//v1/events"],
    ["GET", "/v1/events/a/b"],
    ["GET", "/V1/events"],
    ["GET", "/v1"],
    ["POST", "/e/"],
    ["GET", "/"],
    ["GET", "/stream"],
    ["GET", "/v1/workflowsx"],
  ])("%s %s is not found", async (method, path) => {
    const { ask } = start()
    expect(await ask(path, { method })).toMatchObject({ status: 404, body: "404 page not found\n" })
  })

  test.each([
    ["PUT", "/v1/events", 405, "GET"],
    ["PATCH", "/v1/runs/x", 405, "GET, DELETE"],
    ["HEAD", "/health", 405, "GET"],
    ["OPTIONS", "/v1/signals", 405, "POST"],
    ["DELETE", "/v2/runs", 501, undefined],
    ["PUT", "/api/v2/events", 501, undefined],
  ])("%s %s is the wrong method", async (method, path, status, allow) => {
    const answer = await start().ask(path, { method })
    expect([answer.status, answer.headers.allow]).toEqual([status, allow])
  })

  test("GET /dev holds what the real one holds, but its version, its dashboard and its functions", async () => {
    const recorded = vectorsOf("dev").find(({ name }) => name === "dev-info")
    const real = JSON.parse(recorded?.response.body ?? "") as Record<string, unknown> & { startOpts: object }
    const { body } = await start().ask("/dev")
    const portless = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replace(/("\w*[pP]ort":)\d+/g, "$10"))
    expect(JSON.parse(body)).toEqual(
      portless({
        ...real,
        version: `inngest-kit/${version}`,
        functions: [],
        startOpts: { ...real.startOpts, NoUI: true },
      }),
    )
    expect(body.startsWith('{\n  "version": ')).toBe(true)
  })

  test("the version that is told is the package's", () => {
    expect(version).toBe(packageJson.version)
  })
})

describe("/v1/workflows", () => {
  test("answers say no server kind, since a text 404 with one means an Inngest without the route", async () => {
    const { ask } = start()
    for (const [path, init] of [
      ["/v1/workflows/never", {}],
      ["/v1/workflows/never", { method: "DELETE" }],
      ["/v1/workflows/x", { method: "PUT", body: "{}" }],
      ["/v1/workflows/x", {}],
      ["/v1/workflows", {}],
      ["/v1/workflows/", {}],
      ["/v1/workflows/x", { method: "PATCH" }],
    ] as const) {
      const { headers } = await ask(path, init)
      expect(Object.keys(headers), `${JSON.stringify(init)} ${path}`).not.toContain("x-inngest-server-kind")
    }
  })

  test("let pages read the ETag and what the store can do", async () => {
    const { ask } = start()
    await ask("/v1/workflows/x", { method: "PUT", body: "{}" })
    const { headers } = await ask("/v1/workflows/x", { headers: { origin: "http://admin.test" } })
    expect(headers["access-control-allow-origin"]).toBe("http://admin.test")
    expect(headers["access-control-expose-headers"]).toBe("Link, Mcp-Session-Id, ETag, x-inngest-workflow-store")
    expect(headers.etag).toMatch(/^"[^"]+"$/)
  })
})

describe("POST /fn/register", () => {
  const announce = async (sdk: unknown, more: object = {}) => {
    const { ask } = start()
    const registration = {
      appName: "shop",
      url: "http://127.0.0.1:9/x",
      framework: "x",
      sdk,
      v: "0.1",
      functions: [],
      ...more,
    }
    const { status, body } = await ask("/fn/register", { method: "POST", body: JSON.stringify(registration) })
    return [status, JSON.parse(body)] as [number, { code?: string; error?: string }]
  }

  test.each(["js:v3.53.9", "js:v3.40.0", "js:v2.7.2", "js:v3.0.0-beta.1", "js:1.0.0"])(
    "refuses the SDK %s, and says why to programs, too",
    async (sdk) => {
      expect(await announce(sdk)).toEqual([400, expect.objectContaining({ code: "sdk_version_denied", data: null })])
    },
  )

  test.each(["js:v3.54.0", "js:v3.100.0", "js:v4.24.0", "js:v10.0.0", "go:v0.1.0", "py:v0.5.0", "js:", ""])(
    "takes the SDK %j",
    async (sdk) => {
      expect((await announce(sdk))[0]).toBe(200)
    },
  )

  test("judges the name before the SDK", async () => {
    expect(await announce("js:v1.0.0", { appName: "" })).toEqual([
      400,
      expect.objectContaining({ error: "App ID required" }),
    ])
  })
})
