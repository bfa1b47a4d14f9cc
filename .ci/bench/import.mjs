// Starting Node with `import "inngest-kit"` against starting it with an empty module: the difference is what the import costs.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** @returns {Promise<{ pairs: import("./compare.mjs").Pair[], end: () => void }>} */
export async function pairs() {
  const baseline = { run: () => start("") }
  const entries = ["inngest-kit", "inngest-kit/events"]
  return {
    pairs: entries.map((entry) => ({
      name: `import ${entry}`,
      ours: { run: () => start(`import ${JSON.stringify(entry)}`) },
      baseline,
      goal: { addedMs: 40 },
    })),
    end: () => {},
  }
}

/** @param {string} script */
function start(script) {
  const args = ["--input-type=module", "--eval", script]
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" })
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`)
}
