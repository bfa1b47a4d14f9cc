import { describe, expect, test } from "vitest"
import { type InngestClient, createClient } from "../../src/index.ts"
import { type FakeFetch, createFakeFetch, json } from "../support/fake-fetch.ts"
import { answerOf, serverOf, vector } from "../support/inngest-vectors.ts"
import { createManualClock } from "../support/manual-clock.ts"

const clock = createManualClock()

function eventsOf({ fetch }: FakeFetch): InngestClient["events"] {
  return createClient({ baseURL: "http://kit.test", fetch, clock }).events
}

/** Ids descend with the index, as the server lists them. */
const idAt = (index: number): string => `01M80QNCRS438XK89TD1${String(999_999 - index)}`

/** `count` stored events, listed as the real server does: 20 unless asked, 51 at most, older than the cursor. */
function createListServer(count: number): FakeFetch {
  const rows = Array.from({ length: count }, (_row, index) => ({
    internal_id: idAt(index),
    id: idAt(index),
    name: "a/b",
    data: { index },
    ts: 1_795_321_148_185,
    received_at: "2026-11-22T04:19:08.258915734Z",
  }))
  return createFakeFetch(({ url }) => {
    const query = new URL(url).searchParams
    const cursor = query.get("cursor")
    const older = cursor === null ? rows : rows.filter(({ internal_id }) => internal_id < cursor)
    return json({ data: older.slice(0, Math.min(Number(query.get("limit") ?? 20), 51)), metadata: {} })
  })
}

const indexes = (events: readonly { data: unknown }[]): number[] =>
  events.map(({ data }) => (data as { index: number }).index)
const upTo = (count: number): number[] => Array.from({ length: count }, (_item, index) => index)
const queries = ({ requests }: FakeFetch): Record<string, string>[] =>
  requests.map(({ url }) => Object.fromEntries(new URL(url).searchParams))

describe("a list", () => {
  test("asks nothing before it is awaited or iterated", () => {
    const server = createListServer(1)
    eventsOf(server).list()
    expect(server.requests).toEqual([])
  })

  test("awaited is a page of 20, newest first, with a cursor only when more follow", async () => {
    const { list } = eventsOf(createListServer(45))
    const first = await list()
    expect(indexes(first.data)).toEqual(upTo(20))
    const second = await list({ cursor: first.cursor })
    expect(indexes(second.data)).toEqual(upTo(40).slice(20))
    const third = await list({ cursor: second.cursor })
    expect(indexes(third.data)).toEqual(upTo(45).slice(40))
    expect(third).not.toHaveProperty("cursor")
    await expect(eventsOf(createListServer(20)).list()).resolves.not.toHaveProperty("cursor")
  })

  test("of more than the server's 51 is gathered", async () => {
    const server = createListServer(200)
    const { data, cursor } = await eventsOf(server).list({ limit: 120 })
    expect(indexes(data)).toEqual(upTo(120))
    expect(cursor).toBe(idAt(119))
    expect(server.requests).toHaveLength(3)
    const all = await eventsOf(createListServer(102)).list({ limit: 500 })
    expect(indexes(all.data)).toEqual(upTo(102))
    expect(all.cursor).toBeUndefined()
  })

  test("iterated is everything, in pages of the server's 51 or of the limit and the one that tells whether more follow", async () => {
    const server = createListServer(120)
    const seen = []
    for await (const event of eventsOf(server).list()) seen.push(event)
    expect(indexes(seen)).toEqual(upTo(120))
    expect(queries(server).map(({ limit }) => limit)).toEqual(["51", "51", "51"])

    const small = createListServer(5)
    const few = []
    for await (const event of eventsOf(small).list({ limit: 2, cursor: idAt(0) })) few.push(event)
    expect(indexes(few)).toEqual([1, 2, 3, 4])
    expect(queries(small).map(({ limit, cursor }) => [limit, cursor])).toEqual([
      ["3", idAt(0)],
      ["3", idAt(2)],
    ])
  })

  test("iterated may be left early", async () => {
    const server = createListServer(120)
    for await (const event of eventsOf(server).list()) if (event.internalId === idAt(3)) break
    expect(server.requests).toHaveLength(1)
  })

  test("looks back to the beginning, not over the server's last hour", async () => {
    const server = createListServer(0)
    await eventsOf(server).list({ name: "shop/order paid&é" })
    expect(queries(server)).toEqual([
      { name: "shop/order paid&é", limit: "21", received_after: "2000-01-01T00:00:00Z" },
    ])
  })

  test.each([
    ["2h", "2026-01-31T10:00:00.000Z"],
    [90_000, "2026-01-31T11:58:30.000Z"],
    [new Date(Date.UTC(2026, 0, 1)), "2026-01-01T00:00:00.000Z"],
    ["2026-01-31T11:00:00.123456789+02:00", "2026-01-31T11:00:00.123456789+02:00"],
    ["2026-01-30", "2026-01-30T00:00:00.000Z"],
  ])("takes %j for since and until", async (given, expected) => {
    const server = createListServer(0)
    await eventsOf(server).list({ since: given, until: given })
    expect(queries(server)[0]).toMatchObject({ received_after: expected, received_before: expected })
  })

  test.each([
    [{ since: "yesterday" }, 'since: "yesterday" is neither a duration'],
    [{ until: new Date(NaN) }, "until: "],
    [{ limit: 0 }, "limit: must be a whole number from 1"],
    [{ limit: 1.5 }, "limit: "],
    [{ timeout: "x" }, "timeout: "],
  ])("refuses %j without asking, and names the option", async (options, message) => {
    const server = createListServer(3)
    await expect(eventsOf(server).list(options)).rejects.toMatchObject({
      code: "validation",
      issues: [{ path: Object.keys(options)[0] }],
      message: expect.stringContaining(message),
    })
    await expect(eventsOf(server).list(options)[Symbol.asyncIterator]().next()).rejects.toThrow(message)
    expect(server.requests).toEqual([])
  })

  test.each([
    [{ data: null }, "events.list: data should be an array, not null"],
    [{}, "events.list: data should be an array, not missing"],
    [{ data: [5] }, "events.list: data[0] should be an object, not a number"],
    [{ data: [{ internal_id: 5 }] }, "events.list: data[0].internal_id should be a string, not a number"],
  ])("of %j is a ProtocolError", async (body, message) => {
    await expect(eventsOf(createFakeFetch([json(body)])).list()).rejects.toMatchObject({ code: "protocol", message })
  })
})

describe("one event", () => {
  test("is read fresh, past the server's cache: each time with another query", async () => {
    const server = serverOf(vector("event-get-by-internal-id"))
    const { get } = eventsOf(server)
    await get("01M80QR33VZSEDNDYXQQKPGSGR")
    await get("01M80QR33VZSEDNDYXQQKPGSGR")
    const paths = server.requests.map(({ path }) => path)
    expect(paths[0]).toMatch(/^\/v1\/events\/01M80QR33VZSEDNDYXQQKPGSGR\?_=/)
    expect(new Set(paths).size).toBe(2)
  })

  test("that the server does not have is null, whether it says so in a 200 or in a 404", async () => {
    await expect(eventsOf(serverOf(vector("event-get-unknown"))).get("01ARZ3NDEKTSV4RRFFQ69G5FAV")).resolves.toBeNull()
    const honest = createFakeFetch([json({ error: "Event not found" }, { status: 404 })])
    await expect(eventsOf(honest).get("01ARZ3NDEKTSV4RRFFQ69G5FAV")).resolves.toBeNull()
  })

  test("of a server without that route is an error, not an absence", async () => {
    await expect(eventsOf(serverOf(vector("workflow-head-like-unknown-v1"))).get("x")).rejects.toMatchObject({
      status: 404,
    })
  })

  test("is asked for by one encoded segment, and not at all where no URL carries the id", async () => {
    const server = serverOf(vector("event-get-bad-id"))
    await expect(eventsOf(server).get("my/id ?1")).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("Invalid event ID"),
    })
    expect(server.requests[0]?.path).toMatch(/^\/v1\/events\/my%2Fid%20%3F1\?_=/)
    for (const id of ["", ".", ".."])
      await expect(eventsOf(server).get(id)).rejects.toMatchObject({ code: "validation" })
    expect(server.requests).toHaveLength(1)
  })
})

describe("the runs of an event", () => {
  const internalId = "01M80QR33VZSEDNDYXQQKPGSGR"

  test("come from REST v2 with their output, in pages that the server allows", async () => {
    const server = serverOf(vector("v2-event-runs"))
    const { data, ...rest } = await eventsOf(server).runs(internalId)
    expect(data.map(({ id, status, durationMs }) => [id, status, durationMs])).toEqual([
      ["01M80QVQKP77KCNRW15QS83X6D", "completed", 35],
      ["01M80QR36FSGKGH6EVV6RF87ZY", "running", undefined],
    ])
    expect(rest).toEqual({})
    expect(server.requests.map(({ path }) => path)).toEqual([
      `/v2/events/${internalId}/runs?includeOutput=true&limit=40`,
    ])
  })

  test("of an event that the server does not know are none: REST v2 leaves empty arrays out", async () => {
    await expect(eventsOf(serverOf(vector("v2-event-runs-unknown"))).runs(internalId)).resolves.toEqual({ data: [] })
  })

  test("come from REST v1 where the server has only that, past the empty list that it keeps for 15 s", async () => {
    let answers = 0
    const server = createFakeFetch(({ path }) => {
      if (path.startsWith("/v2/")) return answerOf(vector("workflow-get"))
      return answerOf(vector(answers++ === 0 ? "event-runs-unknown-event" : "event-runs-fail"))
    })
    const { runs } = eventsOf(server)
    await expect(runs(internalId)).resolves.toEqual({ data: [] })
    await expect(runs(internalId)).resolves.toMatchObject({
      data: [{ id: "01M80QR36JKCBEYPC3PJSJRQTQ", status: "failed", output: { message: "boom", name: "Error" } }],
    })
    const asked = server.requests.map(({ path }) => path)
    expect(asked.slice(1).every((path) => path.startsWith(`/v1/events/${internalId}/runs?_=`))).toBe(true)
    expect(new Set(asked).size).toBe(3)
  })

  test("with an id that is none are refused by the server", async () => {
    await expect(eventsOf(serverOf(vector("v2-event-runs-bad"))).runs("zz")).rejects.toMatchObject({
      status: 400,
      serverCode: "invalid_field_format",
    })
  })
})
