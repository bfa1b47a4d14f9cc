import { describe, expect, test } from "vitest"
import { type InngestClient, createClient } from "../../src/index.ts"
import { type FakeFetch, createFakeFetch, json, reset } from "../support/fake-fetch.ts"
import { serverOf, vector } from "../support/inngest-vectors.ts"
import { createManualClock } from "../support/manual-clock.ts"

function cancellationsOf({ fetch }: FakeFetch): InngestClient["cancellations"] {
  return createClient({
    baseURL: "http://kit.test",
    fetch,
    clock: createManualClock(),
    retry: { attempts: 4, minDelay: 0 },
  }).cancellations
}

/** As the published API writes it. */
const published = {
  id: "01HMRMPE5ZQ4AMNJ3S2N79QGRZ",
  environment_id: "e03843e1-d2df-419e-9b7b-678b03f7398f",
  function_id: "core-remind",
  started_after: null,
  started_before: "2026-01-31T11:55:00Z",
  if: "event.data.id == '7'",
}
const decoded = {
  id: "01HMRMPE5ZQ4AMNJ3S2N79QGRZ",
  functionId: "core-remind",
  startedBefore: "2026-01-31T11:55:00Z",
  if: "event.data.id == '7'",
}

describe("creating a cancellation", () => {
  test("names the function in full, which is the only form that the server knows", async () => {
    const server = createFakeFetch([json({ data: published, metadata: {} })])
    const { create } = cancellationsOf(server)
    const input = { appId: "core", startedBefore: "5m", startedAfter: new Date(0), if: "event.data.id == '7'" }
    await expect(create({ ...input, functionId: "remind" })).resolves.toEqual(decoded)
    await create({ appId: "core", functionId: "core-remind", startedBefore: "2026-01-31T11:55:00.123456Z" })
    expect(server.requests.map(({ body }) => JSON.parse(body ?? "") as unknown)).toEqual([
      {
        app_id: "core",
        function_id: "core-remind",
        started_before: "2026-01-31T11:55:00.000Z",
        started_after: "1970-01-01T00:00:00.000Z",
        if: "event.data.id == '7'",
      },
      { app_id: "core", function_id: "core-remind", started_before: "2026-01-31T11:55:00.123456Z" },
    ])
  })

  test.each(["appId", "functionId", "startedBefore"])("without a %s is refused by that name, unsent", async (field) => {
    const server = createFakeFetch([json({})])
    const input = { appId: "core", functionId: "remind", startedBefore: "5m", [field]: undefined } as never
    const refusal: unknown = await cancellationsOf(server)
      .create(input)
      .catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: "validation", issues: [{ path: field }] })
    expect(server.requests).toEqual([])
  })

  test("refuses a time that is none", async () => {
    const server = createFakeFetch([json({})])
    const input = { appId: "core", functionId: "remind", startedBefore: "soon" }
    await expect(cancellationsOf(server).create(input)).rejects.toMatchObject({ code: "validation" })
    expect(server.requests).toEqual([])
  })

  test.each([
    ["cancellations-create-empty", 400, "app_id is required"],
    ["cancellations-create-future", 400, "started_before must be in the past"],
    ["cancellations-create-full-slug", 500, "500"],
  ])("shows the server's refusal: %s", async (name, status, text) => {
    const server = serverOf(vector(name))
    const input = { appId: "core", functionId: "remind", startedBefore: "5m" }
    await expect(cancellationsOf(server).create(input)).rejects.toMatchObject({
      status,
      message: expect.stringContaining(text),
    })
    expect(server.requests).toHaveLength(1)
  })

  test("is not asked twice once bytes were sent", async () => {
    const server = createFakeFetch([reset()])
    const input = { appId: "core", functionId: "remind", startedBefore: "5m" }
    await expect(cancellationsOf(server).create(input)).rejects.toThrow("may have been carried out")
    expect(server.requests).toHaveLength(1)
  })
})

test("a list has them all, awaited and iterated; none may come as null", async () => {
  const { list } = cancellationsOf(createFakeFetch([json({ data: [published], metadata: {} })]))
  await expect(list()).resolves.toEqual({ data: [decoded] })
  for await (const cancellation of list()) expect(cancellation).toEqual(decoded)
  await expect(cancellationsOf(createFakeFetch([json({ data: null, metadata: {} })])).list()).resolves.toEqual({
    data: [],
  })
})

test("deleting ends one, and an absent one is fine", async () => {
  const server = createFakeFetch([
    json({ data: { ok: true } }),
    json({ error: "Cancellation not found" }, { status: 404 }),
  ])
  await cancellationsOf(server).delete(published.id)
  await cancellationsOf(server).delete(published.id)
  expect(server.requests.map(({ method, path }) => [method, path])).toEqual([
    ["DELETE", `/v1/cancellations/${published.id}`],
    ["DELETE", `/v1/cancellations/${published.id}`],
  ])
  await expect(cancellationsOf(serverOf(vector("cancellations-delete-bad-id"))).delete("zz")).rejects.toMatchObject({
    status: 400,
  })
  await expect(cancellationsOf(serverOf(vector("workflow-get"))).delete("zz")).rejects.toMatchObject({ status: 404 })
})
