// PostgreSQL and Redis for tests and benches: Debian's, on loopback, each with a data folder of its own that goes when it stops.
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { randomBytes } from "node:crypto"

/**
 * @typedef {{ url: string, stop: () => Promise<void> }} Service
 * @typedef {{ missing: string }} Missing why it can't be started
 */

/** Debian keeps the server's programs of each version beside PATH. */
const postgresFolders = "/usr/lib/postgresql"

/** @param {string[]} programs all in one folder @param {string[]} more folders that are looked into last @returns {string | undefined} the folder */
function findFolder(programs, more) {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)
  return [...folders, ...more].find((folder) => programs.every((program) => existsSync(join(folder, program))))
}

export function findPostgres() {
  const versions = existsSync(postgresFolders) ? readdirSync(postgresFolders) : []
  const folders = versions.toSorted((a, b) => Number(b) - Number(a)).map((each) => join(postgresFolders, each, "bin"))
  return findFolder(["initdb", "postgres"], folders)
}

export function findRedis() {
  return findFolder(["redis-server"], ["/usr/bin"])
}

/**
 * Install what is missing where that needs no password.
 *
 * @param {(file: string, args: string[]) => Promise<number>} run runs a command, returns its exit code
 * @returns {Promise<string[]>} what is still missing
 */
export async function ensureServices(run) {
  /** @type {[name: string, find: () => string | undefined][]} */
  const services = [
    ["postgresql", findPostgres],
    ["redis-server", findRedis],
  ]
  const missing = () => services.filter(([, find]) => find() === undefined).map(([name]) => name)
  const wanted = missing()
  if (wanted.length === 0) return []
  const apt = (/** @type {string} */ args) =>
    run("sh", ["-c", `${process.getuid?.() === 0 ? "" : "sudo -n "}apt-get ${args}`])
  if ((await apt("--version >/dev/null 2>&1")) === 0) {
    await apt("update")
    await apt(`install -y --no-install-recommends ${wanted.join(" ")}`)
  }
  return missing()
}

/** @returns {Promise<Service | Missing>} its URL has a password, as a real one has */
export async function startPostgres() {
  const folder = findPostgres()
  if (folder === undefined) return { missing: "PostgreSQL is not installed" }
  const user = unprivileged("postgres")
  if (user === undefined) return { missing: "initdb refuses root, and there is no user postgres" }

  const home = mkdtempSync(join(tmpdir(), "inngest-kit-postgres-"))
  const [data, passwordFile, password] = [join(home, "data"), join(home, "password"), randomBytes(12).toString("hex")]
  writeFileSync(passwordFile, password)
  mkdirSync(data, { mode: 0o700 })
  if (user.uid !== undefined) for (const path of [home, data, passwordFile]) chownSync(path, user.uid, user.gid)
  const options = { ...user, env: { ...process.env, HOME: home } }
  try {
    execFileSync(
      join(folder, "initdb"),
      ["-D", data, "-U", "kit", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "-E", "UTF8", "--locale=C", "-N"],
      { ...options, stdio: ["ignore", "ignore", "pipe"] },
    )
    const port = await freePort()
    const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off", max_connections: "40" }
    const flags = Object.entries({ ...settings, port }).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    const stop = await start(
      join(folder, "postgres"),
      ["-D", data, ...flags],
      options,
      /ready to accept/,
      "SIGINT",
      home,
    )
    return { url: `postgres://kit:${password}@127.0.0.1:${port}/postgres`, stop }
  } catch (error) {
    rmSync(home, { recursive: true, force: true })
    throw error
  }
}

/** @returns {Promise<Service | Missing>} */
export async function startRedis() {
  const folder = findRedis()
  if (folder === undefined) return { missing: "Redis is not installed" }
  const home = mkdtempSync(join(tmpdir(), "inngest-kit-redis-"))
  const port = await freePort()
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", home, "--save", "", "--appendonly", "no"]
  const stop = await start(join(folder, "redis-server"), args, {}, /Ready to accept/, "SIGTERM", home)
  return { url: `redis://127.0.0.1:${port}`, stop }
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 * @param {RegExp} ready what it says when it is
 * @param {NodeJS.Signals} end what makes it stop at once
 * @param {string} home removed at the end
 * @returns {Promise<() => Promise<void>>} stops it
 */
async function start(file, args, options, ready, end, home) {
  const child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] })
  const exited = new Promise((resolve) => {
    child.once("exit", resolve)
    child.once("error", resolve)
  })
  // One that is started must not outlive the process that wanted it.
  const kill = () => void child.kill("SIGKILL")
  process.once("exit", kill)
  let said = ""
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk) => {
        if (said.length < 10_000) said += String(chunk)
        if (ready.test(String(chunk))) resolve(undefined)
      })
    void exited.then(() => reject(new Error(`${file} ended:\n${said}`)))
  })
  return async () => {
    process.off("exit", kill)
    child.kill(end)
    await exited
    rmSync(home, { recursive: true, force: true })
  }
}

/**
 * Whose rights a server gets that refuses root's: one's own, or as root those of `name`; `undefined` without such a user.
 *
 * @param {string} name
 * @returns {{ uid: number, gid: number } | { uid?: undefined, gid?: undefined } | undefined}
 */
function unprivileged(name) {
  if (process.getuid?.() !== 0) return {}
  const idOf = (/** @type {string} */ flag) =>
    Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" }))
  try {
    return { uid: idOf("-u"), gid: idOf("-g") }
  } catch {
    return undefined
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (typeof address !== "object" || address === null) throw new Error("no port")
  return address.port
}
