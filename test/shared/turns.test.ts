import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { createTurns } from "../../src/shared/turns.ts"

describe("createTurns", () => {
  test("what has one key runs one after the other in the order of the calls, whatever fails or waits", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.record({ key: fc.constantFrom("a", "b"), isFailing: fc.boolean() })),
        async (scheduler, calls) => {
          const inTurn = createTurns()
          const running = new Set<string>()
          const done: number[] = []
          const outcomes = Promise.allSettled(
            calls.map(({ key, isFailing }, index) =>
              inTurn(key, async () => {
                expect(running.has(key)).toBe(false)
                running.add(key)
                await scheduler.schedule(Promise.resolve())
                running.delete(key)
                done.push(index)
                if (isFailing) throw new Error(String(index))
                return index
              }),
            ),
          )
          await scheduler.waitIdle()
          const settled = await outcomes
          expect(settled.map(({ status }) => status === "rejected")).toEqual(calls.map(({ isFailing }) => isFailing))
          for (const key of ["a", "b"]) {
            const ofKey = done.filter((index) => calls[index]?.key === key)
            expect(ofKey).toEqual(ofKey.toSorted((left, right) => left - right))
          }
        },
      ),
    )
  })

  test("another key does not wait", async () => {
    const inTurn = createTurns()
    const { promise, resolve } = Promise.withResolvers<string>()
    const first = inTurn("a", () => promise)
    expect(await inTurn("b", async () => "b")).toBe("b")
    resolve("a")
    expect(await first).toBe("a")
  })
})
