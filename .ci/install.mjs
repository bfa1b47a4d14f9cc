// Installs what package-lock.json says and proves that the Node which runs all scripts is there.
// Runs on Node 18 and npm 9 with nothing installed. Writes to stderr only and reads no stdin: both belong to the shell
// that `npm start` opens afterwards.
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { constants } from "node:os"
import { basename, delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import { root, withLock } from "./lock.mjs"

const nodeMajor = 24

/** The devDependency `node`: the same runtime for every script, whatever the machine has. */
export const node = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node")

const stamp = join(root, "node_modules", ".installed-from-lock")

/** Install from the lock when node_modules is missing or does not match it. */
export async function ensureInstalled() {
  if (isInstalled()) return
  await withLock("install", async () => {
    if (isInstalled()) return // another process did it while this one waited
    if (!matchesLock() || nodeVersion() === undefined) await npmCi()
    if (!matchesLock() && nodeVersion() !== undefined) await npmCiUnderNode24()
    const version = nodeVersion()
    if (version === undefined || !version.startsWith(`v${nodeMajor}.`))
      throw new Error(
        `Node ${nodeMajor} is missing from node_modules because install scripts did not run: ` +
          "remove `ignore-scripts` from your npm configuration and run `npm ci --ignore-scripts=false`.",
      )
    writeFileSync(stamp, fingerprint())
  })
}

/**
 * Go on under the installed Node: installs it where needed and, when this process is another one, runs the script again.
 *
 * @param {string} script the calling module's `import.meta.url`
 * @returns {Promise<boolean>} true when this process is the installed Node and should do the work
 */
export async function isUnderNode24(script) {
  await ensureInstalled()
  const env = environment()
  if (process.version === nodeVersion()) {
    Object.assign(process.env, env)
    return true
  }
  // Which Node started us, so that a test can show what the bin says on an older one.
  const outer = { ...env, KIT_OUTER_NODE: process.execPath }
  process.exitCode = await runInPlace(node, [fileURLToPath(script), ...process.argv.slice(2)], { env: outer })
  return false
}

/** What every child gets: the installed Node and the tools of node_modules first in PATH. */
export function environment() {
  const path = [join(root, "node_modules", "node", "bin"), join(root, "node_modules", ".bin"), process.env["PATH"]]
  return { ...process.env, PATH: path.join(delimiter) }
}

/**
 * Run a command as if it were this process: same terminal, signals handed on, its exit code returned.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 */
export function runInPlace(command, args, options) {
  const child = spawn(command, args, { stdio: "inherit", ...options })
  const handOn = /** @param {NodeJS.Signals} signal */ (signal) => {
    // A terminal sends Ctrl-C to the whole group, the child included: handing it on would make two of it.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, handOn)
  return exitCodeOf(child)
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it, as shells count
 */
export function exitCodeOf(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}

/** True when the script `url` is what Node was started with, not an import of another one. @param {string} url */
export function isMain(url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(url))
}

/** Print an error of ours as the one sentence that it is. @param {unknown} error */
export function fail(error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

function isInstalled() {
  try {
    return readFileSync(stamp, "utf8") === fingerprint() && existsSync(node)
  } catch {
    return false
  }
}

/** Of the lock and of the platform: a folder shared with a container holds the binaries of one of them. */
function fingerprint() {
  const lock = readFileSync(join(root, "package-lock.json"))
  return `${process.platform}-${process.arch} ${createHash("sha256").update(lock).digest("hex")}\n`
}

/**
 * Whether npm's own record says that node_modules is what the lock wants. So a hand-run `npm ci` is not repeated, and so is
 * seen what npm left out without a word.
 */
function matchesLock() {
  try {
    const wanted = packagesOf(join(root, "package-lock.json"))
    const present = packagesOf(join(root, "node_modules", ".package-lock.json"))
    return Object.entries(wanted).every(([path, locked]) => {
      const found = present[path]
      if (path === "") return true
      if (found === undefined) return (locked.optional ?? locked.devOptional ?? false) && !isForHere(locked)
      return found.version === locked.version
    })
  } catch {
    return false
  }
}

/**
 * @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} Locked
 * @param {string} lock
 * @returns {Record<string, Locked>}
 */
function packagesOf(lock) {
  return JSON.parse(readFileSync(lock, "utf8")).packages
}

/** Whether an optional package is the binary for this platform. @param {Locked} locked */
function isForHere({ os = [], cpu = [], libc }) {
  if (!os.includes(process.platform) || !cpu.includes(process.arch)) return false
  if (libc === undefined) return true
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (process.report?.getReport() ?? {})
  return libc.includes(report.header?.glibcVersionRuntime === undefined ? "musl" : "glibc")
}

function nodeVersion() {
  if (!existsSync(node)) return undefined
  if (process.execPath === node) return process.version
  const { status, stdout } = spawnSync(node, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", 2] })
  return status === 0 ? stdout.trim() : undefined
}

/**
 * Under an older Node npm leaves out optional packages that want a newer one, and they are the binaries of the tools. The
 * first installation has brought the newer Node: once more with that one, moved aside since npm removes node_modules.
 */
async function npmCiUnderNode24() {
  const aside = join(root, ".cache", `node-${process.pid}`)
  mkdirSync(aside, { recursive: true })
  try {
    copyFileSync(node, join(aside, basename(node)))
    await npmCi(join(aside, basename(node)), { ...process.env, PATH: [aside, process.env["PATH"]].join(delimiter) })
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

async function npmCi(runtime = process.execPath, env = process.env) {
  process.stderr.write("installing the packages of package-lock.json\n")
  // `npm -s start` hands its silence down, and errors must be seen; NODE_ENV=production must not leave out the tools.
  const args = ["ci", "--include=dev", "--loglevel=error", "--no-audit", "--no-fund"]
  const npm = process.env["npm_execpath"] ?? ""
  const [command, first] = basename(npm) === "npm-cli.js" ? [runtime, [npm]] : ["npm", []]
  const child = spawn(command, [...first, ...args], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env,
    shell: command === "npm" && process.platform === "win32",
  })
  const code = await exitCodeOf(child)
  if (code !== 0) throw new Error(`\`npm ci\` failed with exit code ${code}; what it said stands above.`)
}

if (isMain(import.meta.url)) await ensureInstalled().catch(fail)
