import { afterEach, describe, expect, test, vi } from "vitest"
import { createClient } from "../src/index.ts"
import { type Live, type LiveSnapshot, type Run, live } from "../src/live/index.ts"
import { type FakeFetch, type Reply, createFakeFetch, json } from "./support/fake-fetch.ts"
import { type ManualClock, createManualClock } from "./support/manual-clock.ts"

const rows = (...statuses: string[]): Response =>
  json({ data: statuses.map((status, index) => ({ id: String(index), status, function: { id: "ok" } })), page: {} })

interface Watched extends FakeFetch {
  clock: ManualClock
  runs: Live<Run>
  seen: LiveSnapshot<Run>[]
  listener: (snapshot: LiveSnapshot<Run>) => void
}

function watch(reply: Parameters<typeof createFakeFetch>[0], every?: string): Watched {
  const clock = createManualClock()
  const server = createFakeFetch(reply)
  const client = createClient({ baseURL: "http://kit.test", fetch: server.fetch, clock, retry: { attempts: 1 } })
  const seen: LiveSnapshot<Run>[] = []
  const runs = live(client, { clock }).runs({ status: ["running"], limit: 5 }, { every })
  return { ...server, clock, runs, seen, listener: (snapshot) => seen.push(snapshot) }
}

/** A page whose visibility the test decides. */
function stubPage(): { show(): void; hide(): void; readonly listeners: number } {
  const listeners = new Set<() => void>()
  const document = {
    visibilityState: "visible",
    addEventListener: (_type: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_type: string, listener: () => void) => listeners.delete(listener),
  }
  vi.stubGlobal("document", document)
  const become = (state: string) => () => {
    document.visibilityState = state
    for (const listener of listeners) listener()
  }
  return {
    show: become("visible"),
    hide: become("hidden"),
    get listeners() {
      return listeners.size
    },
  }
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe("live runs", () => {
  test("are asked for at once, and again after each answer, as long as somebody looks", async () => {
    const { clock, runs, requests, listener, seen } = watch((_request, index) =>
      rows(index < 2 ? "RUNNING" : "COMPLETED"),
    )
    expect(requests).toHaveLength(0)
    const end = runs.subscribe(listener)
    await clock.advance(0)
    expect(requests[0]?.path).toBe("/v2/runs?status=RUNNING&limit=5")
    await clock.advance(1_999)
    expect(requests).toHaveLength(1)
    await clock.advance(2_001)
    expect(requests).toHaveLength(3)
    expect(seen.map(({ data }) => data.map(({ status }) => status))).toEqual([["running"], ["completed"]])
    expect(seen.at(-1)).toBe(runs.getSnapshot())
    end()
    await clock.advance(60_000)
    expect(requests).toHaveLength(3)
    expect(clock.pending).toBe(0)
  })

  test("keep the identity of a snapshot that says the same, and of each run in it", async () => {
    const replies = [rows("RUNNING", "RUNNING"), rows("RUNNING", "RUNNING"), rows("RUNNING", "FAILED"), rows("RUNNING")]
    const { clock, runs, seen, listener } = watch(replies)
    runs.subscribe(listener)
    await clock.advance(0)
    const first = runs.getSnapshot()
    await clock.advance(2_000)
    expect(runs.getSnapshot()).toBe(first)
    expect(seen).toHaveLength(1)
    await clock.advance(2_000)
    const third = runs.getSnapshot()
    expect(third).not.toBe(first)
    expect(third.data[0]).toBe(first.data[0])
    expect(third.data[1]?.status).toBe("failed")
    await clock.advance(2_000)
    expect(runs.getSnapshot().data).toEqual([first.data[0]])
  })

  test("are asked for once, however many look, and until the last has gone", async () => {
    const { clock, runs, requests, listener } = watch(() => rows("RUNNING"))
    const ends = [runs.subscribe(listener), runs.subscribe(listener), runs.subscribe(() => {})]
    await clock.advance(0)
    expect(requests).toHaveLength(1)
    ends[0]?.()
    ends[0]?.()
    ends[1]?.()
    await clock.advance(2_000)
    expect(requests).toHaveLength(2)
    ends[2]?.()
    await clock.advance(10_000)
    expect(requests).toHaveLength(2)
  })

  test("end the question under way with the last who looked, and its answer changes nothing", async () => {
    let answer: (response: Response) => void = () => {}
    const slow = (): Promise<Response> => new Promise((resolve) => (answer = resolve))
    const { clock, runs, requests, listener, seen } = watch((_request, index): Reply =>
      index === 0 ? slow() : rows("FAILED"),
    )
    const end = runs.subscribe(listener)
    await clock.advance(0)
    end()
    expect(requests[0]?.init.signal?.aborted).toBe(true)
    runs.subscribe(listener)
    await clock.advance(0)
    answer(rows("RUNNING"))
    await clock.advance(0)
    expect(seen.map(({ data }) => data[0]?.status)).toEqual(["failed"])
  })

  test("are not asked for while the page is hidden, and at once when it shows again", async () => {
    const page = stubPage()
    const { clock, runs, requests, listener } = watch(() => rows("RUNNING"), "5s")
    const end = runs.subscribe(listener)
    await clock.advance(0)
    page.hide()
    await clock.advance(60_000)
    expect(requests).toHaveLength(1)
    expect(clock.pending).toBe(0)
    page.show()
    await clock.advance(0)
    expect(requests).toHaveLength(2)
    page.hide()
    end()
    expect(page.listeners).toBe(0)
    runs.subscribe(listener)
    await clock.advance(60_000)
    expect(requests).toHaveLength(2)
    page.show()
    await clock.advance(0)
    expect(requests).toHaveLength(3)
  })

  test("are asked for once while an answer is due, however often the page is hidden and shown", async () => {
    const page = stubPage()
    const { clock, runs, requests, listener } = watch(["hang"])
    runs.subscribe(listener)
    await clock.advance(0)
    page.hide()
    page.show()
    page.show()
    await clock.advance(0)
    expect(requests).toHaveLength(1)
  })

  test("show an error beside the last data, once, and recover", async () => {
    const down = (): Response => new Response("", { status: 503 })
    const { clock, runs, seen, listener } = watch([rows("RUNNING"), down(), down(), rows("RUNNING")])
    runs.subscribe(listener)
    await clock.advance(6_000)
    expect(
      seen.map(({ data, isLoaded, error }) => [data.length, isLoaded, (error as { status?: number })?.status]),
    ).toEqual([
      [1, true, undefined],
      [1, true, 503],
      [1, true, undefined],
    ])
    expect(seen[1]?.data).toBe(seen[0]?.data)
  })

  test("that fail at first are not loaded", async () => {
    const { clock, runs, listener } = watch(() => new Response("", { status: 503 }))
    runs.subscribe(listener)
    await clock.advance(0)
    expect(runs.getSnapshot()).toMatchObject({ data: [], isLoaded: false, error: { status: 503 } })
  })

  test("on a server are the empty snapshot, always the same, and ask nothing", () => {
    const { runs, requests } = watch(() => rows("RUNNING"))
    expect(runs.getServerSnapshot()).toEqual({ data: [], isLoaded: false })
    expect(runs.getServerSnapshot()).toBe(runs.getServerSnapshot())
    expect(runs.getSnapshot()).toBe(runs.getServerSnapshot())
    expect(requests).toEqual([])
  })

  test.each(["now", "0s", ""])("refuse to be asked for every %j", (every) => {
    expect(() => watch([], every)).toThrow(expect.objectContaining({ code: "validation" }))
  })

  test("reach every listener, though one throws", async () => {
    const { clock, runs, seen, listener } = watch(() => rows("RUNNING"))
    const surfaced: unknown[] = []
    vi.stubGlobal("queueMicrotask", (task: () => void) => {
      try {
        task()
      } catch (error) {
        surfaced.push(error)
      }
    })
    runs.subscribe(() => {
      throw new Error("mine")
    })
    runs.subscribe(listener)
    await clock.advance(0)
    expect(seen).toHaveLength(1)
    expect(surfaced).toEqual([new Error("mine")])
  })
})
