import { expect, test } from "vitest"
import { startRest } from "../../src/functions/rest.ts"

/** Turns that a function may take between two steps and still be waited for. */
const turns = 100

/** @returns whether the rest was over when a function had taken so many turns. */
async function isOverAfter(count: number, rest = startRest()): Promise<boolean> {
  let isOver = false
  rest.over.then(
    () => (isOver = true),
    () => {},
  )
  for (let turn = 0; turn < count; turn++) await undefined
  return isOver
}

test("a rest is over after a hundred turns, not before", async () => {
  expect(await isOverAfter(turns)).toBe(false)
  expect(await isOverAfter(turns + 5)).toBe(true)
})

test("rests that begin at different turns each take all of theirs", async () => {
  const rests = Array.from({ length: 20 }, async (_, turn) => {
    await isOverAfter(turn * 7)
    return [await isOverAfter(turns), await isOverAfter(turns + 5)]
  })
  expect(await Promise.all(rests)).toEqual(rests.map(() => [false, true]))
})

test("a step that comes up begins it anew, and the function's end is its end", async () => {
  const rest = startRest()
  await isOverAfter(turns - 10)
  rest.renew()
  expect(await isOverAfter(turns, rest)).toBe(false)
  const ended = startRest()
  ended.finish()
  expect(await isOverAfter(3, ended)).toBe(true)
})
