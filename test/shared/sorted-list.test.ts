import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { compareCodePoints } from "../../src/shared/code-points.ts"
import { compareValues, createSortedList } from "../../src/shared/sorted-list.ts"

interface Item {
  key: number
  label: number
}

const createList = () => createSortedList<Item, number>((item) => item.key, compareValues)

describe("a sorted list", () => {
  const steps = fc.array(
    fc.record({ isRemoval: fc.boolean(), key: fc.integer({ min: 0, max: 40 }), place: fc.nat(2_000) }),
    { maxLength: 400 },
  )

  test("is, after any additions and removals, what sorting an array would give", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: -1, max: 41 }), (sequence, key) => {
        const list = createList()
        const model: Item[] = []
        for (const [label, { isRemoval, key: added, place }] of sequence.entries()) {
          const removed = model[place % Math.max(model.length, 1)]
          if (isRemoval && removed !== undefined) {
            expect(list.remove(removed)).toBe(true)
            model.splice(model.indexOf(removed), 1)
          } else {
            const item = { key: added, label }
            list.add(item)
            model.push(item)
          }
        }
        const sorted = model.toSorted((left, right) => left.key - right.key)
        expect(list.size).toBe(model.length)
        expect([...list.ascending()]).toEqual(sorted)
        expect([...list.descending()]).toEqual(sorted.toReversed())
        expect([...list.ascending(key)]).toEqual(sorted.filter((item) => item.key > key))
        expect([...list.descending(key)]).toEqual(sorted.filter((item) => item.key < key).toReversed())
        expect(list.equal(key)).toEqual(sorted.filter((item) => item.key === key))
      }),
    )
  })

  test("holds more than one chunk, with equal keys that run over the edges of chunks", () => {
    const list = createList()
    const items = Array.from({ length: 5_000 }, (_, label) => ({ key: (label * 7_919) % 3, label }))
    for (const item of items) list.add(item)
    const sorted = items.toSorted((left, right) => left.key - right.key)
    expect([...list.ascending()]).toEqual(sorted)
    expect(list.equal(1)).toHaveLength(items.filter(({ key }) => key === 1).length)
    for (const item of items.filter(({ label }) => label % 2 === 0)) expect(list.remove(item)).toBe(true)
    expect([...list.descending()]).toEqual(sorted.filter(({ label }) => label % 2 === 1).toReversed())
    expect(list.remove({ key: 1, label: 1 })).toBe(false)
  })
})

test("comparing by code point is comparing the bytes of UTF-8", () => {
  const bytes = (text: string): string => Buffer.from(text, "utf8").toString("hex")
  const letters = fc.string({ unit: "binary", maxLength: 4 })
  fc.assert(
    fc.property(letters, letters, (left, right) => {
      expect(Math.sign(compareCodePoints(left, right))).toBe(compareValues(bytes(left), bytes(right)))
    }),
  )
})
