#!/usr/bin/env node
// The bin. On an old Node it says so, which is why nothing newer than ES modules may stand here or be imported before the check.
const needed = "22.13.0"

if (isOlder(process.versions.node, needed)) {
  process.stderr.write(`inngest-repl needs Node.js ${needed} or newer; this is ${process.versions.node}.\n`)
  process.exitCode = 1
} else if (process.argv.length === 3 && process.argv[2] === "--version") {
  // Scripts ask it often, and it needs nothing of the rest.
  import("./version.ts").then(({ version }) => process.stdout.write(`${version}\n`), fail)
} else if (process.argv.length === 3 && process.argv[2] === "--help") {
  import("./print-help.ts").then(({ printHelp }) => printHelp()).catch(fail)
} else if (process.argv[2] === "--complete-words") {
  // A shell at a TAB: whatever goes wrong, its line is not to be disturbed.
  import("./complete-words.ts").then(({ printCandidates }) => printCandidates(process.argv.slice(3))).then(exit, exit)
} else {
  run().then((code) => void (process.exitCode = code), fail)
}

async function run(): Promise<number> {
  // Not imported: Node makes a module of everything in it first.
  const { enableCompileCache } = process.getBuiltinModule("node:module")
  // NO_COLOR is what counts here; of both together Node writes a warning.
  if (process.env.NO_COLOR) delete process.env.FORCE_COLOR
  const directory = cacheDirectory(process.env)
  // A tenth of the start of a command. Below the user's own directory: in a shared one others could leave code for us.
  if (directory !== undefined) enableCompileCache(directory)
  const { start } = await import("./start.ts")
  return start()
}

function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split(".").map(Number))
  for (let place = 0; place < 3; place++) {
    const difference = (left?.[place] ?? 0) - (right?.[place] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

function cacheDirectory({ XDG_CACHE_HOME, HOME, LOCALAPPDATA }: NodeJS.ProcessEnv): string | undefined {
  const home = XDG_CACHE_HOME || LOCALAPPDATA || (HOME && `${HOME}/.cache`)
  return home && `${home}/inngest-repl`
}

/** Without waiting for a server that is slower than a person at a TAB. */
function exit(): void {
  process.exit(0)
}

/** The program itself could not be loaded. */
function fail(error: unknown): void {
  process.stderr.write(`✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
}
