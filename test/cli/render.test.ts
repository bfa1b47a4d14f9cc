import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { renderError } from "../../cli/render/error.ts"
import { render } from "../../cli/render/index.ts"
import { toJson } from "../../cli/render/json.ts"
import { renderTable } from "../../cli/render/table.ts"
import { wrapLines } from "../../cli/render/wrap.ts"
import { cutToWidth, printable, textWidth } from "../../cli/render/text-width.ts"
import { createTheme } from "../../cli/render/theme.ts"
import { renderTime } from "../../cli/render/time.ts"
import type { View } from "../../cli/render/view.ts"

const nowMs = Date.UTC(2026, 0, 31, 12)

function view(changes: Partial<View> = {}): View {
  return { format: "table", isTerminal: false, width: undefined, theme: createTheme(false), nowMs, ...changes }
}

describe("width", () => {
  test.each([
    ["abc", 3],
    ["日本", 4],
    ["ü", 1],
    ["u\u0308", 1],
    ["👩‍👩‍👧", 2],
    ["😀!", 3],
    ["한글", 4],
    ["", 0],
  ])("%j takes %d columns", (text, width) => {
    expect(textWidth(text)).toBe(width)
  })

  test("a cut text fits and says that it was cut", () => {
    expect(cutToWidth("abcdef", 4)).toBe("abc…")
    expect(cutToWidth("日本語", 4)).toBe("日…")
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 20 }), (text, width) => {
        expect(textWidth(cutToWidth(text, width))).toBeLessThanOrEqual(Math.max(width, 0))
      }),
    )
  })

  test("control characters are written out: nothing that a server sends moves the cursor", () => {
    expect(printable("a\u001b[2Jb\n\tc\u0007\u202e")).toBe(String.raw`a\u001b[2Jb\n\tc\u0007\u202e`)
  })
})

describe("text that is wider than the terminal", () => {
  test("is parted between words, what goes on under what it goes on from", () => {
    const text = "COMMANDS\n\n  send    send an event, and wait\n  events copy _ --to dev"
    expect(wrapLines(text, 22)).toBe(
      "COMMANDS\n\n  send    send an\n          event, and\n          wait\n  events copy _ --to\n    dev",
    )
    expect(wrapLines(text, 40)).toBe(text)
  })

  test("loses no word, and no line is wider but of one word", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z日 ]{0,60}$/u)),
        fc.integer({ min: 10, max: 80 }),
        (lines, width) => {
          const text = lines.join("\n")
          const wrapped = wrapLines(text, width)
          expect(wrapped.split(/\s+/).filter(Boolean)).toEqual(text.split(/\s+/).filter(Boolean))
          for (const line of wrapped.split("\n"))
            expect(textWidth(line) <= width || !line.trim().includes(" ")).toBe(true)
        },
      ),
    )
  })
})

describe("table", () => {
  const columns = [{ title: "ID" }, { title: "NAME", isCuttable: true }, { title: "DATA", isCuttable: true }]

  test("columns stand under each other, wide characters too", () => {
    expect(
      renderTable(columns, [
        ["1", "日本", "x"],
        ["22", "b", "y"],
      ]),
    ).toBe("ID  NAME  DATA\n1   日本  x\n22  b     y")
  })

  test("is cut where it can be, the widest first, and never at ids", () => {
    const rows = [["0123456789", "name-of-event", "d".repeat(100)]]
    const lines = renderTable(columns, rows, { width: 40 }).split("\n")
    expect(lines[1]).toBe(`0123456789  name-of-event  ${"d".repeat(12)}…`)
    expect(renderTable(columns, rows, { width: 30 }).split("\n")[1]).toBe("0123456789  name-of…  ddddddd…")
  })

  test("where even that is too wide, a row goes on over indented lines, its id whole and its values longer", () => {
    const rows = [
      ["0123456789", "name-of-event", "d".repeat(100)],
      ["9876543210", "", "x"],
    ]
    expect(renderTable(columns, rows, { width: 26 })).toBe(
      ["0123456789  name-of-event", `  ${"d".repeat(23)}…`, "9876543210  x"].join("\n"),
    )
  })

  test("without titles has no line of them", () => {
    expect(renderTable([{ title: "" }, { title: "" }], [["1", "2"]])).toBe("1  2")
  })

  test("a column that is optional and empty is left out", () => {
    expect(renderTable([{ title: "ID" }, { title: "ERROR", isOptional: true }], [["1", ""]])).toBe("ID\n1")
  })

  test("a line is never wider than the terminal, when only what can be cut is wide", () => {
    const cells = fc.array(fc.tuple(fc.constant("0123"), fc.string({ unit: "grapheme" }), fc.string()), {
      minLength: 1,
    })
    fc.assert(
      fc.property(cells, fc.integer({ min: 4, max: 100 }), (rows, width) => {
        for (const line of renderTable(columns, rows, { width }).split("\n"))
          expect(textWidth(line)).toBeLessThanOrEqual(width)
      }),
    )
  })
})

describe("time", () => {
  test.each([
    ["2026-01-31T12:00:00Z", "just now"],
    ["2026-01-31T11:59:57.5Z", "2s ago"],
    ["2026-01-31T11:57:00Z", "3m ago"],
    ["2026-01-31T10:30:00+00:00", "1h ago"],
    ["2026-01-29T12:00:00Z", "2d ago"],
    ["2026-01-31T12:05:00Z", "in 5m"],
    ["0001-01-01T00:00:00Z", ""],
    ["soon", ""],
  ])("%s is %j on a terminal", (time, expected) => {
    expect(renderTime(time, view({ isTerminal: true }))).toBe(expected)
  })

  test("is whole in a pipe", () => {
    expect(renderTime("2026-01-31T11:57:00.123456789Z", view())).toBe("2026-01-31T11:57:00.123456789Z")
  })
})

describe("JSON", () => {
  test("keeps every digit and negative zero", () => {
    expect(toJson({ a: 9007199254740993n, b: -0, c: [1n] })).toBe('{"a":9007199254740993,"b":-0,"c":[1]}')
  })

  test("is one line for programs and several for people", async () => {
    const result = { type: "version", data: { version: "1.0.0" } } as const
    expect(await render(result, view({ format: "json" }))).toBe('{"schemaVersion":1,"data":{"version":"1.0.0"}}')
    expect(await render(result, view({ format: "json", isTerminal: true }))).toContain("\n  ")
    expect(await render({ type: "none", data: null }, view({ format: "json" }))).toBe('{"schemaVersion":1,"data":null}')
  })

  test("of nothing is nothing in the other formats", async () => {
    for (const format of ["table", "ndjson", "id"] as const)
      expect(await render({ type: "none", data: null }, view({ format }))).toBe("")
  })
})

describe("errors", () => {
  const theme = createTheme(false)

  test("are one line: what, and what next", () => {
    expect(renderError({ kind: "usage", message: "no such thing", hint: "Try  help" }, theme)).toBe(
      "✗ no such thing. Try  help",
    )
  })

  test("point at what is wrong, in long lines too", () => {
    const failure = {
      kind: "usage",
      message: "x",
      excerpt: `日本${"a".repeat(200)}!`,
      at: { line: 1, column: 203 },
    } as const
    const [, line = "", caret = ""] = renderError(failure, theme).split("\n")
    expect(line.charAt(caret.indexOf("^"))).toBe("!")
    expect(line.length).toBeLessThan(80)
    const near = renderError({ ...failure, at: { line: 1, column: 3 } }, theme).split("\n")
    expect(near[2]).toBe("      ^")
  })

  test("hold nothing that moves the cursor", () => {
    expect(renderError({ kind: "server", message: "bad\u001b[2J\nnews" }, theme)).toBe(String.raw`✗ bad\u001b[2J\nnews`)
  })
})

test("colours are ANSI codes or nothing", () => {
  expect(createTheme(true).good("x")).toBe("\u001b[32mx\u001b[39m")
  expect(createTheme(false).good("x")).toBe("x")
})
