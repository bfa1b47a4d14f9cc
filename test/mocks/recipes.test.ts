import { readFileSync } from "node:fs"
import { expect, test } from "vitest"

const readme = readFileSync("README.md", "utf8")
const recipes = ["test/consumers/sdk-vitest/to-have-sent.ts", "test/consumers/vite-playwright/inngest-fixture.ts"]

test.each(recipes)("the recipe %s is linked, short enough to copy, and over the public API", (file) => {
  expect(readme).toContain(`(${file})`)
  const text = readFileSync(file, "utf8")
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(40)
  const imported = [...text.matchAll(/from "(inngest-kit[^"]*)"/g)].map(([, name]) => name)
  expect(imported).toEqual(["inngest-kit/mocks"])
})
