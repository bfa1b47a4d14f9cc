// Changing states by hand: edit, undo, import, export, prune, and the stores that a profile can name.
import { chmodSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { diffLines } from "../../cli/diff.ts"
import { installed } from "../../cli/store-driver.ts"
import { createClient } from "../../src/index.ts"
import { startServer } from "./support/servers.ts"
import { type ShellOptions, type ShellOutcome, makeDirectory, runCli } from "./support/shell.ts"

interface Bench {
  url: string
  state: string
  run: (line: string[], options?: ShellOptions) => Promise<ShellOutcome>
  /** An editor that runs this shell script; `$1` is the file. */
  editor: (script: string) => Record<string, string>
}

async function createBench(): Promise<Bench> {
  const url = await startServer()
  const state = makeDirectory()
  return {
    url,
    state,
    run: (line, { env, ...options } = {}) =>
      runCli(line, { ...options, env: { INNGEST_BASE_URL: url, INNGEST_REPL_STATE_DIR: state, ...env } }),
    editor: (script) => {
      const file = join(state, "editor.sh")
      writeFileSync(file, `#!/bin/sh\n${script}\n`)
      chmodSync(file, 0o700)
      return { EDITOR: `'${file}'` }
    },
  }
}

describe("workflow edit", () => {
  test("opens the state in the person's editor, shows the difference and saves it", async () => {
    const { run, editor } = await createBench()
    await run(["workflow", "save", "order-7", "status=running", "input:={big: 12345678901234567890}"])
    const env = editor(`sed -i 's/"running"/"canceled"/' "$1"`)
    const { out, err, code } = await run(["workflow", "edit", "order-7"], { env, columns: 80, answers: [] })
    expect(code).toBe(0)
    expect(err).toContain('-   "status": "running",\n+   "status": "canceled",\n')
    expect(out).toMatch(/^✓ saved order-7 {2}status, updatedAt · revision/)
    const loaded = await run(["workflow", "load", "order-7", "-o", "json"])
    expect(loaded.out).toContain('"status":"canceled","input":{"big":12345678901234567890}')
  })

  test("saves nothing that was changed meanwhile, and keeps the text for --resume", async () => {
    const { run, editor, state, url } = await createBench()
    await run(["workflow", "save", "order-7", "status=running"])
    const body = JSON.stringify({ WorkflowID: "order-7", Status: "failed" })
    const env = editor(
      `sed -i 's/"running"/"canceled"/' "$1"\n${process.execPath} -e 'fetch("${url}/v1/workflows/order-7",{method:"PUT",body:JSON.stringify(${body})})'`,
    )
    const refused = await run(["workflow", "edit", "order-7"], { env, columns: 80 })
    expect(refused.code).toBe(6)
    expect(refused.err).toMatch(
      /✗ order-7 changed while you edited \(revision \S+-1 → \S+-2\)\. Nothing saved\. Your text is kept: {2}workflow edit order-7 --resume\n$/,
    )
    expect((await run(["workflow", "load", "order-7", "--get", "status"])).out).toBe("failed\n")
    const [kept = ""] = readdirSync(join(state, "edits"))
    expect(statSync(join(state, "edits", kept)).mode & 0o777).toBe(0o600)
    const resumed = await run(["workflow", "edit", "order-7", "--resume"], { env: { EDITOR: "true" }, columns: 80 })
    expect(resumed.code).toBe(0)
    expect((await run(["workflow", "load", "order-7", "--get", "status"])).out).toBe("canceled\n")
    expect(readdirSync(join(state, "edits"))).toEqual([])
    expect((await run(["workflow", "edit", "order-7", "--resume"], { env: { EDITOR: "true" } })).code).toBe(5)
  })

  test("saves nothing that was changed meanwhile in a store without revisions either", async () => {
    const { run, editor, state } = await createBench()
    const store = ["--store", `fs:${join(state, "folder")}`]
    await run(["workflow", "save", "order-7", "status=running", ...store])
    const file = join(state, "folder", "workflow", Buffer.from("order-7").toString("base64url"))
    const env = editor(`sed -i 's/"running"/"canceled"/' "$1"\nsed -i 's/"Error":""/"Error":"theirs"/' '${file}'`)
    expect(await run(["workflow", "edit", "order-7", ...store], { env, columns: 80 })).toMatchObject({
      code: 6,
      err: expect.stringContaining("order-7 changed while you edited. Nothing saved") as string,
    })
    expect(
      (await run(["workflow", "load", "order-7", "--fields", "status,error", "-o", "json", ...store])).out,
    ).toContain('"status":"running","error":"theirs"')
  })

  test.each([
    [`printf '{a 1' > "$1"`, 2, "JSON5 error at column 4"],
    [`sed -i 's/"running"/"runing"/' "$1"`, 2, 'status: "runing" is not one of'],
    [`sed -i 's/"order-7"/"order-8"/' "$1"`, 2, 'workflowId: is "order-8", and "order-7" is saved'],
    [`exit 1`, 3, "ended with 1. Nothing saved"],
  ])("saves nothing that is no state: %s", async (script, code, message) => {
    const { run, editor } = await createBench()
    await run(["workflow", "save", "order-7", "status=running"])
    const outcome = await run(["workflow", "edit", "order-7"], { env: editor(script), columns: 80 })
    expect(outcome.code).toBe(code)
    expect(outcome.err).toContain(message)
    expect((await run(["workflow", "load", "order-7", "--get", "status"])).out).toBe("running\n")
  })

  test("left alone changes nothing; without an editor or a person it says what else to do", async () => {
    const { run } = await createBench()
    await run(["workflow", "save", "order-7", "status=running"])
    const before = (await run(["workflow", "load", "order-7", "-o", "json"])).out
    expect((await run(["workflow", "edit", "order-7"], { env: { EDITOR: "true" }, columns: 80 })).out).toMatch(
      /nothing changed/,
    )
    expect((await run(["workflow", "load", "order-7", "-o", "json"])).out).toBe(before)
    expect(await run(["workflow", "edit", "order-7"])).toMatchObject({ code: 2 })
    expect(await run(["workflow", "edit", "nowhere"])).toMatchObject({ code: 5 })
  })
})

describe("undo", () => {
  const script = async (bench: Bench, ...lines: string[]): Promise<ShellOutcome> =>
    bench.run(lines.flatMap((line) => ["-e", line]))

  test("takes back saves and deletions, the last one first", async () => {
    const bench = await createBench()
    await bench.run(["workflow", "save", "w", "status=running", "input:={a: 1}"])
    const { out, code } = await script(
      bench,
      "workflow save w status=failed",
      "workflow delete w --yes",
      "undo",
      "workflow load w --get status",
      "undo",
      "workflow load w --get status",
      "workflow save fresh status=running",
      "undo --yes",
      "workflows -o id",
    )
    expect(code).toBe(0)
    expect(out.split("\n").filter((line) => /^(?:failed|running|w|fresh)$/.test(line))).toEqual([
      "w",
      "w",
      "failed",
      "w",
      "running",
      "fresh",
      "w",
    ])
  })

  test("never takes back what somebody else has changed since", async () => {
    const bench = await createBench()
    const { workflows } = createClient({ baseURL: bench.url })
    await workflows.save({ workflowId: "w", status: "running" })
    await expect(
      script(bench, "workflow save w status=failed", "workflow save w error=x --url " + bench.url, "undo"),
    ).resolves.toMatchObject({ code: 6 })
    expect((await workflows.load("w"))?.error).toBe("x")
    expect(await bench.run(["undo"])).toMatchObject({ code: 5 })
  })

  test("says so when the change was made in another place than the line's", async () => {
    const bench = await createBench()
    const store = `sqlite:${join(makeDirectory(), "states.db")}`
    const changed = `workflow save w status=failed --store ${store}`
    const here = await script(bench, changed, "undo")
    expect(here).toMatchObject({ code: 5 })
    expect(here.err).toContain("nothing to undo here: what was changed in this session was changed elsewhere")
    expect(await script(bench, changed, `undo --yes --store ${store}`)).toMatchObject({ code: 0 })
  })

  test("never takes it back in a store without revisions either, and takes back what is its own", async () => {
    const bench = await createBench()
    const folder = join(bench.state, "folder")
    const store = `--store fs:${folder}`
    // The same folder under another name is another session.
    const theirs = `--store fs:${folder}/../folder`
    const save = `workflow save w status=failed history:=[{type:'activity_completed'}] ${store}`
    await expect(
      script(bench, save, `workflow save w error=x ${theirs}`, `undo --yes ${store}`),
    ).resolves.toMatchObject({
      code: 6,
      err: expect.stringContaining("w was changed by somebody else since your save: nothing was undone") as string,
    })
    expect((await script(bench, `workflow load w --get error ${store}`)).out).toBe("x\n")
    const own = ["error=y", "error=z"].map((field) => `workflow save w ${field} ${store}`)
    const { out } = await script(
      bench,
      ...own,
      `undo ${store}`,
      `undo ${store}`,
      `workflow load w --get error ${store}`,
    )
    expect(out).toMatch(/\nx\n$/)
  })
})

describe("export, import and prune", () => {
  test("carry every state from one store to another, digit by digit", async () => {
    const from = await createBench()
    for (let index = 0; index < 120; index++)
      await createClient({ baseURL: from.url }).workflows.save({
        workflowId: `w-${String(index).padStart(3, "0")}`,
        status: index % 2 === 0 ? "running" : "failed",
        input: { big: 9007199254740993n },
        createdAt: "2020-01-01T00:00:00.123456789+02:00",
        history: null,
        extra: { Owner: "ann" },
      })
    const file = join(from.state, "states.ndjson")
    expect((await from.run(["workflows", "export", "--to", file])).out).toBe("120\n")
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await from.run(["workflows", "export", "--to", file])).toMatchObject({ code: 2 })
    expect((await from.run(["workflows", "export", "--status", "failed"])).out.trim().split("\n")).toHaveLength(60)

    const to = await createBench()
    expect(await to.run(["workflows", "import", file])).toMatchObject({
      code: 2,
      err: expect.stringContaining("120 workflows, and --max is 100") as string,
    })
    expect(await to.run(["workflows", "import", file, "--max", "500"])).toMatchObject({ code: 3 })
    expect((await to.run(["workflows", "import", file, "--max", "500", "--yes"])).code).toBe(0)
    const again = join(from.state, "again.ndjson")
    await to.run(["workflows", "export", "--to", again])
    expect(readFileSync(again, "utf8")).toBe(readFileSync(file, "utf8"))
    const skipped = await to.run(["workflows", "import", file, "--max", "500", "--yes", "-o", "json"])
    expect((JSON.parse(skipped.out) as { data: { skipped: string[] } }).data.skipped).toHaveLength(120)
  })

  test("an import with one bad state saves none", async () => {
    const { run } = await createBench()
    const { code, err } = await run(["workflows", "import", "-", "--yes"], {
      stdin: '{"workflowId":"a","status":"running"}\n{"workflowId":"b","history":7}\n',
    })
    expect([code, err]).toEqual([
      2,
      "✗ stdin: state 2: workflow state: history: must be an array or null, not a number\n",
    ])
    expect((await run(["workflows", "-o", "id"])).out).toBe("")
  })

  test("an import says which line is none", async () => {
    const { run } = await createBench()
    const stdin = '{"workflowId":"a","status":"running"}\n\n{"workflowId":"b","status":\n{"workflowId":"c"}\n'
    const { code, err } = await run(["workflows", "import", "-", "--yes"], { stdin })
    expect(code).toBe(2)
    expect(err).toMatch(/^✗ stdin: line 3: JSON5 error/)
  })

  test("prune deletes only what ended long ago, and only what it showed", async () => {
    const { run } = await createBench()
    for (const [id, status, updatedAt] of [
      ["old-done", "completed", "2020-01-01T00:00:00Z"],
      ["old-failed", "failed", "2020-01-01T00:00:00Z"],
      ["old-running", "running", "2020-01-01T00:00:00Z"],
      ["new-done", "completed", new Date().toISOString()],
      ["no-time", "completed", "0001-01-01T00:00:00Z"],
    ] as const)
      await run(["workflow", "save", id, `status=${status}`, `updatedAt=${updatedAt}`])
    expect(await run(["workflows", "prune"])).toMatchObject({ code: 2 })
    const asked = await run(["workflows", "prune", "--older-than", "30d"], { answers: ["n"], columns: 100 })
    expect(asked.code).toBe(3)
    expect(asked.questions[0]).toMatch(/^Delete 2 workflows: old-done, old-failed on 127\.\S+ \(state store http/)
    expect((await run(["workflows", "prune", "--older-than", "30d", "--status", "failed", "-y", "-o", "id"])).out).toBe(
      "old-failed\n",
    )
    expect((await run(["workflows", "prune", "--older-than", "30d", "-y", "-o", "id"])).out).toBe("old-done\n")
    expect((await run(["workflows", "prune", "--older-than", "30d"], { columns: 80 })).out).toBe("nothing to delete\n")
    expect((await run(["workflows", "-o", "id"])).out.trim().split("\n").toSorted()).toEqual([
      "new-done",
      "no-time",
      "old-running",
    ])
  })
})

test("prune leaves what went on while it asked", async () => {
  const { run, url } = await createBench()
  const { workflows } = createClient({ baseURL: url })
  for (const workflowId of ["a", "b"])
    await workflows.save({ workflowId, status: "failed", updatedAt: "2020-01-01T00:00:00Z" })
  const answer = async (): Promise<string> => {
    await workflows.save({ workflowId: "b", status: "running", updatedAt: "2020-01-01T00:00:00Z" })
    return "y"
  }
  const { out } = await run(["workflows", "prune", "--older-than", "30d", "-o", "id"], { answers: [answer] })
  expect(out).toBe("a\n")
  expect((await run(["workflows", "-o", "id"])).out).toBe("b\n")
})

test("the line of prune's plan deletes what the plan names, and nothing that is old by then", async () => {
  const { run, url } = await createBench()
  const { workflows } = createClient({ baseURL: url })
  const save = (workflowId: string): Promise<unknown> =>
    workflows.save({ workflowId, status: "failed", updatedAt: "2020-01-01T00:00:00Z" })
  await save("-a")
  await save("b")
  const refused = await run(["workflows", "prune", "--older-than", "30d", "-o", "json"])
  const { error } = JSON.parse(refused.out) as { error: { apply: string } }
  expect(error.apply).toMatch(/workflows prune .*--older-than 30d -o json --yes -- -a b$/)
  await save("c")
  const again = ["workflows", "prune", "--older-than", "30d", "-o", "id", "--yes", "--", "-a", "b"]
  expect((await run(again)).out).toBe("-a\nb\n")
  expect((await run(["workflows", "-o", "id"])).out).toBe("c\n")
})

describe("a store that is named", () => {
  test.each(["sqlite:{state}/deep/states.db", "fs:{state}/folder"])(
    "keeps states elsewhere than the server: %s",
    async (spec) => {
      const { run, state } = await createBench()
      const store = spec.replace("{state}", state)
      expect((await run(["workflow", "save", "w", "status=running", "--store", store])).code).toBe(0)
      expect((await run(["workflows", "-o", "id"])).out).toBe("")
      expect((await run(["workflows", "-o", "id"], { env: { INNGEST_REPL_STORE: store } })).out).toBe("w\n")
      const asked = await run(["workflow", "delete", "w", "--store", store], { answers: ["y"], columns: 120 })
      expect(asked.questions).toEqual([
        `Delete workflow w on ${(await run(["whoami", "--get", "url"])).out.trim().replace("http://", "")} (state store ${store})? [y/N] `,
      ])
      expect(asked.out).toBe("✓ deleted w\n")
      const { out } = await run(["doctor", "--store", store])
      expect(out).toContain(store)
    },
  )

  test("may be another server, which gets no key of this one unless the user names it", async () => {
    const { run, url } = await createBench()
    const other = await startServer()
    await run(["workflow", "save", "w", "status=running", "--store", other])
    expect(await createClient({ baseURL: other }).workflows.load("w")).toMatchObject({ status: "running" })
    expect(await createClient({ baseURL: url }).workflows.load("w")).toBeNull()
  })

  test.each([
    [
      "mongodb://x",
      2,
      '--store: "mongodb://x" is no store: sqlite:path, postgres://…, redis://…, fs:path or http(s)://…',
    ],
    ["states.db", 2, "For a file:  sqlite:states.db"],
    ["sqlite:", 2, "sqlite: needs a path"],
    ["postgres://u:secretpw@127.0.0.1:1/d", 7, "Nothing answers where the store is"],
    ["redis://u:secretpw@127.0.0.1:1", 7, "Nothing answers where the store is"],
  ])("that can't be used is named, with no password: %s", async (spec, code, message) => {
    const { run } = await createBench()
    const outcome = await run(["workflow", "save", "w", "status=running", "--store", spec], {
      answers: ["y"],
      columns: 100,
    })
    const said = outcome.err + outcome.questions.join("")
    expect(said).not.toContain("secretpw")
    expect(said).toContain(message)
    expect(outcome.code).toBe(code)
  })
})

test("a store whose packages are not there says which to install", async () => {
  // No package is called this, and an import of a name that is computed is not followed.
  const missing = ["no-such-package", ""].join("")
  await expect(installed(["db0", "pg"], () => import(/* @vite-ignore */ missing))).rejects.toMatchObject({
    kind: "unsupported",
    message: "this store needs db0 and pg, which are not installed",
    hint: "Beside inngest-kit:  npm install db0 pg",
  })
})

test("a difference shows the lines that changed, with one around them", () => {
  const before = ["a", "b", "c", "d", "e", "f", "g"].join("\n")
  expect(diffLines(before, before.replace("d", "D"))).toEqual(["…", "  c", "- d", "+ D", "  e", "…"].slice(1))
  expect(diffLines("a\nb", "a\nb")).toEqual([])
  expect(diffLines("x", "y")).toEqual(["- x", "+ y"])
})
