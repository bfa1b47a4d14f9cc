// Builds dist/ with obuild: one bundle of all entries, so that what two entries share is one chunk and `instanceof`
// holds across them. Writes to stderr only. `needsBuild` and `ensureBuilt` run on Node 18, the build on the installed Node.
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { dirname, join, relative } from "node:path"
import { environment, exitCodeOf, fail, isMain, isUnderNode24, node } from "./install.mjs"
import { root, withLock } from "./lock.mjs"

/** Source of each entry → its file in dist/. */
export const entries = {
  "src/index.ts": "index.mjs",
  "src/events/index.ts": "events/index.mjs",
  "src/store/index.ts": "store/index.mjs",
  "src/store/drivers/sql.ts": "store/drivers/sql.mjs",
  "src/store/drivers/unstorage.ts": "store/drivers/unstorage.mjs",
  "src/store/drivers/inngest.ts": "store/drivers/inngest.mjs",
  "src/live/index.ts": "live/index.mjs",
  "src/functions/index.ts": "functions/index.mjs",
  "src/gateway/index.ts": "gateway/index.mjs",
  "mocks/index.ts": "mocks/index.mjs",
  "mocks/node.ts": "mocks/node.mjs",
  "mocks/browser.ts": "mocks/browser.mjs",
  "mocks/server.ts": "mocks/server.mjs",
  "cli/create-repl.ts": "cli/create-repl.mjs",
  "cli/main.ts": "cli/main.mjs",
}

/** Files that are published as they are → where in dist/. */
export const copies = {
  "cli/output.schema.json": "cli/output.schema.json",
}

const inputs = ["src", "cli", "mocks", "package.json", "package-lock.json", "tsconfig.json", ".ci/build.mjs"]
const dist = join(root, "dist")
const stamp = join(root, ".cache", "built-from")

/** Build where something changed since the last build. */
export async function ensureBuilt() {
  if (!needsBuild()) return
  await withLock("build", async () => {
    if (!needsBuild()) return // another process did it while this one waited
    const script = join(root, ".ci", "build.mjs")
    const child = spawn(node, [script, "--locked"], { cwd: root, env: environment(), stdio: ["ignore", 2, 2] })
    if ((await exitCodeOf(child)) !== 0) throw new Error("The build failed; what it said stands above.")
  })
}

/** Whether anything that the build reads differs from what the last one read. Compares contents: a checkout changes times. */
export function needsBuild() {
  try {
    return (
      readFileSync(stamp, "utf8") !== fingerprint() ||
      !present().every((entry) => existsSync(join(dist, entries[entry])))
    )
  } catch {
    return true
  }
}

function fingerprint() {
  const hash = createHash("sha256")
  for (const file of inputs.flatMap((path) => filesBelow(path)))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0")
  return hash.digest("hex")
}

/** @param {string} path @returns {string[]} */
function filesBelow(path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false })
  if (stat === undefined) return []
  if (!stat.isDirectory()) return [path]
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesBelow(`${path}/${name}`))
}

/** The entries whose source exists; that none of the published ones is missing is for the package tests to say. */
function present() {
  const sources = /** @type {(keyof typeof entries)[]} */ (Object.keys(entries))
  return sources.filter((source) => existsSync(join(root, source)))
}

async function build() {
  const startedMs = Date.now()
  const builtFrom = fingerprint() // before the build: an edit during it makes the next call build again
  const [{ build: obuild }, { consola }] = await Promise.all([import("obuild"), import("consola")])
  const chunks = await planChunks()
  consola.options.stdout = process.stderr
  consola.level = 1 // warnings and errors

  // Built aside and swapped in: a shell that runs from dist/ meanwhile still finds the chunks it loads late.
  const fresh = join(root, ".cache", `dist-${process.pid}`)
  try {
    const bundle = {
      type: /** @type {const} */ ("bundle"),
      outDir: fresh,
      license: /** @type {const} */ (false), // it lists what was bundled, and nothing may be
      rolldown: {
        platform: /** @type {const} */ ("neutral"),
        plugins: [refuseBundledPackages],
        checks: { ineffectiveDynamicImport: false }, // the shell is one chunk on purpose
        preserveEntrySignatures: /** @type {const} */ ("allow-extension"),
      },
    }
    let isBin = false
    await obuild({
      cwd: root,
      entries: [
        { ...bundle, input: present().filter((source) => source !== bin) },
        // On its own: nobody imports it, and each file that a command loads costs it a millisecond.
        { ...bundle, input: present().filter((source) => source === bin) },
      ],
      hooks: {
        rolldownConfig(config) {
          isBin = Object.values(config.input ?? {}).every((source) => source.endsWith(bin))
        },
        rolldownOutput(options) {
          if (isBin) {
            const shell = modulesOnTheWay()
            options.chunkFileNames = "cli/_chunks/[name].mjs"
            // Nobody imports it, and a command that is read and hashed in two thirds of the bytes starts a twentieth sooner.
            options.minify = true
            options.codeSplitting = {
              groups: [{ name: "shell", test: (id) => shell.has(id) }],
            }
            return
          }
          // Instead of obuild's groups, which are for bundled packages.
          options.codeSplitting = {
            includeDependenciesRecursively: false,
            groups: [
              { debugName: "planned", name: (id) => chunks.get(relative(root, id).replaceAll("\\", "/")) ?? null },
            ],
          }
        },
      },
    })
    writeFileSync(join(fresh, "cli", "help.txt"), await output([join(fresh, entries[bin]), "help"]))
    for (const [source, file] of Object.entries(copies)) copyFileSync(join(root, source), join(fresh, file))
    checkOutput(fresh)
    rmSync(`${fresh}-old`, { recursive: true, force: true })
    if (existsSync(dist)) renameSync(dist, `${fresh}-old`)
    renameSync(fresh, dist)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
    rmSync(`${fresh}-old`, { recursive: true, force: true })
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, builtFrom)
  process.stderr.write(`built dist in ${((Date.now() - startedMs) / 1000).toFixed(1)} s\n`)
}

/**
 * Which chunk of dist/ a module of src/ is in; those not named are where the bundler puts them. Bundlers of our users split no finer than the
 * files they are given, and a file that always loads must not import one that loads late. So there is a chunk of what a sender and an HTTP
 * store always load, one of what else a client does, and one for each of what they load late; few, since each costs some hundred bytes.
 *
 * @returns {Promise<Map<string, string>>}
 */
async function planChunks() {
  const { build: analyse } = await import("esbuild")
  const core = ["src/sender.ts", "src/options.ts", "src/http/transport.ts", "src/store/drivers/http.ts"]
  const { metafile } = await analyse({
    entryPoints: [...core, "src/client.ts", "src/store/index.ts", "src/functions/index.ts"],
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    packages: "external",
    write: false,
    outdir: "dist",
    metafile: true,
  })
  /** What a module imports, and all that imports. @param {string} module @returns {Set<string>} */
  const closureOf = (module, found = new Set()) => {
    if (found.has(module)) return found
    found.add(module)
    for (const { path, kind, external } of metafile.inputs[module]?.imports ?? [])
      if (kind === "import-statement" && !external) closureOf(path, found)
    return found
  }
  const lateOf = (/** @type {string} */ module) =>
    (metafile.inputs[module]?.imports ?? [])
      .filter(({ kind, external }) => kind === "dynamic-import" && !external)
      .map(({ path }) => path)
  const closuresOf = (/** @type {Iterable<string>} */ modules) =>
    new Set([...modules].flatMap((each) => [...closureOf(each)]))
  const always = closuresOf(core)
  const client = closureOf("src/client.ts")
  const late = closuresOf([...always].flatMap(lateOf))
  const api = closureOf("src/api/api.ts")
  /** @type {Map<string, string>} */
  const chunks = new Map()
  /** @param {string} chunk @param {Iterable<string>} modules */
  const place = (chunk, modules) => {
    for (const module of modules) if (!chunks.has(module)) chunks.set(module, chunk)
  }
  place("core", always)
  // Or those who only serve functions would load what is a client's.
  place("common", closureOf("src/functions/index.ts").intersection(client))
  place("client-late", client.intersection(late))
  place("client", client)
  place("late-api", late.intersection(api))
  place("api", api)
  place("late", late.union(closuresOf([...client, ...api].flatMap(lateOf))))
  // Apart: the classes of functions and the guards are for those who ask for them.
  place("errors", ["src/errors.ts"])
  place("store", [...closureOf("src/store/index.ts")].slice(1))
  return chunks
}

/** The source of the bin. */
const bin = "cli/main.ts"

/** Where the way of a single command begins, and what it goes on with: modules that are imported when they are needed, and here always are. */
const onTheWay = [
  "cli/start.ts",
  "cli/sessions.ts",
  "cli/session.ts",
  "cli/execute.ts",
  "cli/commands/send.ts",
  "cli/render/events.ts",
  "src/index.ts",
]

/** All that is on the way of a single command, by the imports that are followed at once. */
function modulesOnTheWay() {
  const found = new Set(onTheWay.map((path) => join(root, path)))
  for (const file of found)
    for (const [, isType, path] of readFileSync(file, "utf8").matchAll(
      /^(?:import|export) (type )?[^"']*?from "(\.[^"]+)"/gm,
    ))
      if (isType === undefined && path !== undefined) found.add(join(dirname(file), path))
  return found
}

/** What a script prints. @param {string[]} args @returns {Promise<string>} */
async function output(args) {
  const home = join(root, ".cache", `home-${process.pid}`)
  const env = {
    ...environment(),
    HOME: home,
    XDG_CACHE_HOME: home,
    INNGEST_REPL_STATE_DIR: home,
    INNGEST_REPL_CONFIG: join(home, "none.json"),
    NO_COLOR: "1",
  }
  try {
    const child = spawn(node, args, { cwd: dirname(root), env, stdio: ["ignore", "pipe", 2] })
    let text = ""
    child.stdout?.setEncoding("utf8").on("data", (part) => (text += part))
    if ((await exitCodeOf(child)) !== 0) throw new Error(`${args.join(" ")} failed; what it said stands above.`)
    return text
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** A bundler takes in every package that is no dependency or peer; users would get a second copy of it without its licence. */
const refuseBundledPackages = {
  name: "refuse-bundled-packages",
  /** @param {unknown} _options @param {Record<string, { moduleIds?: string[] }>} bundle */
  generateBundle(_options, bundle) {
    for (const [file, { moduleIds = [] }] of Object.entries(bundle))
      for (const id of moduleIds)
        if (id.includes("/node_modules/"))
          throw new Error(
            `${file} would contain ${id.slice(id.indexOf("/node_modules/") + 1)}: declare it in dependencies.`,
          )
  },
}

/** @param {string} dir */
function checkOutput(dir) {
  for (const source of present()) {
    const file = entries[source]
    for (const path of [file, file.replace(/\.mjs$/, ".d.mts")])
      if (!existsSync(join(dir, path))) throw new Error(`${source} was built without dist/${path}.`)
  }
  const built = join(dir, entries[bin])
  if (existsSync(built) && !readFileSync(built, "utf8").startsWith("#!/usr/bin/env node\n"))
    throw new Error("cli/main.ts must start with `#!/usr/bin/env node`, or the bin can't be started.")
}

if (isMain(import.meta.url)) {
  const work = async () => {
    if (!(await isUnderNode24(import.meta.url))) return
    await (process.argv.includes("--locked") ? build() : withLock("build", build))
  }
  await work().catch(fail)
}
