import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { CommandError } from "../../cli/command-error.ts"
import { commandTitle } from "../../cli/command.ts"
import { globalFlags, startFlags } from "../../cli/global-flags.ts"
import type { FlagValue } from "../../cli/grammar/ast.ts"
import { createFlagValues } from "../../cli/grammar/flag-values.ts"
import { type Parsed, parse } from "../../cli/grammar/parse.ts"
import { tokenize } from "../../cli/grammar/tokenize.ts"
import { createRegistry } from "../../cli/registry.ts"

const registry = createRegistry()

function read(line: string): Promise<Parsed> {
  const tokenized = tokenize(line)
  if (tokenized.kind !== "words") throw new Error(JSON.stringify(tokenized))
  return parse(tokenized.words, registry, globalFlags)
}

async function titleOf(line: string): Promise<string> {
  const { command } = await read(line)
  return command === undefined ? "" : commandTitle(command)
}

async function failure(line: string): Promise<CommandError> {
  try {
    await read(line)
  } catch (error) {
    if (error instanceof CommandError) return error
    throw error
  }
  throw new Error(`${line} was understood`)
}

function sentence({ message, hint }: CommandError): string {
  return [message, hint].filter(Boolean).join(". ")
}

describe("commands", () => {
  test.each([
    ["events", "events"],
    ["event", "events"],
    ["events ls", "events"],
    ["events list --limit 3", "events"],
    ["event get X", "events get"],
    ["events cat X", "events get"],
    ["wf", "workflows"],
    ["workflow --status failed", "workflows"],
    ["workflow get x", "workflow load"],
    ["workflows show x", "workflow load"],
    ["wf put x status=running", "workflow save"],
    ["workflows rm x", "workflow delete"],
    ["--json workflow -y delete x", "workflow delete"],
    ["--limit 3 events", "events"],
    ["quit", "exit"],
    [String.raw`\\q`, "exit"],
    [":q", "exit"],
    ["?", "help"],
  ])("have short and second names, and flags stand anywhere: %s", async (line, title) => {
    expect(await titleOf(line)).toBe(title)
  })

  test.each([
    ["sedn x", 'unknown command "sedn". Did you mean  send ?'],
    ["evnts", 'unknown command "evnts". Did you mean  events ?'],
    ["constructor", 'unknown command "constructor". Try  help'],
    ["__proto__", 'unknown command "__proto__". Try  help'],
    [
      "workflow sav x",
      'unknown "sav" after workflow: one of list, load, save, edit, delete, history, export, import, prune. Did you mean  workflow save ?',
    ],
    [
      "workflows order-7",
      'unknown "order-7" after workflows: one of list, load, save, edit, delete, history, export, import, prune. To show one:  workflow load order-7',
    ],
    ["send", "send: <event> is missing. For example:  send shop/order.paid id:=7 user.plan=pro"],
    [
      "workflow save status=running",
      "workflow save: <id> is missing. For example:  workflow save order-7 status=running input:={total: 12}",
    ],
    ["events get a b", 'events get: "b" is too much, it takes <id>'],
    ["send a/b c", 'send: "c" is no payload. Write  key=c  for a text,  key:=7  for JSON, or  {key: 7}'],
  ])("that are not there are answered by the nearest: %s", async (line, message) => {
    expect(sentence(await failure(line))).toBe(message)
  })
})

test.each([
  ["workflow delete ''", "workflow delete: <id> is empty"],
  ["run rerun a ''", "run rerun: <id> is empty"],
  ["send ''", "send: <event> is empty"],
  ["''", 'unknown command "". Try  help'],
])("an empty word, as a variable leaves it that is not set, is no name: %s", async (line, message) => {
  expect(sentence(await failure(line))).toBe(message)
})

describe("flags", () => {
  test.each([
    ["events --limt 5", "unknown flag --limt for events. Did you mean  --limit ?"],
    ["events --limt=5", "unknown flag --limt for events. Did you mean  --limit ?"],
    ["send x --limit 5", "unknown flag --limit for send. Try  help send"],
    ["events -x", "unknown flag -x for events. Try  help events"],
    ["events --toString", "unknown flag --toString for events. Try  help events"],
    ["events --limit", "--limit needs a value:  --limit=<n>"],
    ["events --limit --json", "--limit needs a value:  --limit=<n>"],
    ["events --limit ten", '--limit: "ten" is not a whole number'],
    ["events --limit -5", '--limit: "-5" is less than 1'],
    ["events --limit 1 --limit 2", "--limit was given twice"],
    ["runs cancel --fn '' --status running", "--fn is empty. Give it a value, or leave it out"],
    ["send a/b --url=", "--url is empty. Give it a value, or leave it out"],
    ["events --json=yes", '--json takes no value, "yes" was given. It is on as it stands, and off as  --no-json'],
    ["events -o yaml", '--output: "yaml" is not one of table, json, ndjson, id'],
    [
      "workflows --status fail",
      '--status: "fail" is not one of running, completed, failed, canceled. Did you mean  failed ?',
    ],
    [
      "events --since soon",
      '--since: "soon" is not a time such as 2026-01-31T12:00Z, 90s, 15m, 2h, 3d (ago), today or yesterday',
    ],
    ["events --timeout soon", '--timeout: "soon" is not a duration such as 500ms, 90s, 15m or 2h'],
  ])("are checked before anything runs: %s", async (line, message) => {
    expect(sentence(await failure(line))).toBe(message)
  })

  test("say where they are wrong", async () => {
    expect((await failure("events  --limit ten")).at).toEqual({ line: 1, column: 9 })
  })

  test.each([
    ["events -o json", "json"],
    ["events -ojson", "json"],
    ["events -o=json", "json"],
    ["events --output=json", "json"],
    ["events -qo json", "json"],
  ])("have short forms: %s", async (line, value) => {
    expect(createFlagValues((await read(line)).flags).text("output")).toBe(value)
  })

  test("end at --, and - is no flag", async () => {
    const { operands, flags } = await read("workflow delete - -y -- --odd -")
    expect(operands).toEqual(["-", "--odd", "-"])
    expect(flags.get("yes")).toEqual([true])
  })

  test("take either spelling of a status", async () => {
    expect(createFlagValues((await read("workflows --status cancelled")).flags).text("status")).toBe("canceled")
  })

  test("of one name have one arity, so that flags can stand before their command", () => {
    const kinds = new Map<string, string>()
    for (const { name, kind } of [...globalFlags, ...startFlags, ...registry.flags]) {
      const isSwitch = kind === "switch" ? "switch" : "value"
      expect(kinds.get(name) ?? isSwitch, name).toBe(isSwitch)
      kinds.set(name, isSwitch)
    }
  })

  test("of the process hold where a line has none of its own", () => {
    const given = (text: string): [{ text: string; value: string }] => [{ text, value: text }]
    const start = createFlagValues(
      new Map<string, readonly FlagValue[]>([
        ["output", given("json")],
        ["yes", [true]],
      ]),
    )
    const line = createFlagValues(new Map([["output", given("id")]]), start)
    expect([line.text("output"), line.isOn("yes"), line.isOn("quiet")]).toEqual(["id", true, false])
  })
})

describe("payload", () => {
  test("is told from plain words", async () => {
    expect(
      (await read("send a/b id:=7 user.plan=pro zip=00501 note=@n.txt list:=@l.json {x: 1} @all.json -")).payload,
    ).toEqual([
      { kind: "assign", path: ["id"], as: "json", from: { kind: "inline", text: "7" } },
      { kind: "assign", path: ["user", "plan"], as: "text", from: { kind: "inline", text: "pro" } },
      { kind: "assign", path: ["zip"], as: "text", from: { kind: "inline", text: "00501" } },
      { kind: "assign", path: ["note"], as: "text", from: { kind: "file", file: "n.txt" } },
      { kind: "assign", path: ["list"], as: "json", from: { kind: "file", file: "l.json" } },
      { kind: "document", text: "{x: 1}" },
      { kind: "file", file: "all.json" },
      { kind: "stdin" },
    ])
  })

  test("keeps what stands behind the first =", async () => {
    expect((await read("send a/b url=http://x?y=1&z:=2")).payload).toEqual([
      { kind: "assign", path: ["url"], as: "text", from: { kind: "inline", text: "http://x?y=1&z:=2" } },
    ])
  })

  test("is not looked for behind --", async () => {
    expect(await read("workflow save status=running -- a=b")).toMatchObject({
      operands: ["a=b"],
      payload: [{ kind: "assign" }],
    })
  })

  test("has paths, and says when something is none", async () => {
    expect(sentence(await failure("send a/b a..b=1"))).toBe(
      'payload: "a..b" is not a path such as id, user.plan or items[0].sku',
    )
  })
})

test("any line is understood or refused by a CommandError, never by a crash", async () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...registry.names,
      "get",
      "save",
      "list",
      "--limit",
      "-o",
      "--",
      "-",
      "=",
      ":=",
      "@",
      "{",
      "[",
      "_",
      "--no-",
    ),
    fc.string(),
    fc.string({ unit: "binary" }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
      try {
        await parse(
          words.map((text) => ({ text })),
          registry,
          globalFlags,
        )
        return true
      } catch (error) {
        return error instanceof CommandError && error.kind === "usage" && error.message !== ""
      }
    }),
    { numRuns: 2_000 },
  )
})

test("whatever is typed, an error has a column or a name", async () => {
  const word = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(...registry.names, "get", "load", "save", "tail", "a/b", "k=v", "k:=1", "{a: 1}"),
    },
    fc.constantFrom(
      ...registry.flags.map(({ name }) => `--${name}`),
      "--nope",
      "-o",
      "-z",
      "--limit=x",
      "--json=1",
      "|",
      ";",
      "'",
      '"',
      "{",
      "[",
    ),
    fc.string({ maxLength: 6 }),
  )
  const named = /"[^"]*"|--?\w|<\w+…?>|^[\w ]+:/
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), async (words) => {
      const line = words.join(" ")
      const tokenized = tokenize(line)
      if (tokenized.kind !== "words") return tokenized.at.column >= 1
      try {
        await parse(tokenized.words, registry, globalFlags)
        return true
      } catch (error) {
        if (!(error instanceof CommandError)) throw error
        return error.at === undefined ? named.test(error.message) : error.at.column <= [...line].length + 1
      }
    }),
    { numRuns: 3_000 },
  )
})
