// What package.json, the lock and the files around them promise.
import { execFile } from "node:child_process"
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { beforeAll, describe, expect, test } from "vitest"

const run = promisify(execFile)

interface Manifest {
  engines: { node: string }
  bin: Record<string, string>
  files: string[]
  /** Conditions where an entry is for some platforms alone. */
  exports: Record<string, string | { types: string; default: string }>
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

interface Locked {
  version?: string
  resolved?: string
  dev?: boolean
  devOptional?: boolean
  hasInstallScript?: boolean
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest
const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Locked> }
const bin = manifest.bin["inngest-repl"] ?? ""
const exported = Object.values(manifest.exports).map((target) => (typeof target === "string" ? target : target.default))

/** The build script, in plain JavaScript. */
async function build() {
  return (await import(/* @vite-ignore */ join(process.cwd(), ".ci/build.mjs"))) as {
    entries: Record<string, string>
    copies: Record<string, string>
    ensureBuilt: () => Promise<void>
  }
}

describe("package.json", () => {
  test("pins every dependency exactly, since npm resolves a range differently under another Node", () => {
    const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    const exact = /^(npm:(@[^/]+\/)?[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/
    expect(all.filter(([, version]) => !exact.test(version))).toEqual([])
  })

  test("publishes the build alone, under names that stay", () => {
    expect(manifest.files).toEqual(["dist"])
    const targets = [...exported, ...Object.values(manifest.bin)]
    expect(targets.filter((file) => !/^\.\/(dist\/.+\.mjs|dist\/.+\.schema\.json|package\.json)$/.test(file))).toEqual(
      [],
    )
  })

  test("entries for one platform are blocked on the other, after their types, which TypeScript reads as Node does", () => {
    const { "./mocks/node": node, "./mocks/browser": browser } = manifest.exports
    const entry = (name: string) => ({ types: `./dist/mocks/${name}.d.mts`, default: `./dist/mocks/${name}.mjs` })
    expect([node, Object.keys(node ?? {})]).toEqual([
      { ...entry("node"), browser: null },
      ["types", "browser", "default"],
    ])
    expect([browser, Object.keys(browser ?? {})]).toEqual([
      { ...entry("browser"), node: null },
      ["types", "node", "default"],
    ])
  })

  test("the build makes every published file", async () => {
    const { entries, copies } = await build()
    const published = [...exported, ...Object.values(manifest.bin)]
    const built = [
      ...[...Object.values(entries), ...Object.values(copies)].map((file) => `./dist/${file}`),
      "./package.json",
    ]
    expect(built.toSorted()).toEqual(published.toSorted())
  })

  test("runs nothing at install: neither the package nor what it depends on", () => {
    expect(Object.keys(manifest.scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$|^prepare$/)]),
    )
    const runtime = Object.entries(lock.packages).filter(
      ([path, { dev, devOptional }]) => path !== "" && !dev && !devOptional,
    )
    expect(runtime.map(([path]) => path)).toContain("node_modules/ofetch")
    expect(runtime.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([])
  })
})

describe("the bin on a Node that is too old", () => {
  const asks = /^>=(\d+)\.(\d+)$/.exec(manifest.engines.node)
  const wanted = asks?.slice(1).map(Number) ?? []
  // Which Node started the run (.ci/test.mjs): often an older one, and then the real thing.
  const outer = process.env["KIT_OUTER_NODE"]

  /** Replaces what a program can see of the version; the real one is read-only. */
  const pretend = (version: string) =>
    `data:text/javascript,${encodeURIComponent(`
      const versions = { value: { ...process.versions, node: "${version}" } }
      globalThis.process = Object.create(process, { versions, version: { value: "v${version}" } })
    `)}`

  const commands: [name: string, node: string, args: string[]][] = [
    ["20.19.0, pretended", process.execPath, ["--import", pretend("20.19.0")]],
    ["22.12.0, pretended", process.execPath, ["--import", pretend("22.12.0")]],
    ...(outer === undefined
      ? []
      : [["the Node that started the tests", outer, []] satisfies [string, string, string[]]]),
  ]

  beforeAll(async () => (await build()).ensureBuilt(), 60_000)

  test.each(commands)("%s: one sentence or, where it is new enough, the version", async (_name, node, args) => {
    const report = `console.log(process.versions.node)`
    const { stdout: reported } = await run(node, [...args, "-e", report])
    const [major = 0, minor = 0] = reported.trim().split(".").map(Number)
    const isOld = major < (wanted[0] ?? 0) || (major === wanted[0] && minor < (wanted[1] ?? 0))

    const started = run(node, [...args, bin, "--version"], { timeout: 20_000 })
    started.child.stdin?.end()
    const ended = await started.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    )
    if (isOld) {
      expect(ended.code).toBeGreaterThan(0)
      expect(ended.stdout).toBe("")
      expect(ended.stderr).toMatch(/^[^\n]+\n$/)
      expect(ended.stderr).toContain(wanted.join("."))
    } else {
      expect(ended).toMatchObject({ code: 0, stderr: "" })
    }
  })
})

describe("every file of the repository", () => {
  const ignored = new Set([".git", ...readFileSync(".gitignore", "utf8").split("\n").filter(Boolean)])
  const files = filesBelow(".")

  function filesBelow(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((item) => {
      const path = join(folder, item.name)
      if (ignored.has(item.name) || /\.(tgz|log)$/.test(item.name)) return []
      return item.isDirectory() ? filesBelow(path) : [path]
    })
  }

  function filesWith(pattern: RegExp): string[] {
    return files.filter((file) => pattern.test(readFileSync(file, "latin1")))
  }

  test("names no package registry: which one is used is the user's setting", () => {
    expect(files).toContain("package-lock.json")
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
    expect(
      filesWith(/\b(registry|npm|artifactory|nexus|verdaccio)[\w-]*\.[\w.-]+\.(org|com|io|net|internal|local)\b/i),
    ).toEqual([])
  })

  test("names no path of a machine", () => {
    // Spelled in pieces, so that this file is not found.
    const folders = ["home", "root", "work", "mnt", "tmp", "Users"].join("|")
    expect(filesWith(new RegExp(`(?<![\\w./}:-])/(${folders})/[\\w.-]+/`))).toEqual([])
  })
})
