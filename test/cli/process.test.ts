import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { runProcess, startProcess } from "./support/process.ts"
import { makeDirectory } from "./support/shell.ts"

describe("a script on stdin", () => {
  test("runs line by line, with results alone on stdout, and what it did is there afterwards", async () => {
    const state = makeDirectory()
    const stdin = "# pay\nsend shop/order.paid id:=7\n\n  # look\nevents --fields name,data\n"
    const first = await runProcess([], { state, stdin })
    expect(first).toMatchObject({ code: 0, err: "" })
    expect(first.out).toMatch(
      /^ID {26}NAME\n[0-9A-Z]{26} {2}shop\/order\.paid\nNAME {13}DATA\nshop\/order\.paid {2}\{"id":7\}\n$/,
    )
    const later = await runProcess(["events", "--get", "[0].data.id"], { state })
    expect(later).toEqual({ code: 0, out: "7\n", err: "" })
  })

  test("takes statements of several lines", async () => {
    const stdin = "send a/b {\n  n: 1, // one\n}\nevents --get [0].data.n\n"
    expect((await runProcess([], { state: makeDirectory(), stdin })).out).toMatch(/\n1\n$/)
  })

  test("stops at the first error with its code, unless it is told to go on", async () => {
    const stdin = "workflow load nowhere\nsned\nversion\n"
    const stopped = await runProcess([], { state: makeDirectory(), stdin })
    expect(stopped).toEqual({ code: 5, out: "", err: "✗ not found: workflow nowhere. Try  workflows\n" })
    const all = await runProcess(["--keep-going"], { state: makeDirectory(), stdin })
    expect(all).toMatchObject({
      code: 5,
      out: "0.1.0\n",
      err: expect.stringContaining('unknown command "sned"') as string,
    })
  })

  test.each([
    ["send a/b {", "✗ nothing closes the { at column 10\n  send a/b {\n           ^\n"],
    ["send a/b {\n a: [", "✗ nothing closes the [ at line 2, column 5\n   a: [\n      ^\n"],
    ["send a/b note=it's", "✗ nothing closes the '\n  send a/b note=it's\n                  ^\n"],
  ])("that ends too early is refused with its place: %j", async (stdin, err) => {
    expect(await runProcess([], { state: makeDirectory(), stdin })).toEqual({ code: 2, out: "", err })
  })

  test("names the line of each error, counted from its beginning", async () => {
    const state = makeDirectory()
    const lines = [
      "# a comment",
      "version",
      "sned",
      "send a/b {",
      "  n: 1,",
      "  m: ^ }",
      "",
      "workflow load nowhere",
      "send a/b {",
    ]
    const errorsOf = (out: string): { line: number | undefined; column: number | undefined }[] =>
      out
        .trimEnd()
        .split("\n")
        .map((text) => JSON.parse(text) as { error?: { line?: number; column?: number } })
        .flatMap(({ error }) => (error === undefined ? [] : [{ line: error.line, column: error.column }]))
    const expected = [
      { line: 3, column: 1 },
      { line: 6, column: 6 },
      { line: 8, column: undefined },
      { line: 9, column: 10 },
    ]
    const flags = ["-o", "json", "--keep-going"]
    const piped = await runProcess(flags, { state, stdin: lines.join("\n") })
    expect(errorsOf(piped.out)).toEqual(expected)
    expect(piped.err).toContain("✗ nothing closes the { at line 9, column 10\n")
    const file = join(state, "script")
    writeFileSync(file, lines.join("\n"))
    expect(errorsOf((await runProcess(["run-script", file, ...flags], { state })).out)).toEqual(expected)
    expect(errorsOf((await runProcess(["-e", "version", "-e", "sned", ...flags], { state })).out)).toEqual([
      { line: 2, column: 1 },
    ])
    expect(errorsOf((await runProcess(["workflow", "load", "nowhere", "-o", "json"], { state })).out)).toEqual([
      { line: undefined, column: undefined },
    ])
  })

  test("knows the last thing shown, and leaves at exit", async () => {
    const stdin = "send a/b n:=1\nevents get _ --get name\nexit\nsned\n"
    expect(await runProcess(["-o", "id"], { state: makeDirectory(), stdin })).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^[0-9A-Z]{26}\na\/b\n$/) as string,
    })
  })

  test("asks nobody", async () => {
    const stdin = "workflow save w status=running\nworkflow delete w\n"
    expect(await runProcess(["-q"], { state: makeDirectory(), stdin })).toMatchObject({ code: 3 })
  })
})

test("-e runs lines in order; flags of the start hold for all of them", async () => {
  const argv = ["-e", "send a/b n:=1", "-e", "events --limit 1", "-o", "json"]
  const { code, out } = await runProcess(argv, { state: makeDirectory() })
  const documents = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { data: unknown })
  expect(code).toBe(0)
  expect(documents).toMatchObject([{ data: { name: "a/b" } }, { data: [{ data: { n: 1 } }] }])
})

describe("the process", () => {
  test("tells its version", async () => {
    expect(await runProcess(["--version"], { state: makeDirectory() })).toEqual({ code: 0, out: "0.1.0\n", err: "" })
    expect((await runProcess(["--version", "--json"], { state: makeDirectory() })).out).toBe(
      '{"schemaVersion":1,"data":{"version":"0.1.0"}}\n',
    )
  })

  test("tells the same by --help, by -h and by help", async () => {
    const state = makeDirectory()
    const [long, short, command] = await Promise.all(
      ["--help", "-h", "help"].map((word) => runProcess([word], { state })),
    )
    expect(long).toMatchObject({ code: 0, err: "" })
    expect(short).toEqual(long)
    expect(command).toEqual(long)
  })

  test("says in one sentence that Node is too old, and loads nothing that would not", async () => {
    const pretend = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.19.0"}})'
    expect(await runProcess(["events"], { state: makeDirectory(), nodeFlags: ["--import", pretend] })).toEqual({
      code: 1,
      out: "",
      err: "inngest-repl needs Node.js 22.13.0 or newer; this is 20.19.0.\n",
    })
  })

  test("colours what a terminal shows, or what it is told to, and nothing else", async () => {
    const state = makeDirectory()
    const escape = "\u001b["
    expect((await runProcess(["help"], { state })).out).not.toContain(escape)
    expect((await runProcess(["help"], { state, env: { FORCE_COLOR: "1" } })).out).toContain(escape)
    expect((await runProcess(["help"], { state, env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).out).not.toContain(escape)
    expect((await runProcess(["help", "--no-color"], { state, env: { FORCE_COLOR: "1" } })).out).not.toContain(escape)
    expect((await runProcess(["sned"], { state, env: { FORCE_COLOR: "1" } })).err).toContain(escape)
  })

  test("ends without a word when nobody reads it any more", async () => {
    const running = startProcess([], { state: makeDirectory() })
    running.write("version\n")
    await running.until(/0\.1\.0/)
    running.child.stdout?.destroy()
    running.write("help\n".repeat(50))
    running.child.stdin?.end()
    const { err } = await running.ended
    expect(err).not.toMatch(/EPIPE|node:/)
  })

  test("takes files from where it is called, and seeds from a file once", async () => {
    const state = makeDirectory()
    const file = join(state, "seed.json5")
    writeFileSync(file, "{events: [{name: 'a/b', data: {n: 1}}], workflows: [{workflowId: 'w', status: 'running'}]}")
    const script = `dev --seed ${file}\ndev --seed ${file}\nevents -o ndjson --get data\nworkflows -o id\n`
    const { out, err } = await runProcess(["-q"], { state, stdin: script.replace(" --get data", " --fields data.n") })
    expect(err).toBe("")
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\nhttp:\/\/127\.0\.0\.1:\d+\n\{"data\.n":1\}\nw\n$/)
  })

  test.each([
    ["{events: {}}", /seed\.json: events must be a list/],
    ["{runs: []}", /seed\.json: runs can't be seeded, only events and workflows/],
    ["{events: [1]}", /seed\.json: events\[0\] must be an object/],
    ["{events: [", /seed\.json: JSON5 error at column 11, it ends too early/],
  ])("refuses a seed that is none: %s", async (text, message) => {
    const state = makeDirectory()
    const file = join(state, "seed.json")
    writeFileSync(file, text)
    const { code, err } = await runProcess(["dev", "--port", "0", "--seed", file], { state })
    expect(code).toBe(2)
    expect(err).toMatch(message)
  })

  test("dev --keep forgets what is older", async () => {
    const state = makeDirectory()
    const sent = await runProcess(["send", "shop/order.paid", "n:=1", "-o", "id"], { state })
    expect(sent.code).toBe(0)
    const count = async (): Promise<string> => (await runProcess(["events", "-o", "ndjson"], { state })).out
    expect(await count()).toContain("shop/order.paid")
    const running = startProcess(["dev", "--port", "0", "--keep", "1ms", "-o", "json"], { state })
    await running.until(/http:[^"]+/)
    running.child.kill("SIGINT")
    await running.ended
    expect(await count()).toBe("")
  })

  test("dev does not blame another shell for data that this session serves", async () => {
    const state = makeDirectory()
    const stdin = "dev\ndev --port 0\ndev -u http://localhost:3000/api/inngest\n"
    const { out, err } = await runProcess(["--keep-going", "-o", "json"], { state, stdin })
    const { data } = JSON.parse(out.split("\n")[0] ?? "") as { data: { url: string } }
    const served = `✗ this session serves this data already, on ${data.url}`
    expect(err).toBe(
      [
        `${served}. Leave, and start  inngest-repl dev  with these flags; or add --ephemeral, for a server without data`,
        `${served}. Have the app announce its functions there:  apps sync http://localhost:3000/api/inngest`,
        "",
      ].join("\n"),
    )
  })

  test("dev with keys answers and seeds by them alone, and lets pages of named origins in", async () => {
    const state = makeDirectory()
    const file = join(state, "keyed.json")
    writeFileSync(file, '{"events":[{"name":"seed/keyed"}]}')
    const keys = ["--event-key", "k1", "--event-key", "k2", "--signing-key", "0123456789abcdef"]
    const argv = [
      "dev",
      "--port",
      "0",
      "--ephemeral",
      "--cors",
      "https://admin.test",
      "--seed",
      file,
      "-o",
      "json",
      ...keys,
    ]
    const running = startProcess(argv, { state })
    const [url = ""] = await running.until(/http:[^"]+/)
    const ask = async (authorization: string): Promise<[number, string | null, boolean]> => {
      const answer = await fetch(`${url}/v1/events`, { headers: { authorization, origin: "https://admin.test" } })
      const isListed = (await answer.text()).includes("seed/keyed")
      return [answer.status, answer.headers.get("access-control-allow-origin"), isListed]
    }
    expect(await ask("Bearer 0123456789abcdef")).toEqual([200, "https://admin.test", true])
    expect(await ask("Bearer k2")).toEqual([401, "https://admin.test", false])
    expect((await fetch(`${url}/e/k2`, { method: "POST", body: '{"name":"a"}' })).status).toBe(200)
    const alone = await runProcess(["dev", "--event-key", "k1"], { state })
    expect([alone.code, alone.err]).toEqual([2, expect.stringContaining("a signing key is required")])
  })

  test("serves until it is stopped, and leaves nothing behind", async () => {
    const state = makeDirectory()
    const running = startProcess(["dev", "--port", "0", "-o", "json"], { state })
    const [line] = await running.until(/^.*\n/)
    const { data } = JSON.parse(line) as { data: { url: string } }
    expect(data).toEqual({ url: data.url, storage: "disk", directory: join(state, "dev") })
    expect((await fetch(`${data.url}/health`)).status).toBe(200)
    const second = await runProcess(["dev"], { state })
    expect(second).toMatchObject({
      code: 1,
      err: expect.stringContaining(`${data.url} serves this data already`) as string,
    })
    running.child.kill("SIGINT")
    expect(await running.ended).toMatchObject({ code: 0, err: "" })
    await expect(fetch(`${data.url}/health`)).rejects.toThrow("fetch failed")
  })
})
