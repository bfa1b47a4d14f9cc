import fc from "fast-check"
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { checkExpression } from "../../mocks/engine/expression.ts"
import { expressionFault } from "../../src/functions/expression.ts"

const { cel } = JSON.parse(readFileSync("test/fixtures/sdk-protocol/raw-server-reactions.json", "utf8")) as {
  cel: Record<string, { registered: boolean | string }>
}

describe("an expression compiles", () => {
  test.each(Object.entries(cel))("as recorded: %s", (text, { registered }) => {
    expect(expressionFault(text) === undefined).toBe(registered === true)
  })

  test.each([
    "{'a': 1, 'b': [1, {'c': 2}]}['b'][0] == 1",
    "event.data.items.exists(item, item.price > 2.0 && item.tags[0] in ['a'])",
    "event.data.items.map(x, x.lines.filter(y, y.n > x.n)).size() > 0",
    "event . data . x == 'it\\'s' && !(event.data.y in ([1, 2]))",
    "event.data.n ? 1 : event.data.t ? 2 : 3",
    "-event.data.n < -1.5e-3 || - 2 > 0x1f",
    String.raw`event.data.s.matches(r'^\d+$')`,
    "event.data.s == '''a\nb'''",
    String.raw`event.data.s == r'\d' || event.data.s ==  b"a" || event.data.s in [ R"\"]`,
    "event.data.n == 1e+5 // a large one\n&& size(event.data.s // of it\n) > 0",
    "timestamp(event.data.at).getFullYear() == 2026",
    "type(event.data.list) == list",
  ])("beyond the recording: %s", (text) => {
    expect(expressionFault(text)).toBeUndefined()
  })
})

test.each([
  ["event.data.n === 2", "must not have ==="],
  ["event.data.n = 2", "must not have ="],
  ["event.data.s.lowerAscii() == 'a'", "must not have lowerAscii()"],
  ["evnt.data.n == 2", "must not have evnt"],
  ["event.data.a.exists(x, y > 1)", "must not have y"],
  ["event.data.a == 'open", "must not have '"],
  ["event.data.a & event.data.b", "must not have &"],
  ["event.data.", "must not have ."],
  ["", "is no CEL expression"],
  ["event.data.n ==", "is no CEL expression"],
  ["(event.data.n == 1", "is no CEL expression"],
  ["event.data.n == 1)", "is no CEL expression"],
  ["event.data['n'", "is no CEL expression"],
  ["event.data.n 1", "is no CEL expression"],
  ["event.data.n ? 1", "is no CEL expression"],
  ["size(event.data.a, )b == 1", "must not have b"],
  ["(event.data.n == 1]", "is no CEL expression"],
])("%s does not compile, and says why", (text, reason) => {
  expect(expressionFault(text)).toBe(`${JSON.stringify(text)} ${reason}`)
  expect(checkExpression(text)).toBeDefined()
})

test.each([
  ["event.data.id == async.data.id && int(event.data.n) > -1", undefined],
  ["event.data.ids[0] in async.data.ids || !(event.data.n == 1)", undefined],
  ["event.data.s.startsWith('a')", "startsWith()"],
  ["size(event.data.s) == 1", "size()"],
  ["event.data.a.exists(x, x == 1)", "exists()"],
  ["event.data.n < 2.5e+3 && event.data.n > 1E-5", undefined],
  ["event.data.n + 1.0 == async.data.n", "+"],
  ["event.data.n - 1.0 == async.data.n", "-"],
])("where only comparisons are allowed: %s", (text, refused) => {
  const expected = refused === undefined ? undefined : `${JSON.stringify(text)} must not have ${refused} here`
  expect(expressionFault(text, true)).toBe(expected)
  expect(checkExpression(text, true) === undefined).toBe(refused === undefined)
})

/** Expressions of all kinds, and what is left of them when something is taken out. */
const { expression } = fc.letrec<{ expression: string; value: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("value"),
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom("==", "!=", "<", ">=", "&&", "||", "in", "+", "-", "*", "/", "%"),
        tie("value"),
      )
      .map((parts) => parts.join(" ")),
    fc.tuple(tie("value"), tie("value"), tie("value")).map(([a, b, c]) => `${a} ? ${b} : ${c}`),
  ),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(
      "event.data.n",
      "async.data.a.b",
      "event.name",
      "1",
      "2.5",
      "'a'",
      '"b\\"c"',
      "true",
      "null",
      "'('",
      "'&'",
    ),
    fc.constantFrom("foo.bar", "doubled", "async"),
    tie("expression").map((inner) => `(${inner})`),
    tie("value").map((inner) => `!${inner}`),
    fc.tuple(tie("value"), tie("expression")).map(([of, index]) => `${of}[${index}]`),
    fc.array(tie("expression"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
    fc.tuple(tie("value"), tie("expression")).map(([key, value]) => `{${key}: ${value}}`),
    fc
      .tuple(fc.constantFrom("size", "int", "string", "lowercase", "upper"), tie("expression"))
      .map(([f, x]) => `${f}(${x})`),
    fc
      .tuple(tie("value"), fc.constantFrom("startsWith", "matches", "trim"), tie("value"))
      .map(([a, m, b]) => `${a}.${m}(${b})`),
    fc
      .tuple(tie("value"), fc.constantFrom("exists", "all", "filter"), tie("expression"))
      .map(([a, m, b]) => `${a}.${m}(x, x.y == ${b})`),
  ),
}))

test("what compiles here compiles by the grammar, and the other way round", () => {
  let [sound, broken] = [0, 0]
  fc.assert(
    fc.property(expression, fc.boolean(), fc.nat(), (whole, isCut, at) => {
      const tokens = whole.match(/'[^']*'|"(?:\\.|[^"])*"|[\w.]+|&&|\|\||[=!<>]=|\S/g) ?? []
      const text = isCut ? tokens.toSpliced(at % tokens.length, 1).join(" ") : whole
      for (const isRestricted of [false, true]) {
        const isSound = checkExpression(text, isRestricted) === undefined
        if (isSound) sound++
        else broken++
        expect({ text, isRestricted, isSound: expressionFault(text, isRestricted) === undefined }).toEqual({
          text,
          isRestricted,
          isSound,
        })
      }
    }),
    { numRuns: 3_000 },
  )
  expect(Math.min(sound, broken)).toBeGreaterThan(500)
})
