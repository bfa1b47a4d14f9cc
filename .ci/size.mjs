// What a page downloads: bundled with its dependencies for browsers, minified, gzip -9. A kB is 1000 bytes.
//
//   npm run size -- --write     also puts the table into the README, between its `sizes` markers
import { gzipSync } from "node:zlib"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ensureBuilt } from "./build.mjs"
import { fail, isUnderNode24 } from "./install.mjs"
import { root } from "./lock.mjs"

/**
 * The goals: 16 kB for the client, 10 kB for sender and store, ofetch counted. `budgetBytes` holds what loads up
 * to the first event or state, and where a row `loads` more, up to that; `allBytes` what loads when everything was needed once: the REST
 * resources, the words of errors, unusual values, lists of states. Both are ratchets: what is won is not lost again.
 *
 * @type {{ name: string, imports: Record<string, string[]>, external?: string[], loads?: string[], budgetBytes?: number, allBytes?: number }[]}
 */
const bundles = [
  { name: "createClient", imports: { ".": ["createClient"] }, budgetBytes: 10_400, allBytes: 26_000 },
  {
    name: "createClient, runs read",
    imports: { ".": ["createClient"] },
    loads: ["/dist/_chunks/api.mjs"],
    budgetBytes: 16_000,
    allBytes: 26_000,
  },
  {
    name: "createEventSender + httpStore",
    imports: { "./events": ["createEventSender"], "./store": ["httpStore"] },
    budgetBytes: 9_250,
    allBytes: 19_250,
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

async function measure() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const rows = []
  for (const { name, imports, external = [], loads = [], ...budgets } of bundles) {
    const lines = Object.entries(imports).map(
      ([entry, names]) => `export { ${names.join(", ")} } from ${JSON.stringify(join(root, exports[entry]))}`,
    )
    const files = await bundle(lines.join("\n"), external)
    const needed = new Set(
      files.filter(
        ({ isEntry, moduleIds }) => isEntry || moduleIds.some((id) => loads.some((part) => id.includes(part))),
      ),
    )
    for (const { imports: more } of needed) for (const file of files) if (more.includes(file.fileName)) needed.add(file)
    rows.push({ name, ...budgets, ...sizeOf(needed), lateBytes: sizeOf(files).gzipBytes })
  }
  return rows
}

/** As Vite's bundler does it, without what Vite adds of its own. @param {string} code @param {string[]} external */
async function bundle(code, external) {
  const { rolldown } = await import("rolldown")
  const entry = "virtual:entry"
  const build = await rolldown({
    input: entry,
    external,
    platform: "browser",
    logLevel: "silent",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
  })
  const { output } = await build.generate({ format: "esm", minify: true })
  await build.close()
  return output.flatMap((file) => (file.type === "chunk" ? [file] : []))
}

/** @param {Iterable<{ code: string }>} files */
function sizeOf(files) {
  const bytes = [...files].map(({ code }) => Buffer.from(code))
  const sum = (/** @type {number[]} */ numbers) => numbers.reduce((total, each) => total + each, 0)
  return {
    minifiedBytes: sum(bytes.map(({ length }) => length)),
    gzipBytes: sum(bytes.map((each) => gzipSync(each, { level: 9 }).length)),
  }
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
