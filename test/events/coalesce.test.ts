import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type EventSender, createEventSender } from "../../src/events/index.ts"
import type { ClientOptions, PartialSendError } from "../../src/index.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { type EventServer, createEventServer } from "../support/event-server.ts"
import { type Reply, countListeners, createFakeFetch, json, reset } from "../support/fake-fetch.ts"
import { createManualClock } from "../support/manual-clock.ts"

const clock = createManualClock()

function senderOf({ fetch }: { fetch: typeof globalThis.fetch }, options: ClientOptions = {}): EventSender {
  const retry = { attempts: 3, minDelay: 1 }
  return createEventSender({
    baseURL: "http://kit.test",
    fetch,
    clock,
    random: seededRandom(7),
    retry,
    coalesce: true,
    ...options,
  })
}

/** As measured: stops at the first event whose name is refused, keeps those before it, and names their ids. */
function createPickyServer(): EventServer {
  const server = createEventServer()
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const events = JSON.parse(String(init?.body)) as { name: string }[]
    const bad = events.findIndex(({ name }) => name.startsWith("bad"))
    if (bad === -1) return server.fetch(input, init)
    const answer = await server.fetch(input, { ...init, body: JSON.stringify(events.slice(0, bad)) })
    const { ids } = (await answer.json()) as { ids: string[] }
    return json(
      { ids: bad === 0 ? [""] : ids, status: 400, error: `event name is refused: ${events[bad]?.name}` },
      { status: 400 },
    )
  }
  return { ...server, fetch }
}

const named = (...names: string[]): { name: string }[] => names.map((name) => ({ name }))
const namesOf = ({ taken }: EventServer): string[] => taken.map(({ name }) => name)

describe("callers in one tick", () => {
  test("share a request, and each gets its own ids, in order", async () => {
    const server = createEventServer()
    const { send } = senderOf(server)
    const [one, two, none, three] = await Promise.all([
      send({ name: "a" }),
      send(named("b", "c")),
      send([]),
      send({ name: "d", id: "mine" }),
    ])
    expect(server.requests).toHaveLength(1)
    expect(namesOf(server)).toEqual(["a", "b", "c", "d"])
    expect([one?.ids, two?.ids, none?.ids, three?.ids].flat()).toEqual(server.taken.map(({ internalId }) => internalId))
    expect(two?.ids).toHaveLength(2)
    expect(server.taken.map(({ id }) => id)).toEqual([
      ...server.taken.slice(0, 3).map(({ internalId }) => internalId),
      "mine",
    ])
  })

  test("that were resumed one after the other still do", async () => {
    const server = createEventServer()
    const { send } = senderOf(server)
    const later = async (turns: number): Promise<unknown> => {
      for (let turn = 0; turn < turns; turn++) await undefined
      return send({ name: `turn/${turns}` })
    }
    await Promise.all([later(0), later(3), later(9), later(15)])
    expect(server.requests).toHaveLength(1)
  })

  test("of the next tick have a request of their own", async () => {
    const server = createEventServer()
    const { send } = senderOf(server)
    await send({ name: "a" })
    await send({ name: "b" })
    expect(server.requests).toHaveLength(2)
  })

  test("don't without coalesce", async () => {
    const server = createEventServer()
    const { send } = senderOf(server, { coalesce: false })
    await Promise.all([send({ name: "a" }), send({ name: "b" })])
    expect(server.requests).toHaveLength(2)
  })

  test("with a timeout of their own go alone", async () => {
    const server = createEventServer()
    const { send } = senderOf(server)
    await Promise.all([send({ name: "a" }), send({ name: "b" }, { timeout: "1s" }), send({ name: "c" })])
    expect(server.requests).toHaveLength(2)
  })

  test("whose event can't be sent don't join: only they have the error", async () => {
    const server = createEventServer()
    const { send } = senderOf(server)
    const schema = {
      "~standard": { version: 1 as const, vendor: "test", validate: async () => ({ issues: [{ message: "no" }] }) },
    }
    const { eventType } = await import("../../src/index.ts")
    const checked = eventType("checked", { schema })
    const results = await Promise.allSettled([
      send({ name: "a" }),
      send({ name: "" }),
      send(checked({})),
      send({ name: "b" }),
    ])
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"])
    expect(namesOf(server)).toEqual(["a", "b"])
  })
})

describe("a retry", () => {
  test.each<[string, Reply | "lost"]>([
    ["a lost answer", "lost"],
    ["a reset", reset()],
    ["a 503", new Response("", { status: 503 })],
  ])("after %s sends the same bytes: composition and seed are frozen at the first attempt", async (_what, fate) => {
    const server = createEventServer((index) => (index === 0 ? fate : undefined))
    const { send } = senderOf(server)
    const first = Promise.all([send({ name: "a" }), send({ name: "b" })])
    await clock.advance(0)
    const late = send({ name: "late" })
    const [results, alone] = await clock.runUntilSettled(Promise.all([first, late]))
    const requests = server.requests.filter(({ body }) => !body?.includes("late"))
    expect(requests).toHaveLength(2)
    expect(requests[1]?.body).toBe(requests[0]?.body)
    expect(requests[1]?.headers["x-inngest-event-id-seed"]).toBe(requests[0]?.headers["x-inngest-event-id-seed"])
    expect(results.flatMap(({ ids }) => ids)).toHaveLength(2)
    expect(alone.ids).toHaveLength(1)
    const ids = new Set(server.taken.map(({ id }) => id))
    expect(ids.size).toBe(3)
  })

  test("that never helps is everybody's error", async () => {
    const { send } = senderOf(createFakeFetch([reset()]))
    const settled = clock.runUntilSettled(Promise.allSettled([send({ name: "a" }), send({ name: "b" })]))
    const codes = (await settled).map((result) =>
      result.status === "rejected" ? (result.reason as { code: string }).code : "",
    )
    expect(codes).toEqual(["connection", "connection"])
  })
})

describe("a refusal", () => {
  test("is its caller's alone, and the tail is sent under a new seed with its ids", async () => {
    const server = createPickyServer()
    const { send } = senderOf(server)
    const [before, culprit, behind] = await Promise.allSettled([
      send(named("a", "b")),
      send(named("c", "bad/one", "lost")),
      send({ name: "d" }),
    ])
    expect(namesOf(server)).toEqual(["a", "b", "c", "d"])
    expect(before).toMatchObject({
      status: "fulfilled",
      value: { ids: server.taken.slice(0, 2).map((row) => row.internalId) },
    })
    expect(behind).toMatchObject({ status: "fulfilled", value: { ids: [server.taken[3]?.internalId] } })
    // The id that it had in the request that was refused.
    expect(server.taken[3]?.id).not.toBe(server.taken[3]?.internalId)
    const error = (culprit as PromiseRejectedResult).reason as PartialSendError
    expect(error).toMatchObject({ name: "PartialSendError", ids: [server.taken[2]?.internalId], remaining: 2 })
    expect(error.rest.map(({ name, id }) => [name, id.length])).toEqual([
      ["bad/one", 26],
      ["lost", 26],
    ])
    expect(error.message).toContain("event name is refused: bad/one")
  })

  test("of the first event is a plain error, and nobody else's", async () => {
    const server = createPickyServer()
    const { send } = senderOf(server)
    const [culprit, other] = await Promise.allSettled([send({ name: "bad" }), send({ name: "a" })])
    expect(culprit).toMatchObject({ status: "rejected", reason: { name: "BadRequestError", status: 400 } })
    expect(other?.status).toBe("fulfilled")
    expect(namesOf(server)).toEqual(["a"])
  })

  test("that names no event is everybody's error, and nothing is sent again", async () => {
    for (const reply of [
      json({ error: "no" }, { status: 400 }),
      json({ ids: [""], error: "Event key not found" }, { status: 401 }),
    ]) {
      const server = createFakeFetch([reply])
      const { send } = senderOf(server)
      const results = await Promise.allSettled([send({ name: "a" }), send({ name: "b" })])
      expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"])
      expect(server.requests).toHaveLength(1)
    }
  })

  test("whatever refusals there are, each caller's ids are those of its rows, and every good event of a good caller is there once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.boolean(), { maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        async (callers) => {
          const server = createPickyServer()
          const { send } = senderOf(server)
          const sent = callers.map((events, caller) =>
            events.map((isGood, index) => ({ name: `${isGood ? "good" : "bad"}/${caller}/${index}` })),
          )
          const results = await Promise.allSettled(sent.map((events) => send(events)))
          for (const [caller, result] of results.entries()) {
            const bad = callers[caller]?.indexOf(false) ?? -1
            expect(result.status).toBe(bad === -1 ? "fulfilled" : "rejected")
            const taken = bad === -1 ? sent[caller] : sent[caller]?.slice(0, bad)
            const rows = server.taken.filter(({ name }) => name.split("/")[1] === String(caller))
            expect(rows.map(({ name }) => name)).toEqual(taken?.map(({ name }) => name))
            const ids =
              result.status === "fulfilled" ? result.value.ids : ((result.reason as PartialSendError).ids ?? [])
            expect(ids).toEqual(rows.map(({ internalId }) => internalId))
          }
          expect(new Set(server.taken.map(({ id }) => id)).size).toBe(server.taken.length)
        },
      ),
    )
  })
})

describe("a caller's signal", () => {
  test("ends that caller's wait and nobody else's, and leaves no listener", async () => {
    let answer: () => void = () => {}
    const server = createEventServer()
    const gate = new Promise<void>((resolve) => (answer = resolve))
    const fetch: typeof globalThis.fetch = async (input, init) => {
      await gate
      init?.signal?.throwIfAborted()
      return server.fetch(input, init)
    }
    const { send } = senderOf({ fetch })
    const controller = new AbortController()
    const listeners = countListeners(controller.signal)
    const gone = send({ name: "gone" }, { signal: controller.signal }).catch((error: unknown) => error)
    const stays = send({ name: "stays" })
    await clock.advance(0)
    controller.abort("mine")
    await expect(gone).resolves.toBe("mine")
    answer()
    await expect(stays).resolves.toMatchObject({ ids: [expect.any(String)] })
    expect(listeners.count).toBe(0)
  })

  test("before the request takes its events out of it", async () => {
    const server = createEventServer()
    const { send } = senderOf(server)
    const controller = new AbortController()
    const gone = send({ name: "gone" }, { signal: controller.signal })
    const early = send({ name: "early" }, { signal: AbortSignal.abort("early") })
    const stays = send({ name: "stays" })
    controller.abort("mine")
    await expect(gone).rejects.toBe("mine")
    await expect(early).rejects.toBe("early")
    await stays
    expect(namesOf(server)).toEqual(["stays"])
  })

  test("while a request is under way takes its events out of the tail", async () => {
    const server = createPickyServer()
    const gate = Promise.withResolvers<void>()
    let requestCount = 0
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (requestCount++ === 0) await gate.promise
      return server.fetch(input, init)
    }
    const { send } = senderOf({ fetch })
    const controller = new AbortController()
    const culprit = send({ name: "bad" }).catch(() => {})
    const gone = send({ name: "gone" }, { signal: controller.signal }).catch((error: unknown) => error)
    const stays = send({ name: "stays" })
    await clock.advance(0)
    controller.abort("mine")
    await expect(gone).resolves.toBe("mine")
    gate.resolve()
    await Promise.all([culprit, stays])
    expect(namesOf(server)).toEqual(["stays"])
  })

  test("ends the request when nobody waits for it any more", async () => {
    const server = createFakeFetch(["hang"])
    const { send } = senderOf(server)
    const controllers = [new AbortController(), new AbortController()]
    const sent = controllers.map(({ signal }) => send({ name: "a" }, { signal }).catch((error: unknown) => error))
    await clock.advance(0)
    controllers[0]?.abort("one")
    await clock.advance(0)
    expect(server.requests[0]?.init.signal?.aborted).toBe(false)
    controllers[1]?.abort("two")
    await clock.advance(0)
    expect(server.requests[0]?.init.signal?.aborted).toBe(true)
    await expect(Promise.all(sent)).resolves.toEqual(["one", "two"])
    expect(clock.pending).toBe(0)
  })
})
