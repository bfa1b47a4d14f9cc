// Runs again from a step on, and cancelled for a reason: on the embedded server, on one with keys, and on those that can't.
import { describe, expect, onTestFinished, test } from "vitest"
import { listen } from "../../mocks/server.ts"
import { answerOf, vector } from "../support/inngest-vectors.ts"
import { startApp } from "./support/app.ts"
import { startDouble } from "./support/servers.ts"
import { type ShellOptions, type ShellOutcome, makeDirectory, runCli } from "./support/shell.ts"
import { startStockInngest } from "./support/stock-server.ts"

type Run = (line: readonly string[], options?: ShellOptions) => Promise<ShellOutcome>

async function start(keys: { eventKey?: string; signingKey?: string }): Promise<Run> {
  const server = await listen({ port: 0, ...keys })
  onTestFinished(() => server.close())
  const env = {
    INNGEST_REPL_STATE_DIR: makeDirectory(),
    INNGEST_BASE_URL: server.url,
    ...(keys.eventKey === undefined ? {} : { INNGEST_EVENT_KEY: keys.eventKey }),
    ...(keys.signingKey === undefined ? {} : { INNGEST_SIGNING_KEY: keys.signingKey }),
  }
  const run: Run = (line, options = {}) => runCli(line, { ...options, env })
  expect(await run(["apps", "sync", await startApp(server.url, keys)])).toMatchObject({ code: 0, err: "" })
  return run
}

/** The run that an event has started, ended. */
async function runOf(run: Run, ...send: string[]): Promise<string> {
  const { out, code } = await run(["send", ...send, "--wait", "--get", "runs[0].id"])
  expect(code).toBe(0)
  return out.trim()
}

const servers = [
  ["the embedded server", {}],
  ["a server with keys", { eventKey: "event-key-0123456789", signingKey: "0123456789abcdef0123456789abcdef" }],
] as const

describe.each(servers)("on %s", (_name, keys) => {
  test("a run is done again from a step on, with what came before it, and with another input", async () => {
    const run = await start(keys)
    const first = await runOf(run, "shop/order.charged")
    const outputOf = async (line: string[]): Promise<unknown> => {
      const again = await run(["rerun", first, ...line, "-o", "id"])
      expect(again).toMatchObject({ code: 0, err: "" })
      expect((await run(["run", "wait", again.out.trim()])).code).toBe(0)
      return JSON.parse((await run(["run", "output", again.out.trim()])).out) as unknown
    }
    expect(await outputOf([])).toEqual({ id: 2, amount: 5, currency: "EUR" })
    expect(await outputOf(["--from-step", "pay"])).toEqual({ id: 1, amount: 5, currency: "EUR" })
    expect(await outputOf(["--from-step", "reserve"])).toEqual({ id: 3, amount: 5, currency: "EUR" })
    expect(await outputOf(["--from-step", "pay", "--input", "7"])).toEqual({ id: 1, amount: 7, currency: "EUR" })
    expect(await outputOf(["--from-step", "pay", "--input", "[8, 'USD']"])).toEqual({
      id: 1,
      amount: 8,
      currency: "USD",
    })
    // By its id, and of one that was itself run again.
    const trace = JSON.parse((await run(["trace", first, "-o", "json"])).out) as {
      data: { rootSpan: { children: { name: string; stepId: string }[] } }
    }
    const pay = trace.data.rootSpan.children.find(({ name }) => name === "pay")?.stepId ?? ""
    const second = await run(["rerun", first, "--from-step", pay, "--input", "9", "-o", "id"])
    await run(["run", "wait", second.out.trim()])
    const third = await run(["rerun", second.out.trim(), "--from-step", "pay", "-o", "id"])
    await run(["run", "wait", third.out.trim()])
    expect((await run(["run", "output", third.out.trim()])).out).toBe('{"id":1,"amount":5,"currency":"EUR"}\n')
  })

  test("a failed step is where a trace says to go on", async () => {
    const run = await start(keys)
    const sent = await run(["send", "shop/order.paid", "--wait", "--get", "runs"])
    expect(sent.code).toBe(9)
    const runs = JSON.parse(sent.out) as { id: string; functionId: string }[]
    const failed = runs.find(({ functionId }) => functionId === "send-receipt")?.id ?? ""
    const { next } = JSON.parse((await run(["trace", failed, "-o", "json"])).out) as { next?: string[] }
    expect(next).toEqual([`run rerun ${failed} --from-step deliver`])
  })

  test("one that a filter picks is named in the question", async () => {
    const run = await start(keys)
    await run(["send", "shop/order.made"])
    await expect.poll(async () => (await run(["runs", "--status", "running", "-o", "id"])).out).toMatch(/^\S{26}\n$/)
    const id = (await run(["runs", "--status", "running", "-o", "id"])).out.trim()
    const asked = await run(["runs", "cancel", "--fn", "remind"], { columns: 100, answers: ["n"] })
    expect(asked.questions).toEqual([expect.stringContaining(`Cancel run ${id} on http://`)])
  })

  test("of a run that is none it is said where it was looked for, and that nothing was done", async () => {
    const run = await start(keys)
    const [none, other] = ["01M8DK4JY2F5KFK013E83MQ89M", "01M8DK4JY2F5KFK013E83MQ89N"] as const
    for (const line of [
      ["cancel", none],
      ["cancel", none, "--reason", "why"],
      ["rerun", none],
    ])
      expect(await run([...line, "--yes"])).toMatchObject({
        code: 5,
        err: expect.stringMatching(new RegExp(`^✗ not found: run ${none} on http:\\S+\\. Try {2}runs`)) as string,
      })
    const { code, err } = await run(["cancel", none, other, "--yes"])
    expect(code).toBe(5)
    expect(err).toMatch(/^✗ 2 of 2 runs could not be cancelled: not found: run /)
    expect(await run(["rerun", "-", "--from-step", "x", "--input", "-"], { stdin: none })).toMatchObject({
      code: 2,
      err: "✗ rerun: ids and --input can't both come from stdin. Name a file:  --input @file\n",
    })
  })

  test("what is wrong about the step is said before anything is started", async () => {
    const run = await start(keys)
    const first = await runOf(run, "shop/order.charged")
    const refused = async (...line: string[]): Promise<[number, string]> => {
      const { code, err, out } = await run(["rerun", first, ...line])
      expect(out).toBe("")
      return [code, err]
    }
    expect(await refused("--from-step", "reserv")).toEqual([
      5,
      `✗ --from-step: no step of run ${first} is called reserv. Did you mean  reserve ?\n`,
    ])
    expect(await refused("--from-step", "shipping")).toEqual([
      5,
      `✗ --from-step: no step of run ${first} is called shipping. There is  reserve, pay, again\n`,
    ])
    const [code, err] = await refused("--from-step", "again")
    expect(code).toBe(2)
    expect(err).toMatch(
      /^✗ --from-step: 2 steps of run \S+ are called again: [0-9a-f]{40}, [0-9a-f]{40}\. Name one by its id\n$/,
    )
    expect(await refused("--input", "7")).toEqual([
      2,
      "✗ --input is for the step that --from-step names. Such as  --from-step pay --input '{amount: 7}'\n",
    ])
    expect((await refused("--from-step", "pay", "--input", "{a 1}"))[1]).toMatch(/^✗ --input: JSON5 error at column 4/)
    expect((await run(["runs", "--all", "-o", "id"])).out.trim()).toBe(first)
    const plan = await run([
      "rerun",
      first,
      "--from-step",
      "pay",
      "--input",
      "{a: 1}",
      "--dry-run",
      "--get",
      "[0].body",
    ])
    expect(JSON.parse(plan.out)).toEqual({
      fromStep: { stepId: expect.stringMatching(/^[0-9a-f]{40}$/), input: [{ a: 1 }] },
    })
  })

  test("a run is cancelled for a reason, which its trace shows", async () => {
    const run = await start(keys)
    await run(["send", "shop/order.made"])
    await expect.poll(async () => (await run(["runs", "--status", "running", "-o", "id"])).out).toMatch(/^\S{26}\n$/)
    const asked = await run(["runs", "cancel", "--fn", "remind", "--reason", "wrong season", "-o", "json"])
    expect(JSON.parse(asked.out)).toMatchObject({
      error: { kind: "confirmation-required", plan: { reason: "wrong season" } },
    })
    const done = await run(["runs", "cancel", "--fn", "remind", "--reason", "wrong season", "-y", "-o", "json"])
    const { data } = JSON.parse(done.out) as { data: { runIds: [string]; reason: string } }
    expect(data).toMatchObject({ runIds: [expect.any(String)], hadEnded: [], failed: [], reason: "wrong season" })
    const [id] = data.runIds
    expect((await run(["trace", id], { columns: 100 })).out).toMatch(/Run {2}cancelled .* {2}wrong season\n/)
    const twice = await run(["run", "cancel", id, "--reason", "again", "-y", "-o", "json"])
    expect(JSON.parse(twice.out)).toMatchObject({ data: { runIds: [], hadEnded: [id] } })
    expect((await run(["trace", id, "--get", "rootSpan.metadata[0].values.reason"])).out).toBe("wrong season\n")
  })
})

describe("on a server that can't", () => {
  const completed = "01M80QR36JT16SN50Z4RGN2G19"

  test.each([
    ["has no catalogue", () => new Response("404 page not found\n", { status: 404 })],
    ["does not name it", () => Response.json({ data: { operations: [{ id: "Rerun" }, { id: "CancelRun" }] } })],
  ])("nothing is done: %s", async (_name, operations) => {
    const stock = await startStockInngest({ running: 1 })
    const url = await startDouble((request) => {
      const { pathname, search } = new URL(request.url)
      if (pathname.endsWith("/operations")) return operations()
      return fetch(`${stock.url}${pathname}${search}`, { method: request.method })
    })
    expect(await runCli(["rerun", completed, "--from-step", "first", "--url", url])).toMatchObject({
      code: 5,
      out: "",
      err: `✗ --from-step: ${url} runs again only from the beginning. Nothing was done. Leave --from-step out to do that\n`,
    })
    expect(await runCli(["runs", "cancel", "--fn", "ok", "--reason", "x", "-y", "--url", url])).toMatchObject({
      code: 5,
      out: "",
      err: `✗ --reason: ${url} keeps no reason for a cancellation. Nothing was done. Leave --reason out, and write it down elsewhere\n`,
    })
    expect(stock.changes).toEqual([])
    expect((await runCli(["rerun", completed, "--url", url])).code).toBe(0)
  })

  test("a stock server is sent the step's id; what it says against it is said", async () => {
    const stock = await startStockInngest()
    const bodies: unknown[] = []
    const url = await startDouble(async (request) => {
      const { pathname, search } = new URL(request.url)
      if (pathname.endsWith("/operations"))
        return Response.json({
          data: { operations: [{ id: "Rerun", mcp: { inputSchema: { properties: { fromStep: {} } } } }] },
        })
      if (request.method !== "POST") return fetch(`${stock.url}${pathname}${search}`)
      bodies.push(await request.json())
      if (bodies.length === 1) return answerOf(vector("v2-rerun"))
      const message = "Step not found in original run"
      return Response.json({ errors: [{ code: "invalid_request", message }] }, { status: 400 })
    })
    const line = ["rerun", completed, "--from-step", "first", "--url", url]
    expect(await runCli([...line, "-o", "id"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\S{26}\n$/) as string,
    })
    expect(await runCli(line)).toMatchObject({
      code: 2,
      err: expect.stringContaining("Step not found in original run") as string,
    })
    expect(bodies).toEqual([{ fromStep: { stepId: "a1" } }, { fromStep: { stepId: "a1" } }])
  })
})
