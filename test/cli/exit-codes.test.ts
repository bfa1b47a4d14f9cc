// Each code of the shell, provoked.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { CommandError } from "../../cli/command-error.ts"
import { exitCodeOf, toFailure } from "../../cli/failure.ts"
import { createClient } from "../../src/index.ts"
import { freePort, startDouble, startServer, startStockServer } from "./support/servers.ts"
import { type ShellOptions, makeDirectory, runCli } from "./support/shell.ts"
import { startStockInngest } from "./support/stock-server.ts"

/** The code, twice: with words for people, and with a document for programs. */
async function fail(argv: string[], options?: ShellOptions): Promise<{ code: number; said: string; error: unknown }> {
  const { code, out, err } = await runCli(argv, options)
  const inJson = await runCli([...argv, "-o", "json"], options)
  expect(inJson.code).toBe(code)
  expect(inJson.err).toBe(err)
  expect(out).toBe("")
  const { schemaVersion, error } = JSON.parse(inJson.out) as { schemaVersion: number; error: { message: string } }
  expect(schemaVersion).toBe(1)
  expect(err).toContain(error.message)
  return { code, said: err, error }
}

describe("exit code", () => {
  test("0: it worked", async () => {
    expect(await runCli(["version"])).toMatchObject({ code: 0, err: "" })
  })

  test("1: the server failed", async () => {
    const url = await startDouble(() => new Response("<html>", { headers: { "content-type": "text/html" } }))
    const { code, error } = await fail(["events", "--url", url])
    expect(code).toBe(1)
    expect(error).toMatchObject({ kind: "protocol" })
  })

  test("an error document is laid out as a result is: for people over several lines, for programs on one", async () => {
    expect((await runCli(["sned", "-o", "json"])).out.split("\n")).toHaveLength(2)
    const shown = await runCli(["sned", "-o", "json"], { columns: 80 })
    expect(shown.out).toMatch(/^\{\n {2}"schemaVersion": 1,\n {2}"error": \{\n {4}"kind": "usage",\n/)
    expect(shown.err).toBe("")
  })

  test("2: it was not understood", async () => {
    const { code, said, error } = await fail(["events", "--limt", "5"])
    expect([code, said]).toEqual([2, "✗ unknown flag --limt for events. Did you mean  --limit ?\n"])
    expect(error).toMatchObject({ kind: "usage", hint: "Did you mean  --limit ?" })
  })

  test.each([
    [["send", "a/b", "-e", "events"], "✗ -e runs a line, and send is a command already. Give one or the other\n"],
    [
      ["events", "--ephemeral", "--url", "http://x"],
      "✗ --ephemeral is an embedded server, and --url names another. Give one or the other\n",
    ],
  ])("2: it contradicts itself: %j", async (argv, said) => {
    expect(await fail(argv)).toMatchObject({ code: 2, said })
  })

  test.each([["help"], ["help", "send"], ["send", "--help"], ["version"], ["completion", "bash"]])(
    "0: what is about the shell alone works with a broken configuration: %s %s",
    async (...argv) => {
      const state = makeDirectory()
      mkdirSync(join(state, "config"))
      writeFileSync(join(state, "config", "config.json"), "{bad")
      for (const env of [{ INNGEST_REPL_STATE_DIR: state }, { INNGEST_REPL_PROFILE: "nope" }]) {
        const { code, out, err } = await runCli(argv, { env })
        expect([code, err]).toEqual([0, ""])
        expect(out).not.toBe("")
        expect((await runCli(["whoami"], { env })).code).toBe(2)
      }
    },
  )

  test("2: a URL that is none", async () => {
    expect(await fail(["events", "--url", "localhost:8288"])).toMatchObject({
      code: 2,
      said: expect.stringMatching(/^✗ --url: "localhost:8288" must .* Write http:\/\/localhost:8288\n$/) as string,
    })
    expect(await fail(["events"], { env: { INNGEST_BASE_URL: "http://ann:secret@localhost" } })).toMatchObject({
      code: 2,
      said: expect.not.stringContaining("secret") as string,
    })
  })

  test("3: nobody could be asked, or said no", async () => {
    const url = await startServer()
    await createClient({ baseURL: url }).workflows.save({ workflowId: "w", status: "running" })
    expect(await fail(["workflow", "delete", "w", "--url", url])).toMatchObject({ code: 3 })
    expect((await runCli(["workflow", "delete", "w", "--url", url], { answers: ["no"] })).code).toBe(3)
  })

  test("4: the key is not accepted", async () => {
    const url = await startDouble(() => Response.json({ error: "Event key not found", status: 401 }, { status: 401 }))
    const { code, error } = await fail(["send", "a/b", "--url", url])
    expect(code).toBe(4)
    expect(error).toMatchObject({ kind: "authentication", status: 401 })
    expect(error).toHaveProperty(
      "message",
      `401 from ${url}: there is no event key (INNGEST_EVENT_KEY is not set): Event key not found`,
    )
    const env = { INNGEST_EVENT_KEY: "event-key-0123456789", INNGEST_SIGNING_KEY: "signkey-prod-0123456789abcdef" }
    expect((await runCli(["send", "a/b", "--url", url], { env })).err).toBe(
      `✗ 401 from ${url}: event key …6789 (from INNGEST_EVENT_KEY) was not taken: Event key not found. Try  doctor\n`,
    )
    expect((await runCli(["runs", "--url", url, "--env", "fix-7"], { env })).err).toContain(
      `signing key signkey-prod-…cdef (from INNGEST_SIGNING_KEY) was not taken in env "fix-7"`,
    )
    expect((await fail(["workflow", "load", "w", "--url", url])).code).toBe(4)
  })

  test("4: the profile is read-only, and nothing is asked", async () => {
    const url = await startDouble(() => {
      throw new Error("it was asked")
    })
    expect(await fail(["send", "a/b", "--read-only", "--url", url])).toMatchObject({
      code: 4,
      said: "✗ read-only: `send` changes data. Drop --read-only to do it\n",
      error: { kind: "read-only" },
    })
  })

  test("9: the awaited run failed", async () => {
    const { url } = await startStockInngest({ outcome: "FAILED" })
    expect(await runCli(["send", "demo/fail", "--wait", "--url", url])).toMatchObject({ code: 9, err: "" })
  })

  test("5: it is not there", async () => {
    const url = await startServer()
    expect(await fail(["workflow", "load", "w", "--url", url])).toMatchObject({
      code: 5,
      said: "✗ not found: workflow w. Try  workflows\n",
    })
  })

  test("5: a server without workflow state says so", async () => {
    const url = await startStockServer()
    for (const line of [["workflow", "load", "w"], ["workflows"], ["workflow", "save", "w", "status=running"]]) {
      const { code, said, error } = await fail([...line, "--url", url])
      expect(code).toBe(5)
      expect(said).toContain("keeps no workflow state")
      expect(error).toMatchObject({ kind: "unsupported" })
    }
  })

  test("6: somebody else was faster", async () => {
    const url = await startServer()
    await createClient({ baseURL: url }).workflows.save({ workflowId: "w", status: "running" })
    const { code, error, said } = await fail([
      "workflow",
      "save",
      "w",
      "status=failed",
      "--if-revision",
      "x-1",
      "--url",
      url,
    ])
    expect(code).toBe(6)
    expect(said).toMatch(
      /^✗ workflow w is not at revision x-1, but at \S+-1\. Somebody saved in between: load it again\.\n$/,
    )
    expect(error).toMatchObject({ kind: "revision-conflict", hint: "Somebody saved in between: load it again." })
  })

  test("7: a URL that was named and does not answer, at once, with the setting and what to start", async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    const { port } = new URL(url)
    const start = `Start one:  inngest-repl dev --port ${port}   or`
    const startedMs = performance.now()
    expect(await fail(["events", "--url", url])).toMatchObject({
      code: 7,
      said: `✗ nothing listens on ${url} (from --url). ${start} leave --url out to use the embedded server\n`,
    })
    expect(await fail(["send", "a/b"], { env: { INNGEST_BASE_URL: url } })).toMatchObject({
      code: 7,
      said: `✗ nothing listens on ${url} (from INNGEST_BASE_URL). ${start} unset the variable to use the embedded server\n`,
    })
    expect(await fail(["workflows"], { env: { INNGEST_DEV: url } })).toMatchObject({ code: 7 })
    expect(performance.now() - startedMs).toBeLessThan(3_000)
  })

  test("8: a part was done", async () => {
    const url = await startServer()
    await createClient({ baseURL: url }).workflows.save({ workflowId: "a", status: "running" })
    const { code, out, err } = await runCli(["workflow", "delete", "a", "b", "-y", "-o", "json", "--url", url])
    expect([code, err]).toEqual([8, "✗ not found: workflow b. The others are deleted\n"])
    expect(JSON.parse(out)).toMatchObject({ error: { kind: "partial", workflowIds: ["a"], absent: ["b"] } })
  })

  test("124: it took longer than --timeout", async () => {
    const url = await startDouble(
      (request) => new Promise((resolve) => request.signal.addEventListener("abort", () => resolve(new Response()))),
    )
    const { code, error } = await fail(["events", "--timeout", "50ms", "--url", url])
    expect(code).toBe(124)
    const silence = `${url} (from --url) has said nothing`
    expect(error).toMatchObject({ kind: "timeout", message: `not done within 50ms: ${silence}` })
  })

  test("130: it was interrupted", async () => {
    const stop = new AbortController()
    const url = await startDouble((request) => {
      stop.abort(new CommandError("interrupted", "stopped by SIGINT"))
      return new Promise((resolve) => request.signal.addEventListener("abort", () => resolve(new Response())))
    })
    expect(await runCli(["events", "--url", url], { signal: stop.signal })).toMatchObject({
      code: 130,
      err: "✗ stopped by SIGINT\n",
    })
  })
})

describe("failures", () => {
  test("of our own are called a bug and show where", () => {
    const failure = toFailure(new TypeError("x is not a function"))
    expect(failure).toMatchObject({ kind: "bug", message: expect.stringContaining("This is a bug") as string })
    expect(failure.stack).toContain("exit-codes.test.ts")
    expect(exitCodeOf(failure)).toBe(1)
  })

  test("never hold a key", async () => {
    process.env.INNGEST_EVENT_KEY = "very-secret-event-key"
    try {
      const url = await startDouble(() => new Response("no such key: very-secret-event-key", { status: 403 }))
      const { code, said, error } = await fail(["send", "a/b", "--url", url])
      expect(code).toBe(4)
      expect(said + JSON.stringify(error)).not.toContain("very-secret")
    } finally {
      delete process.env.INNGEST_EVENT_KEY
    }
  })

  test("of a data directory name the file and leave it as it is", async () => {
    const state = makeDirectory()
    mkdirSync(`${state}/dev`)
    writeFileSync(`${state}/dev/log.db`, "this is no database, but it is longer than a header would be".repeat(40))
    const before = readFileSync(`${state}/dev/log.db`)
    const { code, said } = await fail(["events"], { env: { INNGEST_REPL_STATE_DIR: state } })
    expect(said).toContain(`${state}/dev/log.db`)
    expect(code).toBe(2)
    expect(readFileSync(`${state}/dev/log.db`)).toEqual(before)
  })
})
