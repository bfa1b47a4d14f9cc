import { readFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, expect, test } from "vitest"
import { runCli } from "./support/shell.ts"

beforeAll(async () => {
  const { ensureBuilt } = (await import(/* @vite-ignore */ join(process.cwd(), ".ci/build.mjs"))) as {
    ensureBuilt: () => Promise<void>
  }
  await ensureBuilt()
}, 60_000)

test("the help that the build writes down is the help", async () => {
  expect(readFileSync("dist/cli/help.txt", "utf8")).toBe((await runCli(["help"])).out)
})

test("help about a word finds the commands that have to do with it", async () => {
  const { out, code } = await runCli(["help", "stuck"])
  expect([code, out]).toEqual([2, ""])
  const found = await runCli(["help", "revision"])
  expect(found.out).toMatch(/^About "revision":\n\n *workflow save {4}/)
  expect(found.out).toContain("workflow edit")
})
