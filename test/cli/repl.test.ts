import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { complete } from "./support/complete.ts"
import { freePort } from "./support/servers.ts"
import { makeDirectory } from "./support/shell.ts"
import { type Typist, keys, startTyping } from "./support/typist.ts"

async function open(state = makeDirectory()): Promise<Typist> {
  const typist = startTyping(["--ephemeral", "--no-color"], state)
  await typist.see("help, Ctrl-D to leave")
  await typist.see("dev ❯ ")
  return typist
}

test("says what it talks to, sends, lists, and leaves", async () => {
  const typist = await open()
  typist.type(`send a/b n:=1${keys.enter}`)
  await typist.see(/✓ sent a\/b {2}[0-9A-Z]{26}\n/)
  await typist.see("  (no function listens to this event: see `functions`)\n  next: events get 01")
  typist.type(`events get _ --get data.n${keys.enter}`)
  await typist.see("\n1\n")
  typist.type(`exit${keys.enter}`)
  expect(await typist.code).toBe(0)
})

test("goes on over lines until the bracket is closed", async () => {
  const typist = await open()
  typist.type(`send a/b {${keys.enter}`)
  await typist.see("  … ")
  typist.type(`n: 8, // eight${keys.enter}`)
  await typist.see("  … ")
  typist.type(`}${keys.enter}`)
  await typist.see("✓ sent")
  typist.type(`events --get [0].data.n${keys.enter}`)
  await typist.see("\n8\n")
})

test("runs pasted lines one after the other, each with its prompt above what it does", async () => {
  const typist = await open()
  const lines = Array.from({ length: 20 }, (_value, n) => `send a/b n:=${n}`)
  typist.type([...lines, "events --fields data.n -o ndjson", ""].join(keys.enter))
  await typist.see("dev ❯ events --fields data.n -o ndjson\n")
  await typist.see(Array.from({ length: 20 }, (_value, index) => `{"data.n":${19 - index}}\n`).join(""))
})

test("Ctrl-C drops the line and the statement, never the session", async () => {
  const typist = await open()
  typist.type(`send a/b {${keys.enter}`)
  await typist.see("  … ")
  typist.type(`n: 1${keys.ctrlC}`)
  await typist.see("^C\n")
  await typist.see("dev ❯ ")
  typist.type(`version${keys.enter}`)
  await typist.see(/\n\d+\.\d+\.\d+\n/)
})

test("Ctrl-C ends the running command alone, and drops what was typed ahead", async () => {
  const typist = await open()
  typist.type(`dev --ephemeral --port 0${keys.enter}`)
  await typist.see("✓ listening on http://127.0.0.1:")
  await typist.see("Ctrl-C ends it")
  typist.type(`sned${keys.enter}`)
  typist.type(keys.ctrlC)
  await typist.see("dev ❯ ")
  typist.type(`version${keys.enter}`)
  await typist.see(/\n\d+\.\d+\.\d+\n/)
  expect(typist.screen).not.toContain("unknown command")
})

test("what is printed begins on a line of its own, whatever is being typed meanwhile, and that is not lost", async () => {
  const typist = await open()
  typist.type(`dev --ephemeral --port 0${keys.enter}`)
  await typist.see("Ctrl-C ends it")
  typist.type("vers")
  await typist.see("vers")
  const before = typist.written.length
  typist.type(`ion${keys.enter}sned`)
  await typist.see("sned")
  typist.type(keys.ctrlC)
  await typist.see("stopped")
  expect(typist.written.slice(before)).toContain("sned\r\u001b[2K")
  await typist.see("dev ❯ ")
})

test("a question is answered by what is typed after it, and not by what was pasted with the command", async () => {
  const typist = await open()
  typist.type(`workflow save w status=running${keys.enter}workflow delete w${keys.enter}y${keys.enter}`)
  await typist.see("[y/N] ")
  typist.type(`n${keys.enter}`)
  await typist.see("✗ not done")
  await typist.see('✗ unknown command "y"')
  for (const no of [keys.enter, keys.ctrlC, keys.ctrlD]) {
    typist.type(`workflow delete w${keys.enter}`)
    await typist.see("[y/N] ")
    typist.type(no)
    await typist.see("✗ not done")
    await typist.see("dev ❯ ")
  }
  typist.type(`workflow delete w${keys.enter}`)
  await typist.see("[y/N] ")
  typist.type(`y${keys.enter}`)
  await typist.see("✓ deleted w")
})

test("an error is said and the session goes on; Ctrl-D leaves", async () => {
  const typist = await open()
  typist.type(`send a/b {a 1}${keys.enter}`)
  await typist.see('✗ payload: JSON5 error at column 4, unexpected "1"\n  {a 1}\n     ^\n')
  typist.type(`send a/b note=it's${keys.enter}`)
  await typist.see("✗ nothing closes the '\n")
  await typist.see("dev ❯ ")
  typist.type(keys.ctrlD)
  expect(await typist.code).toBe(0)
})

test("lines come back in the next session, statements whole, answers and secrets not", async () => {
  const state = makeDirectory()
  const first = await open(state)
  first.type(`workflow save w status=running${keys.enter}`)
  await first.see("✓ saved w")
  first.type(`workflow delete w${keys.enter}`)
  await first.see("[y/N] ")
  first.type(`y${keys.enter}`)
  await first.see("✓ deleted")
  first.type(`send a/b password=hunter2${keys.enter}`)
  await first.see("✓ sent")
  first.type(`send a/b {${keys.enter}`)
  await first.see("  … ")
  first.type(`n: 1 }${keys.enter}`)
  await first.see("✓ sent")
  first.type(keys.ctrlD)
  await first.code
  expect(readFileSync(join(state, "dev.history"), "utf8")).toBe(
    "workflow save w status=running\nworkflow delete w\nsend a/b { n: 1 }\n",
  )
  const second = await open(state)
  second.type(`${keys.up}${keys.enter}`)
  await second.see("✓ sent a/b")
  expect(second.screen).toContain("send a/b { n: 1 }")
})

test("TAB completes", async () => {
  const typist = await open()
  await complete(typist, "ver", "sion ")
  typist.type(keys.enter)
  await typist.see(/\n\d+\.\d+\.\d+\n/)
})

test("a named server that does not answer is no session", async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  const typist = startTyping(["--url", url], makeDirectory())
  expect(await typist.code).toBe(7)
  expect(typist.screen).toContain(`✗ nothing listens on ${url} (from --url)`)
})
