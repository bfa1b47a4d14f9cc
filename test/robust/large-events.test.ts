// Bodies within all limits whose reading could still cost more than they are large.
import { expect, test } from "vitest"
import { readGoDocument } from "../../mocks/handlers/go-json.ts"
import { readForm } from "../../mocks/handlers/incoming-events.ts"
import { heapUsedAfterGc } from "../support/heap.ts"

const MiB = 1024 * 1024

test.each([
  ["objects", '{"b":1,"a":', "}"],
  ["arrays", "[1,", "]"],
])("a long text inside 500 %s is not held once per level", async (_what, open, close) => {
  const text = `${open.repeat(500)}"${"x".repeat(MiB)}"${close.repeat(500)}`
  const before = await heapUsedAfterGc()
  const read = readGoDocument(text)
  const held = (await heapUsedAfterGc()) - before
  expect(held).toBeLessThan(20 * MiB)
  expect(read.ok && JSON.parse(read.value.text)).toEqual(JSON.parse(text))
})

test("deeply nested long and short parts are written as they are read", () => {
  const parts = ['"s"', `"${"l".repeat(3_000)}"`, "[]", `{"a":"${"m".repeat(1_500)}","b":[1,2]}`, "null"]
  for (const [first = "", second = "", third = ""] of parts.flatMap((one) =>
    parts.flatMap((two) => parts.map((three) => [one, two, three])),
  )) {
    const text = `[${first},${second},{"k":${third},"l":[${second}]},${first}]`
    const read = readGoDocument(text)
    expect(read.ok && read.value.text).toBe(text)
  }
})

test("a form of 100 000 equal fields is read in a moment", () => {
  const startedMs = performance.now()
  const read = readForm(Array.from({ length: 100_000 }, () => ["name", ""] as const))
  expect(read.failure).toContain("cannot unmarshal array")
  expect(performance.now() - startedMs).toBeLessThan(2_000)
})
