// A lock between processes of one clone: two `npm start` at once must not install or build over each other.
// Runs on Node 18, before anything is installed.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"

/** The clone. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "")

const heartbeatMs = 2_000
const staleAfterMs = 30_000
const pollMs = 100

/**
 * Run `task` while this process alone holds the lock `name`; waits for whoever holds it now.
 *
 * A holder that died is noticed by its process id, one on another host (a shared folder) by its heartbeat.
 *
 * @template T
 * @param {string} name
 * @param {() => T | Promise<T>} task
 * @returns {Promise<T>}
 */
export async function withLock(name, task) {
  const dir = join(root, ".cache", `${name}.lock`)
  mkdirSync(dirname(dir), { recursive: true })
  let isToldToWait = false
  while (!acquire(dir)) {
    const owner = ownerOf(dir)
    if (owner !== undefined && isStale(owner)) {
      takeAway(dir, owner)
      continue
    }
    if (!isToldToWait) process.stderr.write(`waiting for another ${name} of this clone to end\n`)
    isToldToWait = true
    await sleep(pollMs)
  }
  const heartbeat = setInterval(() => beat(dir), heartbeatMs)
  heartbeat.unref()
  try {
    return await task()
  } finally {
    clearInterval(heartbeat)
    rmSync(dir, { recursive: true, force: true })
  }
}

/** @param {string} dir */
function acquire(dir) {
  try {
    mkdirSync(dir) // atomic: exactly one process succeeds
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false
    throw error
  }
  writeFileSync(join(dir, "owner"), `${process.pid} ${hostname()}`)
  return true
}

/**
 * @typedef {{ pid: number, host: string, beatMs: number }} Owner
 * @param {string} dir
 * @returns {Owner | undefined} undefined when the lock was released meanwhile
 */
function ownerOf(dir) {
  try {
    // Between its mkdir and its write an owner is unnamed: then only the age of the folder counts.
    const { mtimeMs } = statSync(dir)
    try {
      const path = join(dir, "owner")
      const [pid, host] = readFileSync(path, "utf8").split(" ")
      return { pid: Number(pid), host: host ?? "", beatMs: statSync(path).mtimeMs }
    } catch {
      return { pid: 0, host: "", beatMs: mtimeMs }
    }
  } catch {
    return undefined
  }
}

/** @param {Owner} owner */
function isStale(owner) {
  if (Date.now() - owner.beatMs > staleAfterMs) return true
  if (owner.pid === 0 || owner.host !== hostname()) return false
  try {
    process.kill(owner.pid, 0)
    return false
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH" // EPERM: alive, of another user
  }
}

/**
 * Of several waiters one wins the rename. A lock that changed hands since it was judged goes back to its owner.
 *
 * @param {string} dir
 * @param {Owner} judged
 */
function takeAway(dir, judged) {
  const aside = `${dir}.${process.pid}`
  try {
    renameSync(dir, aside)
    const moved = ownerOf(aside)
    if (moved !== undefined && moved.pid !== judged.pid) renameSync(aside, dir)
    else rmSync(aside, { recursive: true, force: true })
  } catch {
    // Somebody else took it away first: look again.
  }
}

/** @param {string} dir */
function beat(dir) {
  try {
    utimesSync(join(dir, "owner"), new Date(), new Date())
  } catch {
    // The lock was taken away (a suspended machine): the task goes on, npm and the build both end in a rename.
  }
}
