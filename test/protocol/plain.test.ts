// The quick ways to write and read JSON, events and states: they give what the thorough ways give, or leave the value to them.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { encodeEvent } from "../../src/protocol/event.ts"
import { type EventPayload, writePlainEvent } from "../../src/protocol/plain-event.ts"
import { readPlainState, writePlainState } from "../../src/protocol/plain-workflow.ts"
import { type WorkflowStateInput, decodeState, encodeState } from "../../src/protocol/workflow.ts"
import { parseJson, stringifyJson } from "../../src/shared/json.ts"
import { isPlain, readPlain } from "../../src/shared/json-value.ts"

const strange = fc.constantFrom<unknown>(
  -0,
  NaN,
  2n ** 70n,
  undefined,
  new Map([[1, 2]]),
  new Date(0),
  new Date(NaN),
  () => 1,
  Symbol("s"),
  new Error("e"),
  new Uint8Array(2),
  { toJSON: () => 7 },
  new (class Order {
    id = 7
  })(),
  Array.from({ length: 2 }),
)
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue({ maxDepth: 2 }),
    strange,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 3 }),
  ),
})).value

test("what is plain is written alike by JSON.stringify and without loss", () => {
  fc.assert(
    fc.property(anything, (value) => {
      fc.pre(isPlain(value))
      expect(stringifyJson(value)).toEqual({ ok: true, value: JSON.stringify(value) })
    }),
  )
})

test("the usual is plain: so that nothing loads for it", () => {
  const usual = { a: [1, "x", null, true, { b: new Date(0) }], c: 1.5, d: undefined }
  expect([usual, "text", 0, null].every((value) => isPlain(value))).toBe(true)
  class Order {
    id = 7
  }
  expect(isPlain(new Order())).toBe(true)
})

test("a value that contains itself, or is too deep, is not plain", () => {
  const round: unknown[] = []
  round.push(round, round)
  expect(isPlain(round)).toBe(false)
})

test("JSON text that is read at once is read alike without loss", () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.bigInt().map(String), fc.double().map(String), fc.string()), (text) => {
      const value = readPlain(text)
      fc.pre(value !== undefined)
      expect(parseJson(text)).toEqual({ ok: true, value })
    }),
  )
})

describe("events", () => {
  const event = fc.record(
    {
      name: fc.oneof(fc.constantFrom("shop/paid", "", "inngest/x", 5), fc.string()),
      id: fc.oneof(fc.string(), fc.constant(3)),
      data: fc.oneof(fc.dictionary(fc.string(), anything), anything),
      ts: fc.oneof(fc.constantFrom(0, 1.5, -1, 5e11, 9e15), fc.integer({ min: 4e11, max: 4e12 })),
      v: fc.oneof(fc.string(), fc.constant(null)),
      user: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), anything),
    },
    { requiredKeys: ["name"] },
  )

  test("are the same bytes either way, and none is sent that would be refused", () => {
    fc.assert(
      fc.property(event, (given) => {
        const text = writePlainEvent(given as EventPayload)
        fc.pre(text !== undefined)
        expect(text).toBe(encodeEvent(given as EventPayload))
      }),
      { numRuns: 500 },
    )
  })

  test("of the usual kind are written at once", () => {
    const usual = { name: "shop/paid", data: { total: 1.5 }, id: "a", ts: 1_780_000_000_000, v: "1", user: { id: 7 } }
    expect(writePlainEvent(usual)).toBe(encodeEvent(usual))
    expect(writePlainEvent({ name: "x" })).toBe('{"name":"x"}')
  })
})

describe("states", () => {
  const time = fc.constantFrom<unknown>("2026-01-31T12:00:00Z", "2026-02-30T12:00:00Z", "x", new Date(5), new Date(NaN))
  const entry = fc.record(
    {
      id: fc.oneof(fc.integer(), strange),
      type: fc.constantFrom("timer_fired", 3),
      timestamp: time,
      input: anything,
      durationNs: fc.oneof(fc.maxSafeInteger(), fc.constant(1.5)),
      other: fc.constant(1),
    },
    { requiredKeys: [] },
  )
  const state = fc.record(
    {
      workflowId: fc.oneof(fc.string(), fc.constant(7)),
      status: fc.string(),
      input: anything,
      history: fc.oneof(fc.array(entry, { maxLength: 3 }), fc.constant(null)),
      createdAt: time,
      extra: fc.constantFrom(undefined, { More: 1 }),
    },
    { requiredKeys: ["workflowId"] },
  )

  test("are the same bytes either way, and none is written that would be refused", () => {
    fc.assert(
      fc.property(state, (given) => {
        const text = writePlainState(given)
        fc.pre(text !== undefined)
        expect(text).toBe(encodeState(given as WorkflowStateInput))
      }),
      { numRuns: 500 },
    )
  })

  test("are the same values either way, and none is read that would be refused", () => {
    const key = fc.constantFrom("WorkflowID", "Status", "status", "Input", "History", "CreatedAt", "More", "__proto__")
    const member = fc.oneof(fc.jsonValue({ maxDepth: 1 }), time.map(String), fc.constant([{ ID: 1 }, { ID: -0 }]))
    fc.assert(
      fc.property(fc.dictionary(key, member), (document) => {
        const text = JSON.stringify(document)
        const read = readPlainState(text)
        fc.pre(read !== undefined)
        expect(read).toStrictEqual(decodeState(text))
      }),
      { numRuns: 500 },
    )
  })

  test("of the usual kind are written and read at once, with Go's zero values for what is left out", () => {
    const text = writePlainState({ workflowId: "a", history: [{ type: "timer_fired", durationNs: 5 }] })
    expect(text).toBe(encodeState({ workflowId: "a", history: [{ type: "timer_fired", durationNs: 5 }] }))
    expect(readPlainState(text ?? "")).toStrictEqual(decodeState(text ?? ""))
  })

  test("with members of other names, other spellings and integers beyond 2^53 are left to the thorough way", () => {
    expect(readPlainState('{"WorkflowID":"a","More":1}')).toBeUndefined()
    expect(readPlainState('{"workflowid":"a"}')).toBeUndefined()
    expect(readPlainState('{"WorkflowID":"a","Input":12345678901234567890}')).toBeUndefined()
    expect(writePlainState({ workflowId: "a", extra: { More: 1 } })).toBeUndefined()
  })
})
