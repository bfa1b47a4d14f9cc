import fc from "fast-check"
import { expect, test } from "vitest"
import { chunkEvents } from "../../src/events/chunk.ts"
import { maxEventSizeBytes, maxRequestSizeBytes } from "../../src/protocol/plain-event.ts"

const sizes = (...numbers: number[]): { sizeBytes: number }[] => numbers.map((sizeBytes) => ({ sizeBytes }))
const sizeOf = (chunk: readonly { sizeBytes: number }[]): number =>
  `[${chunk.map(({ sizeBytes }) => "x".repeat(sizeBytes)).join(",")}]`.length

test("5000 events fit into one request, the next one begins another", () => {
  const events = Array.from({ length: 10_001 }, () => ({ sizeBytes: 30 }))
  expect(chunkEvents(events).map((chunk) => chunk.length)).toEqual([5_000, 5_000, 1])
})

test("a request ends where the next event would make it too large, to the byte", () => {
  // [ + 3 + , + 4 + ] = 10
  expect(chunkEvents(sizes(3, 4, 1), 9, 10)).toEqual([sizes(3, 4), sizes(1)])
  expect(chunkEvents(sizes(3, 5), 9, 10)).toEqual([sizes(3), sizes(5)])
})

test("an event that is too large for any request travels alone, and the greatest event has room", () => {
  expect(chunkEvents(sizes(1, 99, 1), 9, 10)).toEqual([sizes(1), sizes(99), sizes(1)])
  expect(maxEventSizeBytes + 2).toBeLessThan(maxRequestSizeBytes)
})

test("nothing makes no request", () => {
  expect(chunkEvents([])).toEqual([])
})

test("whatever the sizes: nothing lost, order kept, no limit passed, no request that could have held more", () => {
  const item = fc.record({ sizeBytes: fc.integer({ min: 1, max: 12 }) })
  fc.assert(
    fc.property(fc.array(item, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (items, maxCount) => {
      const chunks = chunkEvents(items, maxCount, 20)
      expect(chunks.flat()).toEqual(items)
      for (const [index, chunk] of chunks.entries()) {
        expect(chunk.length).toBeLessThanOrEqual(maxCount)
        expect(sizeOf(chunk)).toBeLessThanOrEqual(20)
        const next = chunks[index + 1]?.[0]
        if (next && chunk.length < maxCount) expect(sizeOf([...chunk, next])).toBeGreaterThan(20)
      }
    }),
  )
})
