import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { equalJson, isJsonObject, joinPath, parseJson, sizeBytes, stringifyJson } from "../../src/shared/json.ts"
import type { JsonValue } from "../../src/shared/json.ts"

const read = (text: string): JsonValue => {
  const result = parseJson(text)
  if (!result.ok) throw new Error(`${result.path}: ${result.message}`)
  return result.value
}

const written = (value: unknown): string => {
  const result = stringifyJson(value)
  if (!result.ok) throw new Error(`${result.path}: ${result.message}`)
  return result.value
}

/** Any JSON value this package can hold, the odd ones often. */
const jsonValue = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<JsonValue>(null, true, false, -0, 0, 9007199254740991, 1e21, 5e-324),
    fc.string({ unit: "binary" }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc
      .bigInt()
      .filter((digits) => digits > 9007199254740991n || digits < -9007199254740991n)
      .map((digits) => digits as JsonValue),
    fc.array(tie("value")),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "", "10", "9")), tie("value")),
  ),
})).value

describe("reading JSON", () => {
  test("integers beyond 2^53 become bigint with all their digits", () => {
    expect(read("[9007199254740991, 9007199254740993, -12345678901234567890]")).toEqual([
      9007199254740991,
      9007199254740993n,
      -12345678901234567890n,
    ])
  })

  test("negative zero stays", () => {
    expect(Object.is(read("-0"), -0)).toBe(true)
  })

  test("a number with an exponent stays a double", () => {
    expect(read("[1e21, 1E+100, 2.5e-300]")).toEqual([1e21, 1e100, 2.5e-300])
  })

  test("a number that no double holds is refused with its path", () => {
    expect(parseJson('{"a":{"b c":[1,1e400]}}')).toEqual({
      ok: false,
      path: 'a["b c"][1]',
      message: "the number 1e400 can't be held without loss here",
    })
  })

  test("text that is not JSON is refused", () => {
    for (const text of ["", "{", "[1]]", "\uFEFF{}", "undefined", "{a:1}"]) {
      expect(parseJson(text).ok, text).toBe(false)
    }
  })

  test("text that is nested too deeply says so, where big integers make reading recurse", () => {
    for (const levels of [10_000, 100_000, 1_000_000]) {
      const text = `${"[".repeat(levels)}9007199254740993${"]".repeat(levels)}`
      expect(parseJson(text)).toEqual({ ok: false, path: "", message: "nested deeper than can be read here" })
    }
  })

  test("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(typeof parseJson(text).ok).toBe("boolean")
      }),
    )
  })
})

describe("writing JSON", () => {
  test("what is written reads back the same", () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(equalJson(read(written(value)), value)).toBe(true)
      }),
    )
  })

  test("plain values are written as JSON.stringify writes them", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        // Through JSON once, which turns the -0 that it can't write into 0.
        const value: unknown = JSON.parse(JSON.stringify(JSON.parse(text)))
        expect(written(value)).toBe(JSON.stringify(value))
      }),
    )
  })

  test("dates and undefined members are written as JSON.stringify does", () => {
    const value = { at: new Date(0), left: undefined, huge: 2n ** 64n }
    expect(written(value)).toBe('{"at":"1970-01-01T00:00:00.000Z","huge":18446744073709551616}')
  })

  test.each([
    ["NaN", { a: [Number.NaN] }, "a[0]"],
    ["an infinity", { a: { b: Infinity } }, "a.b"],
    ["a function", { f: () => 1 }, "f"],
    ["undefined in an array", [undefined], "[0]"],
    ["a symbol", { "odd name": Symbol("s") }, '["odd name"]'],
  ])("%s is refused with its path", (_name, value, path) => {
    expect(stringifyJson(value)).toMatchObject({ ok: false, path })
  })

  test("a value that contains itself is refused", () => {
    const loop: Record<string, unknown> = {}
    loop.self = { loop }
    expect(stringifyJson(loop)).toMatchObject({ ok: false, path: "self.loop", message: "the value contains itself" })
  })

  test("the same object twice, side by side, is no cycle", () => {
    const shared = { n: -0 }
    expect(written([shared, shared])).toBe('[{"n":-0},{"n":-0}]')
  })

  const nest = (levels: number, seed: JsonValue, wrap: (value: JsonValue) => JsonValue): JsonValue => {
    let value = seed
    for (let level = 0; level < levels; level++) value = wrap(value)
    return value
  }
  const leaves = fc.constantFrom<JsonValue>(-0, "leaf", 2n ** 64n, 9007199254740993n)
  const wraps = fc.constantFrom(
    (value: JsonValue): JsonValue => [value],
    (value: JsonValue): JsonValue => ({ value }),
  )

  test("whatever is written can be read, in an envelope too: with big integers, which are read otherwise, as without", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_450, max: 1_550 }), leaves, wraps, (levels, leaf, wrap) => {
        const value = nest(levels, leaf, wrap)
        const result = stringifyJson(value)
        expect(result.ok).toBe(levels <= 1_500)
        if (result.ok)
          expect(
            equalJson(
              read(`[[[[[[[[${result.value}]]]]]]]]`),
              nest(8, value, (x) => [x]),
            ),
          ).toBe(true)
      }),
    )
  })

  test("1500 levels of nesting pass, one more is refused, and a million don't overflow the stack", () => {
    for (const leaf of [-0, 2n ** 64n]) {
      expect(stringifyJson(nest(1_500, leaf, (value) => [value])).ok).toBe(true)
      for (const levels of [1_501, 2_400, 10_000, 1_000_000])
        expect(stringifyJson(nest(levels, leaf, (value) => [value]))).toMatchObject({
          ok: false,
          message: "nested deeper than 1500 levels",
        })
    }
  })
})

describe("comparing and describing", () => {
  test("member order does not matter, zero signs and array order do", () => {
    expect(equalJson({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true)
    expect(equalJson([1, 2], [2, 1])).toBe(false)
    expect(equalJson({ z: 0 }, { z: -0 })).toBe(false)
    expect(equalJson({ a: null }, {})).toBe(false)
    expect(equalJson([], {})).toBe(false)
  })

  test("paths quote names that are no identifiers", () => {
    expect(joinPath("a", "b")).toBe("a.b")
    expect(joinPath("", "b")).toBe("b")
    expect(joinPath("a", "b c")).toBe('a["b c"]')
  })

  test("sizes are UTF-8 bytes", () => {
    expect(sizeBytes("aé日😀")).toBe(1 + 2 + 3 + 4)
  })

  test("arrays and null are no objects", () => {
    expect([{}, [], null, undefined, "x"].map((value) => isJsonObject(value))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })
})
