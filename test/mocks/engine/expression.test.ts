import fc from "fast-check"
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { checkExpression, compileExpression } from "../../../mocks/engine/expression.ts"

const { cel } = JSON.parse(readFileSync("test/fixtures/sdk-protocol/raw-server-reactions.json", "utf8")) as {
  cel: Record<string, { registered: boolean | string; matched: boolean }>
}

/** The event that the recorder sent, to which all its expressions were put. */
const event = {
  id: "01M80R0Y46YN4JWA6FF4Z0XWK1",
  name: "celx/go",
  ts: 1_795_321_526_405,
  data: {
    n: 2,
    s: "abc",
    S: "ABC",
    arr: [1, 2, 3],
    obj: { k: "v" },
    nul: null,
    t: true,
    f: false,
    ns: "2",
    fl: 1.5,
    iso: "2024-01-01T00:00:00Z",
    big: Number("9007199254740993"),
    neg: -1,
    email: "a@x.com",
    js: '{"a":1}',
    b64: "aGk=",
  },
  user: { id: "u1" },
}
const nowMs = Date.UTC(2026, 10, 22)

function matches(text: string, scope: { event?: unknown; async?: unknown } = {}): boolean {
  const compiled = compileExpression(text)
  return compiled.ok && compiled.expression.matches({ event, nowMs, ...scope })
}

describe("as recorded", () => {
  test.each(Object.entries(cel))("%s", (text, { registered, matched }) => {
    expect({ registered: compileExpression(text).ok, matched: matches(text) }).toEqual({
      registered: registered === true,
      matched,
    })
  })

  test("the recording holds a hundred of them, and both outcomes", () => {
    const outcomes = Object.values(cel).map(({ matched }) => matched)
    expect(outcomes.length).toBeGreaterThanOrEqual(100)
    expect(outcomes.filter(Boolean).length).toBeGreaterThan(50)
    expect(outcomes.filter((matched) => !matched).length).toBeGreaterThan(25)
  })
})

describe("beyond the recording", () => {
  test("a wait compares what it waits for with what started it", () => {
    const asked = { event: { data: { x: 5 } } }
    expect(matches("event.data.x == async.data.x", { ...asked, async: { data: { x: 5 } } })).toBe(true)
    expect(matches("event.data.x == async.data.x", { ...asked, async: { data: { x: 4 } } })).toBe(false)
    expect(matches("async.data.missing.deep == event.data.x", { ...asked, async: { data: {} } })).toBe(false)
  })

  test("ints count with ints, doubles with doubles", () => {
    expect(matches("7 / 2 == 3 && 7 % 2 == 1 && -7 + 2 == -5")).toBe(true)
    expect(matches("event.data.n + 1.0 == 3.0")).toBe(true)
    expect(matches("event.data.n + 1 == 3")).toBe(false)
    expect(matches("1 / 0 == 1")).toBe(false)
  })

  test("parts of a time are ints, in UTC", () => {
    expect(
      matches("timestamp(event.data.iso).getFullYear() == 2024 && timestamp(event.data.iso).getMonth() == 0"),
    ).toBe(true)
    expect(matches("timestamp('2026-02-03T04:05:06.007Z').getDayOfYear() == 33")).toBe(true)
    const parts =
      "[t.getDate(), t.getDayOfMonth(), t.getDayOfWeek(), t.getHours(), t.getMinutes(), t.getSeconds(), t.getMilliseconds()]"
    const all = parts.replaceAll("t.", "timestamp('2026-02-03T04:05:06.007Z').")
    expect(matches(`${all} == [3, 2, 2, 4, 5, 6, 7]`)).toBe(true)
    expect(matches("event.data.s.getHours() == 0")).toBe(false)
  })

  test("the restricted policy names what it does not allow", () => {
    expect(checkExpression("event.data.id == async.data.id && int(event.data.n) > 1", true)).toBeUndefined()
    expect(checkExpression("event.data.s.startsWith('a')", true)).toBe("startsWith() is not allowed here")
    expect(checkExpression("event.data.n + 1.0 == 2.0", true)).toBe("the operator + is not allowed here")
    expect(checkExpression("event.data.((", true)).toMatch(/Expected/)
  })

  test("no expression and no event makes it throw", () => {
    const part = fc.constantFrom(
      "event",
      ".data",
      ".n",
      " == ",
      " < ",
      "1",
      "'a'",
      " && ",
      "!",
      "(",
      ")",
      "[0]",
      ".size()",
      "has(",
      " ? ",
      " : ",
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.jsonValue(), (parts, data) => {
        expect(typeof matches(parts.join(""), { event: { data } })).toBe("boolean")
      }),
    )
  })

  test("a deep expression is refused, not followed", () => {
    expect(compileExpression(`${"(".repeat(5_000)}true${")".repeat(5_000)}`).ok).toBe(false)
  })
})
