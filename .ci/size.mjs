// What a page downloads: bundled with its dependencies for browsers, minified, gzip -9. A kB is 1000 bytes.
//
//   npm run size -- --write     also puts the table into the README, between its `sizes` markers
import { gzipSync } from "node:zlib"
import { readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { ensureBuilt } from "./build.mjs"
import { fail, isUnderNode24 } from "./install.mjs"
import { root } from "./lock.mjs"

/**
 * The goals: 16 kB for the client, 10 kB for sender and store, ofetch (with ufo and destr, 4.0 kB) counted. `budgetBytes` holds what ordinary
 * calls load; `allBytes` what any call could, that is also the parts for answers that are errors, values that plain JSON can't hold, and lists
 * of states.
 *
 * @type {{ name: string, imports: Record<string, string[]>, external?: string[], budgetBytes?: number, allBytes?: number }[]}
 */
const bundles = [
  { name: "createClient", imports: { ".": ["createClient"] }, budgetBytes: 25_400, allBytes: 26_300 },
  {
    name: "createEventSender + httpStore",
    imports: { "./events": ["createEventSender"], "./store": ["httpStore"] },
    budgetBytes: 19_700,
    allBytes: 20_700,
  },
  // ofetch is the client's, which is not counted here.
  {
    name: "createFunction + serve",
    imports: { "./functions": ["createFunction", "eventTrigger", "cronTrigger", "serve"] },
    budgetBytes: 12_000,
    allBytes: 12_000,
  },
  // For development and tests, where msw is there anyway: no budget, but seen when it grows.
  { name: "createInngestMock, without msw", imports: { "./mocks": ["createInngestMock"] }, external: ["msw"] },
]

/** Loaded late, and by every call. */
const alwaysLoaded = "ofetch"

async function measure() {
  const { build } = await import("esbuild")
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  return Promise.all(
    bundles.map(async ({ name, imports, external = [], budgetBytes, allBytes }) => {
      const contents = Object.entries(imports).map(
        ([entry, names]) => `export { ${names.join(", ")} } from ${JSON.stringify(exports[entry])}`,
      )
      const { outputFiles, metafile } = await build({
        stdin: { contents: contents.join("\n"), resolveDir: root },
        bundle: true,
        minify: true,
        splitting: true,
        format: "esm",
        platform: "browser",
        target: "es2023",
        outdir: join(root, ".cache", "size"),
        external,
        write: false,
        metafile: true,
        logLevel: "error",
      })
      const sizes = new Map(
        outputFiles.map(({ path, contents: code }) => [
          relative(root, path).replaceAll("\\", "/"),
          { minified: code.length, gzip: gzipSync(code, { level: 9 }).length },
        ]),
      )
      const { outputs } = metafile
      const needed = new Set(Object.keys(outputs).filter((path) => isNeeded(outputs[path])))
      for (const path of needed)
        for (const each of outputs[path]?.imports ?? [])
          if (each.kind === "import-statement" && !each.external) needed.add(each.path)
      const sum = (/** @type {Iterable<string>} */ paths, /** @type {"minified" | "gzip"} */ kind) =>
        [...paths].reduce((total, path) => total + (sizes.get(path)?.[kind] ?? 0), 0)
      return {
        name,
        minifiedBytes: sum(needed, "minified"),
        gzipBytes: sum(needed, "gzip"),
        budgetBytes,
        lateBytes: sum(sizes.keys(), "gzip"),
        allBytes,
      }
    }),
  )
}

/** The entry, and what every call loads. @param {import("esbuild").Metafile["outputs"][string] | undefined} output */
function isNeeded(output) {
  if (output?.entryPoint === undefined) return false
  return (
    output.entryPoint.includes("stdin") || Object.keys(output.inputs).some((path) => path.includes(`/${alwaysLoaded}/`))
  )
}

async function size() {
  await ensureBuilt()
  const rows = await measure()
  const kB = (/** @type {number | undefined} */ bytes) =>
    bytes === undefined ? "-" : `${(bytes / 1000).toFixed(2)} kB`
  const cells = rows.map(({ name, minifiedBytes, gzipBytes, budgetBytes, lateBytes, allBytes }) => [
    name,
    kB(minifiedBytes),
    kB(gzipBytes),
    kB(budgetBytes),
    kB(lateBytes),
    kB(allBytes),
  ])
  for (const [name = "", ...numbers] of [titles, ...cells])
    process.stdout.write(`${name.padEnd(32)}${numbers.map((text) => text.padStart(16)).join("")}\n`)
  if (process.argv.includes("--write")) writeReadme(cells)
  for (const { name, gzipBytes, budgetBytes = Infinity, lateBytes, allBytes = Infinity } of rows)
    for (const overBytes of [gzipBytes - budgetBytes, lateBytes - allBytes])
      if (overBytes > 0) {
        process.stdout.write(`${name} is ${overBytes} bytes over its budget\n`)
        process.exitCode = 1
      }
}

const titles = ["import", "minified", "gzip", "budget", "all parts, gzip", "budget"]

/** @param {string[][]} cells */
function writeReadme(cells) {
  const path = join(root, "README.md")
  const lines = [titles, titles.map((_title, column) => (column === 0 ? "---" : "---:")), ...cells]
  const table = lines.map((columns) => `| ${columns.join(" | ")} |\n`).join("")
  const markers = /(?<=<!-- sizes:begin -->\n)[^]*(?=<!-- sizes:end -->)/
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace(markers, () => table),
  )
}

try {
  if (await isUnderNode24(import.meta.url)) await size()
} catch (error) {
  fail(error)
}
