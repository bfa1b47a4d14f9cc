// Ids as people type them: whole, cut short, or the sender's own; and never a guess.
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { createClient } from "../../src/index.ts"
import { startServer } from "./support/servers.ts"
import { type ShellOptions, type ShellOutcome, makeDirectory, runCli } from "./support/shell.ts"
import { startStockInngest } from "./support/stock-server.ts"
import { keys, startTyping } from "./support/typist.ts"

type Run = (line: readonly string[], options?: ShellOptions) => Promise<ShellOutcome>

function shellOn(url: string): Run {
  return (line, options) => runCli([...line, "--url", url], options)
}

describe("events", () => {
  test("are found by the id that the sender gave, whatever it looks like", async () => {
    const run = shellOn(await startServer())
    for (const own of ["e7", "order-7", "order/7 über", "ABCDEF", "01M80QW2M991JVDTEKZ625P475"]) {
      const sent = await run(["send", "a/b", `own=${own}`, "--id", own, "-o", "id"])
      expect(await run(["events", "get", own, "-o", "id"])).toMatchObject({ code: 0, out: sent.out })
      expect((await run(["show", own, "--get", "data.own"])).out).toBe(`${own}\n`)
    }
    const copied = await run(["events", "copy", "order-7", "-o", "json"])
    expect(JSON.parse(copied.out)).toMatchObject({ data: { from: [expect.stringMatching(/^01/)] } })
    expect(await run(["events", "get", "order-8"])).toMatchObject({
      code: 5,
      err: "✗ not found: no event among the newest 1000 was sent with the id order-8, nor begins or ends in it. Try  events\n",
    })
  })

  test("that were sent twice with one id are both named, and none is taken", async () => {
    const url = await startServer()
    const run = shellOn(url)
    const ids = await Promise.all(
      [1, 2].map(
        async (n) => (await createClient({ baseURL: url }).send({ name: "a/b", id: "twice", data: { n } })).ids,
      ),
    )
    const { code, err } = await run(["events", "get", "twice"])
    expect(code).toBe(2)
    expect(err).toMatch(
      /^✗ two events were sent with the id twice: \S{26} \(.*\), \S{26} \(.*\)\. Name one of these\n$/,
    )
    for (const [id = ""] of ids) expect(err).toContain(id)
  })

  test("know their runs under it, too", async () => {
    const { url } = await startStockInngest()
    const run = shellOn(url)
    await run(["send", "demo/ok", "--id", "mine"])
    expect((await run(["events", "runs", "mine", "--get", "[0].functionId"])).out).toBe("ok\n")
    expect((await run(["events", "get", "mine", "--get", "name"])).out).toBe("demo/ok\n")
  })
})

describe("workflows", () => {
  const save = async (run: Run, ...ids: string[]): Promise<void> => {
    for (const id of ids) await run(["workflow", "save", id, "status=running"])
  }

  test("go by enough of their start or end where a person sees which one is meant", async () => {
    const run = shellOn(await startServer())
    await save(run, "order-70-lost", "invoice-1234567")
    for (const [part, id] of [
      ["order-7", "order-70-lost"],
      ["1234567", "invoice-1234567"],
    ] as const) {
      const seen = await run(["workflow", "load", part], { columns: 80 })
      expect(seen).toMatchObject({ code: 0, err: `  ${part} is ${id}\n` })
      expect(seen.out).toContain(id)
      expect((await run(["workflow", "history", part], { columns: 80 })).code).toBe(0)
      expect((await run(["show", part], { columns: 80 })).out).toContain(id)
    }
    expect((await run(["workflow", "load", "order"], { columns: 80 })).code).toBe(5)
  })

  test("are never guessed for a program: it is told what was meant", async () => {
    const run = shellOn(await startServer())
    await save(run, "order-70")
    for (const [line, options] of [
      [["workflow", "load", "order-7"], {}],
      [["workflow", "load", "order-7", "-o", "json"], { columns: 80 }],
      [["workflow", "history", "order-7"], {}],
    ] as const) {
      const { code, err, out } = await run(line, options)
      expect(code).toBe(5)
      expect(err || out).toContain("not found: workflow order-7")
      expect(err || out).toContain("Did you mean  order-70 ?")
    }
    // What is written goes where it says, also when that is new.
    await run(["workflow", "save", "order-7", "status=failed"], { columns: 80 })
    expect((await run(["workflow", "load", "order-70", "--get", "status"])).out).toBe("running\n")
  })

  test("are deleted by a part only when the question names the whole", async () => {
    const run = shellOn(await startServer())
    await save(run, "order-70")
    expect(await run(["workflow", "delete", "order-7", "--yes"], { columns: 80 })).toMatchObject({ code: 5, out: "" })
    expect(await run(["workflow", "delete", "order-7"])).toMatchObject({ code: 5, out: "" })
    const asked = await run(["workflow", "delete", "order-7"], { columns: 80, answers: ["y"] })
    expect(asked.questions).toEqual([expect.stringMatching(/^Delete workflow order-70 on /)])
    expect(asked.code).toBe(0)
  })

  test("of several that fit all are named, and none is taken", async () => {
    const run = shellOn(await startServer())
    await save(run, "order-70", "order-71")
    for (const line of [
      ["workflow", "load", "order-7"],
      ["workflow", "delete", "order-7"],
    ])
      expect(await run(line, { columns: 80, answers: [] })).toMatchObject({
        code: 2,
        out: "",
        err: "✗ two workflows begin with order-7: order-71, order-70. Give more characters\n",
      })
  })

  test("that were shown are known by four characters", async () => {
    const store = `fs:${join(makeDirectory(), "states")}`
    const typist = startTyping(["--no-color", "--ephemeral", "--store", store], makeDirectory())
    await typist.see("❯ ")
    typist.type(`workflow save order-70 status=running${keys.enter}`)
    await typist.see("✓ saved order-70")
    typist.type(`workflow load r-70${keys.enter}`)
    await typist.see("  r-70 is order-70\n")
    await typist.see("running")
  })
})
