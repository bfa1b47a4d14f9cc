// What a page downloads: bundled with its dependencies for browsers, minified, gzip -9. A kB is 1000 bytes.
//
//   npm run size -- --write     also puts the table into the README, between its `sizes` markers
import { gzipSync } from "node:zlib"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ensureBuilt } from "./build.mjs"
import { fail, isUnderNode24 } from "./install.mjs"
import { root } from "./lock.mjs"

// Ratchets, not goals: the size measured, rounded up to 0.1 kB, so that what is won is not lost again. The goals are 16 kB for the client and
// 10 kB for sender and store; of both 4.0 kB are ofetch with ufo and destr.
/** @type {{ name: string, imports: Record<string, string[]>, external?: string[], budgetBytes?: number }[]} */
const bundles = [
  { name: "createClient", imports: { ".": ["createClient"] }, budgetBytes: 23_500 },
  {
    name: "createEventSender + httpStore",
    imports: { "./events": ["createEventSender"], "./store": ["httpStore"] },
    budgetBytes: 18_700,
  },
  // For development and tests, where msw is there anyway: no budget, but seen when it grows.
  { name: "createInngestMock, without msw", imports: { "./mocks": ["createInngestMock"] }, external: ["msw"] },
]

async function measure() {
  const { build } = await import("esbuild")
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  return Promise.all(
    bundles.map(async ({ name, imports, external = [], budgetBytes }) => {
      const contents = Object.entries(imports).map(
        ([entry, names]) => `export { ${names.join(", ")} } from ${JSON.stringify(exports[entry])}`,
      )
      const { outputFiles } = await build({
        stdin: { contents: contents.join("\n"), resolveDir: root },
        bundle: true,
        minify: true,
        format: "esm",
        platform: "browser",
        target: "es2023",
        external,
        write: false,
        logLevel: "error",
      })
      const code = outputFiles[0]?.contents ?? new Uint8Array()
      return { name, budgetBytes, minifiedBytes: code.length, gzipBytes: gzipSync(code, { level: 9 }).length }
    }),
  )
}

async function size() {
  await ensureBuilt()
  const rows = await measure()
  const kB = (/** @type {number | undefined} */ bytes) =>
    bytes === undefined ? "-" : `${(bytes / 1000).toFixed(2)} kB`
  const cells = rows.map(({ name, minifiedBytes, gzipBytes, budgetBytes }) => [
    name,
    kB(minifiedBytes),
    kB(gzipBytes),
    kB(budgetBytes),
  ])
  for (const [name = "", ...numbers] of [["", "minified", "gzip", "budget"], ...cells])
    process.stdout.write(`${name.padEnd(32)}${numbers.map((text) => text.padStart(12)).join("")}\n`)
  if (process.argv.includes("--write")) writeReadme(cells)
  for (const { name, gzipBytes, budgetBytes } of rows)
    if (budgetBytes !== undefined && gzipBytes > budgetBytes) {
      process.stdout.write(`${name} is ${gzipBytes - budgetBytes} bytes over its budget\n`)
      process.exitCode = 1
    }
}

/** @param {string[][]} cells */
function writeReadme(cells) {
  const path = join(root, "README.md")
  const lines = [["import", "minified", "gzip", "budget"], ["---", "---:", "---:", "---:"], ...cells]
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
