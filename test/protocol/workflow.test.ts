import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { isProtocolError, isValidationError } from "../../src/errors.ts"
import {
  type WorkflowStateInput,
  decodeState,
  encodeState,
  isTime,
  toDate,
  zeroTime,
} from "../../src/protocol/workflow.ts"
import { type JsonValue, equalJson } from "../../src/shared/json.ts"

/** The members of a state that a wire document leaves out, as Go's zero values. */
const empty = {
  workflowId: "",
  runId: "",
  status: "",
  input: null,
  result: null,
  error: "",
  history: null,
  createdAt: zeroTime,
  updatedAt: zeroTime,
}

const emptyEntry = {
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
}

const text = fc.string({ unit: "binary" })
/** Names that trip objects, and any other. */
const memberName = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "", "10", "9", "a.b", "\ud800", "\u2028"),
  text,
)
const anyJson = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<JsonValue>(null, true, false, -0, 0, 1e21, 5e-324, 2 ** 53, 9007199254740993n),
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.bigInt().map((digits) => digits as JsonValue),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(memberName, tie("value"), { maxKeys: 4 }),
  ),
})).value
const int64 = fc.oneof(
  fc.maxSafeInteger().map((value) => value as number | bigint),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
)
const time = fc
  .record({
    at: fc.date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true }),
    nanos: fc.oneof(fc.constant(""), fc.stringMatching(/^\.\d{1,9}$/)),
    zone: fc.constantFrom("Z", "+05:30", "-12:00", "+14:00", "+00:00"),
  })
  .map(({ at, nanos, zone }) => `${at.toISOString().slice(0, 19)}${nanos}${zone}`)

const extra = fc
  .dictionary(memberName, anyJson, { minKeys: 1, maxKeys: 3 })
  .filter((members) => !Object.keys(members).some((name) => wireNames.has(fold(name))))

const entry = fc.record(
  {
    id: int64,
    type: text,
    timestamp: time,
    activityName: text,
    input: anyJson,
    result: anyJson,
    error: text,
    signalName: text,
    signalPayload: anyJson,
    durationNs: int64,
    extra,
  },
  { requiredKeys: Object.keys(emptyEntry) as never[] },
)

const state = fc.record(
  {
    workflowId: text,
    runId: text,
    status: text,
    input: anyJson,
    result: anyJson,
    error: text,
    history: fc.option(fc.array(entry, { maxLength: 3 })),
    createdAt: time,
    updatedAt: time,
    extra,
  },
  { requiredKeys: Object.keys(empty) as never[] },
)

const fold = (name: string): string => name.replace("\u212a", "k").replace("\u017f", "s").toLowerCase()
const wireNames = new Set(
  [
    "WorkflowID RunID Status Input Result Error History CreatedAt UpdatedAt",
    "ID Type Timestamp ActivityName SignalName SignalPayload Duration",
  ].flatMap((names) => names.split(" ").map(fold)),
)

function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}

function issueOf(call: () => unknown): { path: string; message: string } | undefined {
  const error = thrownBy(call)
  return isValidationError(error) ? error.issues[0] : undefined
}

describe("writing a state", () => {
  test("gives all of Go's fields in Go's order, whatever is left out and however it is ordered", () => {
    expect(encodeState({ workflowId: "wf-min" })).toBe(
      '{"WorkflowID":"wf-min","RunID":"","Status":"","Input":null,"Result":null,"Error":"","History":null,' +
        '"CreatedAt":"0001-01-01T00:00:00Z","UpdatedAt":"0001-01-01T00:00:00Z"}',
    )
    expect(encodeState({ history: [{ durationNs: 5, id: 1 }], status: "running", workflowId: "a" })).toBe(
      '{"WorkflowID":"a","RunID":"","Status":"running","Input":null,"Result":null,"Error":"","History":[{"ID":1,"Type":"",' +
        '"Timestamp":"0001-01-01T00:00:00Z","ActivityName":"","Input":null,"Result":null,"Error":"","SignalName":"",' +
        '"SignalPayload":null,"Duration":5}],"CreatedAt":"0001-01-01T00:00:00Z","UpdatedAt":"0001-01-01T00:00:00Z"}',
    )
  })

  test("keeps null and empty history apart", () => {
    expect(decodeState(encodeState({ workflowId: "a", history: null })).history).toBeNull()
    expect(decodeState(encodeState({ workflowId: "a", history: [] })).history).toEqual([])
  })

  test("takes dates, and writes them to the millisecond", () => {
    const written = encodeState({
      workflowId: "a",
      createdAt: new Date(1_767_225_600_120),
      history: [{ timestamp: new Date(0) }],
    })
    expect(decodeState(written)).toMatchObject({
      createdAt: "2026-01-01T00:00:00.120Z",
      history: [{ timestamp: "1970-01-01T00:00:00.000Z" }],
    })
  })

  test("puts members of the caller's own behind Go's", () => {
    const written = encodeState({
      workflowId: "a",
      extra: { Version: 3 },
      history: [{ extra: { Attempt: 2n ** 60n } }],
    })
    expect(written).toMatch(/"Duration":0,"Attempt":1152921504606846976\}\].*,"Version":3\}$/)
  })

  test.each<[string, unknown, string]>([
    ["no state", null, ""],
    ["an array", [], ""],
    ["an id that is no text", { workflowId: 7 }, "workflowId"],
    ["a status that is no text", { workflowId: "a", status: 1 }, "status"],
    ["a misspelt field", { workflowId: "a", runID: "r" }, "runID"],
    ["a wire name", { workflowId: "a", Status: "running" }, "Status"],
    ["a time that is none", { workflowId: "a", createdAt: "yesterday" }, "createdAt"],
    ["an empty time", { workflowId: "a", createdAt: "" }, "createdAt"],
    ["an invalid Date", { workflowId: "a", updatedAt: new Date(Number.NaN) }, "updatedAt"],
    ["a Date beyond year 9999", { workflowId: "a", updatedAt: new Date(8.64e15) }, "updatedAt"],
    ["a history that is no list", { workflowId: "a", history: {} }, "history"],
    ["a history entry that is none", { workflowId: "a", history: [null] }, "history[0]"],
    ["a fraction of a nanosecond", { workflowId: "a", history: [{}, { durationNs: 1.5 }] }, "history[1].durationNs"],
    ["a duration beyond int64", { workflowId: "a", history: [{ durationNs: 2n ** 63n }] }, "history[0].durationNs"],
    ["an id that was rounded", { workflowId: "a", history: [{ id: 2 ** 60 }] }, "history[0].id"],
    ["a misspelt field of an entry", { workflowId: "a", history: [{ duration: 1 }] }, "history[0].duration"],
    ["NaN", { workflowId: "a", input: { a: [1, Number.NaN] } }, "input.a[1]"],
    [
      "a function in an entry",
      { workflowId: "a", history: [{ signalPayload: { f: () => 1 } }] },
      "history[0].signalPayload.f",
    ],
    ["a Map, which JSON writes as {}", { workflowId: "a", result: { seen: new Map([[1, 2]]) } }, "result.seen"],
    ["an Error, which JSON writes as {}", { workflowId: "a", result: new Error("boom") }, "result"],
    [
      "an invalid Date in a value, which JSON writes as null",
      { workflowId: "a", input: [new Date(Number.NaN)] },
      "input[0]",
    ],
    ["a promise that nobody awaited", { workflowId: "a", result: Promise.resolve(1) }, "result"],
    ["bytes", { workflowId: "a", result: new Uint8Array(3) }, "result"],
    ["extra that is no object", { workflowId: "a", extra: [] }, "extra"],
    ["extra with a field's name", { workflowId: "a", extra: { workflowid: "b" } }, "extra.workflowid"],
    ["an extra member that is none", { workflowId: "a", extra: { Foo: Infinity } }, "extra.Foo"],
    ["an oddly named one", { workflowId: "a", extra: { "odd name": [Infinity] } }, 'extra["odd name"][0]'],
    [
      "an extra member of an entry",
      { workflowId: "a", history: [{ extra: { Foo: Infinity } }] },
      "history[0].extra.Foo",
    ],
  ])("refuses %s with the field's path", (_what, given, path) => {
    expect(issueOf(() => encodeState(given as WorkflowStateInput))?.path).toBe(path)
  })

  test("refuses a value that contains itself, by JSON or by its toJSON", () => {
    const loop: Record<string, unknown> = {}
    loop.self = loop
    expect(issueOf(() => encodeState({ workflowId: "a", input: loop }))?.path).toBe("input.self")
    const itself = { n: 1, toJSON: (): unknown => itself }
    expect(issueOf(() => encodeState({ workflowId: "a", input: itself }))?.path).toBe("input.toJSON")
  })
})

describe("reading a document", () => {
  test.each<[string, string, object]>([
    ["null", "null", {}],
    ["{}", "{}", {}],
    ["missing keys", '{"WorkflowID":"a"}', { workflowId: "a" }],
    ["null in place of text", '{"WorkflowID":"a","Status":null,"CreatedAt":null}', { workflowId: "a" }],
    ["camelCase and UPPERCASE keys", '{"workflowId":"a","RUNID":"r"}', { workflowId: "a", runId: "r" }],
    [
      "the long s and the Kelvin sign",
      '{"Wor\u212aflowID":"a","\u017ftatus":"running"}',
      { workflowId: "a", status: "running" },
    ],
    ["the last of two keys for one field", '{"WorkflowID":"a","workflowid":"b"}', { workflowId: "b" }],
    ["null after a text, which changes nothing", '{"WorkflowID":"a","workflowid":null}', { workflowId: "a" }],
    ["null after an input, which does", '{"Input":1,"input":null}', {}],
    ["an entry that is null", '{"History":[null]}', { history: [emptyEntry] }],
    [
      "a second history, element by element into the first",
      '{"History":[{"ID":1,"Error":"left"},{"ID":2}],"history":[{"Type":"timer_fired"}]}',
      { history: [{ ...emptyEntry, id: 1, error: "left", type: "timer_fired" }] },
    ],
    ["1.0 as the int64 it is", '{"History":[{"ID":1.0}]}', { history: [{ ...emptyEntry, id: 1 }] }],
    ["-0 as the int64 it is", '{"History":[{"Duration":-0}]}', { history: [emptyEntry] }],
    [
      "an int64 beyond 2^53",
      '{"History":[{"ID":9223372036854775807}]}',
      { history: [{ ...emptyEntry, id: 2n ** 63n - 1n }] },
    ],
    ["integers of any size in values", '{"Input":[9007199254740993,-0]}', { input: [9007199254740993n, -0] }],
    [
      "unknown members",
      '{"Version":3,"History":[{"Attempt":2}]}',
      { extra: { Version: 3 }, history: [{ ...emptyEntry, extra: { Attempt: 2 } }] },
    ],
  ])("takes %s", (_what, document, decoded) => {
    expect(decodeState(document)).toStrictEqual({ ...empty, ...decoded })
  })

  test("takes a member named __proto__ for a member", () => {
    const decoded = decodeState('{"__proto__":{"a":1},"Input":{"__proto__":[2]},"History":[{"__proto__":3}]}')
    expect(Object.entries(decoded.extra ?? {})).toEqual([["__proto__", { a: 1 }]])
    expect(Object.entries(decoded.input as object)).toEqual([["__proto__", [2]]])
    expect(Object.entries(decoded.history?.[0]?.extra ?? {})).toEqual([["__proto__", 3]])
    expect(encodeState(decoded)).toContain('"Input":{"__proto__":[2]}')
    expect(decodeState(encodeState(decoded))).toStrictEqual(decoded)
  })

  test.each([
    ["a list", "[]", ""],
    ["a text", '"x"', ""],
    ["a number", "12", ""],
    ["an id that is a number", '{"WorkflowID":7}', "WorkflowID"],
    ["a status that is a number", '{"Status":1}', "Status"],
    ["the key as it is written", '{"status":1}', "status"],
    ["a history that is an object", '{"History":{}}', "History"],
    ["an entry that is a number", '{"History":[null,7]}', "History[1]"],
    ["an entry's id that is text", '{"History":[{"ID":"1"}]}', "History[0].ID"],
    ["an entry's id beyond int64", '{"History":[{"ID":9223372036854775808}]}', "History[0].ID"],
    ["a fraction", '{"History":[{"Duration":1.5}]}', "History[0].Duration"],
    ["an exponent", '{"History":[{"Duration":1e21}]}', "History[0].Duration"],
    ["an empty time", '{"CreatedAt":""}', "CreatedAt"],
    ["a time that is a number", '{"CreatedAt":1767225600000}', "CreatedAt"],
    ["a number that no double holds", '{"Input":{"a":[1e400]}}', "Input.a[0]"],
  ])("refuses %s and names the wire field", (_what, document, path) => {
    const error = thrownBy(() => decodeState(document))
    expect(isProtocolError(error) && error.path).toBe(path)
  })

  test("refuses what is no JSON", () => {
    for (const document of [
      "",
      " ",
      "{",
      "{WorkflowID:1}",
      "{'a':1}",
      '{"a":1,}',
      '\ufeff{"WorkflowID":"x"}',
      "NaN",
      "01",
    ])
      expect(isProtocolError(thrownBy(() => decodeState(document))), document).toBe(true)
  })

  test("takes 1500 levels, and refuses a depth that it can't read instead of overflowing the stack", () => {
    const nested = (levels: number, leaf: string): string =>
      `{"Input":${"[".repeat(levels)}${leaf}${"]".repeat(levels)}}`
    for (const leaf of ["1", '"leaf"', "12345678901234567890", "-0"])
      expect(encodeState(decodeState(nested(1_500, leaf)))).toContain(`${"[".repeat(1_500)}${leaf}${"]".repeat(1_500)}`)
    for (const levels of [2_900, 10_000, 100_000]) {
      for (const leaf of ["12345678901234567890", "-0", "1"]) {
        const error = thrownBy(() => encodeState(decodeState(nested(levels, leaf))))
        expect(error === undefined || isProtocolError(error) || isValidationError(error), `${levels} ${leaf}`).toBe(
          true,
        )
        expect(error).toBeDefined()
      }
    }
  })
})

describe("writing and reading", () => {
  test("gives the same state again, whatever it holds", () => {
    fc.assert(
      fc.property(state, (given) => {
        const read = decodeState(encodeState(given as WorkflowStateInput))
        expect(equalJson(read as unknown as JsonValue, given as unknown as JsonValue)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test("gives the same text again", () => {
    fc.assert(
      fc.property(state, (given) => {
        const written = encodeState(given as WorkflowStateInput)
        expect(encodeState(decodeState(written))).toBe(written)
      }),
      { numRuns: 500 },
    )
  })

  test("throws only its own errors, whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true }), (given) => {
        const error = thrownBy(() => encodeState(given as WorkflowStateInput))
        if (error !== undefined) expect(isValidationError(error)).toBe(true)
      }),
      { numRuns: 500 },
    )
    const junk = fc.oneof(
      text,
      fc.json(),
      anyJson.map((value) =>
        JSON.stringify(value, (_key, member: unknown) => (typeof member === "bigint" ? Number(member) : member)),
      ),
      fc
        .dictionary(fc.constantFrom("WorkflowID", "history", "History", "CREATEDAT", "id", "Duration"), anyJson)
        .map((value) => encodeLoosely(value)),
    )
    fc.assert(
      fc.property(junk, (document) => {
        const error = thrownBy(() => decodeState(document))
        if (error !== undefined) expect(isProtocolError(error)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  function encodeLoosely(value: unknown): string {
    return JSON.stringify(value, (_key, member: unknown) => (typeof member === "bigint" ? Number(member) : member))
  }
})

describe("times", () => {
  test.each([
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.000Z",
    "2026-01-01T00:00:00.1234567891Z",
    "2026-01-01T00:00:00,5Z",
    "2026-01-01T1:00:00Z",
    "2026-01-01T00:00:00-00:00",
    "2026-01-01T00:00:00+23:59",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00+01:60",
    "2028-02-29T00:00:00Z",
    "0000-02-29T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
  ])("%s is one, as for Go's reader", (given) => {
    expect(isTime(given)).toBe(true)
  })

  test.each([
    "",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00.Z",
    "2026-01-01 00:00:00Z",
    "2026-01-01t00:00:00Z",
    "2026-01-01T00:00:00z",
    " 2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00Z\n",
    "2026-01-01T00:00:00+0100",
    "2026-01-01T00:00:00+01",
    "2026-01-01T00:00:00+25:00",
    "2016-12-31T23:59:60Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "+010000-01-01T00:00:00Z",
    "-000001-01-01T00:00:00Z",
    "２０２６-01-01T00:00:00Z",
  ])("%j is none", (given) => {
    expect(isTime(given)).toBe(false)
    expect(toDate(given)).toBeNull()
  })

  test.each([
    ["2026-01-01T00:00:00.123456789Z", "2026-01-01T00:00:00.123Z"],
    ["2026-01-01T00:00:00,5+05:30", "2025-12-31T18:30:00.500Z"],
    ["2026-01-01T1:02:03.04-00:19", "2026-01-01T01:21:03.040Z"],
    ["2026-01-01T00:00:00+01:60", "2025-12-31T22:00:00.000Z"],
    ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"],
    ["0099-12-31T23:59:59Z", "0099-12-31T23:59:59.000Z"],
    ["0001-01-01T00:00:00.000000001Z", "0001-01-01T00:00:00.000Z"],
  ])("%s as a Date is %s", (given, date) => {
    expect(toDate(given)?.toISOString()).toBe(date)
  })

  test("the zero time is unset, however it is spelt", () => {
    for (const given of [
      zeroTime,
      "0001-01-01T00:00:00.000Z",
      "0001-01-01T00:00:00-00:00",
      "0001-01-01T05:30:00+05:30",
    ])
      expect(toDate(given), given).toBeNull()
  })
})
