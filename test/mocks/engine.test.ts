import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Engine, type EventDraft, createEngine } from "../../mocks/engine/engine.ts"
import { parseIdSeed } from "../../mocks/engine/ids.ts"
import type { EngineInput } from "../../mocks/engine/inputs.ts"
import type { EngineLog } from "../../mocks/engine/log.ts"
import { decodeRecord, encodeRecord } from "../../mocks/engine/record.ts"
import { createEngineStore } from "../../mocks/engine-store.ts"
import { isValidationError } from "../../src/errors.ts"
import { isUlid } from "../../src/shared/id.ts"
import { ulidTimeMs } from "../support/ulid.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { nothingForgotten } from "../../mocks/engine/archive.ts"
import { createMemoryArchive } from "../../mocks/engine/memory-archive.ts"
import { createManualClock } from "../support/manual-clock.ts"

const startMs = Date.UTC(2026, 0, 31, 12)

interface Recording extends EngineLog {
  inputs: EngineInput[]
}

function recordingLog(earlier: readonly EngineInput[] = []): Recording {
  const inputs = [...earlier]
  return {
    inputs,
    snapshot: () => [],
    archive: createMemoryArchive(),
    compact: () => nothingForgotten,
    read: () => earlier,
    append: (input) => void inputs.push(input),
    pause: () => Promise.resolve(),
    flush: () => {},
    close: () => {},
  }
}

function start(log: EngineLog = recordingLog(), seed = 1) {
  const clock = createManualClock(startMs)
  return { clock, engine: createEngine({ clock, random: seededRandom(seed), log }) }
}

const event = (name: string, more: Partial<EventDraft> = {}): EventDraft => ({ name, data: null, ...more })
const seed = (base64 = "eii2YKXRVTJPuA==") => parseIdSeed(`1743130137367,${base64}`)

/** All that can be asked of an engine. */
function answersOf({ reads }: Engine) {
  return {
    arrived: reads.arrived(),
    events: reads.events({ limit: Infinity }),
    byId: reads.events({ limit: Infinity }).map(({ internalId }) => reads.event(internalId)),
    byName: ["a", "b", "c"].map((name) => reads.events({ name, limit: 2 })),
    byKey: ["w1", "w2", "w3"].map((key) => reads.workflow(key)),
    receipt: reads.workflows({ limit: Infinity, from: { order: "receipt" } }),
    id: reads.workflows({ limit: Infinity, from: { order: "id" } }),
    filtered: ["running", "failed"].map((status) =>
      reads.workflows({ status, limit: Infinity, from: { order: "receipt" } }),
    ),
  }
}

describe("internal ids", () => {
  test("are ULIDs of the time of arrival, in the order of arrival also inside one millisecond", async () => {
    const { engine } = start()
    const ids: string[] = []
    for (let round = 0; round < 50; round++) ids.push(...(await engine.receive([event("a"), event("a")])))
    expect(ids.every((id) => isUlid(id) && ulidTimeMs(id) === startMs)).toBe(true)
    expect(ids).toEqual(ids.toSorted())
    expect(new Set(ids).size).toBe(100)
    expect(engine.reads.events({ limit: 100 }).map(({ internalId }) => internalId)).toEqual(ids.toReversed())
  })

  test("go on growing when the clock steps back", async () => {
    let nowMs = startMs
    const engine = createEngine({ clock: { now: () => nowMs, setTimer: () => () => {} }, random: seededRandom(1) })
    const [first = ""] = await engine.receive([event("a")])
    nowMs -= 60_000
    const [second = ""] = await engine.receive([event("a")])
    expect(second > first).toBe(true)
  })

  test("come from the seed, moved by the place in the request", async () => {
    const { engine } = start()
    expect(await engine.receive([event("a"), event("b")], seed())).toEqual([
      "01JQDAE4RQF8MBCR55T5AK4KXS",
      "01JQDAE4RQF8MBCR55T5AK4KXT",
    ])
  })

  test.each([
    "",
    "nonsense",
    "0,eii2YKXRVTJPuA==",
    "1743130137367,eii2",
    "1743130137367,eii2YKXRVTJPuA==,",
    "-1,eii2YKXRVTJPuA==",
  ])("ignore the seed %j", (value) => {
    expect(parseIdSeed(value)).toBeUndefined()
  })
})

describe("events", () => {
  test("of a request that is sent again are the same rows, and change neither state nor log", async () => {
    const log = recordingLog()
    const { engine, clock } = start(log)
    const sent = [event("a", { data: '{"x":1}' }), event("b", { id: "mine", v: "2", user: '{"u":1}' })]
    const ids = await engine.receive(sent, seed())
    await clock.advance(5_000)
    expect(await engine.receive(sent, seed())).toEqual(ids)
    expect(engine.reads.arrived()).toHaveLength(2)
    expect(log.inputs).toHaveLength(1)
  })

  test("that say something else under a used seed are stored under the next free ids, which the answers tell", async () => {
    const { engine } = start()
    const ids: string[] = []
    for (let x = 0; x < 25; x++) ids.push(...(await engine.receive([event("a", { data: `{"x":${x}}` })], seed())))
    expect(ids.slice(0, 8).map((id) => id.slice(-2))).toEqual(["XS", "XT", "XV", "XW", "XX", "XY", "XZ", "Y0"])
    expect(ids.map((id) => engine.reads.event(id)?.data)).toEqual(ids.map((_, x) => `{"x":${x}}`))
    const paged: string[] = []
    for (let cursor: string | undefined; paged.length < 25; cursor = paged.at(-1))
      paged.push(...engine.reads.events({ limit: 10, cursor }).map(({ internalId }) => internalId))
    expect(paged).toEqual(ids.toReversed())
    expect(await engine.receive([event("a", { data: '{"x":7}' })], seed())).toEqual([ids[7]])
  })

  test("of a whole request under a used seed are all stored, also equal ones, and once however often it is sent", async () => {
    const { engine } = start()
    const first = await engine.receive([event("a"), event("b")], seed())
    const equal = [event("c"), event("c"), event("c"), event("b")]
    const ids = await engine.receive(equal, seed())
    expect(new Set([...first, ...ids]).size).toBe(6)
    expect(await engine.receive(equal, seed())).toEqual(ids)
    expect(await engine.receive([event("a"), event("b")], seed())).toEqual(first)
    expect(engine.reads.arrived().map(({ name }) => name)).toEqual(["a", "b", "c", "c", "c", "b"])
  })

  test("under a seed of the last id of all go on at the first one of that millisecond", async () => {
    const { engine } = start()
    const last = parseIdSeed(`1743130137367,${btoa("\xff".repeat(9) + "\xfe")}`)
    const ids = [...(await engine.receive([event("a")], last)), ...(await engine.receive([event("b")], last))]
    expect(ids).toEqual(["01JQDAE4RQZZZZZZZZZZZZZZZZ", "01JQDAE4RQ0000000000000000"])
  })

  test("get the time of arrival and their internal id where the sender gave neither", async () => {
    const { engine } = start()
    const [id] = await engine.receive([event("a")])
    expect(engine.reads.event(id ?? "")).toMatchObject({ id, ts: startMs, receivedAtMs: startMs })
    await engine.receive([event("a", { id: "mine", ts: 7 })])
    expect(engine.reads.events({ limit: 1 })[0]).toMatchObject({ id: "mine", ts: 7 })
  })

  test("are listed newest first, by name, before a cursor, inside a time span", async () => {
    const { engine, clock } = start()
    const ids: string[] = []
    for (let hour = 0; hour < 4; hour++) {
      ids.push(...(await engine.receive([event("a"), event("b")])))
      await clock.advance(3_600_000)
    }
    const listed = (query: object) =>
      engine.reads.events({ limit: 10, ...query }).map(({ internalId }) => ids.indexOf(internalId))
    expect(listed({})).toEqual([7, 6, 5, 4, 3, 2, 1, 0])
    expect(listed({ name: "a" })).toEqual([6, 4, 2, 0])
    expect(listed({ name: "a", cursor: ids[4] })).toEqual([2, 0])
    expect(listed({ cursor: ids[5], limit: 2 })).toEqual([4, 3])
    expect(listed({ receivedAfterMs: startMs, receivedBeforeMs: startMs + 7_200_000 })).toEqual([5, 4, 3, 2])
    expect(listed({ name: "A" })).toEqual([])
  })
})

describe("workflow states", () => {
  test("of two saves with the same revision one is taken, and the other one is told the stored revision", async () => {
    const log = recordingLog()
    const { engine } = start(log)
    const first = await engine.save("w", "{}", "running", null)
    const revision = first.saved ? first.revision : ""
    const [one, other] = await Promise.all([
      engine.save("w", '{"n":1}', "running", revision),
      engine.save("w", '{"n":2}', "running", revision),
    ])
    expect(one.saved).toBe(true)
    expect(other).toEqual({ saved: false, actual: one.saved ? one.revision : "" })
    expect(engine.reads.workflow("w")?.document).toBe('{"n":1}')
    expect(log.inputs).toHaveLength(2)
  })

  test("what is refused or changes nothing is not in the log", async () => {
    const log = recordingLog()
    const { engine } = start(log)
    expect(await engine.remove("w")).toEqual({ existed: false })
    expect(await engine.save("w", "{}", "running", "some-revision")).toEqual({ saved: false, actual: null })
    await engine.save("w", "{}", "running")
    expect(await engine.save("w", "{}", "running", null)).toMatchObject({ saved: false })
    expect(await engine.remove("w")).toEqual({ existed: true })
    expect(log.inputs.map(({ kind }) => kind)).toEqual(["workflow.saved", "workflow.deleted"])
  })

  test("no revision comes twice, not after a deletion and not from another engine", async () => {
    const seen: string[] = []
    for (const { engine } of [start(recordingLog(), 1), start(recordingLog(), 2)]) {
      for (let round = 0; round < 3; round++) {
        const saved = await engine.save("w", "{}", "running")
        if (saved.saved) seen.push(saved.revision)
        await engine.remove("w")
      }
    }
    expect(new Set(seen).size).toBe(6)
  })
})

test("the store of an engine refuses to save what is no state, in words", async () => {
  const store = createEngineStore(() => start().engine)
  const refusal = await store.save(null as unknown as { workflowId: string }).catch((error: unknown) => error)
  expect(isValidationError(refusal), String(refusal)).toBe(true)
})

describe("the log", () => {
  const drafts = fc.array(
    fc.record(
      {
        name: fc.constantFrom("a", "b", "c"),
        data: fc.constantFrom(null, "{}", '{"x":1}'),
        id: fc.constantFrom("mine", "yours"),
        ts: fc.integer({ min: 1, max: 3 }),
        user: fc.constant('{"u":1}'),
      },
      { requiredKeys: ["name", "data"] },
    ),
    { minLength: 1, maxLength: 3 },
  )
  const call = fc.oneof(
    fc.record({
      kind: fc.constant("receive" as const),
      drafts,
      seed: fc.option(fc.constantFrom("eii2YKXRVTJPuA==", "AAAAAAAAAAAAAA=="), { nil: undefined }),
    }),
    fc.record({
      kind: fc.constant("save" as const),
      key: fc.constantFrom("w1", "w2", "w3"),
      status: fc.constantFrom("running", "failed"),
      condition: fc.constantFrom("none", "absent", "current", "stale"),
    }),
    fc.record({ kind: fc.constant("remove" as const), key: fc.constantFrom("w1", "w2", "w3") }),
    fc.record({ kind: fc.constant("advance" as const), ms: fc.nat(2) }),
  )

  test("folded by another engine, any sequence of inputs gives the same answers to every read", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 60 }), async (calls) => {
        const log = recordingLog()
        const { engine, clock } = start(log)
        for (const [index, each] of calls.entries()) {
          if (each.kind === "receive")
            await engine.receive(each.drafts, each.seed === undefined ? undefined : seed(each.seed))
          else if (each.kind === "remove") await engine.remove(each.key)
          else if (each.kind === "advance") await clock.advance(each.ms)
          else {
            const current = engine.reads.workflow(each.key)?.revision ?? null
            const conditions = { none: undefined, absent: null, current, stale: "stale" }
            await engine.save(
              each.key,
              `{"n":${index}}`,
              each.status,
              conditions[each.condition as keyof typeof conditions],
            )
          }
        }
        const ids = engine.reads.arrived().map(({ internalId }) => internalId)
        expect(new Set(ids).size).toBe(ids.length)
        const replayed = start(recordingLog(log.inputs), 9).engine
        expect(answersOf(replayed)).toEqual(answersOf(engine))
        // And from the text that a file keeps.
        const records = log.inputs.map((input) => decodeRecord(encodeRecord(input)))
        expect(answersOf(start(recordingLog(records), 9).engine)).toEqual(answersOf(engine))
      }),
      { numRuns: 60 },
    )
  })

  test("an engine that goes on from a log takes repeated requests and known revisions as the one before would have", async () => {
    const log = recordingLog()
    const { engine } = start(log)
    const ids = await engine.receive([event("a")], seed())
    const saved = await engine.save("w1", "{}", "running")
    const next = start(recordingLog(log.inputs), 2).engine
    expect(await next.receive([event("a")], seed())).toEqual(ids)
    expect(next.reads.arrived()).toHaveLength(1)
    expect(await next.save("w1", '{"n":2}', "failed", saved.saved ? saved.revision : "")).toMatchObject({ saved: true })
    expect(next.reads.workflow("w1")?.sequence).toBe(2)
  })

  test("records keep every letter: half surrogates, NUL, quotes", () => {
    const input: EngineInput = {
      kind: "workflow.saved",
      atMs: 1,
      key: 'a\u0000"\ud800',
      document: '{"x":"\\ud800\\u0000"}',
      status: "running\u2028",
      revision: "r",
      ifRevision: undefined,
    }
    expect(decodeRecord(encodeRecord(input))).toEqual({ ...input, ifRevision: undefined })
  })

  test.each(["", "[]", "{}", '["x",1]', '["s",1,"key"]', '["e",1,[["id"]]]', '["e","now",[]]'])(
    "the record %j is refused, not skipped",
    (text) => {
      expect(() => decodeRecord(text)).toThrow(/./)
    },
  )
})

describe("a log that fails", () => {
  function failingLog() {
    let fail: (error: Error) => void = () => {}
    let succeed = (): void => {}
    const log: EngineLog = {
      snapshot: () => [],
      archive: createMemoryArchive(),
      compact: () => nothingForgotten,
      read: () => [],
      append: () =>
        new Promise<void>((resolve, reject) => {
          succeed = resolve
          fail = reject
        }),
      pause: () => Promise.resolve(),
      flush: () => {},
      close: () => {},
    }
    return { log, fail: () => fail(new Error("disk full")), succeed: () => succeed() }
  }

  test("nothing is answered before it is durable, not even a read of what it would show", async () => {
    const { log, succeed } = failingLog()
    const { engine } = start(log)
    const order: string[] = []
    const sending = engine.receive([event("a")]).then(() => order.push("sent"))
    const reading = engine.settled().then(() => order.push("read"))
    const repeating = engine.remove("absent").then(() => order.push("removed"))
    await Promise.resolve()
    expect(order).toEqual([])
    succeed()
    await Promise.all([sending, reading, repeating])
    expect(order.toSorted()).toEqual(["read", "removed", "sent"])
  })

  test("halts the engine: the one who waits and all who come later are told, and nothing is answered from its state", async () => {
    const { log, fail } = failingLog()
    const { engine } = start(log)
    const sending = engine.receive([event("a")])
    const reading = engine.settled()
    fail()
    await expect(sending).rejects.toThrow("the engine has stopped: its log can't be written (disk full)")
    await expect(reading).rejects.toThrow("disk full")
    await expect(engine.save("w", "{}", "running")).rejects.toThrow("disk full")
    await expect(engine.settled()).rejects.toMatchObject({ status: 503, retryable: true })
    expect(() => engine.settle()).toThrow("disk full")
  })

  test("also when it fails at once", async () => {
    const { engine } = start({
      snapshot: () => [],
      archive: createMemoryArchive(),
      compact: () => nothingForgotten,
      read: () => [],
      append: () => {
        throw new Error("closed")
      },
      pause: () => Promise.resolve(),
      flush: () => {},
      close: () => {},
    })
    await expect(engine.receive([event("a")])).rejects.toThrow("closed")
    await expect(engine.remove("w")).rejects.toThrow("closed")
  })
})
