import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { compareCodePoints, createOrderedIndex } from "../../src/store/ordered-index.ts"

interface Item {
  key: number
}

describe("an ordered index", () => {
  test("holds what a sorted list would, from any place on, whatever is added and deleted", () => {
    const step = fc.record({ key: fc.nat({ max: 3_000 }), isDelete: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3_000, size: "max" }), fc.nat({ max: 3_000 }), (steps, start) => {
        const index = createOrderedIndex<Item>((left, right) => left.key - right.key)
        const model = new Map<number, Item>()
        for (const { key, isDelete } of steps) {
          const there = model.get(key)
          if (there !== undefined) {
            index.delete(there)
            model.delete(key)
          }
          if (isDelete) continue
          const item = { key }
          index.add(item)
          model.set(key, item)
        }
        const sorted = [...model.values()].toSorted((left, right) => left.key - right.key)
        expect([...index.from(() => true)]).toEqual(sorted)
        expect([...index.from(({ key }) => key > start)]).toEqual(sorted.filter(({ key }) => key > start))
        expect(index.isEmpty()).toBe(sorted.length === 0)
      }),
      { numRuns: 30 },
    )
  })

  test("does not delete what was never added", () => {
    const index = createOrderedIndex<Item>((left, right) => left.key - right.key)
    index.delete({ key: 1 })
    index.add({ key: 1 })
    index.delete({ key: 1 })
    index.delete({ key: 2 })
    expect([...index.from(() => true)]).toEqual([{ key: 1 }])
  })

  test("finds a place, adds and deletes among 100 000 with a few dozen comparisons", () => {
    let comparisons = 0
    const index = createOrderedIndex<Item>((left, right) => {
      comparisons++
      return left.key - right.key
    })
    const items = Array.from({ length: 100_000 }, (_, key) => ({ key }))
    for (let position = 0; position < items.length; position++)
      index.add(items[(position * 7_919) % items.length] as Item)
    comparisons = 0
    let looks = 0
    for (const { key } of index.from((item) => ++looks > 0 && item.key > 50_000)) {
      expect(key).toBe(50_001)
      break
    }
    index.delete(items[50_001] as Item)
    index.add(items[50_001] as Item)
    expect(looks).toBeLessThan(40)
    expect(comparisons).toBeLessThan(80)
  })
})

describe("comparing by code point", () => {
  test("is the order of the code points one by one", () => {
    const points = (text: string): number[] => Array.from(text, (letter) => letter.codePointAt(0) ?? 0)
    const byPoints = (left: number[], right: number[]): number => {
      const at = left.findIndex((point, index) => point !== right[index])
      if (at === -1) return left.length - right.length
      return (left[at] ?? 0) - (right[at] ?? -1)
    }
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom("a", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{10ffff}"),
        fc.string({ unit: "binary", maxLength: 1 }),
      ),
    })
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(Math.sign(compareCodePoints(left, right))).toBe(Math.sign(byPoints(points(left), points(right))))
      }),
    )
  })
})
