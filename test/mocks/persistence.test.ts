import { createHash } from "node:crypto"
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { type OpenDatabase, openSqlite } from "../../mocks/engine/database.ts"
import { createEngine } from "../../mocks/engine/engine.ts"
import { applicationId, dataVersion, openSqliteLog } from "../../mocks/engine/persistence.ts"
import { createHandler } from "../../mocks/handlers/index.ts"
import { isConfigError } from "../../src/errors.ts"
import { systemClock } from "../../src/shared/clock.ts"
import { systemRandom } from "../../src/shared/random.ts"
import { type TemporaryDirectory, temporaryDirectory } from "../support/temporary-directory.ts"

let directory: TemporaryDirectory
let file: string

beforeEach(() => {
  directory = temporaryDirectory()
  file = join(directory.path, "log.db")
})
afterEach(() => directory.remove())

const send = (name: string): Request =>
  new Request("http://kit.test/e/key", { method: "POST", body: JSON.stringify({ name, data: {} }) })
const listRequest = (): Request => new Request("http://kit.test/v1/events")

interface Watched {
  open: OpenDatabase
  /** Statements that were executed and rows that were inserted, in order, and what tests add. */
  steps: string[]
  /** Executed first by every connection that can write. */
  prelude: string[]
}

function watch(): Watched {
  const steps: string[] = []
  const prelude: string[] = []
  const open: OpenDatabase = (path, options) => {
    const database = openSqlite(path, options)
    if (options?.isReadOnly !== true) for (const sql of prelude) database.exec(sql)
    return {
      ...database,
      exec(sql) {
        database.exec(sql)
        steps.push(sql.trim().split("\n")[0] ?? "")
      },
      prepare(sql) {
        const statement = database.prepare(sql)
        return {
          ...statement,
          run(...values) {
            const changed = statement.run(...values)
            steps.push("INSERT")
            return changed
          },
        }
      },
    }
  }
  return { open, steps, prelude }
}

function start(open?: OpenDatabase, defer?: (flush: () => void) => void) {
  const log = openSqliteLog(file, { ...(open && { open }), ...(defer && { defer }) })
  const engine = createEngine({ clock: systemClock, random: systemRandom, log })
  return { log, engine, handle: createHandler({ engine }) }
}

/** What a new connection reads in the file. */
function read(sql: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return Object.values(database.prepare(sql).get() ?? {})[0]
  } finally {
    database.close()
  }
}

describe("the file", () => {
  test("is in WAL, synced in full, and says whose it is and of which version", () => {
    const pragmas: Record<string, unknown> = {}
    const open: OpenDatabase = (path, options) => {
      const database = openSqlite(path, options)
      return {
        ...database,
        close() {
          for (const name of ["journal_mode", "synchronous", "application_id", "user_version"])
            for (const row of database.prepare(`PRAGMA ${name}`).rows()) pragmas[name] = Object.values(row)[0]
          database.close()
        },
      }
    }
    start(open).engine.close()
    // synchronous: 2 is FULL. https://www.sqlite.org/pragma.html#pragma_synchronous
    expect(pragmas).toEqual({
      journal_mode: "wal",
      synchronous: 2,
      application_id: applicationId,
      user_version: dataVersion,
    })
  })

  test("holds over restarts what was sent and saved", async () => {
    const first = start()
    await first.handle(send("a"))
    await first.engine.save("w", '{"WorkflowID":"w"}', "running")
    const before = first.engine.reads.arrived()
    first.engine.close()
    const second = start()
    expect(second.engine.reads.arrived()).toEqual(before)
    await second.handle(send("b"))
    second.engine.close()
    const third = start()
    expect(third.engine.reads.arrived().map(({ name }) => name)).toEqual(["a", "b"])
    expect(third.engine.reads.workflow("w")?.document).toBe('{"WorkflowID":"w"}')
    third.engine.close()
  })

  test("is left clean by a close, also by a second one", async () => {
    const { engine, handle } = start()
    await handle(send("a"))
    engine.close()
    engine.close()
    expect(readdirSync(directory.path)).toEqual(["log.db"])
  })
})

describe("a commit", () => {
  test("takes all that arrived in one tick, and nothing is answered before it", async () => {
    const { open, steps } = watch()
    const { handle, engine } = start(open)
    steps.length = 0
    const sending = ["a", "b", "c"].map((name) => handle(send(name)).then(() => steps.push(`answered ${name}`)))
    await Promise.all(sending)
    expect(steps.slice(0, 5)).toEqual(["BEGIN IMMEDIATE", "INSERT", "INSERT", "INSERT", "COMMIT"])
    expect(steps.slice(5)).toEqual(["answered a", "answered b", "answered c"])
    engine.close()
  })

  test("is one per tick", async () => {
    const { open, steps } = watch()
    const { handle, engine } = start(open)
    steps.length = 0
    await handle(send("a"))
    await handle(send("b"))
    expect(steps).toEqual(["BEGIN IMMEDIATE", "INSERT", "COMMIT", "BEGIN IMMEDIATE", "INSERT", "COMMIT"])
    engine.close()
  })

  test("is waited for by whoever reads what it holds", async () => {
    const flushes: (() => void)[] = []
    const { handle, engine } = start(undefined, (flush) => flushes.push(flush))
    const answered: string[] = []
    const sending = handle(send("a")).then(() => answered.push("send"))
    // The body is read first, which takes turns of the loop.
    while (flushes.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const reading = handle(listRequest()).then(async (response) => answered.push(await response.text()))
    await new Promise((resolve) => setImmediate(resolve))
    expect(answered).toEqual([])
    expect(read("SELECT count(*) FROM log")).toBe(0)
    for (const flush of flushes.splice(0)) flush()
    await Promise.all([sending, reading])
    expect(answered).toHaveLength(2)
    expect(answered.find((text) => text !== "send")).toContain('"name":"a"')
    expect(read("SELECT count(*) FROM log")).toBe(1)
    engine.close()
  })

  test("is made at once for a caller that can't wait", () => {
    const { engine } = start(undefined, () => {})
    void engine.receive([{ name: "a", data: null }])
    engine.settle()
    expect(read("SELECT count(*) FROM log")).toBe(1)
    engine.close()
  })
})

describe("a full disk", () => {
  test("halts the server with a clear 503, and loses nothing that was acknowledged", async () => {
    const { open, prelude } = watch()
    start(open).engine.close()
    prelude.push(`PRAGMA max_page_count = ${Number(read("PRAGMA page_count")) + 6}`)
    const { handle, engine } = start(open)
    let acknowledged = 0
    let answer = await handle(send("a"))
    while (answer.status === 200) {
      acknowledged++
      answer = await handle(send("a"))
    }
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({
      error: expect.stringMatching(/^the engine has stopped: its log can't be written \(.*full.*\)$/),
      data: null,
      status: 503,
    })
    expect((await handle(listRequest())).status).toBe(503)
    expect((await handle(new Request("http://kit.test/v1/workflows/w"))).status).toBe(503)
    expect((await handle(new Request("http://kit.test/v1/workflows/w", { method: "PUT", body: "{}" }))).status).toBe(
      503,
    )
    expect((await handle(new Request("http://kit.test/health"))).status).toBe(200)
    engine.close()
    expect(acknowledged).toBeGreaterThan(5)
    const again = start()
    expect(again.engine.reads.arrived()).toHaveLength(acknowledged)
    await again.handle(send("b"))
    again.engine.close()
  })
})

describe("a file that can't be used", () => {
  const bytesOf = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(directory.path)
        .filter((name) => !name.endsWith("-shm"))
        .map((name) => [
          name,
          createHash("sha256")
            .update(readFileSync(join(directory.path, name)))
            .digest("hex"),
        ]),
    )

  async function fill(): Promise<void> {
    const { engine } = start()
    const data = JSON.stringify({ text: "x".repeat(2_000) })
    await engine.receive(Array.from({ length: 50 }, () => ({ name: "a", data })))
    for (let index = 0; index < 50; index++) await engine.receive([{ name: "b", data }])
    engine.close()
  }

  function overwrite(offset: number, bytes: Uint8Array): void {
    const content = readFileSync(file)
    content.set(bytes, offset)
    writeFileSync(file, content)
  }

  function refusalOf(): Error {
    const before = bytesOf()
    let refusal: unknown
    try {
      openSqliteLog(file)
    } catch (error) {
      refusal = error
    }
    expect(bytesOf()).toEqual(before)
    if (!isConfigError(refusal)) throw new Error(`not refused: ${String(refusal)}`)
    expect(refusal.message.startsWith(`${file}: `)).toBe(true)
    expect(refusal.hint).toMatch(/another data directory/)
    return refusal
  }

  test.each([
    ["text", "hello, I am no database\n".repeat(10)],
    ["a few bytes", "x"],
  ])("because it is %s", (_, text) => {
    writeFileSync(file, text)
    expect(refusalOf().message).toContain("it is damaged, or no database")
  })

  test("because it is another program's database", () => {
    const foreign = new DatabaseSync(file)
    foreign.exec("CREATE TABLE log (seq INTEGER PRIMARY KEY, input TEXT)")
    foreign.close()
    expect(refusalOf().message).toContain("another program")
  })

  test("because it is newer", async () => {
    await fill()
    const newer = new DatabaseSync(file)
    newer.exec(`PRAGMA user_version = ${dataVersion + 1}; PRAGMA wal_checkpoint(TRUNCATE)`)
    newer.close()
    expect(refusalOf().message).toContain(`data version ${dataVersion + 1}`)
  })

  test("because a page in its middle is damaged", async () => {
    await fill()
    overwrite(4_096 * 40, new Uint8Array(4_096).fill(0xa5))
    expect(refusalOf().message).toContain("it is damaged")
  })

  test("because nothing is in it any more", async () => {
    writeFileSync(file, "")
    expect(refusalOf().message).toContain("it is damaged, or no database")
  })

  test("because it ends early", async () => {
    await fill()
    writeFileSync(file, readFileSync(file).subarray(0, 4_096 * 3))
    expect(refusalOf().message).toContain("it is damaged")
  })

  test("because a record says what this version does not know", async () => {
    await fill()
    const odd = new DatabaseSync(file)
    odd.exec(`UPDATE log SET input = '["z",1]' WHERE seq = 7`)
    odd.close()
    expect(refusalOf().message).toContain("record 7")
  })

  test("because it is damaged, while its write-ahead log holds commits of a process that was killed", async () => {
    await fill()
    const { engine } = start()
    await engine.receive([{ name: "c", data: null }])
    // As a kill leaves it: both files, and nobody to check-point them.
    const wal = readFileSync(`${file}-wal`)
    const main = readFileSync(file)
    engine.close()
    writeFileSync(file, main)
    writeFileSync(`${file}-wal`, wal)
    overwrite(4_096 * 40, new Uint8Array(4_096).fill(0xa5))
    expect(refusalOf().message).toContain("it is damaged")
  })

  test("because it is gone, and a write-ahead log that belongs to it is not", () => {
    writeFileSync(`${file}-wal`, "frames of another file")
    expect(refusalOf().message).toContain("it is gone")
    expect(existsSync(file)).toBe(false)
  })

  test("because it is a directory", () => {
    expect(() => openSqliteLog(directory.path)).toThrow(directory.path)
  })

  test("a file that a kill left with a write-ahead log is used, with all that was committed", async () => {
    await fill()
    const { engine } = start()
    await engine.receive([{ name: "c", data: null }])
    const [main, wal] = [readFileSync(file), readFileSync(`${file}-wal`)]
    engine.close()
    writeFileSync(file, main)
    writeFileSync(`${file}-wal`, wal)
    const again = start()
    expect(again.engine.reads.arrived("c")).toHaveLength(1)
    expect(again.engine.reads.arrived()).toHaveLength(101)
    again.engine.close()
  })
})
