import { execFile } from "node:child_process"
import { readdirSync } from "node:fs"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { temporaryDirectory } from "../support/temporary-directory.ts"

const script = fileURLToPath(new URL("server-life.ts", import.meta.url))
const bin = (name: string): string => fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url))

test.each([
  ["Node", process.execPath, []],
  ["Bun", bin("bun"), []],
  ["Deno", bin("deno"), ["run", "-A", "--no-check"]],
])(
  "in %s a server shares and keeps its data, refuses what it must, and lets its process end",
  async (_, command, flags) => {
    const directory = temporaryDirectory()
    const { stdout } = await promisify(execFile)(command, [...flags, script, directory.path], { timeout: 30_000 })
    expect(JSON.parse(stdout)).toEqual({
      roles: ["owner", "client"],
      sent: 120,
      saved: 204,
      isExact: true,
      large: [204, 413],
      keyed: [401, 200],
      foreign: 403,
      refused: 413,
      kept: 120,
      left: 0,
      status: "running",
    })
    expect(readdirSync(directory.path).toSorted()).toEqual(["lock.db", "log.db"])
    directory.remove()
  },
  40_000,
)
