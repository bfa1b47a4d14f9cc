// --curl: what it prints can be shown to anybody, and still runs.
import { execFile, spawnSync } from "node:child_process"
import { promisify } from "node:util"
import { expect, onTestFinished, test } from "vitest"
import { listen } from "../../mocks/server.ts"
import { startServer } from "./support/servers.ts"
import { type ShellOutcome, makeDirectory, runCli } from "./support/shell.ts"

const hasCurl = spawnSync("curl", ["--version"]).status === 0

test("--curl names the variables of the profile in force, and what it prints runs as it stands (tried where there is a curl)", async () => {
  const server = await listen({ port: 0, eventKey: "very-secret-event-key", signingKey: "0123456789abcdef" })
  onTestFinished(() => server.close())
  const state = makeDirectory()
  const env = {
    INNGEST_REPL_STATE_DIR: state,
    STAGING_EVENT_KEY: "very-secret-event-key",
    STAGING_SIGNING_KEY: "0123456789abcdef",
  }
  const run = (...line: string[]): Promise<ShellOutcome> => runCli(line, { env })
  await run("profile", "add", "staging", "--url", server.url, "--event-key-env", "STAGING_EVENT_KEY")
  await run("profile", "edit", "staging", "--signing-key-env", "STAGING_SIGNING_KEY")
  const curls = async (...line: string[]): Promise<string> => {
    const { out, code } = await run("-p", "staging", ...line, "--curl")
    expect(code).toBe(0)
    expect(out).not.toMatch(/very-secret|0123456789abcdef/)
    return out
  }
  const sent = await curls("send", "a/b", "note=it's $HOME")
  expect(sent).toContain(`"${server.url}/e/$STAGING_EVENT_KEY"`)
  expect(sent).toContain(String.raw`it'\''s $HOME`)
  expect(sent).not.toContain("authorization")
  expect(await curls("signal", "x")).toContain(`-H "authorization: Bearer $STAGING_SIGNING_KEY"`)
  expect(await curls("workflow", "save", "w", "status=running")).toContain("Bearer $STAGING_EVENT_KEY")
  expect(await curls("api", "POST", "/v1/$(id)`x", "a=b")).toContain("/v1/\\$(id)\\`x")

  if (!hasCurl) return
  const { stdout } = await promisify(execFile)("sh", ["-c", sent.replace("curl", "curl -s")], {
    env: { ...process.env, ...env },
  })
  expect(JSON.parse(stdout)).toMatchObject({ status: 200 })
  const { data } = JSON.parse((await run("-p", "staging", "events", "-o", "json")).out) as { data: unknown }
  expect(data).toMatchObject([{ name: "a/b", data: { note: "it's $HOME" } }])
})

test("--curl names the usual variables, masks a key of a command, and names none where no key goes", async () => {
  const url = await startServer()
  const state = makeDirectory()
  const curl = async (line: string[], env: Record<string, string>): Promise<string> =>
    (await runCli([...line, "--curl"], { env: { INNGEST_REPL_STATE_DIR: state, ...env } })).out
  const usual = { INNGEST_EVENT_KEY: "very-secret-event-key", INNGEST_SIGNING_KEY: "signkey-test-0123456789abcdef" }
  expect(await curl(["send", "a/b", "--url", url], usual)).toContain("/e/$INNGEST_EVENT_KEY")
  expect(await curl(["signal", "x", "--url", url], usual)).toContain("Bearer $INNGEST_SIGNING_KEY")
  const none = await curl(["send", "a/b", "--url", url], {})
  expect(none).toContain("/e/NO_EVENT_KEY_SET")
  expect(none).not.toContain("$")
  await runCli(["profile", "add", "op", "--url", url, "--signing-key-command", "echo signkey-test-0123456789abcdef"], {
    env: { INNGEST_REPL_STATE_DIR: state },
  })
  expect(await curl(["-p", "op", "signal", "x"], {})).toContain("Bearer signkey-test-…cdef")
})
