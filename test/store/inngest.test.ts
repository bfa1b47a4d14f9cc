import { describe, expect, test } from "vitest"
import { createClient } from "../../src/index.ts"
import { isConfigError, isStoreError, isValidationError } from "../../src/errors.ts"
import { createInngestMock } from "../../mocks/index.ts"
import { type EventsClient, inngestEventsStore } from "../../src/store/drivers/inngest.ts"
import { createPageList } from "../../src/shared/page.ts"
import { testStore } from "../conformance/store.ts"
import { serverOf, vector } from "../support/inngest-vectors.ts"
import { createManualClock } from "../support/manual-clock.ts"

const clientOf = (fetch: typeof globalThis.fetch) =>
  createClient({ appId: "states", baseURL: "http://kit.test", fetch, retry: { attempts: 1 } })

testStore({
  name: "inngestEventsStore",
  create: () => {
    const { fetch } = createInngestMock()
    return {
      store: inngestEventsStore(clientOf(fetch)),
      another: () => inngestEventsStore(clientOf(fetch)),
    }
  },
  flags: { list: "own-saves", revision: false, watch: false },
  skip: [
    {
      test: "a document of 10 MB and a history of 10 000 entries are kept whole",
      reason: "the server takes 3 MiB for an event",
    },
  ],
})

const saved = (runId: string) => ({ workflowId: "order-7", runId })

interface ShownEvent {
  name: string
  data: { workflowId: string; version: number; state?: string; deleted?: boolean }
}

/** A server that shows an event only when `get` has asked `askedTimes` for it, as one that stores late. */
function lateServer(askedTimes: number) {
  const { fetch } = createInngestMock()
  const { send, events } = clientOf(fetch)
  const asked = new Map<string, number>()
  const sent: ShownEvent[] = []
  const isShown = (id: string): boolean => (asked.get(id) ?? 0) >= askedTimes
  const client: EventsClient = {
    send: (event, options) => {
      sent.push(event as ShownEvent)
      return send(event, options)
    },
    events: {
      list: (options) => {
        const shown = async () => {
          const { data } = await events.list(options)
          return { data: data.filter(({ internalId }) => isShown(internalId)) }
        }
        return createPageList(shown, shown)
      },
      get: async (id, options) => {
        asked.set(id, (asked.get(id) ?? 0) + 1)
        return isShown(id) ? events.get(id, options) : null
      },
    },
  }
  return { client, sent }
}

describe("inngestEventsStore", () => {
  test("a save is over when the server shows it, so that the next load anywhere has it", async () => {
    const clock = createManualClock()
    const { client } = lateServer(5)
    await clock.runUntilSettled(inngestEventsStore(client, { clock }).save(saved("first")))
    expect(clock.now()).toBeGreaterThan(0)
    expect((await inngestEventsStore(client).load("order-7"))?.runId).toBe("first")
  })

  test("an event that never shows is an error that says so, after 15 s", async () => {
    const clock = createManualClock()
    const startMs = clock.now()
    const { client } = lateServer(Infinity)
    const failed = await clock.runUntilSettled(
      inngestEventsStore(client, { clock })
        .save(saved("lost"))
        .catch((error: unknown) => error),
    )
    expect(isStoreError(failed)).toBe(true)
    expect(failed).toMatchObject({
      message: expect.stringMatching(/^events\/save: the server took the event \w{26} and does not show it$/) as string,
      retryable: true,
      workflowId: "order-7",
    })
    expect(clock.now() - startMs).toBeGreaterThan(14_900)
    expect(clock.now() - startMs).toBeLessThanOrEqual(15_000)
  })

  test("a caller who no longer waits ends the polling, with the own reason", async () => {
    const clock = createManualClock()
    const { client } = lateServer(Infinity)
    const controller = new AbortController()
    const pending = inngestEventsStore(client, { clock }).save(saved("a"), { signal: controller.signal })
    controller.abort("enough")
    expect(await pending.catch((error: unknown) => error)).toBe("enough")
  })

  test("each save is one event: named after the workflow, the document as text, one version more", async () => {
    const { client, sent } = lateServer(0)
    const [one, other] = [inngestEventsStore(client), inngestEventsStore(client)]
    await one.save({ ...saved("first"), input: 2n ** 60n })
    await other.save(saved("second"))
    await one.delete("order-7")
    await one.delete("order-7")
    await other.save(saved("third"))
    expect(sent.map(({ name, data }) => [name, data.workflowId, data.version])).toEqual(
      [1, 2, 3, 4].map((version) => ["workflow.state/order-7", "order-7", version]),
    )
    expect(sent[0]?.data.state).toContain('"Input":1152921504606846976')
    expect(sent[2]?.data).toEqual({ workflowId: "order-7", version: 3, deleted: true })
  })

  test("the highest version counts, not the place in the list: a clock that is behind loses nothing", async () => {
    const { fetch } = createInngestMock()
    const clockAt = (nowMs: number) => ({ now: () => nowMs, setTimer: () => () => {} })
    const clientAt = (nowMs: number) =>
      createClient({ appId: "states", baseURL: "http://kit.test", fetch, clock: clockAt(nowMs) })
    const ahead = inngestEventsStore(clientAt(Date.UTC(2026, 5, 1, 12)))
    const behind = inngestEventsStore(clientAt(Date.UTC(2026, 5, 1, 11)))
    await ahead.save(saved("ahead"))
    await behind.save(saved("behind, and later"))
    expect((await ahead.load("order-7"))?.runId).toBe("behind, and later")
  })

  test("events of others with such a name are no states", async () => {
    const { client } = lateServer(0)
    await client.send([
      { name: "workflow.state/order-7", data: { workflowId: "order-8", version: 9, state: "{}" } },
      { name: "workflow.state/order-7", data: { hello: "world" } },
      { name: "workflow.state/order-7" },
    ])
    expect(await inngestEventsStore(client).load("order-7")).toBeNull()
  })

  test("what a real server was recorded to answer is read: the latest state, a delete, nothing", async () => {
    const answers = [
      "store-3-load-after-500ms",
      "store-5-load-latest",
      "store-7-load-tombstone",
      "store-10-never-saved",
    ]
    for (const [index, name] of answers.entries()) {
      const store = inngestEventsStore(clientOf(serverOf(vector(name)).fetch))
      const step = ["paid", "shipped"][index]
      // The state that was recorded is no whole document, so that what it holds is what a reader does not know.
      expect((await store.load(index === 3 ? "never" : "order-1001"))?.extra, name).toEqual(step && { step })
    }
  })

  test("names stay within the cloud's 256 characters", async () => {
    const { client, sent } = lateServer(0)
    const store = inngestEventsStore(client)
    for (const id of ["x".repeat(241), "x".repeat(242), "x".repeat(4_000)]) await store.save({ workflowId: id })
    expect(sent.map(({ name }) => name.length)).toEqual([256, 86, 86])
    expect((await store.load("x".repeat(242)))?.workflowId).toHaveLength(242)
  })

  test("a state that no event holds is refused before anything is sent", async () => {
    const { client } = lateServer(0)
    const store = inngestEventsStore(client)
    await store.save(saved("small"))
    const refused = await store
      .save({ ...saved("large"), input: "x".repeat(3 * 1024 * 1024) })
      .catch((error: unknown) => error)
    expect(isValidationError(refused)).toBe(true)
    expect((await store.load("order-7"))?.runId).toBe("small")
  })

  test.each([
    ["an empty prefix", { prefix: "" }, "prefix"],
    ["a prefix that the server reserves", { prefix: "Inngest/x" }, "prefix"],
    ["a time that is none", { visibleWithin: "soon" }, "visibleWithin"],
  ])("%s is refused when the store is made", (_what, options, option) => {
    let thrown: unknown
    try {
      inngestEventsStore(lateServer(0).client, options)
    } catch (error) {
      thrown = error
    }
    expect(isConfigError(thrown)).toBe(true)
    expect(thrown).toMatchObject({ option })
  })
})
