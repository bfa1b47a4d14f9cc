// `npm run test:consumers`: tiny projects of other people (test/consumers) that depend on the packed tarball. Each has a lock of its own, is
// installed by `npm ci`, gets the tarball by `npm install --no-save` (a lock could not hold what changes with every build), and is tested by
// its own `npm test`. The last line is the count.
//
//   npm run test:consumers -- sdk-vitest     one of them
import { spawn } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ensureBuilt } from "./build.mjs"
import { ensureChromium } from "./chromium.mjs"
import { fail, isUnderNode24, node } from "./install.mjs"
import { root } from "./lock.mjs"

const sources = join(root, "test", "consumers")
/** Copies of the projects, elsewhere: below this repository its node_modules would lend them what they did not install. */
let work = ""
const timeoutMs = 300_000

/** @typedef {(text: string) => void} Log */

async function main() {
  const all = readdirSync(sources).filter((name) => existsSync(join(sources, name, "package.json")))
  const chosen = process.argv.length > 2 ? process.argv.slice(2) : all
  const unknown = chosen.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new Error(`No consumer is named ${unknown.join(", ")}; there are: ${all.join(", ")}.`)
  await ensureBuilt()
  work = mkdtempSync(join(tmpdir(), "inngest-kit-consumers-"))
  process.env["CHROMIUM_PATH"] = await ensureChromium((file, args) => run(file, args, root, () => {}))
  const tarball = await pack()
  let passed = 0
  for (const name of chosen) {
    const startedMs = Date.now()
    let said = ""
    const isPassed = await consume(name, tarball, (text) => (said += text))
    if (isPassed) passed++
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1)
    process.stdout.write(`${isPassed ? "ok  " : "FAIL"}  ${name.padEnd(20)}  ${seconds} s\n`)
    if (!isPassed) process.stdout.write(`${said.trimEnd().replace(/^(?=.)/gm, "      ")}\n`)
  }
  process.exitCode = passed === chosen.length ? 0 : 1
  process.stdout.write(`${passed} passed, ${chosen.length - passed} failed\n`)
}

/** @returns {Promise<string>} the tarball */
async function pack() {
  const folder = join(work, "tarball")
  mkdirSync(folder)
  let said = ""
  const args = ["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder]
  if ((await run("npm", args, root, (text) => (said += text))) !== 0) throw new Error(said)
  return join(folder, readdirSync(folder)[0] ?? "")
}

/** @param {string} name @param {string} tarball @param {Log} log */
async function consume(name, tarball, log) {
  const folder = join(work, name)
  cpSync(join(sources, name), folder, {
    recursive: true,
    filter: (path) => !path.slice(sources.length).includes("node_modules"),
  })
  if ((await run("npm", ["ci", "--loglevel=error"], folder, log)) !== 0) return false
  if ((await run("npm", ["install", "--no-save", "--loglevel=error", tarball], folder, log)) !== 0) return false
  // A project in TypeScript is checked against the declarations that were packed, beside its own major of msw.
  const hasTypes = existsSync(join(folder, "tsconfig.json"))
  const tsc = join(root, "node_modules", ".bin", "tsc")
  if (hasTypes && (await run(node, [tsc, "--noEmit", "-p", folder], folder, log)) !== 0) return false
  return (await run("npm", ["test"], folder, log)) === 0
}

/**
 * Run a command as its user would: without the settings that the npm above hands down.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {string} cwd
 * @param {Log} log
 * @returns {Promise<number>} exit code
 */
function run(file, args, cwd, log) {
  return new Promise((resolve) => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|INNGEST_)/i.test(name)))
    const child = spawn(file, args, {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      env: { ...env, NO_COLOR: "1" },
    })
    const stop = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
      } catch {
        // It has ended.
      }
    }
    const timer = setTimeout(() => {
      log(`stopped after ${timeoutMs / 1000} s\n`)
      stop()
    }, timeoutMs)
    child.stdout?.on("data", (chunk) => log(String(chunk)))
    child.stderr?.on("data", (chunk) => log(String(chunk)))
    child.once("error", (error) => log(`${error.message}\n`))
    child.once("close", (code) => {
      clearTimeout(timer)
      stop()
      resolve(code ?? 1)
    })
  })
}

try {
  if (await isUnderNode24(import.meta.url)) await main()
} catch (error) {
  fail(error)
  process.stdout.write("0 passed, 1 failed\n")
} finally {
  if (work !== "") rmSync(work, { recursive: true, force: true })
}
