import { readFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, expect, test } from "vitest"
import { otherWords } from "../../cli/about.ts"
import { commandTitle } from "../../cli/command.ts"
import { createRegistry } from "../../cli/registry.ts"
import { runCli } from "./support/shell.ts"

beforeAll(async () => {
  const { ensureBuilt } = (await import(/* @vite-ignore */ join(process.cwd(), ".ci/build.mjs"))) as {
    ensureBuilt: () => Promise<void>
  }
  await ensureBuilt()
}, 60_000)

test("the help that the build writes down is the help", async () => {
  expect(readFileSync("dist/cli/help.txt", "utf8")).toBe((await runCli(["help"])).out)
})

test("help about a word finds the commands that have to do with it, by what else people call it, too", async () => {
  const found = await runCli(["help", "revision"])
  expect(found.out).toMatch(/^About "revision":\n\n *workflow save {4}/)
  expect(found.out).toContain("workflow edit")
  expect((await runCli(["help", "stuck", "-o", "id"])).out.split("\n")).toContain("workflow edit")
  expect((await runCli(["help", "retry", "-o", "id"])).out).toBe("run rerun\n")
})

test("help about a word that means nothing says so, with what is near", async () => {
  expect(await runCli(["help", "blockchain"])).toMatchObject({
    code: 2,
    out: "",
    err: `✗ no command has to do with "blockchain". All of them:  help\n`,
  })
  expect((await runCli(["help", "cancle"])).err).toBe(
    `✗ no command has to do with "cancle". Did you mean  help cancel ?\n`,
  )
})

test("a command that goes by another name here is found by what people call it", async () => {
  expect((await runCli(["retry"])).err).toBe(`✗ unknown command "retry". Did you mean  run rerun ?\n`)
  expect((await runCli(["logs"])).err).toBe(`✗ unknown command "logs". Try  help logs\n`)
  expect((await runCli(["delete"])).err).toBe(`✗ unknown command "delete". Did you mean  workflow delete ?\n`)
  const titles = createRegistry().commands.map(commandTitle)
  expect(Object.keys(otherWords).filter((title) => !titles.includes(title))).toEqual([])
})

test("each payload that help shows is one", async () => {
  const { out } = await runCli(["help"])
  const [, shown = ""] = /^PAYLOAD\n\n([^]*?)\n\n/m.exec(out) ?? []
  const payloads = shown.match(/[\w.[\]]+:?=(?:\[[^\]]*\]|[^\s[:…;]+)|\{[^}]*\}/g) ?? []
  expect(payloads).toEqual([
    "key=text",
    "zip=00501",
    "key:=json",
    "count:=7",
    "tags:=['a', 'b c']",
    "user.plan=pro",
    "items[0].sku=x",
    "{id: 7}",
    "key=@file",
  ])
  for (const payload of payloads.filter((each) => !/json|@/.test(each))) {
    const { code, err } = await runCli(["-e", `send a/b ${payload} --dry-run`, "--ephemeral"])
    expect({ payload, code, err }).toEqual({ payload, code: 0, err: "" })
  }
})
