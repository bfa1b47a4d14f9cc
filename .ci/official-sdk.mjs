// The official SDK, installed from a lock of its own into .cache: the engine is tested with a client that is not ours.
import { createHash } from "node:crypto"
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root, withLock } from "./lock.mjs"

const source = join(root, "test", "official-sdk")
const cache = join(root, ".cache", "official-sdk")

/** Where it is installed: named after its lock, so that another lock is another folder. */
export function officialSdkFolder() {
  const lock = readFileSync(join(source, "package-lock.json"))
  return join(cache, createHash("sha256").update(lock).digest("hex").slice(0, 16))
}

/**
 * Install it where it is not there yet.
 *
 * @param {(file: string, args: string[], cwd: string) => Promise<number>} run
 */
export async function ensureOfficialSdk(run) {
  const folder = officialSdkFolder()
  const stamp = join(folder, ".installed")
  if (existsSync(stamp)) return
  await withLock("official-sdk", async () => {
    if (existsSync(stamp)) return
    for (const old of existsSync(cache) ? readdirSync(cache) : [])
      rmSync(join(cache, old), { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(source, file), join(folder, file))
    const code = await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)
    if (code !== 0) throw new Error("the official SDK could not be installed")
    writeFileSync(stamp, "")
  })
}
