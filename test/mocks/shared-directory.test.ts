import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { listen, openDataDirectory } from "../../mocks/server.ts"
import { isConfigError } from "../../src/errors.ts"
import { seededRandom } from "../../src/shared/random.ts"
import { createManualClock } from "../support/manual-clock.ts"
import { type TemporaryDirectory, temporaryDirectory } from "../support/temporary-directory.ts"

let directory: TemporaryDirectory
const children: ChildProcess[] = []

beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL")
  directory.remove()
})

interface Sender {
  child: ChildProcess
  /** Internal ids, as they are acknowledged. */
  acknowledged: string[]
  /** Its first line: `opened owner 123`. */
  opened: Promise<string>
  ended: Promise<{ isDone: boolean; complaints: string }>
}

function startSender(label: string, count: number, onAcknowledged: () => void = () => {}): Sender {
  const script = fileURLToPath(new URL("sender.ts", import.meta.url))
  const child = spawn(process.execPath, [script, directory.path, label, String(count)], { stdio: "pipe" })
  children.push(child)
  const acknowledged: string[] = []
  const complaints: string[] = []
  child.stderr?.on("data", (chunk: Buffer) => complaints.push(chunk.toString()))
  let isDone = false
  const opened = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      const [word, id = ""] = line.split(" ")
      if (word === "opened") resolve(line)
      if (word === "done") isDone = true
      if (word === "acknowledged") {
        acknowledged.push(id)
        onAcknowledged()
      }
    })
  })
  const ended = new Promise<{ isDone: boolean; complaints: string }>((resolve) => {
    child.on("close", () => resolve({ isDone, complaints: complaints.join("") }))
  })
  return { child, acknowledged, opened, ended }
}

async function storedIds(): Promise<string[]> {
  const server = await listen({ port: 0, dataDir: directory.path })
  const ids = server.sent().map(({ internalId }) => internalId)
  await server.close()
  return ids
}

describe("three and more processes on one data directory", () => {
  // One kill in the middle, one that hits the heir as well, one at the first acknowledgement.
  test.each([
    { seed: 1, kills: 1 },
    { seed: 2, kills: 2 },
    { seed: 3, kills: 3 },
  ])(
    "keep every acknowledged event when the owner is killed, $kills times (seed $seed)",
    async ({ seed, kills }) => {
      const random = seededRandom(seed)
      const killAfter = Array.from({ length: kills }, () => Math.floor(random.next() * 150))
      let count = 0
      const killed = new Set<number>()
      const onAcknowledged = (): void => {
        count++
        const due = killAfter.findIndex((each) => count > each)
        if (due === -1) return
        const owner = ownerOf()
        // Between two owners nobody is named; the next acknowledgement comes from the new one.
        if (owner === undefined || killed.has(owner)) return
        killAfter.splice(due, 1)
        killed.add(owner)
        process.kill(owner, "SIGKILL")
      }
      const session = startSender("session", 0)
      expect(await session.opened).toBe(`opened owner ${session.child.pid}`)
      const senders = ["a", "b", "c", "d"].map((label) => startSender(label, 50, onAcknowledged))
      const ends = await Promise.all(senders.map(({ ended }) => ended))
      session.child.stdin?.end()
      await session.ended

      expect(ends.map(({ complaints }) => complaints)).toEqual(["", "", "", ""])
      expect(killed.size).toBeGreaterThan(0)
      const killedSenders = senders.filter(({ child }) => killed.has(child.pid ?? 0)).length
      expect(ends.filter(({ isDone }) => isDone)).toHaveLength(4 - killedSenders)
      const acknowledged = senders.flatMap((sender) => sender.acknowledged)
      expect(acknowledged.length).toBeGreaterThanOrEqual(200 - 50 * killedSenders)
      const stored = await storedIds()
      expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([])
      // A repeated request after a lost answer is the same row; beyond those only what was stored and not yet answered when a sender died.
      expect(new Set(stored).size).toBe(stored.length)
      expect(stored.length - acknowledged.length).toBeLessThanOrEqual(killedSenders)
    },
    60_000,
  )

  function ownerOf(): number | undefined {
    try {
      return (JSON.parse(readFileSync(join(directory.path, "owner.json"), "utf8")) as { pid: number }).pid
    } catch {
      return undefined
    }
  }
})

describe("a data directory", () => {
  test("has one owner; who comes later is told where it listens, and becomes owner once it has closed", async () => {
    const owner = await openDataDirectory(directory.path, { port: 0 })
    if (owner.role !== "owner") throw new Error("not the owner")
    const later = await openDataDirectory(directory.path, { port: 0 })
    expect(later).toEqual({ role: "client", url: owner.url, isStillThere: expect.any(Function) as unknown })
    if (later.role !== "client") throw new Error("two owners")
    expect(await later.isStillThere()).toBe(true)
    await owner.close()
    expect(await later.isStillThere()).toBe(false)
    await owner.close()
    const heir = await openDataDirectory(directory.path, { port: 0 })
    expect(heir.role).toBe("owner")
    if (heir.role === "owner") await heir.close()
  })

  test("is open to its user alone", async () => {
    const path = join(directory.path, "new", "data")
    const server = await listen({ port: 0, dataDir: path })
    expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(statSync(join(path, "owner.json")).mode & 0o777).toBe(0o600)
    await server.close()
  })

  test("holds no trace of an owner that has closed", async () => {
    const server = await listen({ port: 0, dataDir: directory.path })
    expect(existsSync(join(directory.path, "owner.json"))).toBe(true)
    await server.close()
    expect(existsSync(join(directory.path, "owner.json"))).toBe(false)
  })

  test("whose owner does not listen is waited for, until it closes", async () => {
    const owner = await openDataDirectory(directory.path, { listen: false })
    if (owner.role !== "owner") throw new Error("not the owner")
    expect(owner.url).toBeUndefined()
    expect((await owner.fetch("/e/key", { method: "POST", body: '{"name":"a"}' })).status).toBe(200)
    const clock = createManualClock()
    const waiting = openDataDirectory(directory.path, { port: 0, clock })
    await clock.advance(5_000)
    await owner.close()
    const heir = await clock.runUntilSettled(waiting)
    expect(heir.role).toBe("owner")
    if (heir.role === "owner") await heir.close()
    expect(await storedIds()).toHaveLength(1)
  })

  test("whose owner never says where it is gives an error in the end, which names it", async () => {
    const owner = await openDataDirectory(directory.path, { listen: false })
    const clock = createManualClock()
    const failing = openDataDirectory(directory.path, { port: 0, clock, waitMs: 3_000 }).catch(
      (error: unknown) => error,
    )
    const error = await clock.runUntilSettled(failing)
    expect(isConfigError(error)).toBe(true)
    expect(String(error)).toContain(`${directory.path} is in use by a process that does not say where it listens`)
    if (owner.role === "owner") await owner.close()
  })

  test("whose owner.json names a server that is not its owner's is not used through it", async () => {
    const other = await listen({ port: 0 })
    const owner = await openDataDirectory(directory.path, { listen: false })
    const stale = { url: other.url, pid: process.pid, startedAt: "2026-01-31T12:00:00Z", instance: "of long ago" }
    writeFileSync(join(directory.path, "owner.json"), JSON.stringify(stale))
    const clock = createManualClock()
    const failing = openDataDirectory(directory.path, { port: 0, clock, waitMs: 500 }).catch((error: unknown) => error)
    const error = await clock.runUntilSettled(failing)
    expect(String(error)).toContain(`is in use by process ${process.pid} (${other.url}), which did not answer`)
    if (owner.role === "owner") await owner.close()
    await other.close()
  })

  test.each(["", "{", "null", '{"url":7}'])("whose owner.json is %j has no owner to go to", async (text) => {
    writeFileSync(join(directory.path, "owner.json"), text)
    const opened = await openDataDirectory(directory.path, { port: 0 })
    expect(opened.role).toBe("owner")
    if (opened.role === "owner") await opened.close()
  })

  test("that `listen` wants for itself and another process has: the error says who and where", async () => {
    const first = await listen({ port: 0, dataDir: directory.path })
    const error = await listen({ port: 0, dataDir: directory.path }).catch((refusal: unknown) => refusal)
    expect(isConfigError(error)).toBe(true)
    expect(String(error)).toContain(`in use by process ${process.pid}, which listens on ${first.url}`)
    await first.close()
  })

  test("that can't be made gives an error that names it", async () => {
    const blocker = join(directory.path, "file")
    writeFileSync(blocker, "")
    const error = await openDataDirectory(join(blocker, "data")).catch((refusal: unknown) => refusal)
    expect(isConfigError(error)).toBe(true)
    expect(String(error)).toContain(join(blocker, "data"))
  })

  test("whose log is damaged is let go of again", async () => {
    writeFileSync(join(directory.path, "log.db"), "no database")
    for (let attempt = 0; attempt < 2; attempt++) {
      const error = await openDataDirectory(directory.path, { port: 0 }).catch((refusal: unknown) => refusal)
      expect(String(error)).toContain("log.db: it is damaged")
    }
  })
})
