// Runs by an expression: on the embedded server, on one with keys, and on one that can't.
import { describe, expect, onTestFinished, test } from "vitest"
import { listen } from "../../mocks/server.ts"
import { answerOf, vector } from "../support/inngest-vectors.ts"
import { startApp } from "./support/app.ts"
import { startDouble } from "./support/servers.ts"
import { type ShellOptions, type ShellOutcome, makeDirectory, runCli } from "./support/shell.ts"
import { startStockInngest } from "./support/stock-server.ts"

type Run = (line: readonly string[], options?: ShellOptions) => Promise<ShellOutcome>

/** A shell on an embedded server whose app has functions; of its runs three are over and two go on. */
async function start(keys: { eventKey?: string; signingKey?: string }): Promise<Run> {
  const server = await listen({ port: 0, ...keys })
  onTestFinished(() => server.close())
  const state = makeDirectory()
  const env = {
    INNGEST_REPL_STATE_DIR: state,
    INNGEST_BASE_URL: server.url,
    ...(keys.eventKey === undefined ? {} : { INNGEST_EVENT_KEY: keys.eventKey }),
    ...(keys.signingKey === undefined ? {} : { INNGEST_SIGNING_KEY: keys.signingKey }),
  }
  const run: Run = (line, options = {}) => runCli(line, { ...options, env: { ...env, ...options.env } })
  expect(await run(["apps", "sync", await startApp(server.url, keys)])).toMatchObject({ code: 0, err: "" })
  await run(["send", "shop/order.paid", "id:=7", "plan=pro", "--wait"])
  await run(["send", "shop/order.made", "[{id: 7}, {id: 8}]", "-y"])
  await expect
    .poll(async () => (await run(["runs", "--fn", "remind", "--status", "running", "-o", "id"])).out.trim().split("\n"))
    .toHaveLength(2)
  return run
}

describe.each([
  ["the embedded server", {}],
  ["a server with keys", { eventKey: "event-key-0123456789", signingKey: "0123456789abcdef0123456789abcdef" }],
])("on %s --where", (_name, keys) => {
  test("finds runs by what started them and by what they gave, along with the other filters, and cancels them", async () => {
    const run = await start(keys)
    const found = async (...flags: string[]): Promise<string[]> => {
      const { out, err, code } = await run(["runs", ...flags, "-o", "json"])
      expect([code, err]).toEqual([0, ""])
      const { data } = JSON.parse(out) as { data: { functionId: string; status: string }[] }
      return data.map(({ functionId, status }) => `${functionId} ${status}`).toSorted()
    }
    const seven = ["remind running", "send-receipt failed", "ship-order completed"]
    expect(await found("--where", "event.data.id == 7")).toEqual(seven)
    expect(await found("--where", "event.data.plan == 'pro' && event.name == \"shop/order.paid\"")).toEqual(
      seven.slice(1),
    )
    expect(await found("--where", "output.packed == true")).toEqual(["ship-order completed"])
    expect(await found("--where", "output.name == 'Error'")).toEqual(["send-receipt failed"])
    expect(await found("--where", "event.data.id > 6", "--status", "running")).toHaveLength(2)
    expect(await found("--where", "event.data.id > 6", "--fn", "ship-order", "--app", "shop")).toHaveLength(1)
    expect(await found("--where", "event.data.id > 6", "--fn", "shop-send-receipt", "--since", "1h")).toHaveLength(1)
    expect(await found("--where", "event.data.id > 6", "--fn", "nowhere")).toEqual([])
    expect(await found("--where", "event.data.id > 6", "--until", "1h")).toEqual([])
    // The same rows as without it, and page by page.
    const all = await run(["runs", "--all", "-o", "ndjson"])
    expect((await run(["runs", "--where", "true", "--all", "-o", "ndjson"])).out).toBe(all.out)
    const first = JSON.parse(
      (await run(["runs", "--where", "event.data.id == 7", "--limit", "2", "-o", "json"])).out,
    ) as {
      data: unknown[]
      next: [string]
    }
    expect(first.data).toHaveLength(2)
    expect(first.next[0]).toMatch(/^runs --where 'event\.data\.id == 7' --limit 2 --cursor \S+$/)
    const second = await run(["-e", first.next[0], "-o", "id"])
    expect(second.out.trim().split("\n")).toHaveLength(1)

    const wrong = await run(["runs", "--where", "event.data.id = 7"])
    expect(wrong).toMatchObject({ code: 2, out: "" })
    expect(wrong.err).toMatch(/^✗ --where: .+\. Such as {2}--where "event\.data\.id == 7 && /)

    const dry = await run(["runs", "cancel", "--where", "event.data.id == 8", "--dry-run"])
    expect(dry.out).toMatch(/^POST http\S+\/v2\/runs\/\S{26}\/cancel\n\{\}\n$/)
    const asked = await run(["runs", "cancel", "--where", "event.data.id >= 7"], { columns: 100, answers: ["y"] })
    expect(asked.err).toContain("2 running runs on")
    expect(asked.questions).toEqual(["This cannot be undone. [y/N] "])
    expect(await found("--where", "event.data.id > 6", "--status", "cancelled")).toHaveLength(2)
    expect(await run(["runs", "cancel", "--where", "event.data.id == 8", "-y"])).toMatchObject({ code: 5 })
  })
})

describe("where it can't be looked for", () => {
  const hint = "Filter by --status, --fn, --app and --since, or pick from all:  runs --all -o ndjson | jq …"

  test.each([
    ["it has no /v0/gql", () => new Response("404 page not found\n", { status: 404 })],
    ["its /v0/gql knows no such question", () => answerOf(vector("gql-syntax-error"))],
    ["its /v0/gql is a page", () => new Response("<html>")],
    ["its answer is of another kind", () => Response.json({ data: { workers: [] } })],
  ])("the server is not asked for all instead: %s", async (why, answer) => {
    const url = await startDouble((request) =>
      new URL(request.url).pathname === "/v0/gql" ? answer() : new Response("", { status: 404 }),
    )
    for (const line of [["runs"], ["runs", "cancel", "-y"]])
      expect(await runCli([...line, "--where", "event.data.id == 7", "--url", url])).toMatchObject({
        code: 5,
        out: "",
        err: `✗ --where: this server finds no runs by an expression: ${why}. ${hint}\n`,
      })
  })

  test("a stock server with its dashboard answers as it was recorded", async () => {
    const stock = await startStockInngest()
    const url = await startDouble((request) => {
      const { pathname, search } = new URL(request.url)
      if (pathname !== "/v0/gql") return fetch(`${stock.url}${pathname}${search}`)
      const answer = JSON.parse(vector("gql-runs-cel").response.body ?? "") as { data: { runs: object } }
      return Response.json({ data: { runs: { ...answer.data.runs, pageInfo: { hasNextPage: false } } } })
    })
    const { out, code } = await runCli(["runs", "--where", 'event.name == "demo/fail"', "-o", "id", "--url", url])
    expect([code, out]).toEqual([0, "01M80QR36JKCBEYPC3PJSJRQTQ\n"])
  })
})
