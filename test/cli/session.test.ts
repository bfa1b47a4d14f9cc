// Whole sessions, as a person has them: typed, completed, searched, left and come back to.
import { readFileSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { type SearchState, searchFor, searchOlder, searchStart } from "../../cli/history-search.ts"
import { createClient } from "../../src/index.ts"
import { complete } from "./support/complete.ts"
import { startDouble, startServer } from "./support/servers.ts"
import { makeDirectory, runCli } from "./support/shell.ts"
import { startStockInngest } from "./support/stock-server.ts"
import { type Typist, keys, startTyping } from "./support/typist.ts"

async function open(argv: string[] = ["--ephemeral"], state = makeDirectory(), prompt = "dev ❯ "): Promise<Typist> {
  const typist = startTyping(["--no-color", ...argv], state)
  await typist.see("help, Ctrl-D to leave")
  await typist.see(prompt)
  return typist
}

/** One key, or paste, after the other. */
function press(typist: Typist, ...parts: string[]): void {
  for (const part of parts) typist.type(part)
}

test("somebody who knows nothing finds out how to send, look, put right and undo", async () => {
  const typist = await open()
  typist.type(`help${keys.enter}`)
  await typist.see("BEGIN WITH")
  await typist.see("workflow edit order-7 · undo")
  typist.type(`help undo${keys.enter}`)
  await typist.see("Take back the last workflow save, edit or delete of this session")
  await complete(typist, "sen", "send ")
  typist.type(`shop/order.paid id:=7${keys.enter}`)
  await typist.see("✓ sent shop/order.paid")
  // The name is known now.
  await complete(typist, "events --name sh", "shop/order.paid ")
  typist.type(keys.enter)
  await typist.see('{"id":7}')
  typist.type(`workflow save order-7 status=running${keys.enter}`)
  await typist.see("✓ saved order-7")
  await complete(typist, "workflow save ord", "order-7 ")
  typist.type(`status=canceled${keys.enter}`)
  await typist.see("✓ saved order-7  status")
  typist.type(`undo${keys.enter}`)
  await typist.see("✓ undid the save of order-7: it is as it was")
  typist.type(`workflow load _ --get status${keys.enter}`)
  await typist.see("\nrunning\n")
  typist.type(`undo${keys.enter}`)
  await typist.see("Undo the save of workflow order-7 on dev (state store the embedded server's)? [y/N] ")
  typist.type(`y${keys.enter}`)
  await typist.see("✓ undid the save of order-7: it is gone again")
  typist.type(`exit${keys.enter}`)
  expect(await typist.code).toBe(0)
})

test("TAB finds the field and the status that puts a state right", async () => {
  const typist = await open()
  typist.type(`workflow save order-7 status=running${keys.enter}`)
  await typist.see("✓ saved order-7")
  await complete(typist, "workflow save ord", "order-7 ")
  await complete(typist, "sta", "status=")
  await complete(typist, "can", "canceled ")
  typist.type(keys.enter)
  await typist.see("✓ saved order-7  status")
  await complete(typist, "workflow load _ --fields sta", "status ")
  typist.type(keys.enter)
  await typist.see("STATUS\ncanceled\n")
})

test("ids that were shown can be cut short, and _ is the last one", async () => {
  const stock = await startStockInngest({ running: 3 })
  const typist = await open(["--url", stock.url], makeDirectory(), "127.0.0.1:")
  typist.type(`runs --status running${keys.enter}`)
  await typist.see("next: run get 01M9")
  typist.type(`run get _ --get id${keys.enter}`)
  await typist.see(`\n${stock.runs[0]?.id}\n`)
  typist.type(`run get 01M9${keys.enter}`)
  await typist.see(/✗ 3 runs begin with 01M9: 01M9\w+ \(.*\), /)
  typist.type(`cancel ${stock.runs[1]?.id.slice(-6)}${keys.enter}`)
  await typist.see(`Cancel run ${stock.runs[1]?.id} on ${stock.url}? [y/N] `)
  typist.type(`y${keys.enter}`)
  await typist.see("✓ 1 cancelled")
})

test("use goes to another server: its prompt, its history, and its care", async () => {
  const stock = await startStockInngest({ running: 2 })
  const state = makeDirectory()
  const typist = await open(["--ephemeral"], state)
  typist.type(`profile add live --url ${stock.url} --protected --store fs:${state}/states${keys.enter}`)
  await typist.see("✓ profile live")
  await complete(typist, "use li", "live ")
  typist.type(keys.enter)
  await typist.see("live! ❯ ")
  typist.type(`runs cancel --status running${keys.enter}`)
  await typist.see("2 running runs on live")
  await typist.see("This cannot be undone. Type  cancel 2  to go on: ")
  typist.type(`yes${keys.enter}`)
  await typist.see("✗ not done")
  typist.type(`runs cancel --status running${keys.enter}`)
  await typist.see("to go on: ")
  typist.type(`cancel 2${keys.enter}`)
  await typist.see("✓ 2 cancelled")
  typist.type(`use dev${keys.enter}`)
  await typist.see("dev ❯ ")
  typist.type(keys.up)
  await typist.see("use li")
  typist.type(keys.ctrlC)
  typist.type(keys.ctrlD)
  await typist.code
  expect(readdirSync(state).filter((file) => file.endsWith(".history"))).toEqual(["dev.history", "live.history"])
  expect(readFileSync(join(state, "live.history"), "utf8")).toContain("runs cancel --status running\n")
  expect(readFileSync(join(state, "dev.history"), "utf8")).not.toContain("runs cancel")
  expect(statSync(join(state, "live.history")).mode & 0o777).toBe(0o600)
})

test("a tail ends with Ctrl-C, and the session goes on", async () => {
  const url = await startServer()
  const client = createClient({ baseURL: url })
  const typist = await open(["--url", url], makeDirectory(), "❯ ")
  typist.type(`tail --since 1h --name shop/* --every 10ms${keys.enter}`)
  await client.send({ name: "other/x" })
  await client.send({ name: "shop/order.paid", data: { n: 1 } })
  await typist.see('{"n":1}')
  typist.type(keys.ctrlC)
  await typist.see("stopped after 1 event\n")
  await typist.see("❯ ")
  typist.type(`events --watch=10ms --fields data${keys.enter}`)
  await typist.see('{"n":1}')
  await client.send({ name: "shop/order.paid", data: { n: 2 } })
  await typist.see('{"n":2}')
  typist.type(keys.ctrlC)
  await typist.see("❯ ")
  typist.type(`version${keys.enter}`)
  await typist.see(/\n\d+\.\d+\.\d+\n/)
  expect(typist.screen).not.toContain("other/x")
})

test("Ctrl-R looks back, Ctrl-R again further, and Enter runs what was found", async () => {
  const state = makeDirectory()
  const first = await open(["--ephemeral"], state)
  for (const line of ["send a/b n:=1", "version", "send a/b n:=2"]) {
    first.type(`${line}${keys.enter}`)
    await first.see(line === "version" ? /\n\d+\.\d+\.\d+\n/ : "✓ sent a/b")
  }
  first.type(keys.ctrlD)
  await first.code
  const typist = await open(["--ephemeral"], state)
  press(typist, "\u0012", "n:=")
  await typist.see("(search) n:=: send a/b n:=2")
  press(typist, "\u0012")
  await typist.see("send a/b n:=1")
  press(typist, "\u0012")
  await typist.see("(no older match) n:=: send a/b n:=1")
  press(typist, keys.enter)
  await typist.see("✓ sent a/b")
  typist.type(`events --get [0].data.n${keys.enter}`)
  await typist.see("\n1\n")
  press(typist, "\u0012", "vers", "\u0007")
  typist.type(`history vers${keys.enter}`)
  await typist.see("\nversion\n")
})

test("the search begins at the newest line and goes on behind the last one found", () => {
  const lines = ["send b", "runs", "send a"]
  let state: SearchState = searchStart
  state = searchFor("s", lines, state)
  expect(state).toEqual({ query: "s", index: 0, isFailed: false })
  state = searchFor("send", lines, state)
  expect(state.index).toBe(0)
  state = searchOlder(lines, state)
  expect(state.index).toBe(2)
  expect(searchOlder(lines, state)).toEqual({ query: "send", index: 2, isFailed: true })
  expect(searchFor("sendx", lines, state)).toMatchObject({ index: 2, isFailed: true })
  expect(searchFor("", lines, state)).toEqual(searchStart)
  expect(searchOlder(lines, searchStart)).toEqual(searchStart)
})

test("TAB on a server that does not answer is no wait, and no error on the screen", async () => {
  let asked = 0
  const hanging = await startDouble((request) => {
    const { pathname } = new URL(request.url)
    if (pathname === "/dev") return Response.json({ version: "1.2.3" })
    if (pathname.startsWith("/v1/workflows")) return new Response("404 page not found\n", { status: 404 })
    asked++
    return new Promise<Response>(() => {})
  })
  const typist = await open(["--url", hanging], makeDirectory(), "❯ ")
  // One key after the other, as from a keyboard: a TAB inside a paste is a blank.
  typist.type("run get ")
  typist.type(keys.tab)
  typist.type(`01M9${keys.ctrlC}`)
  // The server never answers: a TAB that waited for it would never let this be seen.
  await typist.see("^C")
  expect(asked).toBeGreaterThan(0)
  expect(typist.screen).not.toContain("✗")
})

test("what is not understood has a place or a name, and nothing of it is lost", async () => {
  const typist = await open()
  typist.type(`runs --status fail${keys.enter}`)
  await typist.see(
    '✗ --status: "fail" is not one of running, queued, completed, failed, cancelled, skipped. Did you mean  failed ?',
  )
  typist.type(`cancle${keys.enter}`)
  await typist.see('✗ unknown command "cancle". Did you mean  cancel ?')
})

test("the same session as one script, word for word", async () => {
  const { out, err, code } = await runCli([
    ..."send shop/order.paid id:=7 --id e7,events get e7 --get data.id,workflow save order-7 status=running runId=r1,workflow save order-7 status=failed,undo,workflow load order-7 --fields workflowId\\,runId\\,status"
      .split(/(?<!\\),/)
      .flatMap((line) => ["-e", line.replaceAll("\\,", ",")]),
    "--keep-going",
  ])
  expect([code, err]).toEqual([0, ""])
  expect(out.replaceAll(/[0-9A-HJKMNP-TV-Z]{26}/g, "<ulid>").replaceAll(/[\da-f]{12}-\d+/g, "<revision>")).toBe(
    [
      "ID                          NAME",
      "<ulid>  shop/order.paid",
      "7",
      "ID       REVISION        CHANGED",
      "order-7  <revision>  new",
      "ID       REVISION        CHANGED",
      "order-7  <revision>  status",
      "order-7",
      "WORKFLOWID  RUNID  STATUS",
      "order-7     r1     running",
      "",
    ].join("\n"),
  )
})
