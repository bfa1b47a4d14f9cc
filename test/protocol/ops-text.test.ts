// Ops are read quickly, and nothing of them is lost on the way but fractions of a millisecond.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseCheckpoint, parseOps } from "../../src/protocol/ops-text.ts"
import { type JsonValue, parseJson, stringifyJson } from "../../src/shared/json.ts"

const integer = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })
const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    integer.map((big) => (Number.isSafeInteger(Number(big)) ? Number(big) : big)),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constant("timing")), tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value

const timing = '{"a":1795321158737000123,"b":4500000}'
const timingRead = { a: Number("1795321158737000123"), b: 4_500_000 }
const opText = (data: JsonValue): string => `{"id":"a","op":"StepRun","data":${textOf(data)},"timing":${timing}}`

function textOf(value: JsonValue): string {
  const written = stringifyJson(value)
  if (!written.ok) throw new Error(written.message)
  return written.value
}

/** What a reader gives that rounds nothing, but for the timing, which may come either way. */
function expectRead(read: JsonValue | undefined, data: JsonValue): void {
  const exact = parseJson(textOf(data))
  const op = read as { data: JsonValue; timing: { a: bigint | number; b: number } }
  expect(op.data).toEqual(exact.ok ? exact.value : undefined)
  expect({ a: Number(op.timing.a), b: op.timing.b }).toEqual(timingRead)
}

describe.each([
  { name: "a list of ops", wrap: (ops: string) => `[${ops}]`, parse: parseOps, opOf: (value: JsonValue) => value },
  {
    name: "a checkpoint",
    wrap: (ops: string) => `{"run_id":"r","steps":[${ops}],"ts":1}`,
    parse: parseCheckpoint,
    opOf: (value: JsonValue) => (value as { steps: JsonValue }).steps,
  },
])("$name", ({ wrap, parse, opOf }) => {
  test("what steps gave is read without loss, whatever it is", () => {
    fc.assert(
      fc.property(json, json, (first, second) => {
        const parsed = parse(wrap(`${opText(first)},${opText(second)}`))
        const [one, two] = (parsed.ok ? opOf(parsed.value) : []) as JsonValue[]
        expectRead(one, first)
        expectRead(two, second)
      }),
    )
  })

  test("a timing within what a step gave is no timing of its own", () => {
    const data = { timing: { a: 1_795_321_158_737_000_123n } }
    const parsed = parse(wrap(opText(data)))
    expectRead((opOf(parsed.ok ? parsed.value : []) as JsonValue[])[0], data)
  })

  test("a number that can't be held is refused with its place", () => {
    const parsed = parse(wrap('{"id":"a","op":"StepRun","data":{"far":[1e400]}}'))
    expect(parsed).toMatchObject({ ok: false, path: expect.stringContaining("data.far[0]") as string })
  })

  test("what is no JSON is refused", () => {
    expect(parse(wrap("{")).ok).toBe(false)
    expect(parse("").ok).toBe(false)
  })

  test("nesting does not end it", () => {
    const deep = 20_000
    const text = wrap(`{"id":"a","op":"StepRun","data":${"[".repeat(deep)}${"]".repeat(deep)}}`)
    expect(() => parse(text)).not.toThrow()
  })
})

test("a single op may stand without a list", () => {
  const parsed = parseOps(opText({ n: 2n ** 60n }))
  expectRead(parsed.ok ? parsed.value : undefined, { n: 2n ** 60n })
})
