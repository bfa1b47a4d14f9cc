// The browser of the browser suites: Debian's, found or installed. Playwright's own download is not used.
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
const elsewhere = [
  "/usr/bin/chromium", // where Debian puts it, also when PATH is short
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
]

/** Without a sandbox only for root, for whom Chromium has none; /dev/shm is tiny in containers. */
export const chromiumFlags = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-dev-shm-usage",
  "--disable-gpu",
]

/** @returns {string | undefined} CHROMIUM_PATH, or the first Chromium that is installed */
export function findChromium() {
  const named = process.env["CHROMIUM_PATH"]
  if (named !== undefined && named !== "") return existsSync(named) ? named : undefined
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)
  return [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...elsewhere].find((path) =>
    existsSync(path),
  )
}

/**
 * Find Chromium, installing Debian's where that needs no password.
 *
 * @param {(file: string, args: string[]) => Promise<number>} run runs a command, returns its exit code
 * @returns {Promise<string>} its path
 */
export async function ensureChromium(run) {
  const found = findChromium()
  if (found !== undefined) return found
  const named = process.env["CHROMIUM_PATH"]
  if (named) throw new Error(`Chromium is not at ${named} (from CHROMIUM_PATH).`)
  // Through a shell, because a machine without apt or sudo has no such file to start.
  const apt = (/** @type {string} */ args) =>
    run("sh", ["-c", `${process.getuid?.() === 0 ? "" : "sudo -n "}apt-get ${args}`])
  if ((await apt("--version >/dev/null 2>&1")) === 0) {
    await apt("update")
    await apt("install -y --no-install-recommends chromium")
    const installed = findChromium()
    if (installed !== undefined) return installed
  }
  throw new Error(
    "Chromium is missing: run `apt-get install chromium` as root (or set CHROMIUM_PATH to a Chromium or Chrome) and try again.",
  )
}
