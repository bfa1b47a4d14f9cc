// `npm test`: everything that must hold, from a fresh clone. Runs on Node 18 with nothing installed, does its work on the
// installed Node. Each step prints one line when it ends, and all that it said when it failed; the last line is the count.
//
//   npm test -- --only node,lint     some steps, and what they need
//   npm test -- --list               their names
import { spawn } from "node:child_process"
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { ensureChromium } from "./chromium.mjs"
import { fail, isUnderNode24, node } from "./install.mjs"
import { root } from "./lock.mjs"
import { ensureLocked } from "./locked-folder.mjs"
import { ensureOfficialSdk } from "./official-sdk.mjs"
import { ensureServices } from "./services.mjs"

/**
 * @typedef {{ passed: number, failed: number, skipped?: number, note?: string }} Count
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} needs steps that must have passed before
 * @property {string[]} [after] steps that must have ended before, if they run at all
 * @property {(log: (text: string) => void) => Promise<Count>} run what it logs is shown when it fails
 */

/** This run's own folder, so that two runs in one clone don't meet. */
const work = join(root, ".cache", "test", String(process.pid))
const packed = join(work, "packed")
const tarball = join(work, "inngest-kit.tgz")
const timeoutMs = 540_000
const bin = (/** @type {string} */ name) => join(root, "node_modules", ".bin", name)
const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
const sources = join(".ci", "vitest.config.ts")
const ofPacked = join(root, ".ci", "vitest.packed.config.ts")

/** In the order in which they start; two at a time, so that long ones come early. @type {Step[]} */
const steps = [
  { name: "build", needs: [], run: command(node, [".ci/build.mjs"]) },
  {
    name: "chromium",
    needs: [],
    run: async (log) => {
      const apt = { env: { DEBIAN_FRONTEND: "noninteractive" } }
      process.env["CHROMIUM_PATH"] = await ensureChromium((file, args) => run(file, args, log, apt))
      return { passed: 1, failed: 0 }
    },
  },
  {
    name: "services",
    needs: [],
    after: ["chromium"], // apt-get runs once at a time
    run: async (log) => {
      const apt = { env: { DEBIAN_FRONTEND: "noninteractive" } }
      const missing = await ensureServices((file, args) => run(file, args, log, apt))
      // Their tests say so themselves, and are counted as skipped.
      const note = missing.length > 0 ? `without ${missing.join(" and ")}: install it, or be root` : undefined
      return { passed: 1, failed: 0, ...(note && { note }) }
    },
  },
  {
    name: "node",
    needs: ["build"],
    after: ["services"],
    run: suite("node", node, [vitest, "--config", sources, "--project", "node"]),
  },
  // Apart, since two halves side by side are sooner done than one of them with nothing beside it.
  {
    name: "shell",
    needs: ["build"],
    after: ["services"],
    run: suite("shell", node, [vitest, "--config", sources, "--project", "shell"]),
  },
  {
    name: "official-sdk",
    needs: ["build"],
    run: async (log) => {
      await ensureOfficialSdk((file, args, cwd) => run(file, args, log, { cwd }))
      return suite("official-sdk", node, [vitest, "--config", sources, "--project", "official-sdk"])(log)
    },
  },
  { name: "pack", needs: ["build"], run: pack },
  {
    name: "tarball",
    needs: ["pack"],
    run: suite("tarball", node, [vitest, "--config", ofPacked, "--project", "tarball"]),
  },
  {
    name: "browser",
    needs: ["pack", "chromium"],
    run: suite("browser", node, [vitest, "--config", ofPacked, "--project", "browser"]),
  },
  {
    name: "playground",
    needs: ["chromium"],
    run: suite("playground", node, [vitest, "--config", sources, "--project", "playground"]),
  },
  {
    name: "deno",
    needs: ["pack"],
    run: suite("deno", bin("deno"), [
      "run",
      "-A",
      "--node-modules-dir=manual",
      vitest,
      "--config",
      ofPacked,
      "--project",
      "portable",
    ]),
  },
  {
    name: "portable",
    needs: ["pack"],
    run: suite("portable", node, [vitest, "--config", ofPacked, "--project", "portable"]),
  },
  { name: "bun", needs: ["pack"], run: bunSuite },
  {
    name: "workers",
    needs: ["pack"],
    run: async (log) => {
      await ensureLocked("runtimes/workers/workerd", (file, args, cwd) => run(file, args, log, { cwd }))
      return suite("workers", node, [vitest, "--config", ofPacked, "--project", "workers"])(log)
    },
  },
  { name: "types", needs: ["build"], run: command(node, [bin("tsc"), "--noEmit"]) },
  { name: "types:tools", needs: ["build"], run: command(node, [bin("tsc"), "--noEmit", "-p", ".ci"]) },
  { name: "types:tarball", needs: ["pack"], run: command(node, [bin("tsc"), "--noEmit", "-p", packed]) },
  { name: "lint", needs: [], run: command(bin("oxlint"), ["--deny-warnings", "."]) },
  { name: "format", needs: [], run: command(bin("oxfmt"), ["--check", "."]) },
  { name: "publint", needs: ["pack"], run: command(bin("publint"), ["run", tarball, "--strict"]) },
  {
    name: "attw",
    needs: ["pack"],
    run: command(bin("attw"), [tarball, "--profile", "esm-only", "--no-color", "--no-emoji"]),
  },
  { name: "size", needs: ["build"], run: command(node, [".ci/size.mjs"]) },
]

/**
 * A step that counts as one.
 *
 * @param {string} file
 * @param {string[]} args
 * @returns {Step["run"]}
 */
function command(file, args) {
  return async (log) => ((await run(file, args, log)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })
}

/**
 * A vitest run, each test counted.
 *
 * @param {string} name
 * @param {string} file
 * @param {string[]} args
 * @returns {Step["run"]}
 */
function suite(name, file, args) {
  const report = join(work, `${name}.json`)
  return async (log) => {
    const code = await run(
      file,
      [...args, "--run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
      log,
    )
    return settle(code, vitestCount(report))
  }
}

/** @param {string} report */
function vitestCount(report) {
  if (!existsSync(report)) return { passed: 0, failed: 0, skipped: 0 }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, "utf8"),
  )
  // A file that could not even be loaded has no test that failed.
  const broken = testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
      file.status === "failed" && file.assertionResults.every(({ status }) => status !== "failed"),
  )
  return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped: numPendingTests + numTodoTests }
}

/** @type {Step["run"]} */
async function bunSuite(log) {
  const report = join(work, "bun.xml")
  const args = ["test", "./portable", "--timeout=60000", "--reporter=junit", `--reporter-outfile=${report}`]
  const code = await run(bin("bun"), args, log, { cwd: packed, env: { KIT_RUNTIME: "bun" } })
  const [head = ""] = existsSync(report) ? (/<testsuites\b[^>]*>/.exec(readFileSync(report, "utf8")) ?? []) : []
  const number = (/** @type {string} */ attribute) =>
    Number(new RegExp(`\\b${attribute}="(\\d+)"`).exec(head)?.[1] ?? 0)
  const [tests, failed, skipped] = [number("tests"), number("failures") + number("errors"), number("skipped")]
  return settle(code, { passed: tests - failed - skipped, failed, skipped })
}

/**
 * A run that crashed, or that ran nothing, is a failure even when no test of it failed.
 *
 * @param {number} code
 * @param {Count} count
 * @returns {Count}
 */
function settle(code, count) {
  const isFailed = code !== 0 || count.passed === 0
  return isFailed && count.failed === 0 ? { ...count, failed: 1 } : count
}

/**
 * Pack, and unpack to where the suites import the package by its name. The folder is a package of its own: below the
 * repository's package.json the name would mean the repository itself. Its dependencies are found further up.
 *
 * @type {Step["run"]}
 */
async function pack(log) {
  const unpacked = join(packed, "node_modules", "inngest-kit")
  mkdirSync(unpacked, { recursive: true })
  // Scripts would build again: the build step is what is packed.
  if ((await run("npm", ["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", work], log)) !== 0)
    return { passed: 0, failed: 1 }
  const [made = ""] = readdirSync(work).filter((name) => name.endsWith(".tgz"))
  cpSync(join(work, made), tarball)
  if ((await run("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components=1"], log)) !== 0)
    return { passed: 0, failed: 1 }
  for (const suites of ["portable", "page"])
    cpSync(join(root, "test", "runtimes", suites), join(packed, suites), { recursive: true })
  // As far away from the suites that use it as in the repository.
  cpSync(join(root, "test", "conformance"), join(work, "conformance"), { recursive: true })
  writeJson(join(packed, "package.json"), { name: "packed-suites", private: true, type: "module" })
  // The suite is checked against the declarations that were packed; the repository's paths would lead to src/.
  writeJson(join(packed, "tsconfig.json"), {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { rootDir: "..", paths: {} },
    include: ["portable", "page"],
  })
  return { passed: 1, failed: 0 }
}

/** @param {string} path @param {unknown} value */
function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}

/**
 * Run a command to its end or its timeout and log what it says.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {(text: string) => void} log
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<number>} exit code
 */
function run(file, args, log, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // a group of its own: a runner's workers end with it
      // The same in a terminal and in a log: colours would differ between them.
      env: { ...process.env, NO_COLOR: "1", KIT_PACKED: packed, KIT_TARBALL: tarball, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    running.add(child)
    const timer = setTimeout(() => {
      log(`stopped after ${timeoutMs / 1000} s\n`)
      kill(child)
    }, timeoutMs)
    child.stdout?.on("data", (chunk) => log(String(chunk)))
    child.stderr?.on("data", (chunk) => log(String(chunk)))
    const end = (/** @type {number | null} */ code) => {
      clearTimeout(timer)
      running.delete(child)
      resolve(code ?? 1)
    }
    child.once("error", (error) => {
      log(`${error.message}\n`)
      end(1)
    })
    child.once("exit", (code) => {
      kill(child) // what a step leaves behind must not outlive it, nor hold its output open
      end(code)
    })
  })
}

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set()

/** @param {import("node:child_process").ChildProcess} child */
function kill(child) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
  } catch {
    // It has ended.
  }
}

/** @param {Step[]} chosen */
async function runSteps(chosen) {
  const total = { passed: 0, failed: 0 }
  const ended = new Map() // name → whether it passed
  const names = new Set(chosen.map(({ name }) => name))
  const waiting = new Set(chosen)
  const active = new Set()
  const slots = Math.max(2, Math.min(4, Math.floor(availableParallelism() / 2)))

  const start = (/** @type {Step} */ step) => {
    waiting.delete(step)
    const missing = step.needs.filter((name) => ended.get(name) === false)
    const startedMs = Date.now()
    let said = ""
    const outcome =
      missing.length > 0
        ? Promise.resolve({ passed: 0, failed: 1, note: `not run, it needs ${missing.join(" and ")}` })
        : step
            .run((text) => {
              said += text
            })
            .catch((error) => {
              said += `${error instanceof Error ? error.message : error}\n`
              return { passed: 0, failed: 1 }
            })
    const end = outcome.then((/** @type {Count} */ { passed, failed, skipped = 0, note }) => {
      active.delete(end)
      ended.set(step.name, failed === 0)
      total.passed += passed
      total.failed += failed
      const counts = [
        `${passed} passed`,
        ...(failed > 0 ? [`${failed} failed`] : []),
        ...(skipped > 0 ? [`${skipped} skipped`] : []),
      ]
      const seconds = ((Date.now() - startedMs) / 1000).toFixed(1)
      const line = `${failed === 0 ? "ok  " : "FAIL"}  ${step.name.padEnd(20)}  ${counts.join(", ")}  ${note ?? `${seconds} s`}\n`
      process.stdout.write(
        failed === 0 || said === "" ? line : `${line}${said.trimEnd().replace(/^(?=.)/gm, "      ")}\n`,
      )
    })
    active.add(end)
  }

  while (waiting.size > 0 || active.size > 0) {
    for (const step of waiting)
      if (
        active.size < slots &&
        [...step.needs, ...(step.after ?? [])].every((name) => ended.has(name) || !names.has(name))
      )
        start(step)
    await Promise.race(active)
  }
  return total
}

/** @param {string[]} names */
function choose(names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0)
    throw new Error(`No step is named ${unknown.join(", ")}; there are: ${steps.map(({ name }) => name).join(", ")}.`)
  const wanted = new Set(names)
  // Steps stand behind what they need, so one pass from the end finds it all.
  for (const step of steps.toReversed()) if (wanted.has(step.name)) for (const name of step.needs) wanted.add(name)
  return names.length === 0 ? steps : steps.filter(({ name }) => wanted.has(name))
}

/** Folders of runs that failed are kept to look into, until the next run. */
function removeEndedRuns() {
  const all = join(root, ".cache", "test")
  for (const pid of existsSync(all) ? readdirSync(all) : [])
    try {
      process.kill(Number(pid), 0)
    } catch {
      rmSync(join(all, pid), { recursive: true, force: true })
    }
}

async function main() {
  const args = process.argv.slice(2)
  const [option, names = ""] = args
  if (args.length > 0 && !(option === "--list" && args.length === 1) && !(option === "--only" && args.length === 2))
    throw new Error("usage: npm test [-- --list | --only <step>,<step>]")
  if (option === "--list") return void process.stdout.write(steps.map(({ name }) => `${name}\n`).join(""))

  const chosen = choose(names.split(",").filter(Boolean))
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.once(signal, () => {
      for (const child of running) kill(child)
      process.exit(1)
    })
  removeEndedRuns()
  mkdirSync(work, { recursive: true })
  const startedMs = Date.now()
  const { passed, failed } = await runSteps(chosen)
  if (failed === 0) rmSync(work, { recursive: true, force: true })
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
  process.stdout.write(`${((Date.now() - startedMs) / 1000).toFixed(0)} s\n${passed} passed, ${failed} failed\n`)
}

try {
  if (await isUnderNode24(import.meta.url)) await main()
} catch (error) {
  fail(error)
  process.stdout.write("0 passed, 1 failed\n")
}
