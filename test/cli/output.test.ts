// What gets to stdout: with -o json one document per command, as the schema that ships says, and nothing else whatever the command.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { commandTitle } from "../../cli/command.ts"
import { createRegistry } from "../../cli/registry.ts"
import { listen } from "../../mocks/server.ts"
import { schemaErrors } from "../support/json-schema.ts"
import { runProcess } from "./support/process.ts"
import { startDouble } from "./support/servers.ts"
import { makeDirectory } from "./support/shell.ts"
import { startStockInngest } from "./support/stock-server.ts"

const schema = JSON.parse(readFileSync("cli/output.schema.json", "utf8")) as {
  commands: Record<string, string>
  $defs: Record<string, object>
}
const titles = createRegistry().commands.map(commandTitle)

function errorsOf(title: string, document: { data?: unknown }): string[] {
  const name = schema.commands[title] ?? ""
  const errors = schemaErrors(schema as unknown as Record<string, unknown>, document)
  if (!("data" in document) || name === "") return errors
  const definition = { $ref: `#/$defs/${name}` }
  return [...errors, ...schemaErrors(definition, document.data, schema as unknown as Record<string, unknown>)]
}

test("the schema has a row for each command", () => {
  expect(Object.keys(schema.commands).toSorted()).toEqual(titles.toSorted())
  for (const name of Object.values(schema.commands)) expect(schema.$defs[name]).toBeDefined()
})

test("a document that is not as the schema says is found out", () => {
  expect(errorsOf("send", { data: { eventIds: [7] } })).toEqual([
    ".: lacks schemaVersion",
    ".: lacks name",
    ".eventIds[0]: is no string: 7",
  ])
  expect(
    errorsOf("send", JSON.parse('{"schemaVersion":1,"data":{},"error":{"kind":"x","message":"y"}}') as object),
  ).not.toEqual([])
})

describe("every command", () => {
  test("prints one document that is as the schema says, on every kind of server", async () => {
    const state = makeDirectory()
    const stock = await startStockInngest({ running: 3 })
    const app = await startDouble(() => Response.json({ message: "Successfully registered", modified: true }))
    const script = join(state, "script")
    writeFileSync(script, "version\n")
    const states = join(state, "states.ndjson")
    writeFileSync(states, '{"workflowId":"i1","status":"completed","updatedAt":"2020-01-01T00:00:00Z"}\n')
    const completed = "01M80QR36JT16SN50Z4RGN2G19"
    // The command, and a line of it. Those with "" are further cases: errors, dry runs.
    const embedded = [
      ["send", "send a/b n:=1"],
      ["events", "events"],
      ["events get", "events get _"],
      ["events tail", "events tail --since 1h --limit 1"],
      ["events copy", "events copy _"],
      ["events export", "events export"],
      ["workflow save", "workflow save w status=running history:=[{id: 1, type: 'workflow_started'}]"],
      ["workflows", "workflows"],
      ["workflow load", "workflow load w"],
      ["workflow history", "workflow history w"],
      ["show", "show w"],
      ["", "workflow edit w"],
      ["", "workflow delete w"],
      ["workflow delete", "workflow delete w --yes"],
      ["undo", "undo --yes"],
      ["workflows export", "workflows export"],
      ["workflows import", `workflows import ${states}`],
      ["workflows prune", "workflows prune --older-than 30d --yes"],
      ["doctor", "doctor"],
      ["profiles", "profiles"],
      ["profile add", "profile add p --url http://localhost:1 --signing-key-env P_KEY"],
      ["profile edit", "profile edit p --protected"],
      ["profile remove", "profile remove p"],
      ["whoami", "whoami"],
      ["use", "use dev"],
      ["set", "set utc on"],
      ["history", "history"],
      ["completion", "completion bash"],
      ["dev", "dev"],
      ["run-script", `run-script ${script}`],
      ["help", "help"],
      ["help", "help cancel"],
      ["version", "version"],
      ["clear", "clear"],
      ["", "workflow load nowhere"],
      ["", "send"],
      ["", "sned -o table --json"],
      ["", "send a/b {a 1}"],
      ["", "send a/b note=it's"],
      ["exit", "exit"],
    ] as const
    const onStock = [
      ["send", "send demo/ok --wait"],
      ["runs", "runs"],
      ["run get", `run get ${completed}`],
      ["run trace", "run trace _"],
      ["run output", "run output _"],
      ["run wait", "run wait _"],
      ["runs tail", "runs tail --since 1d --limit 1"],
      ["events runs", "events runs _"],
      ["run rerun", `run rerun ${completed}`],
      ["", "run cancel --status running"],
      ["run cancel", "run cancel --status running --yes"],
      ["functions", "functions"],
      ["function get", "functions get demo-app-ok"],
      ["invoke", "invoke demo-app-ok id:=7 --wait"],
      ["apps", "apps"],
      ["app get", "apps get demo-app"],
      ["apps sync", `apps sync ${app}/api/inngest`],
      ["signal", "signal approve"],
      ["api", "api GET /v2/apps"],
      ["show", `show ${completed}`],
      ["doctor", "doctor"],
      ["", "workflows"],
      ["", "workflow save w status=running"],
    ] as const
    // `workflow edit` wants a person: edit.test.ts.
    const covered = new Set<string>(["workflow edit", ...[...embedded, ...onStock].map(([title]) => title)])
    expect(titles.filter((title) => !covered.has(title))).toEqual([])

    const env = { FORCE_COLOR: "1", EDITOR: "true" }
    const check = async (
      lines: readonly (readonly [string, string])[],
      extra: string[],
      keys: Record<string, string> = {},
    ): Promise<void> => {
      const { out } = await runProcess(["-o", "json", "-v", "--keep-going", ...extra], {
        state,
        stdin: lines.map(([, line]) => `${line}\n`).join(""),
        env: { ...env, ...keys },
      })
      const documents = out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as { data?: unknown })
      expect(documents, out).toHaveLength(lines.length)
      for (const [index, [title, line]] of lines.entries())
        if (title !== "") expect(documents[index], line).toHaveProperty("data")
      for (const [index, [title, line]] of lines.entries())
        expect({ line, errors: errorsOf(title === "run-script" ? "version" : title, documents[index] ?? {}) }).toEqual({
          line,
          errors: [],
        })
    }
    await check(embedded, [])
    await check(onStock, ["--url", stock.url])
    const [eventKey, signingKey] = ["event-key-0123456789", "0123456789abcdef0123456789abcdef"]
    const keyed = await listen({ port: 0, eventKey, signingKey })
    onTestFinished(() => keyed.close())
    // It would serve until it is stopped, and the profile is there by now.
    const local = new Set(["dev", "profile add", "profile edit", "profile remove", "use"])
    const lines = embedded.filter(([title]) => !local.has(title))
    await check(lines, ["--url", keyed.url], { INNGEST_EVENT_KEY: eventKey, INNGEST_SIGNING_KEY: signingKey })
  })

  test("that writes shows what it would send, and sends nothing", async () => {
    const state = makeDirectory()
    const stock = await startStockInngest({ running: 3 })
    const lines = [
      ["send", "send a/b n:=1"],
      ["signal", "signal approve"],
      ["run cancel", "runs cancel --status running"],
      ["run rerun", "run rerun 01M80QR36JT16SN50Z4RGN2G19"],
      ["invoke", "invoke demo-app-ok"],
      ["apps sync", `apps sync ${stock.url}/x`],
      ["api", "api POST /v1/signals signal=x"],
      ["events copy", "events copy {event}"],
      ["workflow save", `workflow save w status=failed --store fs:${state}/s`],
      ["workflow delete", `workflow delete w --store fs:${state}/s`],
      ["workflows prune", `workflows prune --older-than 1d --store fs:${state}/s`],
      ["workflows import", `workflows import ${state}/states.ndjson --store fs:${state}/s`],
    ] as const
    const writes = createRegistry()
      .commands.filter(({ effect }) => effect === "write" || effect === "destroy")
      .map(commandTitle)
      // What they write, the person has in front of him.
      .filter((title) => title !== "workflow edit" && title !== "undo")
    expect(writes.filter((title) => !lines.some(([each]) => each === title))).toEqual([])

    writeFileSync(join(state, "states.ndjson"), '{"workflowId":"i1","status":"completed"}\n')
    await runProcess(
      ["workflow", "save", "w", "status=failed", "updatedAt=2020-01-01T00:00:00Z", "--store", `fs:${state}/s`],
      { state },
    )
    const sent = await runProcess(["send", "a/b", "-o", "id", "--url", stock.url], { state })
    stock.changes.length = 0
    const text = (line: string): string => line.replace("{event}", sent.out.trim())
    const { out, err } = await runProcess(["-o", "json", "--dry-run", "--keep-going", "--url", stock.url], {
      state,
      stdin: lines.map(([, line]) => `${text(line)}\n`).join(""),
    })
    const documents = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { data: unknown[] })
    expect(err.replaceAll(/^ {2}this store has no revisions.*\n/gm, "")).toBe("")
    expect(documents).toHaveLength(lines.length)
    for (const [index, [, line]] of lines.entries()) {
      expect(
        schemaErrors(
          { $ref: "#/$defs/requests" },
          documents[index]?.data,
          schema as unknown as Record<string, unknown>,
        ),
      ).toEqual([])
      expect(documents[index]?.data.length, line).toBeGreaterThan(0)
    }
    expect(stock.changes).toEqual([])
  })

  test.each(["--dry-run", "--curl"])(
    "that writes does so with keys, too, and no key is in what it shows: %s",
    async (dry) => {
      const [eventKey, signingKey] = ["event-key-0123456789", "0123456789abcdef0123456789abcdef"]
      const server = await listen({ port: 0, eventKey, signingKey })
      onTestFinished(() => server.close())
      const state = makeDirectory()
      writeFileSync(join(state, "states.ndjson"), '{"workflowId":"i1","status":"completed"}\n')
      const env = {
        INNGEST_BASE_URL: server.url,
        INNGEST_EVENT_KEY: eventKey,
        INNGEST_SIGNING_KEY: signingKey,
        EDITOR: "sed -i s/failed/running/",
      }
      const saved = "workflow save w status=failed updatedAt=2020-01-01T00:00:00Z"
      const lines = [
        "send a/b n:=1",
        "signal approve",
        "api PUT /v1/workflows/x {a: 1}",
        "events copy _",
        "workflow save w status=running",
        "workflow delete w",
        `workflows import ${state}/states.ndjson`,
        "workflows prune --older-than 1d",
        "undo",
      ]
      const { out, err, code } = await runProcess(["-o", "json", "--keep-going"], {
        state,
        stdin: ["send x/y", saved, ...lines.map((line) => `${line} ${dry}`), "workflow load w", "events"].join("\n"),
        env,
      })
      expect([code, err]).toEqual([0, ""])
      const documents = out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as { data: unknown })
      const edited = await runProcess(["workflow", "edit", "w", "-o", "json", dry], { state, env })
      const plans = [...documents.slice(2, 2 + lines.length), JSON.parse(edited.out) as { data: unknown }]
      for (const [index, { data }] of plans.entries()) {
        expect(schemaErrors({ $ref: "#/$defs/requests" }, data, schema as unknown as Record<string, unknown>)).toEqual(
          [],
        )
        expect(data, lines[index] ?? "workflow edit").toMatchObject([
          { url: expect.stringContaining(server.url) as string },
        ])
      }
      expect(out + edited.out).not.toContain(eventKey)
      expect(out + edited.out).not.toContain(signingKey)
      // Nothing was sent: the state and the one event are as they were.
      expect(documents.at(-2)?.data).toMatchObject({ workflowId: "w", status: "failed" })
      expect(documents.at(-1)?.data).toMatchObject([{ name: "x/y" }])
    },
  )
})

test("nothing but data gets to stdout: what is said to people is on stderr", async () => {
  const state = makeDirectory()
  const { out, err } = await runProcess(["-v", "--keep-going"], {
    state,
    stdin: "send a/b n:=1\nevents --fields name\nsned\nworkflow save w status=running\n",
    env: { FORCE_COLOR: "0" },
  })
  expect(out).toMatch(/^ID {26}NAME\n\S{26} {2}a\/b\nNAME\na\/b\nID {2}REVISION +CHANGED\nw +\S+ +new\n$/)
  expect(err).toContain('✗ unknown command "sned"')
  expect(err).toContain("embedded")
})
