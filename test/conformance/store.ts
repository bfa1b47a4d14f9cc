/**
 * What every WorkflowStore does. A driver runs it with `testStore`; each of its flags is asserted in both directions.
 *
 * Needs nothing of the package at run time, so that it can be pointed at a build, too.
 */
import { describe, expect, test } from "vitest"
import type {
  HistoryEntryInput,
  JsonValue,
  ListOptions,
  StoreFlags,
  WorkflowState,
  WorkflowStateInput,
  WorkflowStore,
} from "inngest-kit/store"
import { refusedIds, workflowIds } from "./ids.ts"

export interface StoreUnderTest {
  /** Empty. */
  store: WorkflowStore
  /** A second store object on the same data: another connection, another process. Without it `store` stands in. */
  another?: () => WorkflowStore | Promise<WorkflowStore>
  close?: () => void | Promise<void>
}

export interface StoreSuite {
  name: string
  /** Called for each test. */
  create: () => StoreUnderTest | Promise<StoreUnderTest>
  /** What the driver says after `probe`. */
  flags: StoreFlags
  /** Tests that can't hold, by name. */
  skip?: readonly { test: string; reason: string }[]
  /** Why none of it can be run here: what the driver needs is not installed. */
  missing?: string | undefined
  /** The driver's own tests. */
  extra?: (create: StoreSuite["create"]) => void
}

export interface StoreCase {
  name: string
  /** Runs only where the driver says so; without it, always. */
  when?: (flags: StoreFlags) => boolean
  run(target: StoreTarget): Promise<void>
}

export interface StoreTarget {
  store: WorkflowStore
  another: WorkflowStore
  flags: StoreFlags
}

export function testStore(suite: StoreSuite): void {
  const { name, flags, skip = [], missing } = suite
  const unknown = skip.filter(({ test: skipped }) => !storeCases.some((each) => each.name === skipped))
  if (unknown.length > 0) throw new Error(`${name} skips tests that do not exist: ${JSON.stringify(unknown)}`)
  describe(`store ${name}`, () => {
    for (const each of casesFor(flags)) {
      const reason = missing ?? skip.find(({ test: skipped }) => skipped === each.name)?.reason
      // By name: not every runner has another way to give a reason.
      test.skipIf(reason !== undefined)(`${each.name}${reason === undefined ? "" : ` (${reason})`}`, () =>
        runCase(each, suite),
      )
    }
    if (missing === undefined) suite.extra?.(suite.create)
  })
}

/** The cases that a driver with these flags has to pass. */
export function casesFor(flags: StoreFlags): readonly StoreCase[] {
  return storeCases.filter(({ when }) => when?.(flags) ?? true)
}

export async function runCase(each: StoreCase, { create, flags }: Pick<StoreSuite, "create" | "flags">): Promise<void> {
  const { store, another, close } = await create()
  try {
    await each.run({ store, another: (await another?.()) ?? store, flags })
  } finally {
    await close?.()
  }
}

const full: Required<Omit<WorkflowState, "extra">> = {
  workflowId: "order-7",
  runId: "run-1",
  status: "completed",
  input: { order: "o-1", qty: 2, tags: ["a", null, true, 3.5, {}] },
  result: [[], {}, "done"],
  error: 'line 1\nline 2\t"quoted" \\ </script> \u2028',
  history: [
    {
      id: 1,
      type: "workflow_started",
      timestamp: "2026-03-04T05:06:07.123456789Z",
      activityName: "charge",
      input: { amount: 12.5 },
      result: "ok",
      error: "none",
      signalName: "approve",
      signalPayload: { by: "ann" },
      durationNs: 90_000_000_000,
    },
  ],
  createdAt: "2026-03-04T05:06:07.123456789+05:30",
  updatedAt: "2026-03-04T05:06:08Z",
}

const zeroTime = "0001-01-01T00:00:00Z"
const hasRevisions = ({ revision }: StoreFlags): boolean => revision === true
const lacksRevisions = (flags: StoreFlags): boolean => !hasRevisions(flags)
const listsAll = ({ list }: StoreFlags): boolean => list === "all"

/** A state that differs by `runId` from all others of one test. */
const stateOf = (workflowId: string, runId = workflowId, status = "running"): WorkflowStateInput => ({
  workflowId,
  runId,
  status,
})

const idsOf = ({ data }: { data: readonly WorkflowState[] }): string[] => data.map(({ workflowId }) => workflowId)

/** By code point, as UTF-8 is ordered. */
function compareCodePoints(left: string, right: string): number {
  const [one, other] = [Array.from(left), Array.from(right)]
  const index = one.findIndex((point, at) => point !== other[at])
  if (index === -1) return one.length - other.length
  return (one[index]?.codePointAt(0) ?? -1) - (other[index]?.codePointAt(0) ?? -1)
}

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `wf-${String(index).padStart(3, "0")}`)

async function saveAll(
  store: WorkflowStore,
  ids: readonly string[],
  status?: (index: number) => string,
): Promise<void> {
  for (const [index, id] of ids.entries()) await store.save(stateOf(id, id, status?.(index)))
}

/** All pages, one `list` call each, with something done after each. */
async function walk(
  store: WorkflowStore,
  options: ListOptions,
  between: (page: number) => Promise<unknown> = async () => {},
): Promise<string[]> {
  const seen: string[] = []
  let cursor: string | undefined
  for (let number = 0; number === 0 || cursor !== undefined; number++) {
    if (number > 100) throw new Error("the cursor leads round in circles")
    const page = await store.list({ ...options, ...(cursor === undefined ? {} : { cursor }) })
    expect(page.data.length).toBeLessThanOrEqual(options.limit ?? 50)
    seen.push(...idsOf(page))
    cursor = page.cursor
    await between(number)
  }
  return seen
}

async function thrownBy(promise: PromiseLike<unknown>): Promise<{ code?: string; [field: string]: unknown }> {
  try {
    await promise
  } catch (error) {
    return error as { code?: string }
  }
  throw new Error("expected to be refused, and was not")
}

async function expectRefused(call: () => PromiseLike<unknown>, code: string): Promise<{ [field: string]: unknown }> {
  // A driver may refuse by throwing at once or by rejecting.
  const error = await thrownBy((async () => await call())())
  expect(error.code, String(error)).toBe(code)
  return error
}

async function roundTrip(store: WorkflowStore, state: WorkflowStateInput): Promise<WorkflowState> {
  await store.save(state)
  const loaded = await store.load(state.workflowId)
  if (loaded === null) throw new Error("just saved, and absent")
  return loaded
}

const values: readonly JsonValue[] = [
  null,
  true,
  false,
  0,
  -0,
  0.1,
  -1.5,
  1e21,
  5e-324,
  1.7976931348623157e308,
  9007199254740991,
  9007199254740992n,
  9007199254740993n,
  -9223372036854775808n,
  18446744073709551615n,
  123456789012345678901234567890n,
  "",
  "0",
  "null",
  "héllo wörld — 日本語 ✓ 😀 👩‍👩‍👧",
  "\u00e9 e\u0301 \ufb01 \u212b",
  "\u0000\u0001\b\t\n\u000b\f\r\u001f\u007f\u0080",
  "\u2028\u2029\ufeff\ufffd\u{10ffff}",
  "\ud800",
  "<script>alert('a & b')</script>",
  "2026-03-04T05:06:07.123456789Z",
  [],
  {},
  [[[]], [{}], [null, [-0]]],
  {
    "": "empty name",
    "a.b": 1,
    "10": "ten",
    "9": "nine",
    "\u00e9": 1,
    "e\u0301": 2,
    "\ud800": 3,
    constructor: 4,
    length: 5,
  },
  JSON.parse('{"__proto__":{"polluted":true}}') as JsonValue,
]

export const storeCases: readonly StoreCase[] = [
  // Saving and loading
  {
    name: "a workflow that was never saved is absent",
    async run({ store }) {
      expect(await store.load("nobody")).toBeNull()
      await store.delete("nobody")
      expect(await store.load("nobody")).toBeNull()
    },
  },
  {
    name: "what was saved is loaded, every field of it",
    async run({ store, another }) {
      expect(await roundTrip(store, full)).toStrictEqual(full)
      expect(await another.load(full.workflowId)).toStrictEqual(full)
    },
  },
  {
    name: "what is left out is Go's zero value",
    async run({ store }) {
      const entry: HistoryEntryInput = {}
      expect(await roundTrip(store, { workflowId: "bare", history: [entry] })).toStrictEqual({
        workflowId: "bare",
        runId: "",
        status: "",
        input: null,
        result: null,
        error: "",
        history: [
          {
            id: 0,
            type: "",
            timestamp: zeroTime,
            activityName: "",
            input: null,
            result: null,
            error: "",
            signalName: "",
            signalPayload: null,
            durationNs: 0,
          },
        ],
        createdAt: zeroTime,
        updatedAt: zeroTime,
      })
    },
  },
  {
    name: "a second save replaces the whole document",
    async run({ store, another }) {
      await store.save({ ...full, extra: { Version: 1 } })
      await store.save({ workflowId: full.workflowId, status: "failed" })
      const state = await another.load(full.workflowId)
      expect(state).toMatchObject({ status: "failed", runId: "", input: null, history: null, createdAt: zeroTime })
      expect(state).not.toHaveProperty("extra")
    },
  },
  {
    name: "of many saves the last is the one that stays",
    async run({ store }) {
      for (let turn = 0; turn < 30; turn++) {
        await store.save(stateOf("busy", `run-${turn}`))
        expect((await store.load("busy"))?.runId).toBe(`run-${turn}`)
      }
    },
  },
  {
    name: "a deleted workflow is absent and can be saved again",
    async run({ store, another }) {
      await store.save(full)
      await store.delete(full.workflowId)
      expect(await store.load(full.workflowId)).toBeNull()
      expect(await another.load(full.workflowId)).toBeNull()
      await store.save(stateOf(full.workflowId, "again"))
      expect((await store.load(full.workflowId))?.runId).toBe("again")
    },
  },
  {
    name: "deleting one workflow leaves the others",
    async run({ store }) {
      await saveAll(store, ["a", "b", "ab"])
      await store.delete("a")
      expect(await store.load("a")).toBeNull()
      expect((await store.load("b"))?.runId).toBe("b")
      expect((await store.load("ab"))?.runId).toBe("ab")
    },
  },
  {
    name: "ids of every shape are workflows of their own",
    async run({ store, another }) {
      for (const [index, id] of workflowIds.entries()) await store.save(stateOf(id, `run-${index}`))
      for (const [index, id] of workflowIds.entries()) {
        expect(await another.load(id), JSON.stringify(id)).toMatchObject({ workflowId: id, runId: `run-${index}` })
      }
      for (const [index, id] of workflowIds.entries()) {
        await store.delete(id)
        expect(await store.load(id), JSON.stringify(id)).toBeNull()
        const next = workflowIds[index + 1]
        if (next !== undefined) expect(await store.load(next), JSON.stringify(next)).not.toBeNull()
      }
    },
  },
  {
    name: "an id that no URL carries is refused, by every verb",
    async run({ store }) {
      for (const id of refusedIds) {
        await expectRefused(() => store.save(stateOf(id)), "validation")
        await expectRefused(() => store.load(id), "validation")
        await expectRefused(() => store.delete(id), "validation")
      }
      expect((await store.list()).data).toEqual([])
    },
  },
  {
    name: "a state is stored under the key that is given, whatever id it holds",
    async run({ store }) {
      await store.save(stateOf("job#1", "first"), { key: "job" })
      expect(await store.load("job")).toMatchObject({ workflowId: "job#1", runId: "first" })
      expect(await store.load("job#1")).toBeNull()
      await store.save({ workflowId: "", runId: "no id" }, { key: "job" })
      expect(await store.load("job")).toMatchObject({ workflowId: "", runId: "no id" })
      await store.delete("job")
      expect(await store.load("job")).toBeNull()
    },
  },
  {
    name: "a state that is none is refused with its path, and changes nothing",
    async run({ store }) {
      await store.save(stateOf("a", "good"))
      const bad: [string, object][] = [
        ["createdAt", { createdAt: "yesterday" }],
        ["input.list[1]", { input: { list: [1, Number.NaN] } }],
        ["history[0].durationNs", { history: [{ durationNs: 1.5 }] }],
        ["runID", { runID: "misspelt" }],
      ]
      for (const [path, fields] of bad) {
        const error = await expectRefused(() => store.save({ workflowId: "a", ...fields }), "validation")
        expect(error.issues).toMatchObject([{ path }])
      }
      expect((await store.load("a"))?.runId).toBe("good")
    },
  },

  // Nothing is lost
  {
    name: "values of every kind come back as they were",
    async run({ store }) {
      const state = { workflowId: "v", input: [...values], result: { values: [...values] } }
      const loaded = await roundTrip(store, { ...state, history: [{ input: [...values], signalPayload: -0 }] })
      expect(loaded.input).toStrictEqual(state.input)
      expect(loaded.result).toStrictEqual(state.result)
      expect(loaded.history?.[0]?.input).toStrictEqual(state.input)
      expect(Object.is(loaded.history?.[0]?.signalPayload, -0)).toBe(true)
      for (const value of values)
        expect((await roundTrip(store, { workflowId: "v", input: value })).input).toStrictEqual(value)
    },
  },
  {
    name: "integers beyond 2^53 keep their digits, in values, ids and durations",
    async run({ store }) {
      const input = [9007199254740993n, -9007199254740993n, 2n ** 100n]
      const history = [{ id: 2n ** 63n - 1n, durationNs: -(2n ** 63n) }]
      const loaded = await roundTrip(store, { workflowId: "big", input, history })
      expect(loaded.input).toStrictEqual(input)
      expect(loaded.history).toMatchObject(history)
      expect((await store.list()).data).toStrictEqual([loaded])
    },
  },
  {
    name: "negative zero stays",
    async run({ store }) {
      const loaded = await roundTrip(store, { workflowId: "zero", input: -0, result: [0, -0] })
      expect(loaded.input).toBe(-0)
      expect(loaded.result).toStrictEqual([0, -0])
    },
  },
  {
    name: "members that the package does not know are kept",
    async run({ store }) {
      const extra = JSON.parse('{"Version":3,"__proto__":{"a":[1]},"nested":{"WorkflowID":"other"}}') as Record<
        string,
        JsonValue
      >
      const loaded = await roundTrip(store, { workflowId: "x", extra, history: [{ id: 1, extra }] })
      expect(Object.entries(loaded.extra ?? {})).toStrictEqual(Object.entries(extra))
      expect(Object.entries(loaded.history?.[0]?.extra ?? {})).toStrictEqual(Object.entries(extra))
    },
  },
  {
    name: "no history and an empty one are two things",
    async run({ store }) {
      expect((await roundTrip(store, { workflowId: "h", history: null })).history).toBeNull()
      expect((await roundTrip(store, { workflowId: "h", history: [] })).history).toStrictEqual([])
    },
  },
  {
    name: "times keep nanoseconds, zone and spelling",
    async run({ store }) {
      for (const time of [
        zeroTime,
        "2026-01-02T03:04:05.000000001Z",
        "2026-01-02T03:04:05.120+05:30",
        "9999-12-31T23:59:59.999999999-12:00",
        "2026-01-01T00:00:00,5Z",
      ]) {
        const loaded = await roundTrip(store, {
          workflowId: "t",
          createdAt: time,
          updatedAt: time,
          history: [{ timestamp: time }],
        })
        expect(loaded).toMatchObject({ createdAt: time, updatedAt: time, history: [{ timestamp: time }] })
      }
    },
  },
  {
    name: "a status may be any text",
    async run({ store }) {
      for (const status of ["", "paused", "RUNNING", "größe 😀", "a,b&c=d\n"])
        expect((await roundTrip(store, { workflowId: "s", status })).status).toBe(status)
    },
  },
  {
    name: "a document of 10 MB and a history of 10 000 entries are kept whole",
    async run({ store }) {
      const input = "0123456789abcdéf".repeat(640 * 1024)
      const history = Array.from({ length: 10_000 }, (_, index) => ({
        id: index,
        type: "activity_completed",
        result: { index },
      }))
      const loaded = await roundTrip(store, { workflowId: "large", input })
      expect(loaded.input === input).toBe(true)
      const { history: kept } = await roundTrip(store, { workflowId: "long", history })
      expect(kept?.length).toBe(10_000)
      expect(
        kept?.every(({ id, result }, index) => id === index && (result as { index: number }).index === index),
      ).toBe(true)
    },
  },
  {
    name: "a document of 1500 levels is kept whole",
    async run({ store }) {
      let input: JsonValue = "leaf"
      for (let level = 0; level < 1_500; level++) input = [input]
      let inner: JsonValue = (await roundTrip(store, { workflowId: "deep", input })).input
      let levels = 0
      for (; Array.isArray(inner) && inner.length === 1; levels++) inner = inner[0] as JsonValue
      expect({ levels, inner }).toStrictEqual({ levels: 1_500, inner: "leaf" })
    },
  },
  {
    name: "changing what was saved, loaded or listed changes nothing in the store",
    async run({ store }) {
      const state = {
        ...stateOf("a"),
        input: { k: ["before"] },
        history: [{ error: "before" }],
        extra: { Note: ["before"] },
      }
      await store.save(state)
      state.input.k[0] = "changed"
      state.history[0] = { error: "changed" }
      state.extra.Note.push("changed")
      const listed = (await store.list()).data[0]
      const loaded = await store.load("a")
      const copies: [string, WorkflowState | null | undefined][] = [
        ["listed", listed],
        ["loaded", loaded],
      ]
      for (const [how, copy] of copies) {
        expect(copy, how).toMatchObject({ input: { k: ["before"] }, history: [{ error: "before" }] })
        if (copy) Object.assign(copy.input as object, { k: "changed" })
        if (copy?.history?.[0]) copy.history[0].error = "changed"
      }
      expect(await store.load("a")).toMatchObject({ input: { k: ["before"] }, history: [{ error: "before" }] })
      expect((await store.load("a"))?.extra).toStrictEqual({ Note: ["before"] })
      expect((await store.list()).data[0]).toMatchObject({ input: { k: ["before"] }, history: [{ error: "before" }] })
    },
  },
  {
    name: "a call whose signal has ended throws that signal's reason and does nothing",
    async run({ store }) {
      const reason = { why: "no longer wanted" }
      const signal = AbortSignal.abort(reason)
      await store.save(stateOf("a", "before"))
      expect(await thrownBy(store.save(stateOf("a", "after"), { signal }))).toBe(reason)
      expect(await thrownBy(store.load("a", { signal }))).toBe(reason)
      expect(await thrownBy(store.delete("a", { signal }))).toBe(reason)
      expect(await thrownBy(store.list({ signal }))).toBe(reason)
      expect((await store.load("a"))?.runId).toBe("before")
    },
  },
  {
    name: "saves at the same time are all there, each whole",
    async run({ store, another }) {
      const ids = numbered(20)
      await Promise.all(ids.map((id, index) => (index % 2 === 0 ? store : another).save(stateOf(id))))
      for (const id of ids) expect((await store.load(id))?.runId).toBe(id)
      const rivals = ids.map((id) => ({ ...stateOf("one", id), input: id, history: [{ result: id }] }))
      await Promise.all(rivals.map((state, index) => (index % 2 === 0 ? store : another).save(state)))
      const winner = await store.load("one")
      expect(rivals.map(({ runId }) => runId)).toContain(winner?.runId)
      expect(winner).toMatchObject({ input: winner?.runId, history: [{ result: winner?.runId }] })
    },
  },

  // Revisions
  {
    name: "a load gives the revision that the save gave, from any connection",
    when: hasRevisions,
    async run({ store, another }) {
      expect(await store.loadWithRevision("a")).toStrictEqual({ state: null, revision: null })
      const { revision } = await store.save(stateOf("a"))
      expect(revision).toMatch(/^[\x21\x23-\x7e]+$/)
      for (const each of [store, another]) {
        const loaded = await each.loadWithRevision("a")
        expect(loaded.revision).toBe(revision)
        expect(loaded.state).toMatchObject(stateOf("a"))
      }
    },
  },
  {
    name: "a revision changes with every save, also of the same document, and never comes back",
    when: hasRevisions,
    async run({ store }) {
      const seen: (string | undefined)[] = []
      for (let turn = 0; turn < 3; turn++) {
        seen.push((await store.save(stateOf("a"))).revision)
        seen.push((await store.save(stateOf("a"))).revision)
        await store.delete("a")
      }
      expect(new Set(seen).size).toBe(6)
    },
  },
  {
    name: "a save with the stored revision is taken, with an older one refused",
    when: hasRevisions,
    async run({ store, another }) {
      const first = (await store.save(stateOf("a", "first"))).revision ?? ""
      const second = (await another.save(stateOf("a", "second"), { ifRevision: first })).revision ?? ""
      const error = await expectRefused(
        () => store.save(stateOf("a", "late"), { ifRevision: first }),
        "revision-conflict",
      )
      expect(error).toMatchObject({ workflowId: "a", expected: first, actual: second })
      expect((await store.load("a"))?.runId).toBe("second")
      await store.save(stateOf("a", "third"), { ifRevision: second })
      expect((await store.load("a"))?.runId).toBe("third")
    },
  },
  {
    name: "a save that must create is refused where there is a workflow",
    when: hasRevisions,
    async run({ store }) {
      const { revision } = await store.save(stateOf("a", "first"), { ifRevision: null })
      const error = await expectRefused(
        () => store.save(stateOf("a", "late"), { ifRevision: null }),
        "revision-conflict",
      )
      expect(error).toMatchObject({ expected: null, actual: revision })
      expect((await store.load("a"))?.runId).toBe("first")
      await store.delete("a")
      await store.save(stateOf("a", "again"), { ifRevision: null })
      expect((await store.load("a"))?.runId).toBe("again")
    },
  },
  {
    name: "a revision of a workflow that is gone, or of none, is refused",
    when: hasRevisions,
    async run({ store }) {
      const { revision = "" } = await store.save(stateOf("a"))
      await store.delete("a")
      const gone = await expectRefused(() => store.save(stateOf("a"), { ifRevision: revision }), "revision-conflict")
      expect(gone).toMatchObject({ expected: revision, actual: null })
      expect(await store.load("a")).toBeNull()
      await store.save(stateOf("a", "new"))
      for (const ifRevision of [revision, "made-up", "0", "1"])
        await expectRefused(() => store.save(stateOf("a", "late"), { ifRevision }), "revision-conflict")
      expect((await store.load("a"))?.runId).toBe("new")
    },
  },
  {
    name: "of saves at the same time with one revision exactly one is taken",
    when: hasRevisions,
    async run({ store, another }) {
      for (const start of ["absent", "there"]) {
        const { revision = null } = start === "there" ? await store.save(stateOf("a", "start")) : {}
        const runs = numbered(8)
        const outcomes = await Promise.allSettled(
          runs.map((run, index) =>
            (index % 2 === 0 ? store : another).save(stateOf("a", run), { ifRevision: revision }),
          ),
        )
        const taken = runs.filter((_run, index) => outcomes[index]?.status === "fulfilled")
        expect(taken).toHaveLength(1)
        expect((await store.load("a"))?.runId).toBe(taken[0])
        for (const outcome of outcomes)
          if (outcome.status === "rejected")
            expect((outcome.reason as { code?: string }).code).toBe("revision-conflict")
        await store.delete("a")
      }
    },
  },
  {
    name: "of 1000 races between two connections each has one winner, whose document is the one that stays",
    when: hasRevisions,
    async run({ store, another }) {
      let { revision = "" } = await store.save({ workflowId: "race", runId: "start" })
      for (let turn = 0; turn < 1_000; turn++) {
        const outcomes = await Promise.allSettled(
          (turn % 2 === 0 ? [store, another] : [another, store]).map(async (each, lane) => {
            const runId = `run-${turn}-${lane}`
            const saved = await each.save({ workflowId: "race", runId }, { ifRevision: revision })
            return { runId, revision: saved.revision ?? "" }
          }),
        )
        const taken = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []))
        expect(taken, `race ${turn}`).toHaveLength(1)
        for (const outcome of outcomes)
          if (outcome.status === "rejected")
            expect((outcome.reason as { code?: string }).code, `race ${turn}`).toBe("revision-conflict")
        const loaded = await (turn % 2 === 0 ? another : store).loadWithRevision("race")
        expect({ runId: loaded.state?.runId, revision: loaded.revision }).toEqual(taken[0])
        revision = loaded.revision ?? ""
      }
    },
  },
  {
    name: "writers that load, change and save by revision lose no change",
    when: hasRevisions,
    async run({ store, another }) {
      await store.save({ workflowId: "counter", input: 0 })
      const increment = async (each: WorkflowStore): Promise<void> => {
        for (;;) {
          const { state, revision } = await each.loadWithRevision("counter")
          if (state === null) throw new Error("the counter is gone")
          try {
            await each.save({ ...state, input: Number(state.input) + 1 }, { ifRevision: revision })
            return
          } catch (error) {
            if ((error as { code?: string }).code !== "revision-conflict") throw error
          }
        }
      }
      await Promise.all(Array.from({ length: 24 }, (_, index) => increment(index % 2 === 0 ? store : another)))
      expect((await store.load("counter"))?.input).toBe(24)
    },
  },
  {
    name: "without revisions a save by revision is refused, and nothing pretends",
    when: lacksRevisions,
    async run({ store }) {
      await store.save(stateOf("a", "first"))
      for (const ifRevision of [null, "1"]) {
        const error = await expectRefused(() => store.save(stateOf("a", "late"), { ifRevision }), "unsupported")
        expect(error).toMatchObject({ flag: "revision", driver: store.driver })
      }
      await expectRefused(() => store.loadWithRevision("a"), "unsupported")
      expect((await store.load("a"))?.runId).toBe("first")
    },
  },

  // Lists
  {
    name: "a store without workflows lists none",
    async run({ store }) {
      expect(await store.list()).toStrictEqual({ data: [] })
      expect(await store.list({ order: "id", status: "running" })).toStrictEqual({ data: [] })
    },
  },
  {
    name: "a list is in the order of receipt, newest first, and a save moves to the front",
    async run({ store }) {
      await saveAll(store, ["b", "c", "a"])
      expect(idsOf(await store.list())).toEqual(["a", "c", "b"])
      await store.save(stateOf("b", "again"))
      expect(idsOf(await store.list({ order: "receipt" }))).toEqual(["b", "a", "c"])
    },
  },
  {
    name: "a list by id is in the order of code points",
    async run({ store }) {
      // The order of UTF-16 units, JavaScript's own, has the last two before the two in front of them.
      const ids = ["10", "9", "A", "B", "a", "aa", "b", "\u00e9", "\uff5e", "\ufffd", "\u{1f600}", "\u{10ffff}"]
      await saveAll(store, ids.toReversed())
      expect(idsOf(await store.list({ order: "id" }))).toEqual(ids)
    },
  },
  {
    name: "a list holds the documents as they are loaded",
    async run({ store }) {
      await store.save({ ...full, input: 2n ** 70n, extra: { Version: -0 } })
      const [listed] = (await store.list()).data
      expect(listed).toStrictEqual(await store.load(full.workflowId))
    },
  },
  {
    name: "ids of every shape are listed once, in either order",
    async run({ store }) {
      await saveAll(store, workflowIds)
      const byId = await walk(store, { limit: 7, order: "id" })
      expect(byId).toEqual(workflowIds.toSorted(compareCodePoints))
      expect(await walk(store, { limit: 7 })).toEqual(workflowIds.toReversed())
    },
  },
  {
    name: "a status filters exactly, before the limit; an empty one is any",
    async run({ store }) {
      await saveAll(store, numbered(12), (index) =>
        index % 4 === 0 ? "failed" : index % 4 === 1 ? "Failed" : "running",
      )
      expect(idsOf(await store.list({ status: "failed", limit: 2 }))).toEqual(["wf-008", "wf-004"])
      expect(idsOf(await store.list({ status: "failed", order: "id" }))).toEqual(["wf-000", "wf-004", "wf-008"])
      expect(idsOf(await store.list({ status: "Failed" }))).toEqual(["wf-009", "wf-005", "wf-001"])
      expect((await store.list({ status: "canceled" })).data).toEqual([])
      expect((await store.list({ status: "fail" })).data).toEqual([])
      expect((await store.list({ status: "" })).data).toHaveLength(12)
    },
  },
  {
    name: "a status of any text can be asked for",
    async run({ store }) {
      for (const status of ["a,b&c=d#e?f", "größe 😀", "%20", "__proto__", " "]) {
        await store.save(stateOf("s", "s", status))
        expect(idsOf(await store.list({ status })), status).toEqual(["s"])
      }
    },
  },
  {
    name: "a save moves a workflow from one status to another, a delete takes it out",
    async run({ store }) {
      await saveAll(store, ["a", "b"])
      await store.save(stateOf("a", "a", "completed"))
      expect(idsOf(await store.list({ status: "running" }))).toEqual(["b"])
      expect(idsOf(await store.list({ status: "completed" }))).toEqual(["a"])
      await store.delete("a")
      expect((await store.list({ status: "completed" })).data).toEqual([])
      expect(idsOf(await store.list())).toEqual(["b"])
      expect(idsOf(await store.list({ order: "id" }))).toEqual(["b"])
    },
  },
  {
    name: "a page holds 50 unless told, 100 at most, and has a cursor only when more follow",
    async run({ store }) {
      const ids = numbered(101)
      await saveAll(store, ids)
      const page = await store.list()
      expect(page.data).toHaveLength(50)
      expect(typeof page.cursor).toBe("string")
      const largest = await store.list({ limit: 100 })
      expect(largest.data).toHaveLength(100)
      await store.delete("wf-000")
      expect((await store.list({ limit: 100 })).cursor).toBeUndefined()
      expect((await store.list({ limit: 100, order: "id" })).cursor).toBeUndefined()
      expect((await store.list({ limit: 1 })).data).toHaveLength(1)
    },
  },
  {
    name: "the pages of a walk hold every workflow once, in order, filtered or not",
    async run({ store }) {
      const ids = numbered(25)
      await saveAll(store, ids, (index) => (index % 3 === 0 ? "failed" : "running"))
      const failed = ids.filter((_id, index) => index % 3 === 0)
      for (const limit of [1, 4, 5, 24, 25, 26]) {
        expect(await walk(store, { limit })).toEqual(ids.toReversed())
        expect(await walk(store, { limit, order: "id" })).toEqual(ids)
        expect(await walk(store, { limit, status: "failed" })).toEqual(failed.toReversed())
        expect(await walk(store, { limit, status: "failed", order: "id" })).toEqual(failed)
      }
    },
  },
  {
    name: "a walk by id is complete while others write",
    async run({ store }) {
      const ids = numbered(30)
      await saveAll(store, ids)
      const doomed = new Set(["wf-004", "wf-011", "wf-019", "wf-029"])
      const seen = await walk(store, { limit: 3, order: "id" }, async (page) => {
        // Behind, at and before the place where the walk is: new ones, saved ones, deleted ones.
        await store.save(stateOf(`aa-${page}`))
        await store.save(stateOf(`wf-${String(page * 3 + 2).padStart(3, "0")}`, "again"))
        await store.save(stateOf(ids[(page * 7) % 30] ?? "", "again"))
        await store.save(stateOf(`zz-${page}`))
        await store.delete([...doomed][page] ?? "nobody")
      })
      for (const id of ids) {
        const times = seen.filter((each) => each === id).length
        if (doomed.has(id)) expect(times, id).toBeLessThanOrEqual(1)
        else expect(times, id).toBe(1)
      }
      expect(seen).toEqual(seen.toSorted())
    },
  },
  {
    name: "a walk by receipt shows none twice, and all that nobody touches",
    async run({ store }) {
      const ids = numbered(30)
      await saveAll(store, ids)
      const touched = ids.filter((_id, index) => index % 5 === 0)
      const seen = await walk(store, { limit: 4 }, async (page) => {
        await store.save(stateOf(`new-${page}`))
        const id = touched[page]
        if (id !== undefined) await (page % 2 === 0 ? store.save(stateOf(id, "again")) : store.delete(id))
      })
      expect(seen).toHaveLength(new Set(seen).size)
      const untouched = ids.filter((id) => !touched.includes(id)).toReversed()
      expect(seen.filter((id) => untouched.includes(id))).toEqual(untouched)
    },
  },
  {
    name: "walks stay right while two connections write without waiting for them",
    async run({ store, another, flags }) {
      const ids = numbered(60)
      await saveAll(store, ids, (index) => (index % 2 === 0 ? "failed" : "running"))
      // A third of them is saved again and deleted all the time, and new ones come on both sides of each place.
      const touched = ids.filter((_id, index) => index % 3 === 0)
      const untouched = ids.filter((id) => !touched.includes(id))
      const walking = new AbortController()
      const write = async (each: WorkflowStore, lane: number): Promise<void> => {
        for (let turn = 0; !walking.signal.aborted && turn < 2_000; turn++) {
          const id = touched[(turn * 7 + lane) % touched.length] ?? ""
          await each.save(stateOf(`wf-${String(turn % 60).padStart(3, "0")}-${lane}`, "new", "failed"))
          await (turn % 2 === 0 ? each.save(stateOf(id, "again", "failed")) : each.delete(id))
        }
      }
      const walks = async (): Promise<void> => {
        const [byId, failedById, byReceipt, failed] = [
          await walk(store, { limit: 7, order: "id" }),
          await walk(store, { limit: 7, order: "id", status: "failed" }),
          await walk(store, { limit: 7 }),
          await walk(store, { limit: 7, status: "failed" }),
        ]
        for (const seen of [byId, failedById, byReceipt, failed]) expect(seen).toHaveLength(new Set(seen).size)
        const untouchedFailed = untouched.filter((id) => ids.indexOf(id) % 2 === 0)
        expect(byId).toEqual(byId.toSorted())
        expect(byId.filter((id) => untouched.includes(id))).toEqual(untouched)
        expect(failedById.filter((id) => untouched.includes(id))).toEqual(untouchedFailed)
        expect(byReceipt.filter((id) => untouched.includes(id))).toEqual(untouched.toReversed())
        expect(failed.filter((id) => untouched.includes(id))).toEqual(untouchedFailed.toReversed())
      }
      await Promise.all([
        walks().finally(() => walking.abort()),
        // What another connection saves is none of one's own.
        write(listsAll(flags) ? another : store, 0),
        write(store, 1),
      ])
    },
  },
  {
    name: "a walk goes on when the workflow it stopped at is gone",
    async run({ store }) {
      await saveAll(store, numbered(9))
      const byId = await walk(store, { limit: 3, order: "id" }, (page) => store.delete(numbered(9)[page * 3 + 2] ?? ""))
      expect(byId).toEqual(numbered(9))
      await saveAll(store, numbered(9))
      const byReceipt = await walk(store, { limit: 3 }, (page) => store.delete(numbered(9)[6 - page * 3] ?? ""))
      expect(byReceipt).toEqual(numbered(9).toReversed())
    },
  },
  {
    name: "`for await` gives everything once, by id unless told otherwise",
    async run({ store }) {
      const ids = numbered(120)
      await saveAll(store, ids, (index) => (index === 7 ? "failed" : "running"))
      const iterate = async (options?: ListOptions): Promise<string[]> => {
        const seen: string[] = []
        for await (const { workflowId } of store.list(options)) seen.push(workflowId)
        return seen
      }
      expect(await iterate()).toEqual(ids)
      expect(await iterate({ limit: 7 })).toEqual(ids)
      expect(await iterate({ order: "receipt" })).toEqual(ids.toReversed())
      expect(await iterate({ status: "failed" })).toEqual(["wf-007"])
      const { cursor = "" } = await store.list({ limit: 100, order: "receipt" })
      expect(await iterate({ cursor })).toEqual(ids.slice(0, 20).toReversed())
    },
  },
  {
    name: "a limit, order, status or cursor that is none is refused with its name",
    async run({ store }) {
      await saveAll(store, ["a", "b"])
      const { cursor = "" } = await store.list({ limit: 1, order: "id" })
      const bad: [string, object][] = [
        ...[0, -1, 1.5, 101, Number.NaN, Infinity, "5", null].map((limit): [string, object] => ["limit", { limit }]),
        ["order", { order: "newest" }],
        ["status", { status: 7 }],
        ...["", "nonsense", "%", 7, `${cursor}x`.repeat(3)].map((each): [string, object] => [
          "cursor",
          { cursor: each },
        ]),
        ["cursor", { cursor, order: "receipt" }],
      ]
      for (const [path, options] of bad) {
        const error = await expectRefused(() => store.list(options as ListOptions), "validation")
        expect(error.issues, JSON.stringify(options)).toMatchObject([{ path }])
      }
      expect(idsOf(await store.list({ cursor, order: "id" }))).toEqual(["b"])
      expect(idsOf(await store.list({ cursor }))).toEqual(["b"])
    },
  },
  {
    name: "what another connection saves and deletes is listed",
    when: listsAll,
    async run({ store, another }) {
      await another.save(stateOf("theirs"))
      await store.save(stateOf("ours"))
      expect(idsOf(await store.list())).toEqual(["ours", "theirs"])
      await another.delete("ours")
      expect(idsOf(await store.list())).toEqual(["theirs"])
    },
  },
  {
    name: "a list of own saves holds nothing of others, and loading adds nothing",
    when: ({ list }) => list === "own-saves",
    async run({ store, another }) {
      await another.save(stateOf("theirs"))
      await store.save(stateOf("ours"))
      await store.load("theirs")
      expect(idsOf(await store.list())).toEqual(["ours"])
      await store.delete("ours")
      expect((await store.list()).data).toEqual([])
    },
  },

  // Flags
  {
    name: "the flags are the ones that are documented, before any other call and after",
    async run({ store, flags }) {
      const probes = await Promise.all([store.probe(), store.probe()])
      expect(probes).toEqual([flags, flags])
      expect(store.flags).toEqual(flags)
      await store.save(stateOf("a"))
      await store.load("a")
      expect(await store.probe()).toEqual(flags)
      expect(store.driver).toMatch(/^[a-z]+$/)
    },
  },
]
