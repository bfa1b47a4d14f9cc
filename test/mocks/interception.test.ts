import { execFile } from "node:child_process"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, test } from "vitest"

const script = fileURLToPath(new URL("interception.ts", import.meta.url))
const bin = (name: string): string => fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url))

// msw 3.0.5 can't intercept in Bun and Deno (measured): there it is msw 2.15, or the mock's fetch.
test.each([
  ["Node", process.execPath, []],
  ["Bun", bin("bun"), []],
  ["Deno", bin("deno"), ["run", "-A", "--no-check"]],
])(
  "in %s setupInngestServer leads requests to the mock, breaks them as planned, and refuses the others",
  async (_, command, flags) => {
    const { stdout, stderr } = await promisify(execFile)(command, [...flags, script], { timeout: 30_000 })
    expect(JSON.parse(stdout)).toEqual({
      answered: 200,
      isReset: true,
      listed: 1,
      isRefused: true,
      sent: [{ id: 7 }],
      left: [0, 0],
    })
    expect(stderr).toContain('Add it: createInngestMock({ origins: ["http://kit.test"] })')
  },
  40_000,
)
