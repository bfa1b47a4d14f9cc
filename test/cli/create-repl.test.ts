// The shell as a library: lines in, typed results out.
import { PassThrough } from "node:stream"
import { describe, expect, test } from "vitest"
import { createRepl } from "../../cli/create-repl.ts"
import { createInngestMock } from "../../mocks/index.ts"
import { createClient } from "../../src/index.ts"
import { memoryStore } from "../../src/store/index.ts"
import { startStockInngest } from "./support/stock-server.ts"

describe("repl.execute", () => {
  test("gives what a line results in, with its type", async () => {
    const { url, runs } = await startStockInngest({ running: 2 })
    const repl = createRepl({ client: createClient({ baseURL: url }) })
    const result = await repl.execute("runs --status running")
    expect(result.type).toBe("runs")
    if (result.type === "runs") expect(result.data.map(({ id }) => id)).toEqual(runs.slice(0, 2).map(({ id }) => id))
    expect(await repl.execute("run get _")).toMatchObject({ type: "run", data: { id: runs[0]?.id } })
    expect(await repl.execute("events export")).toMatchObject({ type: "none" })
  })

  test("uses the client and the store that it was given", async () => {
    const mock = createInngestMock({ baseURL: "http://kit.test" })
    const store = memoryStore()
    const repl = createRepl({ client: createClient({ baseURL: "http://kit.test", fetch: mock.fetch }), store })
    await repl.execute("send a/b {n: 1}")
    expect(mock.sent("a/b")).toMatchObject([{ data: { n: 1 } }])
    await repl.execute("workflow save w status=running")
    expect(await store.load("w")).toMatchObject({ status: "running" })
    await repl.execute("undo --yes")
    expect(await store.load("w")).toBeNull()
  })

  test("leaves errors of the client as they are: its keys are not the shell's to speak of", async () => {
    const { url } = await startStockInngest({ signingKey: "signkey-prod-0123456789abcdef" })
    const repl = createRepl({ client: createClient({ baseURL: url, signingKey: "signkey-prod-ffffffffffffffff" }) })
    await expect(repl.execute("runs")).rejects.toMatchObject({ name: "AuthenticationError", status: 401 })
    expect(await repl.execute("whoami")).toMatchObject({ data: { signingKey: null, signingKeyFrom: "the client" } })
  })

  test("throws what the shell would say: not understood, not asked, refused, interrupted", async () => {
    const { url, changes } = await startStockInngest({ running: 1 })
    const client = createClient({ baseURL: url })
    const repl = createRepl({ client })
    await expect(repl.execute("rusn")).rejects.toMatchObject({
      name: "CommandError",
      kind: "usage",
      hint: "Did you mean  run ?",
    })
    await expect(repl.execute("send a/b {")).rejects.toMatchObject({ kind: "usage", at: { column: 10 } })
    await expect(repl.execute("runs cancel --status running")).rejects.toMatchObject({
      kind: "confirmation-required",
      details: { plan: {} },
    })
    await expect(repl.execute("runs -p prod")).rejects.toMatchObject({ kind: "unsupported" })
    await expect(createRepl({ client, readOnly: true }).execute("send a/b")).rejects.toMatchObject({
      kind: "read-only",
    })
    const signal = AbortSignal.abort(new Error("mine"))
    await expect(repl.execute("runs", { signal })).rejects.toThrow("mine")
    expect(changes).toEqual([])
    expect(await repl.execute("runs cancel --status running --yes")).toMatchObject({
      type: "cancelled",
      data: { failed: [] },
    })
  })
})

test("repl.start is a session on streams of yours", async () => {
  const mock = createInngestMock({ baseURL: "http://kit.test" })
  const client = createClient({ baseURL: "http://kit.test", fetch: mock.fetch })
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input })
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 })
  let screen = ""
  output.setEncoding("utf8").on("data", (text: string) => (screen += text))
  const ended = createRepl({ client, name: "shop", input, output }).start()
  input.write("send a/b n:=1\r")
  input.write("exit\r")
  expect(await ended).toBe(0)
  expect(mock.sent("a/b")).toHaveLength(1)
  expect(screen).toContain("shop")
})
