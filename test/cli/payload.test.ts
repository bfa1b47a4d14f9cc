import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { CommandError } from "../../cli/command-error.ts"
import { readJson5 } from "../../cli/grammar/json5.ts"
import { formatPath, getAt, parsePath, setAt } from "../../cli/grammar/path.ts"
import { parsePayloadItem } from "../../cli/grammar/payload-item.ts"
import { readPayload } from "../../cli/grammar/payload.ts"

const files: Record<string, string> = {
  "note.txt": "two\nlines",
  "list.json": "[1, 2]",
  "orders.ndjson": '{"id":1}\n{"id":2}\n\n',
  "one.json5": "{id: 1, // one\n}",
  "broken.json": '{"id": 1,\n "x" 2}',
}

const source = {
  readFile: async (path: string) => {
    const text = files[path]
    if (text === undefined) throw new CommandError("usage", `${path}: no such file`)
    return text
  },
  readStdin: async () => '{"id":3}\n{"id":4}',
}

async function read(...words: string[]): Promise<unknown> {
  const items = words.map((text) => {
    const item = parsePayloadItem({ text })
    if (item === undefined) throw new Error(`${text} is a plain word`)
    return item
  })
  const payload = await readPayload(items, source)
  return payload?.isBatch === true ? payload.values : payload?.values[0]
}

async function failure(work: Promise<unknown>): Promise<CommandError> {
  const error: unknown = await work.then(
    (value) => new Error(`no error: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  )
  if (error instanceof CommandError) return error
  throw error as Error
}

describe("key=value", () => {
  test.each([
    [["zip=00501"], { zip: "00501" }],
    [["id:=7", "ok:=true", "none:=null"], { id: 7, ok: true, none: null }],
    [["user.plan=pro", "user.name=ann"], { user: { plan: "pro", name: "ann" } }],
    [["items[0].sku=a", "items[1].sku=b"], { items: [{ sku: "a" }, { sku: "b" }] }],
    [['["odd name"]=x'], { "odd name": "x" }],
    [["note=@note.txt", "list:=@list.json"], { note: "two\nlines", list: [1, 2] }],
    [["empty="], { empty: "" }],
    [["tags:=['a b', \"c\"]"], { tags: ["a b", "c"] }],
  ])("= is a text and := is JSON: %j", async (words, expected) => {
    expect(await read(...words)).toEqual(expected)
  })

  test("changes the document before it", async () => {
    expect(await read("id:=8", "{id: 7, user: {plan: 'free', name: 'ann'}}", "user.plan=pro")).toEqual({
      id: 8,
      user: { plan: "pro", name: "ann" },
    })
  })

  test("__proto__ is a name like any other", async () => {
    const value = (await read("__proto__.x=1")) as object
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(JSON.stringify(value)).toBe('{"__proto__":{"x":"1"}}')
  })

  test.each([
    [["a=1", "a.b=2"], "payload: a.b can't be set, a can't hold it"],
    [["a[1]=x"], "payload: a[1] can't be set, a can't hold it"],
    [["[1, 2]", "a=1"], "payload: a can't be set, the document is no object"],
    [["{}", "{}"], "payload: two documents; one list [{…}, {…}] holds several"],
    [["user=@ann"], "ann: no such file"],
    [["a:=x y"], 'payload: a: JSON5 error at column 1, unexpected "x"'],
  ])("that can't be is refused: %j", async (words, message) => {
    expect((await failure(read(...words))).message).toBe(message)
  })

  test("a text that begins with @ is possible, and the error says how", async () => {
    expect((await failure(read("user=@ann"))).hint).toBe(`For the text itself:  user:='"@ann"'`)
    expect(await read('user:="@ann"')).toEqual({ user: "@ann" })
  })
})

describe("documents", () => {
  test("a list, NDJSON of a file and of stdin are batches", async () => {
    expect(await read("[{id: 1}, {id: 2}]", "env=test")).toEqual([
      { id: 1, env: "test" },
      { id: 2, env: "test" },
    ])
    expect(await read("@orders.ndjson")).toEqual([{ id: 1 }, { id: 2 }])
    expect(await read("-")).toEqual([{ id: 3 }, { id: 4 }])
    expect(await read("@one.json5")).toEqual({ id: 1 })
  })

  test("a broken file is named with line and column", async () => {
    const { message, excerpt } = await failure(read("@broken.json"))
    expect(message).toBe('broken.json: JSON5 error at line 2, column 6, unexpected "2"')
    expect(excerpt).toBe(' "x" 2}')
  })
})

describe("JSON5", () => {
  test.each([
    ["{id: 7 items: [", 'payload: JSON5 error at column 8, unexpected "i"'],
    ["{a:", "payload: JSON5 error at column 4, it ends too early"],
    ["{a: 'x\n'}", "payload: JSON5 error at line 1, column 7, the string is not closed before the line ends"],
    ["😀", 'payload: JSON5 error at column 1, unexpected "😀"'],
    ["", "payload: JSON5 error at column 1, it ends too early"],
  ])("errors have their place: %j", async (text, message) => {
    expect((await failure(readJson5(text, "payload"))).message).toBe(message)
  })

  test("integers beyond 2^53 keep their digits, wherever they stand", async () => {
    expect(await readJson5("{a: 9007199254740993, b: [-12345678901234567890], c: 0xffffffffffffffff}", "x")).toEqual({
      a: 9007199254740993n,
      b: [-12345678901234567890n],
      c: 0xffffffffffffffffn,
    })
    const text =
      "{a1234567890123456789: '12345678901234567890', /* 12345678901234567890 */ b: 1e30, c: 12345678901234567890.5}"
    expect(await readJson5(text, "x")).toEqual({
      a1234567890123456789: "12345678901234567890",
      b: 1e30,
      c: 12345678901234567000,
    })
  })

  test("every integer is read as it was written", async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt(), async (integer) => {
        const value = await readJson5(`[${integer}]`, "x")
        expect(BigInt((value as (number | bigint)[])[0] ?? 0)).toBe(integer)
      }),
    )
  })

  test("any text is read or refused with a place", async () => {
    const text = fc.oneof(fc.string({ unit: fc.constantFrom(..."{}[],:'\"\\/*\n 12e-+.ax$") }), fc.string(), fc.json())
    await fc.assert(
      fc.asyncProperty(text, async (source5) => {
        try {
          await readJson5(source5, "x")
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError)
          expect((error as CommandError).at?.column).toBeGreaterThan(0)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

describe("paths", () => {
  test.each(["a", "user.plan", "items[0].sku", '["odd name"].x', "a[0][1]"])(
    "are written as they are read: %s",
    (text) => {
      expect(formatPath(parsePath(text) ?? [])).toBe(text)
    },
  )

  test.each(["", ".", "a.", ".a", "a..b", "a[", "a[x]", "a]b", "a b", "a[0]b", '[""'])("%j is none", (text) => {
    expect(parsePath(text)).toBeUndefined()
  })

  test("find what they put", () => {
    const name = fc.oneof(fc.string({ minLength: 1 }), fc.constant(0))
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (path) => {
        const root = typeof path[0] === "number" ? [] : {}
        expect(setAt(root, path, "x")).toBeUndefined()
        expect(getAt(root, path)).toBe("x")
        expect(parsePath(formatPath(path))).toEqual(path)
      }),
    )
  })
})
