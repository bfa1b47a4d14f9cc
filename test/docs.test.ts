// What the documents show is true: every TypeScript block of the README and every @example compiles against the built
// package, imported by its name, and the blocks marked `run` are run.
//
//   ```ts run          compiled, and run by Node; must exit 0
//   ```sh run          run by bash with `inngest-repl` in PATH and an empty home; must exit 0
//   <!-- ts … -->      right before a block: code in front of it that readers needn't see
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join, resolve } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

const run = promisify(execFile)

interface Block {
  /** Where its first line stands, as `file:line`. */
  at: string
  language: string
  isRun: boolean
  code: string
  /** Code in front of it that is not shown. */
  hidden: string
}

const readme = blocksOf("README.md", readFileSync("README.md", "utf8"))
const typed = [...readme, ...["src", "mocks", "cli"].flatMap(examplesBelow)].filter(({ language }) => language === "ts")
const scripts = readme.filter(({ language, isRun }) => language === "sh" && isRun)

// Below the package, so that its name means the package itself, as built.
const folder = join(".cache", "docs", String(process.pid))
const fileOf = (block: Block) => join(folder, `${block.at.replace(/[^\w]+/g, "-")}.ts`)

/** What the compiler says, a message each. */
let complaints: string[] = []
const isAbout = (complaint: string, block: Block) => complaint.includes(`${fileOf(block).slice(folder.length)}(`)

beforeAll(async () => {
  const { ensureBuilt } = (await import(/* @vite-ignore */ join(process.cwd(), ".ci/build.mjs"))) as {
    ensureBuilt: () => Promise<void>
  }
  await ensureBuilt()
  mkdirSync(folder, { recursive: true })
  for (const block of typed) writeFileSync(fileOf(block), `${block.hidden}${block.code}\nexport {}\n`)
  const compilerOptions = {
    target: "ES2024",
    lib: ["ESNext", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    module: "NodeNext",
    types: ["node"],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }))
  const said = await run("tsc", ["--pretty", "false", "-p", folder]).then(
    () => "",
    (error: { stdout: string }) => error.stdout,
  )
  complaints = said.split(/\n(?! )/).filter((complaint) => complaint !== "")
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("the README", () => {
  test("has examples to run", () => {
    expect(readme.filter(({ isRun }) => isRun)).not.toEqual([])
  })

  test("gives the compiler nothing to say that belongs to no example", () => {
    expect(complaints.filter((complaint) => !typed.some((block) => isAbout(complaint, block)))).toEqual([])
  })
})

describe("examples compile", () => {
  test.each(typed)("$at", (block) => {
    expect(complaints.filter((complaint) => isAbout(complaint, block))).toEqual([])
  })
})

describe("examples run", () => {
  let home = ""
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "inngest-kit-docs-"))
    const { bin } = JSON.parse(readFileSync("package.json", "utf8")) as { bin: Record<string, string> }
    symlinkSync(join(process.cwd(), bin["inngest-repl"] ?? ""), join(home, "inngest-repl"))
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  /** No setting of the one who runs the tests, and no file of theirs: a home of its own. */
  async function ends(file: string, args: string[]): Promise<void> {
    const path = [dirname(process.execPath), home, process.env["PATH"] ?? ""].join(delimiter)
    const started = run(file, args, {
      timeout: 30_000,
      // What an example writes must not stay.
      cwd: home,
      // Named, so that no server is looked for that happens to run on this machine.
      env: { HOME: home, PATH: path, INNGEST_REPL_STATE_DIR: join(home, "state") },
    })
    started.child.stdin?.end()
    const failure = await started.then(
      () => "",
      (error: { code: number; stdout: string; stderr: string }) => `exit ${error.code}\n${error.stdout}${error.stderr}`,
    )
    expect(failure).toBe("")
  }

  test.each(typed.filter(({ isRun }) => isRun))(
    "$at",
    (block) => ends(process.execPath, [resolve(fileOf(block))]),
    40_000,
  )

  test.each(scripts)("$at", ({ code }) => ends("bash", ["--norc", "-euo", "pipefail", "-c", code]), 40_000)
})

/** The fenced blocks of a Markdown text that begins at `line` of `file`. */
function blocksOf(file: string, markdown: string, line = 1): Block[] {
  const fence = /(?:^<!-- ts\n(?<hidden>(?:(?!-->)[^])*)-->\n+)?^```(?<info>[^\n]*)\n(?<code>[^]*?)^```$/gm
  return [...markdown.matchAll(fence)].map(({ index, groups, 0: all }) => {
    const [language = "", ...marks] = (groups?.["info"] ?? "").split(" ")
    const opening = index + all.indexOf(`\`\`\`${groups?.["info"] ?? ""}\n`)
    const at = `${file}:${line + markdown.slice(0, opening).split("\n").length}`
    return {
      at,
      language,
      isRun: marks.includes("run"),
      code: groups?.["code"] ?? "",
      hidden: groups?.["hidden"] ?? "",
    }
  })
}

/** The `@example` blocks of the sources below a folder; one that is not fenced is TypeScript as a whole. */
function examplesBelow(root: string): Block[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8")
    const comments = [...text.matchAll(/\/\*\*[^]*?\*\//g)]
    return comments.flatMap(({ index, 0: comment }) => {
      const lines = comment.replace(/\*\/$/, "").split("\n")
      const plain = lines.map((each) => each.replace(/^\s*(\/\*\*|\*) ?/, "")).join("\n")
      const examples = [...plain.matchAll(/^@example *(?<body>[^]*?)(?=^@\w|$(?![^]))/gm)]
      return examples.flatMap(({ index: start, groups }) => {
        const body = groups?.["body"] ?? ""
        const line = text.slice(0, index).split("\n").length + plain.slice(0, start).split("\n").length - 1
        const at = join(root, file)
        if (body.includes("```")) return blocksOf(at, body, line)
        return [{ at: `${at}:${line}`, language: "ts", isRun: false, code: body, hidden: "" }]
      })
    })
  })
}
