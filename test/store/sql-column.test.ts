import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { compareCodePoints } from "../../src/shared/code-points.ts"
import { toColumn } from "../../src/store/sql/column.ts"

/** As both databases order and hold it: by the bytes of its UTF-8. */
const bytesOf = (text: string) => Buffer.from(text, "utf8")

describe("a column", () => {
  test("holds a usual id as it is, so that people find it", async () => {
    for (const id of ["order-7", "a/b:c", "größe 😀", "x".repeat(1_000), "line\nbreak"])
      expect(await toColumn(id)).toBe(id)
  })

  test("holds nothing that PostgreSQL or SQLite can't, and no more than an index row of PostgreSQL takes twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", size: "xlarge" }), async (text) => {
        const column = await toColumn(text)
        expect(column).not.toContain("\0")
        expect(column.isWellFormed()).toBe(true)
        expect(bytesOf(column).length).toBeLessThanOrEqual(1_000)
      }),
    )
    expect(bytesOf(await toColumn("😀".repeat(4_000))).length).toBeLessThanOrEqual(1_000)
    expect(bytesOf(await toColumn("\0".repeat(4_000))).length).toBeLessThanOrEqual(1_000)
  })

  test("is ordered as the ids are, also where they hold what is written otherwise", async () => {
    const text = fc.string({ unit: fc.constantFrom("\0", "\u0001", "\u0002", "#", "0", "a", "\uffff", "\u{10000}") })
    await fc.assert(
      fc.asyncProperty(text, text, async (left, right) => {
        const [a, b] = [bytesOf(await toColumn(left)), bytesOf(await toColumn(right))]
        expect(Math.sign(Buffer.compare(a, b))).toBe(Math.sign(compareCodePoints(left, right)))
      }),
    )
  })

  test("tells long texts apart that begin alike, and half surrogate pairs from each other", async () => {
    const texts = ["a", "b", "\0", "\ud800", "\ud801", ""].flatMap((end) => [end, `${"k".repeat(4_000)}${end}`])
    const columns = await Promise.all(texts.map(toColumn))
    expect(new Set(columns).size).toBe(texts.length)
  })
})
