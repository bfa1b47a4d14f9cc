// The layers of CONTRIBUTING.md, asked of the source itself. Every import counts: static, re-exported, dynamic, type-only.
import { existsSync, readFileSync, readdirSync } from "node:fs"
import { builtinModules } from "node:module"
import { dirname, join, normalize, resolve as absolute } from "node:path"
import { Visitor, parseSync } from "vite"
import { describe, expect, test } from "vitest"

interface Import {
  /** A file of ours, relative to the repository, or the specifier of a package or built-in. */
  to: string
  kind: "file" | "package" | "builtin"
  isType: boolean
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  /** Conditions where an entry is for some platforms alone. */
  exports: Record<string, string | { default: string }>
  bin: Record<string, string>
  dependencies: Record<string, string>
  peerDependencies: Record<string, string>
}

const files = ["src", "mocks", "cli", "playground"].flatMap(filesBelow)
const imports = new Map(files.map((file) => [file, importsOf(file)]))

/** Published name → source, as the build names its files: dist/x.mjs comes from src/x.ts; mocks and cli lie beside src. */
const entries = new Map(
  Object.entries(manifest.exports)
    .map(([entry, target]): [string, string] => [entry, typeof target === "string" ? target : target.default])
    .filter(([, file]) => file.endsWith(".mjs"))
    .map(([entry, file]) => [entry, sourceOf(file)]),
)
const bin = sourceOf(manifest.bin["inngest-repl"] ?? "")

/** Entries that any runtime can load. */
const neutral = [
  ".",
  "./events",
  "./store",
  "./store/sql",
  "./store/unstorage",
  "./store/inngest",
  "./live",
  "./functions",
  "./gateway",
  "./mocks",
]

/** A folder of src; its index.ts, if it has one, is an entry, and entries compose from above. */
const folder = (name: string): Part => ({ name, has: new RegExp(`^src/${name}/(?!index\\.ts$)`) })

/** Parts by layer. A part may import itself and the parts of smaller layers, not its siblings. */
const layers: readonly (readonly Part[])[] = [
  [{ name: "shared and errors", has: /^src\/(shared\/|errors\.ts$)/ }],
  [folder("protocol")],
  [folder("http")],
  [folder("events"), folder("api")],
  [folder("store"), folder("functions")],
  [folder("workflow")],
  [
    {
      name: "client and entries",
      has: /^src\/(index|client|sender|options|live)\.ts$|^src\/(?!shared\/)[^/]+\/index\.ts$|^src\/(gateway|entries|live)\/(?!index\.ts$)/,
    },
  ],
  [{ name: "mocks", has: /^mocks\// }],
  [
    { name: "cli", has: /^cli\// },
    { name: "playground", has: /^playground\// },
  ],
]

interface Part {
  name: string
  has: RegExp
}

describe("layers", () => {
  test("every file belongs to exactly one part", () => {
    const partsOf = (file: string) => layers.flat().filter(({ has }) => has.test(file)).length
    expect(files.filter((file) => partsOf(file) !== 1)).toEqual([])
  })

  test("imports point to the same part or to a lower layer, never to a sibling", () => {
    const isAllowed = (from: string, to: string) => partOf(from) === partOf(to) || layerOf(to) < layerOf(from)
    expect(violations(() => true, isAllowed)).toEqual([])
  })

  test("the engine knows the wire and pure values, so that it cannot agree with a bug of the client", () => {
    const isEngine = (file: string) => file.startsWith("mocks/engine/")
    expect(violations(isEngine, (_from, to) => isEngine(to) || layerOf(to) <= 1)).toEqual([])
  })

  test("shell and playground use the package through its published entries", () => {
    const isUser = (file: string) => /^(cli|playground)\//.test(file)
    const published = new Set([...entries.values(), "package.json"])
    expect(violations(isUser, (from, to) => partOf(from) === partOf(to) || published.has(to))).toEqual([])
  })

  test("store drivers are known to the store's entry alone", () => {
    const isDriver = (file: string) => file.startsWith("src/store/drivers/")
    const isPort = (file: string) => file.startsWith("src/store/") && !isDriver(file) && file !== "src/store/index.ts"
    expect(violations(isPort, (_from, to) => !isDriver(to))).toEqual([])
  })

  test("no import cycle exists, not even one of types", () => {
    expect(cycles()).toEqual([])
  })
})

describe("runtimes", () => {
  test("src uses web APIs only, but for store drivers and runtime entries", () => {
    const mayUseNode = /^src\/(store\/drivers|entries)\//
    const users = files.filter((file) => file.startsWith("src/") && !mayUseNode.test(file))
    expect(users.filter((file) => importsFrom(file).some(({ kind }) => kind === "builtin"))).toEqual([])
  })

  test.each(neutral)("%s reaches no Node built-in at run time", (entry) => {
    const reached = [...reachable([entries.get(entry) ?? ""], "run time")]
    expect(
      reached.filter((file) => importsFrom(file).some(({ kind, isType }) => kind === "builtin" && !isType)),
    ).toEqual([])
  })

  test("the server does without msw", () => {
    const reached = [...reachable([entries.get("./mocks/server") ?? ""], "run time")]
    expect(reached.filter((file) => packagesOf(file).includes("msw"))).toEqual([])
  })
})

describe("packages and entries", () => {
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  const shipped = files.filter((file) => !file.startsWith("playground/"))

  test("every imported package is declared", () => {
    const undeclared = (file: string) => packagesOf(file).filter((name) => !declared.includes(name))
    expect(shipped.flatMap((file) => undeclared(file).map((name) => `${file} imports ${name}`))).toEqual([])
  })

  test("every declared package is imported", () => {
    const used = new Set(shipped.flatMap(packagesOf))
    // Declared ahead of what imports them; a name goes when its first import comes.
    const awaited = ["@marcbachmann/cel-js", "croner", "graphql"]
    expect(declared.filter((name) => !used.has(name) && !awaited.includes(name))).toEqual([])
  })

  test("every published entry has its source", () => {
    expect([...entries.values(), bin].filter((file) => !files.includes(file))).toEqual([])
  })

  test("every file is reached from an entry or the bin", () => {
    const reached = reachable([...entries.values(), bin], "compile time")
    expect(shipped.filter((file) => !reached.has(file))).toEqual([])
  })

  test("the published names are the ones that were agreed on", async () => {
    let list = ""
    for (const [entry, file] of entries) {
      const names = (await namesOf(file)).toSorted()
      list += `${`inngest-kit${entry.slice(1)}`}\n${names.map((name) => `  ${name}\n`).join("")}`
    }
    // A new name is written with `npm run dev -- --run -u`, and then read in the diff.
    await expect(list).toMatchFileSnapshot("./fixtures/published-names.txt")
  })
})

/** What is exported besides types. Of an entry that Node can't load it is read in the source. */
async function namesOf(file: string): Promise<string[]> {
  if (!importsFrom(file).some(({ to }) => to === "msw/browser"))
    return Object.keys((await import(/* @vite-ignore */ absolute(file))) as object)
  const { module } = parseSync(file, readFileSync(file, "utf8"))
  const exported = module.staticExports.flatMap(({ entries: names }) => names.filter(({ isType }) => !isType))
  return exported.flatMap(({ exportName: { name } }) => name ?? [])
}

function filesBelow(top: string): string[] {
  if (!existsSync(top)) return []
  return readdirSync(top, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/\.(test|test-d|d)\.ts$/.test(file))
    .map((file) => join(top, file))
}

function sourceOf(built: string): string {
  const path = built.replace(/^\.\/dist\/(.*)\.mjs$/, "$1.ts")
  return /^(mocks|cli)\//.test(path) ? path : join("src", path)
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8")
  const { module, program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`)
  const found: Import[] = []
  const add = (specifier: string, isType: boolean) => found.push({ ...resolve(file, specifier), isType })
  const areTypes = (names: readonly { isType: boolean }[]) => names.length > 0 && names.every(({ isType }) => isType)

  for (const { moduleRequest, entries: names } of module.staticImports) add(moduleRequest.value, areTypes(names))
  for (const { entries: names } of module.staticExports)
    for (const { moduleRequest, isType } of names) if (moduleRequest) add(moduleRequest.value, isType)
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^(["'`])([^$]*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end))
    if (literal === null) throw new Error(`${file} imports a computed path, which no one can follow`)
    add(literal[2] ?? "", false)
  }
  new Visitor({ TSImportType: ({ source }) => add(source.value, true) }).visit(program)
  return found
}

function resolve(file: string, specifier: string): Pick<Import, "to" | "kind"> {
  if (specifier.startsWith(".")) return { to: normalize(join(dirname(file), specifier)), kind: "file" }
  const isBuiltin = specifier.startsWith("node:") || builtinModules.includes(specifier)
  return { to: specifier, kind: isBuiltin ? "builtin" : "package" }
}

function importsFrom(file: string): Import[] {
  const found = imports.get(file)
  // Other than .ts (a style sheet, a JSON file): a leaf, but it must be there.
  if (found === undefined && !existsSync(file)) throw new Error(`${file} is imported and does not exist`)
  return found ?? []
}

function packagesOf(file: string): string[] {
  const packages = importsFrom(file).filter(({ kind }) => kind === "package")
  return packages.map(({ to }) => to.replace(/^((?:@[^/]+\/)?[^/]+).*/, "$1"))
}

function filesFrom(file: string): string[] {
  return importsFrom(file)
    .filter(({ kind }) => kind === "file")
    .map(({ to }) => to)
}

function violations(isAsked: (file: string) => boolean, isAllowed: (from: string, to: string) => boolean): string[] {
  const asked = files.filter(isAsked)
  return asked.flatMap((from) =>
    filesFrom(from)
      .filter((to) => !isAllowed(from, to))
      .map((to) => `${from} imports ${to}`),
  )
}

/** What is no source of a layer (a JSON file) lies below all of them; a source that has none (a test) above. */
function layerOf(file: string): number {
  const layer = layers.findIndex((parts) => parts.some(({ has }) => has.test(file)))
  return layer === -1 && file.endsWith(".ts") ? layers.length : layer
}

function partOf(file: string): string | undefined {
  return layers.flat().find(({ has }) => has.test(file))?.name
}

function reachable(from: readonly string[], when: "run time" | "compile time"): Set<string> {
  const reached = new Set<string>()
  const waiting = [...from]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue
    reached.add(file)
    const followed = importsFrom(file).filter(
      ({ kind, isType }) => kind === "file" && (when === "compile time" || !isType),
    )
    waiting.push(...followed.map(({ to }) => to))
  }
  return reached
}

/** Each cycle once, as the path that closes it. */
function cycles(): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]) => {
    const start = path.indexOf(file)
    if (start !== -1) found.push([...path.slice(start), file].join(" → "))
    if (start !== -1 || done.has(file)) return
    for (const to of filesFrom(file)) visit(to, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  return found
}
