// Starting the bin against starting Node: what a one-shot command adds before it does anything. And a one-shot send against a script that
// sends the same by fetch alone, both to a server that listens.
import { fork, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const bin = fileURLToPath(new URL("../../dist/cli/main.mjs", import.meta.url))

/** @returns {Promise<{ pairs: import("./compare.mjs").Pair[], end: () => void }>} */
export async function pairs() {
  const baseline = { run: () => start("-e", "0") }
  const server = fork(fileURLToPath(new URL("server.mjs", import.meta.url)))
  const [url] = await once(server, "message")
  const directory = mkdtempSync(join(tmpdir(), "inngest-bench-"))
  const script = join(directory, "send.mjs")
  // As long as the shell's: the id of the event, and the answer read and printed.
  writeFileSync(
    script,
    `const answer = await fetch(${JSON.stringify(`${url}/e/NO_EVENT_KEY_SET`)}, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify([{ id: crypto.randomUUID(), name: "bench/one-shot", data: { n: 1 } }]),
})
process.stdout.write((await answer.json()).ids.join() + "\\n")
`,
  )
  const env = { INNGEST_REPL_STATE_DIR: directory, INNGEST_REPL_CONFIG: join(directory, "config.json") }
  const send = ["send", "bench/one-shot", "n:=1", "-o", "id", "--url", String(url)]
  return {
    pairs: [
      { name: "inngest-repl --version", ours: { run: () => start(bin, "--version") }, baseline },
      { name: "inngest-repl --help", ours: { run: () => start(bin, "--help") }, baseline },
      {
        name: "inngest-repl send",
        ours: { run: () => startWith(env, bin, ...send) },
        baseline: { run: () => startWith(env, script) },
      },
    ],
    end: () => {
      server.disconnect()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** @param {string[]} args */
function start(...args) {
  startWith({}, ...args)
}

/** @param {Record<string, string>} env @param {string[]} args */
function startWith(env, ...args) {
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  })
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`)
}
