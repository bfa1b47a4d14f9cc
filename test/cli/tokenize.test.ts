import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { joinWords, tokenize } from "../../cli/grammar/tokenize.ts"

function texts(line: string): string[] {
  const result = tokenize(line)
  if (result.kind !== "words") throw new Error(JSON.stringify(result))
  return result.words.map(({ text }) => text)
}

describe("words", () => {
  test.each([
    ["", []],
    ["  send   a/b  ", ["send", "a/b"]],
    ["send a/b note='two words'", ["send", "a/b", "note=two words"]],
    [String.raw`x "say \"hi\"" it\'s`, ["x", 'say "hi"', "it's"]],
    [String.raw`x 'a\b' "c\d"`, ["x", String.raw`a\b`, String.raw`c\d`]],
    ["x '' y", ["x", "", "y"]],
    ["x a\\\nb", ["x", "ab"]],
  ])("are split as a shell splits them: %j", (line, expected) => {
    expect(texts(line)).toEqual(expected)
  })

  test.each([
    ["send x {id: 7, a: [1, 2]} y", ["send", "x", "{id: 7, a: [1, 2]}", "y"]],
    ["send x tags:=['a b', \"c]\"] k=v", ["send", "x", "tags:=['a b', \"c]\"]", "k=v"]],
    ["send x note={a b}", ["send", "x", "note={a b}"]],
    ["send x {a: 1, // it's }\n b: 2 /* ] */}", ["send", "x", "{a: 1, // it's }\n b: 2 /* ] */}"]],
    ["x items[0].sku=7", ["x", "items[0].sku=7"]],
    ["x a{b c", ["x", "a{b", "c"]],
  ])("that open a bracket run to the one that closes it: %j", (line, expected) => {
    expect(texts(line)).toEqual(expected)
  })

  test("know where they stand, in characters", () => {
    expect(tokenize("send 😀\n  x")).toEqual({
      kind: "words",
      words: [
        { text: "send", at: { line: 1, column: 1 } },
        { text: "😀", at: { line: 1, column: 6 } },
        { text: "x", at: { line: 2, column: 3 } },
      ],
    })
  })
})

describe("what is not complete", () => {
  test.each([
    ["send x {", "{", 8],
    ["send x {a: [1, 2}".slice(0, -1), "[", 12],
    ["send x {a: 'it", "{", 8],
    ["send x {a: /* b", "/*", 12],
    ["send x \\", "\\", 8],
  ])("waits for more lines: %j", (line, opener, column) => {
    expect(tokenize(line)).toEqual({ kind: "unclosed", opener, at: { line: 1, column } })
  })

  test("is closed by a later line", () => {
    expect(texts("send x {\n  id: 8,\n}")).toEqual(["send", "x", "{\n  id: 8,\n}"])
  })

  test.each([
    ["x it's", `nothing closes the '`, 5],
    ['x "a', `nothing closes the "`, 3],
    ["x {a: 1]", `"]" does not close the "{"`, 8],
  ])("and never can be is an error with its column: %j", (line, message, column) => {
    expect(tokenize(line)).toEqual({ kind: "error", message, at: { line: 1, column } })
  })
})

describe("what joins commands in a shell", () => {
  test.each([
    ["runs | jq .", "|", 6],
    ["events --limit 1 > out", ">", 18],
    ["workflow delete a ; exit", ";", 19],
    ["send a/b && runs", "&&", 10],
  ])("is no id and no payload here: %j", (line, operator, column) => {
    const tokenized = tokenize(line)
    expect(tokenized).toMatchObject({ kind: "error", at: { line: 1, column } })
    expect(tokenized).toHaveProperty("message", expect.stringContaining(`"${operator}" joins nothing here`))
  })

  test("is a word when it is quoted, or a part of one", () => {
    expect(texts("send a/b x=| '|' a>b")).toEqual(["send", "a/b", "x=|", "|", "a>b"])
  })
})

test(String.raw`\q alone is a word, though a \ takes the next character as it is`, () => {
  expect(texts(String.raw` \q `)).toEqual([String.raw`\q`])
  expect(texts(String.raw`x \q`)).toEqual(["x", "q"])
})

describe("any text", () => {
  const line = fc.string({
    unit: fc.oneof(fc.constantFrom(..."{}[]()'\"\\=:/* \n@-#ab1.,"), fc.string({ unit: "binary", maxLength: 1 })),
  })

  test("is split, waited for or refused with a place, and never crashes", () => {
    fc.assert(
      fc.property(line, (text) => {
        const result = tokenize(text)
        if (result.kind === "words") return true
        const rows = text.split("\n")
        const { line: row, column } = result.at
        return row >= 1 && row <= rows.length && column >= 1 && column <= [...(rows[row - 1] ?? "")].length + 1
      }),
      { numRuns: 2_000 },
    )
  })

  test("is the same word again after it was quoted", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (words) => {
        expect(texts(joinWords(words))).toEqual(words)
      }),
      { numRuns: 2_000 },
    )
  })
})
