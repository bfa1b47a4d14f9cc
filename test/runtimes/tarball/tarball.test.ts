// What users get: the packed tarball, looked into and installed. `npm test -- --only tarball` packs it first.
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { builtinModules } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { build, type Plugin } from "esbuild"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

const run = promisify(execFile)
const tarball = process.env["KIT_TARBALL"] ?? ""
const unpacked = join(process.env["KIT_PACKED"] ?? "", "node_modules", "inngest-kit")
const manifest = readJson(join(unpacked, "package.json"))
const entries = Object.entries(manifest.exports)
  .map(([entry, target]): [string, string] => [entry, typeof target === "string" ? target : target.default])
  .filter(([, file]) => file.endsWith(".mjs"))
/** Entries that import msw, which is the user's. */
const needMsw = ["./mocks", "./mocks/node", "./mocks/browser"]

/** Entries that any runtime can load: no Node built-in behind them. */
const neutral = [".", "./events", "./store", "./store/sql", "./store/unstorage", "./store/inngest", "./live", "./mocks"]

interface Manifest {
  version: string
  exports: Record<string, string | { default: string }>
  bin: Record<string, string>
  dependencies: Record<string, string>
  peerDependencies: Record<string, string>
  devDependencies: Record<string, string>
}

describe("the tarball", () => {
  const files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(unpacked.length + 1))

  test("ships the build and its documents, and nothing else", () => {
    const ofShell = ["dist/cli/help.txt", "dist/cli/output.schema.json"]
    const documents = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", ...ofShell]
    expect(files.filter((file) => !documents.includes(file) && !/^dist\/.+\.(mjs|d\.mts)$/.test(file))).toEqual([])
    expect(files).toEqual(expect.arrayContaining(["package.json", "README.md", "LICENSE"]))
  })

  test.each(entries)("has code and declarations for %s", (_entry, file) => {
    expect(existsSync(join(unpacked, file)), file).toBe(true)
    expect(existsSync(join(unpacked, file.replace(/\.mjs$/, ".d.mts"))), `declarations of ${file}`).toBe(true)
  })

  test("names no path of the machine that built it", () => {
    expect(files.filter((file) => readFileSync(join(unpacked, file), "utf8").includes(process.cwd()))).toEqual([])
  })

  test("imports only what it declares", async () => {
    const imported = new Set<string>()
    for (const [, file] of entries) for (const { path } of (await bundle(file, "node")).packages) imported.add(path)
    for (const { path } of (await bundle(manifest.bin["inngest-repl"] ?? "", "node")).packages) imported.add(path)
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    expect([...imported].filter((name) => !declared.includes(name))).toEqual([])
  })

  test.each(neutral)("reaches no Node built-in from %s, so that a page can load it", async (entry) => {
    const { builtins, warnings } = await bundle(new Map(entries).get(entry) ?? "", "browser")
    expect(builtins).toEqual([])
    expect(warnings).toEqual([])
  })

  // skipLibCheck, which users have, hides broken declarations; it is off here for ours and what they import.
  test("declares its neutral entries for a project that has no types of Node", () =>
    expectTypes("neutral", neutral, { types: [], lib: ["ES2024", "DOM", "DOM.Iterable", "DOM.AsyncIterable"] }))

  test("declares every entry for a project of Node", () =>
    expectTypes(
      "node",
      entries.map(([entry]) => entry),
      { types: ["node"], lib: ["ESNext", "DOM", "DOM.Iterable", "DOM.AsyncIterable"] },
    ))
})

describe("installed into an empty folder", () => {
  let home = ""
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "inngest-kit-"))
    writeFileSync(join(home, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }))
    await npm("install", tarball)
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  /** npm as a user runs it: without the settings that the npm above us hands down. */
  function npm(...args: string[]) {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))
    return run("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd: home, env })
  }

  async function exportsOf(entry: string): Promise<string[]> {
    const code = `console.log(JSON.stringify(Object.keys(await import("inngest-kit${entry.slice(1)}"))))`
    const { stdout } = await run("node", ["--input-type=module", "-e", code], { cwd: home })
    return JSON.parse(stdout) as string[]
  }

  test("every entry but those with msw handlers loads without msw", async () => {
    expect(existsSync(join(home, "node_modules", "msw"))).toBe(false)
    for (const [entry] of entries.filter(([name]) => !needMsw.includes(name)))
      expect(await exportsOf(entry), entry).not.toEqual([])
  })

  test("the bin starts and says its version", async () => {
    const started = run(join(home, "node_modules", ".bin", "inngest-repl"), ["--version"], {
      cwd: home,
      timeout: 20_000,
    })
    started.child.stdin?.end()
    expect((await started).stdout).toContain(manifest.version)
  })

  test("the msw handlers load once msw is there", async () => {
    const source = readJson(join(process.cwd(), "package.json"))
    await npm("install", `msw@${source.devDependencies["msw"]}`)
    expect(await exportsOf("./mocks")).toContain("createInngestMock")
    expect(await exportsOf("./mocks/node")).toContain("setupInngestServer")
    await expect(exportsOf("./mocks/browser")).rejects.toThrow("ERR_PACKAGE_PATH_NOT_EXPORTED")
  })
})

function readJson(path: string): Manifest {
  return JSON.parse(readFileSync(path, "utf8")) as Manifest
}

/** A user's project that imports these entries compiles, strictly. */
async function expectTypes(name: string, imported: readonly string[], options: object): Promise<void> {
  const folder = join(unpacked, "..", "..", `types-${name}`)
  mkdirSync(folder, { recursive: true })
  const imports = imported.map((entry, index) => `export * as entry${index} from "inngest-kit${entry.slice(1)}"\n`)
  writeFileSync(join(folder, "index.ts"), imports.join(""))
  const compilerOptions = {
    module: "NodeNext",
    target: "ES2024",
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    ...options,
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["index.ts"] }))
  const errors = await run("tsc", ["-p", folder]).then(
    () => "",
    (error: { stdout: string }) => error.stdout,
  )
  expect(errors).toBe("")
}

interface Found {
  path: string
  importer: string
}

/** What a file of the tarball reaches: Node built-ins and packages, with who asked for them. */
async function bundle(file: string, platform: "browser" | "node") {
  const builtins: Found[] = []
  const packages: Found[] = []
  const collect: Plugin = {
    name: "collect",
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
        if (kind === "entry-point") return null
        const found = {
          path: path.replace(/^((?:@[^/]+\/)?[^/]+).*/, "$1"),
          importer: importer.slice(unpacked.length + 1),
        }
        const isBuiltin = path.startsWith("node:") || builtinModules.includes(path)
        if (isBuiltin) builtins.push({ path, importer: found.importer })
        else packages.push(found)
        // msw is the user's; the other packages are followed where a page would load them.
        return isBuiltin || platform === "node" || found.path === "msw" ? { path, external: true } : null
      })
    },
  }
  const { warnings } = await build({
    entryPoints: [join(unpacked, file)],
    bundle: true,
    write: false,
    format: "esm",
    platform,
    target: "es2023",
    logLevel: "silent",
    plugins: [collect],
  })
  return { builtins, packages, warnings: warnings.map(({ text }) => text) }
}
