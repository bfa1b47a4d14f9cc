import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const binaries = fileURLToPath(new URL("../../node_modules/.bin/", import.meta.url))

export type RuntimeName = "node" | "bun" | "deno"
export const RUNTIME_NAMES: readonly RuntimeName[] = ["node", "bun", "deno"]

/** How each runtime is asked to run a TypeScript file. */
const COMMANDS: Record<RuntimeName, readonly [command: string, ...args: string[]]> = {
  node: [process.execPath],
  bun: [`${binaries}bun`],
  deno: [`${binaries}deno`, "run", "-A", "--no-check", "--node-modules-dir=manual"],
}

export interface Child {
  /** The first line the file prints, parsed. */
  readonly firstLine: Promise<unknown>
  stop(): Promise<void>
}

/** Run a file of this folder in a runtime. Without `input` its stdin stays open until `stop()`. */
export function startFile(runtime: RuntimeName, file: string, input?: string): Child {
  const [command, ...args] = COMMANDS[runtime]
  const path = fileURLToPath(new URL(file, import.meta.url))
  const env = { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" }
  const child = spawn(command, [...args, path], { stdio: "pipe", env })
  let stderr = ""
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk))
  const exit = new Promise<void>((resolve) => child.once("close", () => resolve()).once("error", () => resolve()))
  const firstLine = new Promise<unknown>((resolve, reject) => {
    child.once("error", reject)
    createInterface(child.stdout).once("line", (line) => resolve(JSON.parse(line)))
    void exit.then(() => reject(new Error(`${runtime} ${file} ended without a line of output\n${stderr}`)))
  })
  // A child that died breaks this pipe; `firstLine` tells why.
  child.stdin.on("error", () => {})
  if (input !== undefined) child.stdin.end(input)
  return {
    firstLine,
    async stop() {
      child.kill("SIGKILL")
      await exit
    },
  }
}
