// Whether what is over is in memory, in the archive, or in a file of before there was one: every answer is the same, and a start reads none of it.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { type OpenDatabase, openSqlite } from "../../../mocks/engine/database.ts"
import { createMemoryLog } from "../../../mocks/engine/log.ts"
import { applicationId, openSqliteLog } from "../../../mocks/engine/persistence.ts"
import { createVirtualClock, standingClock } from "../../../mocks/engine/virtual-clock.ts"
import { createHandler } from "../../../mocks/handlers/index.ts"
import { isStoreError } from "../../../src/errors.ts"
import { seededRandom } from "../../../src/shared/random.ts"
import {
  type Script,
  type ScriptedApp,
  type ScriptedAppOptions,
  done,
  ops,
  startMs,
  startScripted,
} from "../../support/scripted-app.ts"
import { type TemporaryDirectory, temporaryDirectory } from "../../support/temporary-directory.ts"

let directory: TemporaryDirectory
let file: string

beforeEach(() => {
  directory = temporaryDirectory()
  file = join(directory.path, "log.db")
})
afterEach(() => directory.remove())

const ends: Script = ({ steps }) => (steps.a === undefined ? ops({ id: "a", op: "StepRun", data: 1 }) : done(steps))
const fails: Script = () => ({
  status: 400,
  headers: { "x-inngest-no-retry": "true" },
  body: { name: "Bad", message: "for good" },
})
const sleeps: Script = ({ steps }) =>
  steps.z === undefined ? ops({ id: "z", op: "Sleep", name: "1h" }) : done("awake")
const waits: Script = ({ steps }) =>
  "w" in steps ? done("got") : ops({ id: "w", op: "WaitForEvent", name: "e", opts: { timeout: "2h" } })
const invokes: Script = ({ steps }) =>
  "i" in steps
    ? done(steps.i)
    : ops({ id: "i", op: "InvokeFunction", opts: { function_id: "app-ends", payload: { data: {} } } })
const hears = {
  triggers: [{ event: "inngest/function.failed" }],
  script: (({ event }) => done(event.data.function_id)) satisfies Script,
}
const functions = { ends, fails, sleeps, waits, invokes, hears }

/** All that an engine can be asked about what happened. */
function answersOf({ engine: { reads } }: ScriptedApp) {
  const runs = reads.runs({ order: "asc", limit: Infinity })
  const events = reads.events({ isWithInternal: true, limit: Infinity })
  return {
    runs: runs.map(({ id, slug, queuedAtMs, eventIds, events: texts, phase, cause, steps }) => {
      const found = [...steps.values()].map((step) => [step.id, step.name, step.phase.kind])
      return { id, slug, queuedAtMs, eventIds, events: texts, phase, cause, steps: found }
    }),
    events: events.map((row) => {
      // The text of a run's end comes from a getter.
      const { internalId, receivedAtMs, id, name, data, ts, v, user } = row
      return { internalId, receivedAtMs, id, name, data, ts, v, user }
    }),
    arrived: reads.arrived().map(({ internalId }) => internalId),
    cancellations: reads.cancellations(),
    workflows: reads.workflows({ limit: 9, from: { order: "receipt" } }),
  }
}

/** Everything that asks for something of the past, with what came of it. */
async function story(app: ScriptedApp): Promise<unknown[]> {
  const { engine, clock } = app
  const heard: unknown[] = []
  const ended = await app.run("ends", { n: 1 })
  const slept = await app.run("sleeps")
  const twice = { name: "app/ends", data: "{}", id: "mine" }
  const seed = { timeMs: startMs, randomness: new Uint8Array(10) }
  heard.push(await engine.receive([twice], seed))
  await engine.idle()
  // Sent again as the same request, and as another one with the same id: one event, and two; one run.
  heard.push(await engine.receive([twice], seed), await engine.receive([twice]))
  await engine.idle()
  heard.push(await engine.invoke("app-ends", { data: "{}" }, "once"))
  await engine.idle()
  const gone = await app.run("waits")
  heard.push(await engine.cancel(gone))
  await app.run("invokes")
  await app.run("fails")
  heard.push(await engine.cancel(ended), await engine.cancel(gone), await engine.cancel("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
  heard.push(await engine.checkpoint(ended, "[]"), await engine.checkpoint("01ARZ3NDEKTSV4RRFFQ69G5FAV", "[]"))
  heard.push((await engine.invoke("app-ends", { data: "{}" }, "once")).isRepeated)
  heard.push(typeof (await engine.rerun(ended)).runId)
  await engine.idle()
  await app.advance("1h")
  heard.push(app.phase(slept).kind)
  await app.advance("24h")
  // A day later the same id starts a run again.
  await engine.receive([twice])
  await engine.idle()
  const { reads } = engine
  const runs = reads.runs({ slug: "app-ends", limit: 3 })
  heard.push(
    runs,
    reads.runs({ slug: "app-ends", limit: 2, cursor: runs[1]?.id }),
    reads.runs({ status: ["failed", "cancelled"], limit: 9 }),
    reads.runs({ queuedAfterMs: startMs + 1, order: "asc", limit: 9 }),
    reads.events({ name: "app/ends", limit: 2 }),
    reads.events({ receivedAfterMs: clock.now() - 1, isWithInternal: true, limit: 5 }),
    reads.arrived("app/ends").length,
    reads.arrived(undefined, reads.lastPlace() - 1).map(({ name }) => name),
    reads.runsOfEvent(reads.run(ended)?.eventIds[0] ?? "").map(({ cause }) => cause.kind),
  )
  return heard.map((each) => JSON.parse(JSON.stringify(each, plain)) as unknown)
}

/** Runs and ends of runs have getters, which JSON does not see. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value
  if ("phase" in value && "slug" in value) return { ...value, phase: value.phase, steps: undefined, body: undefined }
  return value
}

describe("every answer is the same", () => {
  async function told(options: ScriptedAppOptions): Promise<unknown> {
    const app = await startScripted(functions, options)
    try {
      const heard = (await story(app)).map((each) => JSON.stringify(each, namesOnly))
      return { heard, ...answersOf(app) }
    } finally {
      app.engine.close()
    }
  }

  const namesOnly = (key: string, value: unknown): unknown =>
    ["functionId", "appId", "maxAttempts", "requestVersion", "mustPlan", "stack", "pending", "jobs"].includes(key) ||
    ["stateBytes", "attempts", "events", "cause"].includes(key)
      ? undefined
      : value

  test.each([
    ["in the archive in memory, after every input", () => ({ log: createMemoryLog(), compactAfter: 1 })],
    ["in the archive in SQLite, after every input", () => ({ log: openSqliteLog(file), compactAfter: 1 })],
    ["in the archive in SQLite, after some", () => ({ log: openSqliteLog(file), compactAfter: 7 })],
  ])("when what is over is %s", async (_place, options) => {
    const expected = await told({ compactAfter: Infinity })
    expect(await told(options())).toEqual(expected)
  })
})

describe("a start", () => {
  async function fill(count: number): Promise<void> {
    const app = await startScripted(functions, { log: openSqliteLog(file), compactAfter: 50 })
    await app.run("sleeps")
    for (let n = 1; n < count; n++) await app.send("app/ends", { n }, { id: `order-${n}` })
    app.engine.close()
    // Leaves no input behind that looks anything up when it is replayed.
    const last = await startScripted(functions, { log: openSqliteLog(file), compactAfter: 1, isSynced: false })
    await last.send("app/ends", { n: 0 }, { id: "order-0" })
    last.engine.close()
  }

  /** Counts what is read, by statement. */
  function counting(): { open: OpenDatabase; read: Map<string, number> } {
    const read = new Map<string, number>()
    const count = (sql: string): void => void read.set(sql, (read.get(sql) ?? 0) + 1)
    const open: OpenDatabase = (path, options) => {
      const database = openSqlite(path, options)
      return {
        ...database,
        prepare(sql) {
          const statement = database.prepare(sql)
          return {
            ...statement,
            row(...values) {
              count(sql)
              return statement.row(...values)
            },
            *rows(...values) {
              for (const row of statement.rows(...values)) {
                count(sql)
                yield row
              }
            },
          }
        },
      }
    }
    return { open, read }
  }

  test("reads what goes on, and nothing of what is over, however much that is", async () => {
    await fill(300)
    const { open, read } = counting()
    const app = await startScripted(functions, { log: openSqliteLog(file, { open }), isSynced: false })
    const rows = [...read.values()].reduce((sum, each) => sum + each, 0)
    expect([...read.keys()].filter((sql) => /\bFROM (?!log\b|snapshot\b)/.test(sql))).toEqual([])
    // A head, one app, six functions, the run that sleeps, and how the last one ended.
    expect(rows).toBe(11)
    // It is all there.
    expect(app.engine.reads.runs({ slug: "app-ends", limit: Infinity })).toHaveLength(300)
    await app.send("app/ends", { n: 7 }, { id: "order-7" })
    expect(app.engine.reads.runs({ slug: "app-ends", limit: Infinity })).toHaveLength(300)
    app.engine.close()
  })

  test("knows no limit of a run that ended before it", async () => {
    const limited = (script: Script) => ({ script, options: { timeouts: { start: "30d", finish: "30d" } } })
    const pair = { ends: limited(ends), sleeps: limited(sleeps) }
    const app = await startScripted(pair, { log: openSqliteLog(file), compactAfter: 1 })
    for (let n = 0; n < 3; n++) await app.run("ends")
    const long = await app.run("sleeps")
    await app.send("into the archive")
    app.engine.close()
    const database = openSqlite(file, { isReadOnly: true })
    const heads = Array.from(database.prepare("SELECT head FROM snapshot WHERE kind = 'timer'").rows(), ({ head }) =>
      String(head),
    )
    database.close()
    expect(heads.map((head) => (JSON.parse(head) as { runId: string }).runId)).toEqual([long, long])
  })

  test("holds nothing of it in memory, and a page reads no more than it shows", async () => {
    await fill(300)
    const { open, read } = counting()
    const app = await startScripted(functions, { log: openSqliteLog(file, { open }), isSynced: false })
    read.clear()
    expect(app.engine.reads.runs({ status: ["completed"], limit: 20 })).toHaveLength(20)
    expect(app.engine.reads.events({ limit: 20 })).toHaveLength(20)
    expect([...read.values()].reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(40)
    app.engine.close()
  })
})

describe("a page of GraphQL", () => {
  interface Connection {
    totalCount?: number
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
    edges: { node: { id: string } }[]
  }

  test.each(["QUEUED_AT", "ENDED_AT"])(
    "leads on to all that is over, in the order of %s, also what is in memory yet",
    async (field) => {
      const app = await startScripted(functions, { log: openSqliteLog(file), compactAfter: 30 })
      for (let n = 0; n < 20; n++) {
        await app.run(n % 4 === 0 ? "fails" : "ends")
        await app.advance("1s")
      }
      const handle = createHandler({ engine: app.engine })
      const ask = async (after: string | null, fields: string): Promise<Connection> => {
        const query = `query($a: String) { runs(first: 7, after: $a, orderBy: [{ field: ${field}, direction: ASC }], filter: { from: "2020-01-01T00:00:00Z", status: [COMPLETED, FAILED] }) { ${fields} } }`
        const body = JSON.stringify({ query, variables: { a: after } })
        const headers = { "content-type": "application/json" }
        const answer = await handle(new Request("http://kit.test/v0/gql", { method: "POST", body, headers }))
        const { data } = (await answer.json()) as { data: { runs: Connection } }
        return data.runs
      }
      const expected = app.engine.reads.runs({ order: "asc", limit: Infinity }).map(({ id }) => id)
      expect((await ask(null, "totalCount pageInfo { hasNextPage } edges { node { id } }")).totalCount).toBe(
        expected.length,
      )
      const found: string[] = []
      for (let after: string | null = null; ;) {
        const { edges, pageInfo } = await ask(after, "pageInfo { hasNextPage endCursor } edges { node { id } }")
        found.push(...edges.map(({ node }) => node.id))
        if (!pageInfo.hasNextPage) break
        after = pageInfo.endCursor
      }
      // Of what ended in one moment the order is that of ids.
      expect(found).toEqual(expected)
      app.engine.close()
    },
  )
})

describe("what is old is forgotten", () => {
  test.each([
    ["in memory", () => ({})],
    ["in the archive in memory", () => ({ compactAfter: 1 })],
    ["in the archive in SQLite", () => ({ log: openSqliteLog(file), compactAfter: 1 })],
  ])("%s, and what goes on is kept with its events", async (_place, options) => {
    const app = await startScripted(functions, options())
    const { engine } = app
    const [short, long] = [await app.run("ends"), await app.run("sleeps")]
    await app.advance("30m")
    const later = await app.run("ends")
    expect(await engine.prune(app.clock.now() - 1)).toEqual({ runs: 1, events: 2 })
    expect([short, long, later].map((id) => engine.reads.run(id)?.id)).toEqual([undefined, long, later])
    expect(engine.reads.runs({ limit: 9 }).map(({ id }) => id)).toEqual([later, long])
    expect(engine.reads.event(engine.reads.run(long)?.eventIds[0] ?? "")?.name).toBe("app/sleeps")
    expect(await engine.prune(app.clock.now() - 1)).toEqual({ runs: 0, events: 0 })
    await app.advance("1h")
    expect(app.phase(long).kind).toBe("completed")
    engine.close()
  })

  test("but for the end of a run that another function is still at", async () => {
    const pair = { fails, hears: { triggers: [{ event: "inngest/function.failed" }], script: sleeps } }
    const app = await startScripted(pair, { log: openSqliteLog(file) })
    const endOf = ({ engine }: ScriptedApp) =>
      engine.reads.events({ isWithInternal: true, name: "inngest/function.failed", limit: 9 }).map(({ data }) => data)
    const failed = await app.run("fails")
    await app.advance("1m")
    const told = endOf(app)
    expect(told).toEqual([expect.stringContaining(failed)])
    expect(await app.engine.prune(app.clock.now())).toMatchObject({ runs: 1 })
    expect(endOf(app)).toEqual(told)
    app.engine.close()
    const again = await startScripted(pair, { log: openSqliteLog(file), compactAfter: 1, isSynced: false })
    await again.send("into the archive")
    expect(endOf(again)).toEqual(told)
    again.engine.close()
  })

  test("and stays so after a kill right behind it", async () => {
    const first = await startScripted(functions, { log: openSqliteLog(file), compactAfter: 1 })
    const ended = await first.run("ends")
    await first.advance("1h")
    const again = await first.engine.rerun(ended)
    await first.engine.idle()
    expect(await first.engine.prune(first.clock.now())).toMatchObject({ runs: 1 })
    // As a kill leaves it: nothing is flushed or closed.
    const clock = createVirtualClock(standingClock(first.clock.now()))
    const second = await startScripted(functions, { log: openSqliteLog(file), clock, isSynced: false })
    expect(second.engine.reads.runs({ limit: 9 }).map(({ id }) => id)).toEqual([again.runId])
    second.engine.close()
  })
})

describe("a data file of before there was an archive", () => {
  interface OldFile {
    snapshot: [kind: string, head: string, body: string | null][]
    log: string[]
    answers: ReturnType<typeof answersOf>
  }
  const old = JSON.parse(readFileSync("test/fixtures/data-version-2.json", "utf8")) as OldFile

  function write(): void {
    const database = openSqlite(file)
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 2; PRAGMA journal_mode = WAL`)
    database.exec("CREATE TABLE log (seq INTEGER PRIMARY KEY, input TEXT NOT NULL) STRICT")
    database.exec(
      "CREATE TABLE snapshot (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, head TEXT NOT NULL, body TEXT) STRICT",
    )
    const row = database.prepare("INSERT INTO snapshot (kind, head, body) VALUES (?, ?, ?)")
    for (const values of old.snapshot) row.run(...values)
    const record = database.prepare("INSERT INTO log (input) VALUES (?)")
    for (const input of old.log) record.run(input)
    database.close()
  }

  const open = () =>
    startScripted(functions, {
      log: openSqliteLog(file),
      clock: createVirtualClock(standingClock(startMs + 120_000)),
      random: seededRandom(9),
      isSynced: false,
    })

  test("is answered from as before, also when it is opened again, and goes on", async () => {
    write()
    const first = await open()
    expect(JSON.parse(JSON.stringify(answersOf(first)))).toEqual(old.answers)
    first.engine.close()
    const second = await open()
    expect(JSON.parse(JSON.stringify(answersOf(second)))).toEqual(old.answers)
    const { reads } = second.engine
    const known = reads.runs({ limit: 99 }).length
    // Still seen; the same key still starts nothing.
    await second.send("app/ends", { n: 2 }, { id: "mine" })
    expect(await second.engine.invoke("app-ends", { data: "{}" }, "once")).toMatchObject({ isRepeated: true })
    expect(reads.runs({ limit: 99 })).toHaveLength(known)
    await second.send("e", { n: 1 })
    await second.advance("1h")
    expect(reads.runs({ status: ["queued", "running"], limit: 99 })).toEqual([])
    expect(reads.runs({ slug: "app-sleeps", limit: 9 }).map(({ phase }) => phase.kind)).toEqual([
      "completed",
      "cancelled",
    ])
    second.engine.close()
  })

  test("has its ended runs, events and seen ids moved to the archive at the first start", async () => {
    write()
    const { engine } = await open()
    engine.close()
    const database = openSqlite(file, { isReadOnly: true })
    const count = (sql: string) => database.prepare(`SELECT count(*) AS n FROM ${sql}`).row()?.n
    const over = old.answers.runs.filter(({ phase }) => phase.kind !== "queued" && phase.kind !== "running")
    expect(count("run")).toBe(over.length)
    expect(count("event")).toBe(old.answers.events.length)
    // A sender's id, a key, and the id of the failure that another function heard of.
    expect(count("seen")).toBe(3)
    expect(count("snapshot WHERE kind IN ('event', 'seen')")).toBe(0)
    expect(count("snapshot WHERE kind = 'run'")).toBe(old.answers.runs.length - over.length)
    database.close()
  })
})

test("a data file of before there were functions is answered from, and goes on", async () => {
  const database = openSqlite(file)
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 1; PRAGMA journal_mode = WAL`)
  database.exec("CREATE TABLE log (seq INTEGER PRIMARY KEY, input TEXT NOT NULL) STRICT")
  const record = database.prepare("INSERT INTO log (input) VALUES (?)")
  for (const input of [
    `["e",${startMs},[["01KG9WJ4000000000000000001","a","{}"]]]`,
    `["s",${startMs},"w","{}","","r-1"]`,
  ])
    record.run(input)
  database.close()
  for (const name of ["b", "c"]) {
    const app = await startScripted(functions, { log: openSqliteLog(file), isSynced: false })
    expect(app.engine.reads.workflow("w")?.document).toBe("{}")
    await app.send(name)
    app.engine.close()
  }
  const app = await startScripted(functions, { log: openSqliteLog(file), isSynced: false })
  expect(app.engine.reads.arrived().map(({ name }) => name)).toEqual(["a", "b", "c"])
  app.engine.close()
})

describe("an archive that is damaged", () => {
  test("stops what is forgotten, and the engine, with one error", async () => {
    const log = createMemoryLog()
    const damage = new Error("malformed")
    const archive = { ...log.archive, hasBefore: () => true }
    const compact = (): never => {
      throw damage
    }
    const app = await startScripted(functions, { log: { ...log, archive, compact } })
    await app.run("ends")
    const refusal: unknown = await app.engine.prune(startMs + 1).catch((error: unknown) => error)
    expect(isStoreError(refusal)).toBe(true)
    await expect(app.engine.settled()).rejects.toThrow("malformed")
  })

  test("is told when it is asked for, and all else goes on", async () => {
    const app = await startScripted(functions, { log: openSqliteLog(file), compactAfter: 1 })
    const [damaged, sound] = [await app.run("ends"), await app.run("ends")]
    app.engine.close()
    const database = openSqlite(file)
    database.exec(`UPDATE run SET body = 'no JSON' WHERE id = '${damaged}'`)
    database.close()
    const again = await startScripted(functions, { log: openSqliteLog(file), isSynced: false })
    expect(again.phase(sound).kind).toBe("completed")
    const handle = createHandler({ engine: again.engine })
    const answer = await handle(new Request(`http://kit.test/v1/runs/${damaged}`))
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain(`run ${damaged} can't be read`)
    expect((await handle(new Request(`http://kit.test/v1/runs/${sound}`))).status).toBe(200)
    expect(isStoreError(await again.engine.cancel(damaged).catch((error: unknown) => error))).toBe(true)
    again.engine.close()
  })
})
