import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { createClient } from "../../src/index.ts"
import { startDouble, startServer } from "./support/servers.ts"
import { type ShellOutcome, makeDirectory, runCli } from "./support/shell.ts"

interface Document {
  schemaVersion: number
  data: unknown
  page?: { cursor: string }
  revision?: string
  next?: string[]
  error?: Record<string, unknown>
}

function documentOf({ out }: ShellOutcome): Document {
  return JSON.parse(out) as Document
}

/** Run one command after the other against one server. */
async function createShell(): Promise<
  (line: string[], options?: Parameters<typeof runCli>[1]) => Promise<ShellOutcome>
> {
  const url = await startServer()
  return (line, options) => runCli(["--url", url, ...line], options)
}

describe("send", () => {
  test("gives back the id under which the event is found", async () => {
    const run = await createShell()
    const sent = documentOf(await run(["send", "shop/order.paid", "id:=7", "user.plan=pro", "-o", "json"]))
    const { eventIds } = sent.data as { eventIds: string[] }
    expect(sent).toEqual({
      schemaVersion: 1,
      data: { eventIds, name: "shop/order.paid" },
      next: [`events get ${eventIds[0]}`],
    })
    const got = documentOf(await run(["events", "get", eventIds[0] ?? "", "--json"]))
    expect(got.data).toMatchObject({
      internalId: eventIds[0],
      name: "shop/order.paid",
      data: { id: 7, user: { plan: "pro" } },
    })
  })

  test("takes its own id and time", async () => {
    const run = await createShell()
    await run(["send", "a/b", "--id", "order-7", "--ts", "2026-01-31T12:00Z"])
    const { data } = documentOf(await run(["events", "-o", "json"]))
    expect(data).toEqual([expect.objectContaining({ id: "order-7", ts: Date.UTC(2026, 0, 31, 12) })])
  })

  test("sends a list, a file of lines and stdin as one event per member, in order", async () => {
    const run = await createShell()
    const file = join(makeDirectory(), "orders.ndjson")
    writeFileSync(file, '{"n":3}\n{"n":4}\n')
    await run(["send", "a/b", "[{n: 1}, {n: 2}]", "env=test", "--yes"])
    await run(["send", "a/b", `@${file}`, "--yes"])
    await run(["send", "a/b", "-"], { stdin: '{"n":5}' })
    const { out } = await run(["events", "-o", "ndjson", "--fields", "data.n"])
    expect(out).toBe([5, 4, 3, 2, 1].map((n) => `{"data.n":${n}}\n`).join(""))
  })

  test("sends many from stdin a part at a time, with a bar where somebody sees it", async () => {
    const run = await createShell()
    const stdin = Array.from({ length: 1_200 }, (_value, n) => `{"n":${n}}\n`).join("")
    const many = ["--yes", "--max", "1200"]
    const seen = await run(["send", "bulk/x", "-", ...many], { stdin, columns: 80 })
    expect(seen).toMatchObject({ code: 0, out: "✓ sent 1200 × bulk/x\n" })
    expect(seen.progress.map((text) => text.replace(/^ +[█░]{24} {2}/, ""))).toEqual([
      "sent 500 of 1200",
      "sent 1000 of 1200",
      "sent 1200 of 1200",
      "",
    ])
    const piped = await run(["send", "bulk/y", "-", ...many, "-o", "id"], { stdin })
    expect(piped.out.trim().split("\n")).toHaveLength(1_200)
    expect(piped).toMatchObject({ err: "", progress: [] })
    const counted = await run(["send", "bulk/z", "n:=1", "--count", "3", "-o", "id", "-y"])
    expect(new Set(counted.out.trim().split("\n")).size).toBe(3)
  })

  test("keeps every digit of a number", async () => {
    const run = await createShell()
    const { out } = await run(["send", "a/b", "n:=12345678901234567890", "--dry-run", "-o", "json"])
    expect(out).toContain(`"n":12345678901234567890`)
  })

  test("on a terminal says so in one line, and what to do next on stderr", async () => {
    const run = await createShell()
    const { out, err } = await run(["send", "a/b"], { columns: 80 })
    expect(out).toMatch(/^✓ sent a\/b {2}[0-9A-Z]{26}\n$/)
    expect(err).toMatch(
      /^ {2}\(no function listens to this event: see `functions`\)\n {2}next: events get [0-9A-Z]{26}\n$/,
    )
    expect(documentOf(await run(["send", "a/b", "-o", "json"], { columns: 80 }))).not.toHaveProperty("note")
  })

  test("in a pipe gives a table and says nothing", async () => {
    const run = await createShell()
    const { out, err } = await run(["send", "a/b"])
    expect(out).toMatch(/^ID {26}NAME\n[0-9A-Z]{26} {2}a\/b\n$/)
    expect(err).toBe("")
  })

  test.each([
    [["send", "a/b", "[1]"], /event: events\[0\]\.data: must be an object, not a number/],
    [["send", "inngest/x"], /"inngest\/x": names that begin with inngest\/ are reserved/],
    [["send", "a/b", "[]"], /payload: an empty list sends nothing/],
    [["send", "a/b", "[{}, {}]", "--id", "x"], /--id: 2 events can't have one id/],
    [["send", "a/b", "@nowhere.json"], /nowhere\.json: no such file/],
  ])("refuses before anything is sent: %j", async (line, message) => {
    const run = await createShell()
    const { code, out, err } = await run(line)
    expect(err).toMatch(message)
    expect([code, out]).toEqual([2, ""])
  })

  test("names the size and the limit of an event that is too large", async () => {
    const run = await createShell()
    const file = join(makeDirectory(), "large.json")
    writeFileSync(file, JSON.stringify({ text: "x".repeat(3 * 1024 * 1024) }))
    const { code, err } = await run(["send", "a/b", `@${file}`])
    expect(err).toMatch(/has 3145\d\d\d bytes as JSON, more than the limit of 3145728 bytes/)
    expect(code).toBe(2)
  })
})

describe("events", () => {
  test("lists the newest first, so many, and how to go on", async () => {
    const run = await createShell()
    await run(["send", "a/b", "[{n: 1}, {n: 2}, {n: 3}]", "--yes"])
    const first = documentOf(await run(["events", "--limit", "2", "-o", "json"]))
    expect((first.data as { data: unknown }[]).map(({ data }) => data)).toEqual([{ n: 3 }, { n: 2 }])
    expect(first.next).toEqual([`events --limit 2 --cursor ${first.page?.cursor}`])
    const { data, page } = documentOf(await run(["events", "-o", "json", "--cursor", first.page?.cursor ?? ""]))
    expect([(data as { data: unknown }[]).map((event) => event.data), page]).toEqual([[{ n: 1 }], undefined])
  })

  test("by name and time", async () => {
    const run = await createShell()
    await run(["send", "a/b"])
    await run(["send", "c/d"])
    const names = async (...flags: string[]): Promise<string> =>
      (await run(["events", ...flags, "-o", "ndjson", "--get", "[0].name"])).out
    expect(await names("--name", "a/b")).toBe('"a/b"\n')
    expect(await names("--since", "1h")).toBe('"c/d"\n')
    expect((await run(["events", "--until", "1h", "-o", "id"])).out).toBe("")
    expect((await run(["events", "--name", "a/*"])).code).toBe(2)
  })

  test("fits the terminal and shows how old they are", async () => {
    const run = await createShell()
    await run(["send", "shop/order.paid", `note=${"x".repeat(200)}`])
    const { out } = await run(["events"], { columns: 80 })
    const [titles, row] = out.split("\n")
    expect(titles).toMatch(/^ID {26}NAME {13}RECEIVED {2}DATA$/)
    expect(row).toMatch(/^[0-9A-Z]{26} {2}shop\/order\.paid {2}just now {2}\{"note":"xx+…$/)
    expect([...(row ?? "")]).toHaveLength(80)
  })

  test("-o id is one id a line, which the next command takes", async () => {
    const run = await createShell()
    await run(["send", "a/b", "[{n: 1}, {n: 2}]", "--yes"])
    const ids = (await run(["events", "-o", "id"])).out.trimEnd().split("\n")
    expect(ids).toHaveLength(2)
    expect((await run(["events", "get", ids[0] ?? "", "--get", "data.n"])).out).toBe("2\n")
  })

  test("one that is not there is not found", async () => {
    const run = await createShell()
    const { code, err } = await run(["events", "get", "01M80QW2M991JVDTEKZ625P475"])
    expect([code, err]).toEqual([5, "✗ not found: event 01M80QW2M991JVDTEKZ625P475. Try  events\n"])
  })
})

describe("workflow save", () => {
  test("makes a state: run, times and history are filled in", async () => {
    const run = await createShell()
    const saved = documentOf(
      await run(["workflow", "save", "order-7", "status=running", "input:={total: 12}", "--json"]),
    )
    expect(saved.data).toEqual({
      workflowId: "order-7",
      revision: expect.any(String) as string,
      isNew: true,
      changed: ["status", "input"],
    })
    const { data, revision } = documentOf(await run(["workflow", "load", "order-7", "--json"]))
    expect(revision).toBe((saved.data as { revision: string }).revision)
    expect(data).toEqual({
      workflowId: "order-7",
      runId: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      status: "running",
      input: { total: 12 },
      result: null,
      error: "",
      history: [],
      createdAt: expect.stringMatching(/Z$/) as string,
      updatedAt: expect.stringMatching(/Z$/) as string,
    })
  })

  test("changes the given fields of a stored state and keeps the rest, members it does not know too", async () => {
    const url = await startServer()
    const { workflows } = createClient({ baseURL: url })
    const createdAt = "2020-01-01T00:00:00.123456789+02:00"
    const big = 9007199254740993n
    await workflows.save({
      workflowId: "w",
      runId: "r1",
      status: "running",
      input: { big },
      history: [{ id: 1, type: "workflow_started", durationNs: big }],
      createdAt,
      updatedAt: createdAt,
      extra: { Owner: "ann" },
    })
    const { code } = await runCli(["workflow", "save", "w", "status=failed", "error=card refused", "--url", url])
    expect(code).toBe(0)
    const state = await workflows.load("w")
    expect(state).toMatchObject({ runId: "r1", status: "failed", error: "card refused", input: { big }, createdAt })
    expect(state?.extra).toEqual({ Owner: "ann" })
    expect(state?.history).toHaveLength(1)
    expect(state?.updatedAt).not.toBe(createdAt)
    expect((await runCli(["workflow", "load", "w", "-o", "json", "--url", url])).out).toContain(
      '"big":9007199254740993',
    )
  })

  test("changes made at the same moment are all kept", async () => {
    const url = await startServer()
    await runCli(["workflow", "save", "w", "status=running", "input:={}", "--url", url])
    const fields = ["runId=r9", "error=e9", "result:=9", "status=failed", "createdAt=2020-01-01T00:00:00Z"]
    const outcomes = await Promise.all(fields.map((field) => runCli(["workflow", "save", "w", field, "--url", url])))
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    expect(await createClient({ baseURL: url }).workflows.load("w")).toMatchObject({
      runId: "r9",
      error: "e9",
      result: 9,
      status: "failed",
      createdAt: "2020-01-01T00:00:00Z",
    })
  })

  test("--replace writes what is given and nothing of what was there", async () => {
    const run = await createShell()
    await run(["workflow", "save", "w", "status=running", "error=old", "input:=1"])
    await run(["workflow", "save", "w", "--replace", "{status: 'completed', runId: 'r2'}"])
    const { data } = documentOf(await run(["workflow", "load", "w", "-o", "json"]))
    expect(data).toMatchObject({ status: "completed", runId: "r2", error: "", input: null, history: [] })
  })

  test("--if-revision saves only over that revision", async () => {
    const run = await createShell()
    const { revision } = documentOf(await run(["workflow", "save", "w", "status=running", "--json"])).data as {
      revision: string
    }
    const late = await run(["workflow", "save", "w", "status=failed", "--if-revision", "x-1"])
    expect(late.code).toBe(6)
    expect((await run(["workflow", "save", "w", "status=failed", "--if-revision", revision])).code).toBe(0)
  })

  test.each([
    [["status=runing"], 'status: "runing" is not one of running, completed, failed, canceled'],
    [["input:=1"], "status: is missing: one of running, completed, failed, canceled"],
    [["status:=1"], "status: 1 is not one of running, completed, failed, canceled"],
    [["runId:=7", "status=running"], "runId: must be a string, not a number"],
    [["history:=7", "status=running"], "history: must be an array or null, not a number"],
    [["history:=[{id: 'x'}]", "status=running"], /history\[0\]\.id: must be a whole number/],
    [["createdAt=yesterday", "status=running"], /createdAt: must be an RFC 3339 time/],
    [["statsu=running"], "statsu: is not a field. Did you mean  status ?"],
    [["workflowId=other", "status=running"], 'workflowId: is "other", and "w" is saved'],
    [["[{}]"], "the payload must be an object, not a list"],
  ])("names the field that is wrong: %j", async (payload, message) => {
    const run = await createShell()
    const { code, err, out } = await run(["workflow", "save", "w", ...payload])
    if (typeof message === "string") expect(err).toBe(`✗ workflow state: ${message}\n`)
    else expect(err).toMatch(message)
    expect([code, out]).toEqual([2, ""])
    expect((await run(["workflows", "-o", "id"])).out).toBe("")
  })

  test("takes either spelling of canceled", async () => {
    const run = await createShell()
    await run(["workflow", "save", "w", "status=cancelled"])
    expect((await run(["workflow", "load", "w", "--get", "status"])).out).toBe("canceled\n")
  })
})

describe("workflows", () => {
  test("are listed by status, with a way to go on", async () => {
    const run = await createShell()
    for (const id of ["a", "b", "c"]) await run(["workflow", "save", id, "status=failed"])
    await run(["workflow", "save", "d", "status=running"])
    expect((await run(["workflows", "--status", "failed", "-o", "id"])).out).toBe("c\nb\na\n")
    const { page, next } = documentOf(await run(["wf", "--limit", "1", "--json"]))
    expect(next).toEqual([`workflows --limit 1 --cursor ${page?.cursor}`])
    expect((await run(["wf", "ls", "--cursor", page?.cursor ?? "", "-o", "id"])).out).toBe("c\nb\na\n")
  })

  test("a state is shown whole", async () => {
    const run = await createShell()
    await run([
      "workflow",
      "save",
      "order-7",
      "status=failed",
      "runId=r1",
      "error=card refused",
      "input:={total: 12}",
      "createdAt=2026-01-31T12:00:00Z",
      "updatedAt=2026-01-31T12:00:01Z",
      "history:=[{id: 1, type: 'activity_completed', activityName: 'charge', timestamp: '2026-01-31T12:00:00Z', durationNs: 1500000000, result: {ok: true}}]",
    ])
    const { out } = await run(["workflow", "get", "order-7"])
    expect(out.replace(/revision {2}\S+/, "revision  …")).toBe(
      [
        "order-7",
        "  run       r1",
        "  status    failed",
        "  created   2026-01-31T12:00:00Z",
        "  updated   2026-01-31T12:00:01Z",
        "  revision  …",
        "  error     card refused",
        '  input     {"total":12}',
        "  result    null",
        "  history   1 entry",
        "#  TYPE                NAME    AT                    TOOK  RESULT",
        '1  activity_completed  charge  2026-01-31T12:00:00Z  1.5s  {"ok":true}',
        "",
      ].join("\n"),
    )
  })

  test("an id may be anything but dots", async () => {
    const run = await createShell()
    for (const id of ["a b/c#d?", "日本", "%2F", "-x"]) {
      expect((await run(["workflow", "save", "status=running", "--", id])).code).toBe(0)
      expect((await run(["workflow", "load", "-o", "id", "--", id])).out).toBe(`${id}\n`)
    }
    expect((await run(["workflow", "load", ".."])).code).toBe(2)
  })
})

describe("workflow delete", () => {
  test("asks, and takes no for an answer", async () => {
    const run = await createShell()
    await run(["workflow", "save", "w", "status=running"])
    for (const answer of ["n", "", "nein", undefined]) {
      const { code, err, questions } = await run(["workflow", "rm", "w"], { answers: [answer], columns: 80 })
      expect([code, err]).toEqual([3, "✗ not done\n"])
      expect(questions).toEqual([
        expect.stringMatching(/^Delete workflow w on (127\.0\.0\.1:\d+) \(state store http:\/\/\1\)\? \[y\/N\] $/),
      ])
    }
    expect((await run(["workflow", "rm", "w"], { answers: ["y"], columns: 80 })).out).toBe("✓ deleted w\n")
    expect((await run(["workflows", "-o", "id"])).out).toBe("")
  })

  test("without a person needs --yes and says what would be done", async () => {
    const run = await createShell()
    await run(["workflow", "save", "it's", "status=running"])
    const refused = await run(["workflow", "delete", "it's", "-o", "json"])
    const { error } = documentOf(refused)
    expect(refused.code).toBe(3)
    expect(error).toMatchObject({ kind: "confirmation-required", plan: { delete: ["it's"], absent: [] } })
    expect(error?.apply).toContain(String.raw`workflow delete 'it'\''s' -o json --yes`)
    expect(error?.apply).toMatch(/^inngest-repl --url http:/)
    expect((await run(["workflow", "delete", "it's", "--no-input"], { answers: ["y"] })).code).toBe(3)
    expect((await run(["workflow", "delete", "it's", "-y"])).out).toBe("DELETED\nit's\n")
  })

  test("takes ids from stdin, says which were not there, and deletes the others", async () => {
    const run = await createShell()
    for (const id of ["a", "b"]) await run(["workflow", "save", id, "status=running"])
    const { code, out, err } = await run(["workflow", "delete", "-", "--yes"], { stdin: "a\nb\nc\n" })
    expect([code, out]).toEqual([8, "DELETED\na\nb\n"])
    expect(err).toBe("✗ not found: workflow c. The others are deleted\n")
    expect((await run(["workflow", "delete", "c", "--yes"])).code).toBe(5)
  })
})

describe("dry runs", () => {
  test("show what would be sent and send nothing", async () => {
    const run = await createShell()
    const plan = documentOf(await run(["send", "a/b", "n:=1", "--dry-run", "-o", "json"]))
    expect(plan.data).toEqual([
      {
        method: "POST",
        url: expect.stringMatching(/\/e\/NO_EVENT_KEY_SET$/) as string,
        body: [{ id: expect.any(String) as string, name: "a/b", data: { n: 1 } }],
        curl: expect.stringMatching(/^curl -X POST "http.*\/e\/NO_EVENT_KEY_SET" /) as string,
      },
    ])
    await run(["workflow", "save", "w", "status=running", "--dry-run"])
    expect((await run(["events", "-o", "id"])).out).toBe("")
    expect((await run(["workflows", "-o", "id"])).out).toBe("")
  })

  test("of a deletion ask nothing and list every request", async () => {
    const run = await createShell()
    for (const id of ["a", "b"]) await run(["workflow", "save", id, "status=running"])
    const { out, code } = await run(["workflow", "delete", "a", "b", "--dry-run"])
    expect(out).toMatch(/^DELETE http:.*\/v1\/workflows\/a\nDELETE http:.*\/v1\/workflows\/b\n$/)
    expect(code).toBe(0)
    expect((await run(["workflows", "-o", "id"])).out).toBe("b\na\n")
  })

  test("are for commands that write", async () => {
    const run = await createShell()
    const { code, err } = await run(["events", "--dry-run"])
    expect([code, err]).toEqual([2, "✗ --dry-run: events writes nothing to a server\n"])
  })
})

describe("parts of results", () => {
  test("--get takes the value at a path, texts as they are", async () => {
    const run = await createShell()
    await run(["workflow", "save", "w", "status=running", "input:={a: [{b: 'x y'}]}"])
    const get = async (path: string, ...flags: string[]): Promise<ShellOutcome> =>
      run(["workflow", "load", "w", "--get", path, ...flags])
    expect((await get("input.a[0].b")).out).toBe("x y\n")
    expect((await get("input")).out).toBe('{"a":[{"b":"x y"}]}\n')
    expect((await get("input.a", "-o", "json")).out).toBe('{"schemaVersion":1,"data":[{"b":"x y"}]}\n')
    expect(await get("input.c")).toMatchObject({ code: 5, out: "" })
    expect(await get("a..b")).toMatchObject({ code: 2 })
  })

  test("that are none are refused before anything is done", async () => {
    const url = await startDouble(() => {
      throw new Error("it was asked")
    })
    for (const flag of ["--fields=", "--fields=a b", "--get=.x"]) {
      const { code, out, err } = await runCli(["send", "a/b", flag, "--url", url])
      expect({ flag, code, out }).toEqual({ flag, code: 2, out: "" })
      expect(err).toMatch(/^✗ --(?:fields|get)/)
    }
  })

  test("--fields takes columns", async () => {
    const run = await createShell()
    await run(["send", "a/b", "n:=1"])
    expect((await run(["events", "--fields", "name,data.n,data.x"])).out).toBe("NAME  DATA.N  DATA.X\na/b   1\n")
    const { data } = documentOf(await run(["events", "--fields", "name, data.x", "-o", "json"]))
    expect(data).toEqual([{ name: "a/b", "data.x": null }])
  })
})

describe("help", () => {
  test("lists every command and explains each", async () => {
    const { out, code } = await runCli(["help"])
    expect(code).toBe(0)
    const { data } = documentOf(await runCli(["help", "-o", "json"]))
    for (const { name } of (data as { commands: { name: string }[] }).commands) {
      expect(out).toContain(` ${name} `)
      const { out: one } = await runCli(["help", ...name.split(" ")])
      expect(one).toMatch(/^USAGE /m)
      expect(one).toMatch(/^EXAMPLES$/m)
    }
  })

  test("is the same as --help, which needs nothing else to be right", async () => {
    const help = await runCli(["help", "workflow", "save"])
    expect(await runCli(["workflow", "save", "--help"])).toEqual(help)
    expect(await runCli(["workflow", "save", "--help", "--limit", "x"])).toMatchObject({ code: 2 })
  })

  test("of a noun shows its verbs", async () => {
    const { out } = await runCli(["help", "wf"])
    for (const verb of ["load", "save", "delete"]) expect(out).toContain(`workflow ${verb}`)
    expect(out).toMatch(/^FLAGS of {2}workflows {2}alone\n\n *--status=/m)
    expect((await runCli(["workflow", "--help"])).out).toBe(out)
  })

  test("of what is not there names the nearest", async () => {
    expect(await runCli(["help", "sned"])).toMatchObject({
      code: 2,
      err: '✗ no command has to do with "sned". Did you mean  help send ?\n',
    })
  })
})
