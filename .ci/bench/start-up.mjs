// Starting the bin against starting Node: what a one-shot command adds before it does anything.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const bin = fileURLToPath(new URL("../../dist/cli/main.mjs", import.meta.url))

/** @returns {Promise<{ pairs: import("./compare.mjs").Pair[], end: () => void }>} */
export async function pairs() {
  const baseline = { run: () => start("-e", "0") }
  return {
    pairs: [
      { name: "inngest-repl --version", ours: { run: () => start(bin, "--version") }, baseline },
      { name: "inngest-repl --help", ours: { run: () => start(bin, "--help") }, baseline },
    ],
    end: () => {},
  }
}

/** @param {string[]} args */
function start(...args) {
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`)
}
