// The same commands on the three kinds of server: the embedded one with functions that run, one with keys in self-hosted mode, and a stock one
// that keeps no workflow state. And on stores that are databases.
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { startPostgres, startRedis } from "../../.ci/services.mjs"
import { listen } from "../../mocks/server.ts"
import { startApp } from "./support/app.ts"
import { startProcess } from "./support/process.ts"
import { freePort } from "./support/servers.ts"
import { type ShellOutcome, makeDirectory, runCli } from "./support/shell.ts"
import { startStockInngest } from "./support/stock-server.ts"

const keys = { eventKey: "event-key-0123456789", signingKey: "0123456789abcdef0123456789abcdef" }

describe("the embedded server", () => {
  test("runs an app's functions, and every command about runs works on them", async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    process.env.INNGEST_DEV = url
    onTestFinished(() => void delete process.env.INNGEST_DEV)
    const app = await startApp(url)
    const dev = startProcess(["dev", "--ephemeral", "--port", String(port), "-u", app], { state: makeDirectory() })
    await dev.until(/http:\/\//)
    const state = makeDirectory()
    const run = (...line: string[]): Promise<ShellOutcome> =>
      runCli([...line, "--url", url], { env: { INNGEST_REPL_STATE_DIR: state } })
    // The app is asked until it answers.
    await expect.poll(async () => (await run("functions", "-o", "id")).out.trim().split("\n")).toHaveLength(4)
    expect((await run("functions")).out).toMatch(/shop-ship-order .* concurrency\n/)

    const sent = await run("send", "shop/order.paid", "id:=7", "--wait", "-o", "json")
    expect(sent.code).toBe(9)
    const { data, next } = JSON.parse(sent.out) as {
      data: { eventIds: string[]; runs: { id: string; functionId: string; status: string }[] }
      next: string[]
    }
    expect(data.runs.map(({ functionId, status }) => `${functionId} ${status}`).toSorted()).toEqual([
      "send-receipt failed",
      "ship-order completed",
    ])
    const failed = data.runs.find(({ status }) => status === "failed")?.id ?? ""
    expect(next).toEqual([`run trace ${failed}`, `run rerun ${failed}`])
    expect((await run("runs", "--status", "failed")).out).toContain("SMTP 421 try later")
    const shipped = data.runs.find(({ status }) => status === "completed")?.id ?? ""
    expect((await run("trace", shipped)).out).toMatch(/pack {2}run {2}completed .*\{"packed":true\}/)
    expect((await run("run", "output", shipped)).out).toBe('{"packed":true}\n')
    expect((await run("events", "runs", data.eventIds[0] ?? "", "-o", "id")).out.trim().split("\n").toSorted()).toEqual(
      [failed, shipped].toSorted(),
    )
    const again = await run("rerun", failed, "-o", "id")
    expect((await run("run", "wait", again.out.trim())).code).toBe(9)

    expect((await run("invoke", "shop-ship-order", "id:=8", "--wait")).code).toBe(0)
    await run("send", "shop/order.made")
    await expect
      .poll(async () => (await run("runs", "--fn", "remind", "--status", "running", "-o", "id")).out)
      .toMatch(/^\S{26}\n$/)
    expect(JSON.parse((await run("runs", "cancel", "--fn", "remind", "-y", "-o", "json")).out)).toMatchObject({
      data: { failed: [], hadEnded: [] },
    })
    expect((await run("runs", "--fn", "remind", "--get", "[0].status")).out).toBe("cancelled\n")

    const doctor = await run("doctor")
    expect(doctor.out).toMatch(/✓ {2}app shop {2,}4 functions/)
    expect(doctor.out).toMatch(/! {2}function shop-ship-order {2}concurrency/)
    expect(doctor.code).toBe(0)
  })
})

describe("a server with keys", () => {
  test("takes the right ones for everything, and says 4 to all others", async () => {
    const server = await listen({ port: 0, ...keys })
    onTestFinished(() => server.close())
    const run = (line: string[], env: Record<string, string> = {}): Promise<ShellOutcome> =>
      runCli(line, { env: { INNGEST_BASE_URL: server.url, ...env } })
    const right = { INNGEST_EVENT_KEY: keys.eventKey, INNGEST_SIGNING_KEY: keys.signingKey }
    const sent = await run(["send", "a/b", "n:=1", "-o", "id"], right)
    expect(sent.code).toBe(0)
    for (const line of [
      ["events"],
      ["events", "get", sent.out.trim()],
      ["runs"],
      ["functions"],
      ["apps"],
      ["workflow", "save", "w", "status=running"],
      ["workflow", "load", "w"],
      ["workflows"],
      ["workflow", "delete", "w", "-y"],
      ["doctor"],
      ["api", "GET", "/v1/events"],
    ])
      expect({ line, code: (await run(line, right)).code }).toEqual({ line, code: 0 })
    const wrong = { INNGEST_EVENT_KEY: "wrong-event-key", INNGEST_SIGNING_KEY: "ffffffffffffffffffffffffffffffff" }
    for (const env of [{}, wrong] as Record<string, string>[])
      for (const line of [["send", "a/b"], ["events"], ["runs"], ["workflow", "load", "w"], ["doctor"]]) {
        const { code, err, out } = await run(line, env)
        expect({ line, code }).toEqual({ line, code: 4 })
        expect(err + out).not.toMatch(/wrong-event-key|ffffffff/)
      }
  })
})

describe("a stock server", () => {
  test("has runs and events, and of workflow state says what to do", async () => {
    const { url } = await startStockInngest({ running: 1 })
    for (const line of [
      ["workflows"],
      ["workflow", "load", "w"],
      ["workflow", "save", "w", "status=running"],
      ["workflow", "delete", "w", "-y"],
      ["workflow", "edit", "w"],
      ["workflows", "export"],
    ]) {
      const { code, err, out } = await runCli([...line, "--url", url], { env: { EDITOR: "true" } })
      expect({ line, code, out }).toEqual({ line, code: 5, out: "" })
      expect(err).toMatch(/keeps no workflow state/)
    }
    const store = `sqlite:${join(makeDirectory(), "states.db")}`
    expect((await runCli(["workflow", "save", "w", "status=running", "--url", url, "--store", store])).code).toBe(0)
    expect((await runCli(["runs", "--url", url, "--store", store])).code).toBe(0)
  })
})

describe("a database as the store", () => {
  test.each([
    ["PostgreSQL", startPostgres, true],
    ["Redis", startRedis, false],
  ] as const)("%s keeps states, with what it can do said", async (_name, start, hasRevisions) => {
    const service = await start()
    if ("missing" in service) {
      expect(service.missing).not.toBe("")
      return
    }
    onTestFinished(() => service.stop())
    const state = makeDirectory()
    const run = (...line: string[]): Promise<ShellOutcome> =>
      runCli([...line, "--store", service.url], { env: { INNGEST_REPL_STATE_DIR: state } })
    const saved = await run(
      "workflow",
      "save",
      "order-7",
      "status=running",
      "input:={big: 12345678901234567890}",
      "-o",
      "json",
    )
    expect(saved.code).toBe(0)
    expect((JSON.parse(saved.out) as { data: { revision: string | null } }).data.revision !== null).toBe(hasRevisions)
    expect((await run("workflow", "load", "order-7", "--get", "input.big")).out).toBe("12345678901234567890\n")
    expect((await run("workflow", "save", "order-7", "status=failed", "--if-revision", "x")).code).toBe(
      hasRevisions ? 6 : 5,
    )
    expect((await run("workflows", "-o", "id")).out).toBe("order-7\n")
    expect((await run("doctor")).out).toMatch(hasRevisions ? /with revisions/ : /without revisions/)
    expect((await run("workflow", "delete", "order-7", "-y")).code).toBe(0)
    expect((await run("workflows", "-o", "id")).out).toBe("")
  })
})
