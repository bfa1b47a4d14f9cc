import { describe, expect, test } from "vitest"
import { memoryStore } from "../../src/store/index.ts"
import { casesFor, runCase, storeCases } from "../conformance/store.ts"
import { brokenStores } from "../support/broken-store.ts"

describe("the suite for stores", () => {
  test.each(brokenStores.flatMap((broken) => broken.fails.map((name) => [broken.fault, name, broken] as const)))(
    "notices a store that %s: %s",
    async (_fault, name, { flags, create }) => {
      const noticing = casesFor(flags).find((each) => each.name === name)
      if (noticing === undefined) throw new Error("there is no such test")
      const outcome = await runCase(noticing, { flags, create }).then(
        () => "not noticed",
        () => "noticed",
      )
      expect(outcome).toBe("noticed")
      // It was the fault: the sound store behind the broken one passes, where it may claim the same flags.
      const sound = memoryStore()
      if (JSON.stringify(flags) === JSON.stringify(sound.flags))
        await runCase(noticing, { flags, create: () => ({ store: sound }) })
    },
  )

  test("has a broken store for each of its tests", () => {
    const noticed = new Set(brokenStores.flatMap(({ fails }) => fails))
    expect(storeCases.map(({ name }) => name).filter((name) => !noticed.has(name))).toEqual([])
  })
})
