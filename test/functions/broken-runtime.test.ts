import { describe, expect, test } from "vitest"
import { serve } from "../../src/functions/index.ts"
import { createClient } from "../../src/index.ts"
import { functionCases, runCase } from "../conformance/functions.ts"
import { brokenRuntimes } from "../support/broken-runtime.ts"

const client = createClient({ appId: "core", dev: true })

describe("the suite for runtimes", () => {
  test.each(brokenRuntimes.flatMap((broken) => broken.fails.map((name) => [broken.fault, name, broken] as const)))(
    "notices a runtime that %s: %s",
    async (_fault, name, { around }) => {
      const noticing = functionCases.find((each) => each.name === name)
      if (noticing === undefined) throw new Error("there is no such case")
      const outcome = await runCase(noticing, (functions) => ({ call: around(serve({ client, functions })) })).then(
        () => "not noticed",
        () => "noticed",
      )
      expect(outcome).toBe("noticed")
    },
  )

  test("has a broken runtime for each of its cases", () => {
    const noticed = new Set(brokenRuntimes.flatMap(({ fails }) => fails))
    expect(functionCases.map(({ name }) => name).filter((name) => !noticed.has(name))).toEqual([])
  })
})
