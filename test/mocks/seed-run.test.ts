import { describe, expect, test } from "vitest"
import { createInngestMock, type MockSeed } from "../../mocks/index.ts"
import { createClient } from "../../src/index.ts"

const failed = {
  functionId: "ship-order",
  appId: "core",
  status: "failed",
  error: { name: "SmtpError", message: "421 try later" },
  event: { name: "shop/order.paid", data: { id: 7 } },
  queuedAt: "2026-01-02T03:04:05Z",
  startedAt: "2026-01-02T03:04:06Z",
  endedAt: "2026-01-02T03:04:08Z",
} as const

function start(seed: MockSeed) {
  const mock = createInngestMock({ seed })
  return { mock, client: createClient({ baseURL: "http://kit.test", fetch: mock.fetch }) }
}

describe("runs of a seed", () => {
  test("are there from the start, with what they gave", async () => {
    const { mock, client } = start({ runs: [failed, { functionId: "remind", output: "sent" }] })
    expect(mock.runs("ship-order")).toMatchObject([{ status: "failed", output: { message: "421 try later" } }])
    expect(mock.runs("remind")).toMatchObject([{ status: "completed", output: "sent" }])
    const [run] = (await client.runs.list({ status: ["failed"], since: "2020-01-01T00:00:00Z" })).data
    expect(run).toMatchObject({ functionId: "ship-order", appId: "core", status: "failed", durationMs: 2000 })
  })

  test("are found by their event, which nobody sent", async () => {
    const { mock, client } = start({ runs: [failed] })
    expect(mock.sent()).toEqual([])
    const [id = ""] = mock.runs()[0]?.eventIds ?? []
    expect(await client.events.get(id)).toMatchObject({ name: "shop/order.paid", data: { id: 7 } })
    expect((await client.events.runs(id)).data).toMatchObject([{ status: "failed" }])
  })

  test("stay running until they are cancelled", async () => {
    const { mock, client } = start({ runs: [{ functionId: "remind", status: "running" }] })
    await mock.clock.advance("3d")
    const [run] = mock.runs()
    expect(run?.status).toBe("running")
    await client.runs.cancel(run?.id ?? "")
    expect(mock.runs()).toMatchObject([{ status: "cancelled" }])
  })

  test("are of whole milliseconds, as their ids are", async () => {
    const { mock, client } = start({ runs: [{ functionId: "remind", queuedAt: Date.UTC(2026, 0, 2) + 0.5 }] })
    const [run] = mock.runs()
    expect(run?.queuedAt).toBe("2026-01-02T00:00:00Z")
    expect(await client.runs.get(run?.id ?? "")).toMatchObject({ functionId: "remind" })
  })

  test("are back after a reset, and those that were added are gone", () => {
    const { mock } = start({ runs: [failed] })
    mock.seed({ runs: [{ functionId: "remind", status: "queued" }] })
    expect(
      mock
        .runs()
        .map(({ status }) => status)
        .toSorted(),
    ).toEqual(["failed", "queued"])
    mock.reset()
    expect(mock.runs().map(({ status }) => status)).toEqual(["failed"])
  })

  test.each([
    [{ functionId: "" }, /runs\[0\]\.functionId/],
    [{ functionId: "a", status: "done" }, /runs\[0\]\.status: must be one of queued/],
    [{ functionId: "a", queuedAt: "soon" }, /runs\[0\]\.queuedAt: must be a time/],
    [{ functionId: "a", queuedAt: 1e15 }, /runs\[0\]\.queuedAt: must be a time/],
    [{ functionId: "a", output: { n: Number.NaN } }, /runs\[0\]\.output/],
    [{ functionId: "a", ouput: 1 }, /there is no option ouput/],
  ])("%o is refused by its name, and nothing is kept", (run, message) => {
    const mock = createInngestMock()
    expect(() => mock.seed({ events: [{ name: "a/b" }], runs: [run as never] })).toThrow(message)
    expect(mock.runs()).toEqual([])
  })
})
