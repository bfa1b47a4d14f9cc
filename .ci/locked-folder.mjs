// Packages that tests use and the repository does not depend on: each folder has a lock of its own, and is installed into .cache.
import { createHash } from "node:crypto"
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { root, withLock } from "./lock.mjs"

/** Where it is installed: named after its lock, so that another lock is another folder. @param {string} name below test/ */
export function lockedFolder(name) {
  const lock = readFileSync(join(root, "test", name, "package-lock.json"))
  return join(cacheOf(name), createHash("sha256").update(lock).digest("hex").slice(0, 16))
}

/** @param {string} name */
function cacheOf(name) {
  return join(root, ".cache", basename(name))
}

/**
 * Install it where it is not there yet. Install scripts don't run.
 *
 * @param {string} name
 * @param {(file: string, args: string[], cwd: string) => Promise<number>} run
 */
export async function ensureLocked(name, run) {
  const folder = lockedFolder(name)
  const stamp = join(folder, ".installed")
  if (existsSync(stamp)) return
  await withLock(basename(name), async () => {
    if (existsSync(stamp)) return
    const all = cacheOf(name)
    for (const old of existsSync(all) ? readdirSync(all) : []) rmSync(join(all, old), { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const file of ["package.json", "package-lock.json"])
      copyFileSync(join(root, "test", name, file), join(folder, file))
    const code = await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)
    if (code !== 0) throw new Error(`the packages of test/${name} could not be installed`)
    writeFileSync(stamp, "")
  })
}
