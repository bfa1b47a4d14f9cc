import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { readGoDocument } from "../../mocks/handlers/go-json.ts"

const written = (text: string): string => {
  const read = readGoDocument(text)
  return read.ok ? read.value.text : `refused: ${read.message}`
}

describe("JSON as the server reads and writes it", () => {
  test("keeps the meaning of any document", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(JSON.parse(written(text))).toEqual(JSON.parse(text))
      }),
    )
  })

  test("takes the texts that JSON.parse takes, and no others", () => {
    const pieces = fc.constantFrom(
      ..."{}[],:\"\\tfnrue lse0123456789-+.eE \n\t'ax\u2028é".split(""),
      "null",
      '"a"',
      "true",
      "1e400",
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
        const text = parts.join("")
        let isJson = true
        try {
          JSON.parse(text)
        } catch {
          isJson = false
        }
        expect(readGoDocument(text).ok, text).toBe(isJson)
      }),
      { numRuns: 3_000 },
    )
  })

  test("writing what was written changes nothing more", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const once = written(JSON.stringify(value))
        expect(written(once)).toBe(once)
      }),
    )
  })

  // Go's own words (encoding/json), as measured where the server shows them.
  test.each([
    ["", "unexpected end of JSON input"],
    ['{"name":"x/y"', "unexpected end of JSON input"],
    ['{"a":1}{', "invalid character '{' after top-level value"],
    ["{1}", "invalid character '1' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ["[1 2]", "invalid character '2' after array element"],
    ["[1,]", "invalid character ']' looking for beginning of value"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"a\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ["tru", "unexpected end of JSON input"],
    ["trux", "invalid character 'x' in literal true (expecting 'e')"],
    ["-x", "invalid character 'x' in numeric literal"],
    ["1.x", "invalid character 'x' after decimal point in numeric literal"],
    ["1ex", "invalid character 'x' in exponent of numeric literal"],
    ["01", "invalid character '1' after top-level value"],
    ["é", "invalid character 'Ã' looking for beginning of value"],
    ["\u0001", "invalid character '\\x01' looking for beginning of value"],
  ])("says of %j: %s", (text, message) => {
    expect(written(text)).toBe(`refused: ${message}`)
  })

  test("sorts keys by code point, at every level, and lets the last of equal keys win", () => {
    expect(written('{"b":{"z":1,"y":2},"a":[{"d":1,"c":2}],"\u{1f600}":1,"\uffff":2,"b":{"z":3}}')).toBe(
      '{"a":[{"c":2,"d":1}],"b":{"z":3},"\uffff":2,"\u{1f600}":1}',
    )
  })

  test("sends numbers through a double and escapes what a page might take for markup", () => {
    expect(written('[1.0,12345678901234567890,-0,1e21,1E-7,0.000001,"<&>\u2028\\ud800"]')).toBe(
      '[1,12345678901234567000,-0,1e+21,1e-7,0.000001,"\\u003c\\u0026\\u003e\\u2028\ufffd"]',
    )
  })

  test("takes ten thousand levels, and refuses more without running out of stack", () => {
    const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels)
    expect(written(nested(10_000))).toBe(nested(10_000))
    expect(written(nested(10_001))).toBe("refused: invalid character '[' exceeded max depth")
  })
})
