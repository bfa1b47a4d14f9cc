/** The gateway where people put it: behind srvx and Hono in Node, and on the servers of Deno and Bun. Each host is an example to copy. */
import { execFile } from "node:child_process"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, test } from "vitest"

const script = fileURLToPath(new URL("gateway-life.ts", import.meta.url))
const bin = (name: string): string => fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url))

test.each([
  ["srvx", process.execPath, []],
  ["hono", process.execPath, []],
  ["hono-mount", process.execPath, []],
  ["deno", bin("deno"), ["run", "-A", "--no-check"]],
  ["bun", bin("bun"), []],
])(
  "on %s it serves its page, refuses what it must, ends with its page, and gives no trick a way through",
  async (host, command, flags) => {
    const { stdout } = await promisify(execFile)(command, [...flags, script, host], { timeout: 60_000 })
    expect(JSON.parse(stdout)).toEqual({
      ids: ["01M80QVQQSZJ5WGK4BNHR1SX0Q"],
      listed: 0,
      conflict: true,
      states: ["completed"],
      gone: null,
      refused: true,
      statuses: {
        noSession: 401,
        crossSite: 403,
        noOrigin: 403,
        head: 200,
        options: 204,
        tooLarge: 413,
        chunked: 413,
        override: 405,
        leaky: 502,
      },
      astray: [],
      askedByTricks: [],
      leaks: false,
      who: expect.arrayContaining(["ann"]),
      unhappy: 0,
    })
  },
  80_000,
)
