import { expect, test } from "vitest"
import { routeSummaries, routes } from "../../src/protocol/routes.ts"

test("every route has a name of its own and a summary", () => {
  const names = routes.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(Object.keys(routeSummaries)).toEqual(expect.arrayContaining(names))
  expect(Object.keys(routeSummaries)).toHaveLength(names.length)
})
